"""What the services of Conference GO say to each other: their messages, the queues, and what course programs share.

How a message is moved is up to the library `messaging`, which knows nothing of this.
"""
