"""The console's pages of people."""

from __future__ import annotations

from profiles.admin import front, people

__all__ = ["front", "people"]
