"""The console's pages of people."""

from __future__ import annotations

from profiles.admin import people

__all__ = ["people"]
