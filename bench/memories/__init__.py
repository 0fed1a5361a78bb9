"""Benchmarks of memories: recall, search, imports and sizes."""
