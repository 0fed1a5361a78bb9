"""Carries the whole record from one database to another, between engines and both ways."""

from __future__ import annotations

from whisper.copying.errors import CopyError

__all__ = ["CopyError"]
