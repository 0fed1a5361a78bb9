"""Personal data: registry, export, erasure, purging."""
