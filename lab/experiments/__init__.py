"""Each claim of the lesson as an experiment: predict, run, see what was measured, read why."""
