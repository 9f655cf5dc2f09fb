"""Moves messages between services so that none is lost and none takes effect twice.

The core (message, topology, connection, publisher, consumer) knows RabbitMQ and no framework;
`messaging.outbox` and `messaging.inbox` are Django apps that tie it to a service's own database.
"""
