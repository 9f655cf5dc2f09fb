"""Asks the monolith for its conferences, again and again, and hands them on: the comparison to messaging."""
