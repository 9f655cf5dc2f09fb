"""A subscriber that keeps every event, in the order in which it came: chosen by topic, stored once."""
