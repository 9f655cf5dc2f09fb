"""The dead letters of all services: looked at, replayed, discarded, and a note of who did it."""
