"""The application without a container engine: a private RabbitMQ node, an embedded Postgres, a supervisor."""
