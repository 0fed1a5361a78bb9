"""Copy the whole database to another one, between engines and in both directions."""

from __future__ import annotations

from whisper.copying.errors import CopyError

__all__ = ["CopyError"]
