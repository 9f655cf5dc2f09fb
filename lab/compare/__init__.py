"""Polling beside messaging: one change, two ways, the milliseconds of each."""
