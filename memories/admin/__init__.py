"""The console's pages of messages and memories."""

from __future__ import annotations

from memories.admin import front, records, replies

__all__ = ["front", "records", "replies"]
