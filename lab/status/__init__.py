"""How the application is, at a glance: services, queues, lags, versions."""
