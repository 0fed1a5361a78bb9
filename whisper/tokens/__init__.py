"""Tokens with which other programs act for an account, or for a person.

Whoever has a token may do what its scopes name, and never more than whom it acts for.
"""

from __future__ import annotations

from whisper.tokens.scopes import TokenScope

__all__ = ["TokenScope"]
