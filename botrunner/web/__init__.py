"""The chat in the console."""
