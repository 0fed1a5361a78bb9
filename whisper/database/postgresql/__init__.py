"""Django's PostgreSQL, with bounded waits for a connection and losses made good at once."""
