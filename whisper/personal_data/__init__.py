"""What is held about people: registry, erasure, purging."""
