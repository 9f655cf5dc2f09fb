"""What a process counts, for Prometheus to read at METRICS_PORT; without one it only counts.

Names and units follow prometheus.io/docs/practices/naming.
"""

from collections.abc import Callable

from prometheus_client import Counter, Gauge, Histogram, make_wsgi_app, start_http_server

PUBLISHED = Counter("messaging_published_total", "messages by what became of them at the broker", ["outcome"])
CONFIRM_SECONDS = Histogram("messaging_confirm_seconds", "from sending a batch until the broker answered for all of it")
HANDLED = Counter("messaging_handled_total", "deliveries by what became of them", ["queue", "outcome"])
DUPLICATES = Counter("messaging_duplicates_total", "messages whose receipt was there already", ["type"])
HANDLING_SECONDS = Histogram("messaging_handling_seconds", "what a handler took", ["type"])
CONNECTED = Gauge("messaging_connected", "1 while there is a connection to RabbitMQ to work with", ["use"])
STANDING_BY = Gauge("messaging_standing_by", "1 while this relay waits to take over from the one that works")
CONNECTIONS = Counter(
    "messaging_connections_total", "connections made, so all but the first are reconnections", ["use"]
)
BLOCKED = Gauge("messaging_blocked", "1 while RabbitMQ, out of memory or disk, takes no messages")
BLOCKED_SECONDS = Counter("messaging_blocked_seconds_total", "how long it took none, counted when it takes them again")
DIFFERS = Gauge("messaging_differs", "1 where a queue or exchange is not as this version asks for", ["name"])
OUTBOX_PENDING = Gauge("messaging_outbox_pending", "rows that wait to be published")
OUTBOX_OLDEST_SECONDS = Gauge("messaging_outbox_oldest_seconds", "age of the oldest of them, 0 without any")


def serve(port: int, host: str = "127.0.0.1") -> None:
    """Offer them at http://host:port/metrics, on a thread of its own; not at all if `port` is 0.

    At /ready it says 200 while there is a connection to RabbitMQ to work with, and of a relay that stands by; else 503.
    Not being ready is no reason to restart a process: it connects again by itself.
    """
    if port:
        server, _ = start_http_server(port, addr=host)
        metrics = make_wsgi_app()
        server.set_app(lambda env, start: _readiness(start) if env["PATH_INFO"] == "/ready" else metrics(env, start))


def _readiness(start: Callable[[str, list[tuple[str, str]]], object]) -> list[bytes]:
    connected = [sample.value for metric in CONNECTED.collect() for sample in metric.samples]
    stands_by = any(sample.value for metric in STANDING_BY.collect() for sample in metric.samples)
    ready = stands_by or (bool(connected) and all(connected))
    start("200 OK" if ready else "503 Service Unavailable", [("Content-Type", "text/plain; charset=utf-8")])
    differing = [sample.labels["name"] for metric in DIFFERS.collect() for sample in metric.samples if sample.value]
    told = [f"{name} is not as this version asks for: see topology check\n".encode() for name in differing]
    return [b"ready\n" if ready else b"no connection to RabbitMQ\n", *told]
