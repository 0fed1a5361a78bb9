"""The console's pages of messages and memories."""

from __future__ import annotations

from memories.admin import front, places, records, replies

__all__ = ["front", "places", "records", "replies"]
