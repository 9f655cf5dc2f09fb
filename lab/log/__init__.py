"""What was seen, as a table and as JSON."""
