"""Stops, starts, freezes and kills what the board's buttons name: a fixed list of deeds on a fixed list of services.

By supervisor natively; with containers by a process of its own, `python -m lab.control`, which alone has the engine's
socket, and does nothing else. It is opt-in; without it the buttons show the command to type.
"""
