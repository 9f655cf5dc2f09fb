"""What the lab sees: the broker, from outside of the queues that it shows, and what the services tell."""
