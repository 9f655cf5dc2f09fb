"""The race: ways of hearing of changes, measured side by side over the same changes."""
