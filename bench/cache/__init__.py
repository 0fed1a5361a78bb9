"""Benchmarks of the conversation cache."""
