"""Programs as learners have them: written to the contract alone, they know nothing of this repository's code."""
