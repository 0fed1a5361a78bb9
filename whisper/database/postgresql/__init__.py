"""Django's PostgreSQL, with bounded waits for a connection; lost ones are replaced immediately."""
