"""Things the companion says. One of each is chosen by chance, none that it said lately.

Phrases for people who are not remembered promise no remembering: those end in `_FORGETFUL`.
"""

from __future__ import annotations

from botrunner.offline.phrases.choice import choose

__all__ = ["choose"]
