"""For a service that wants to know of its relay, and what publishing costs it."""

from django.dispatch import Signal

# A message was stored. With it: `bytes` of its body, `cpu_ms` that building and storing it took on this thread.
stored = Signal()
# A process begins to be the relay. With it: `name`, by which the broker's pages show it.
relay_starts = Signal()
# The relay of this process tidied up, as it does every maintenance.INTERVAL seconds while it leads.
maintained = Signal()
# The relay of this process has declared what there is, and publishes next. With it: a `connection` to the broker.
# What a receiver raises is an outage of the relay, which tries again.
ready_to_publish = Signal()
# Sent rows have become old, and go unless somebody needs them. With it: `subjects`, what they are about. A receiver
# returns those of them whose rows have to stay for now; it is asked again.
forgetting = Signal()
