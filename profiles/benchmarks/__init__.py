"""Benchmarks of profiles."""

from __future__ import annotations

from profiles.benchmarks import emotions, record

__all__ = ["emotions", "record"]
