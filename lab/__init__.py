"""Watches the application and runs experiments on it. Nothing depends on the lab."""
