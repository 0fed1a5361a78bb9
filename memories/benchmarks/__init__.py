"""Benchmarks of memories."""

from __future__ import annotations

from memories.benchmarks import importing, recall, search, sizes
from memories.benchmarks.made_up import Talk, fill_owner

__all__ = ["Talk", "fill_owner", "importing", "recall", "search", "sizes"]
