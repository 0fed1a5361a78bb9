"""Measures how well the assistant without a language model answers what it was told."""
