"""Settings in the console: what is set, from where, and what applies otherwise."""
