"""Benchmarks of memories."""

from __future__ import annotations

from memories.benchmarks import recall, search
from memories.benchmarks.made_up import Talk, fill_owner

__all__ = ["Talk", "fill_owner", "recall", "search"]
