"""`cogo doctor --code PATH`: reads a Conference GO that somebody wrote, runs nothing of it, and names known hazards.

program.py    what was read: syntax trees of Python files, compose files, Dockerfiles, requirements
hazard.py     what a hazard is, and the registry of them
calls.py      questions that rules ask of a syntax tree
queues.py, publishing.py, fanout.py, polling.py, running.py, containers.py    the rules
command.py    the command
"""
