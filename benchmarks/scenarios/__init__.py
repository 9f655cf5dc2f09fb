"""One job each: who does it, in which way, and which bars we set ourselves."""
