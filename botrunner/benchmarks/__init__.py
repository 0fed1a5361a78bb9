"""Benchmarks of the bot."""

from __future__ import annotations

from botrunner.benchmarks import cache, conversation

__all__ = ["cache", "conversation"]
