"""Benchmarks of profiles and moods."""
