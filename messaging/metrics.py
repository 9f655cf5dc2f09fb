"""What a process counts, for Prometheus to read at METRICS_PORT; without one it only counts.

Names and units follow prometheus.io/docs/practices/naming.
"""

from prometheus_client import Counter, Gauge, Histogram, start_http_server

PUBLISHED = Counter("messaging_published_total", "messages by what became of them at the broker", ["outcome"])
CONFIRM_SECONDS = Histogram("messaging_confirm_seconds", "from sending a batch until the broker answered for all of it")
HANDLED = Counter("messaging_handled_total", "deliveries by what became of them", ["queue", "outcome"])
DUPLICATES = Counter("messaging_duplicates_total", "messages whose receipt was there already", ["type"])
HANDLING_SECONDS = Histogram("messaging_handling_seconds", "what a handler took", ["type"])
CONNECTED = Gauge("messaging_connected", "1 while there is a connection to RabbitMQ to work with", ["use"])
CONNECTIONS = Counter(
    "messaging_connections_total", "connections made, so all but the first are reconnections", ["use"]
)
BLOCKED = Gauge("messaging_blocked", "1 while RabbitMQ, out of memory or disk, takes no messages")
OUTBOX_PENDING = Gauge("messaging_outbox_pending", "rows that wait to be published")
OUTBOX_OLDEST_SECONDS = Gauge("messaging_outbox_oldest_seconds", "age of the oldest of them, 0 without any")


def serve(port: int) -> None:
    """Offer them at http://…:port/metrics, on a thread of its own; not at all if `port` is 0."""
    if port:
        start_http_server(port)
