"""The short commands that are the same with both engines: stop, start and restart a part, scale, password, reset."""
