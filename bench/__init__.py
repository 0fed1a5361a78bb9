"""Benchmarks: `manage.py bench` runs them. No deployment needs this folder."""
