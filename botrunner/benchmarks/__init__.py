"""Benchmarks of the bot."""

from __future__ import annotations

from botrunner.benchmarks import cache, carrying, conversation

__all__ = ["cache", "carrying", "conversation"]
