"""Things the companion says; of each, one that it hasn't said lately is picked at random.

Names that end in `_FORGETFUL` are for people who aren't remembered: these phrases promise nothing.
"""

from __future__ import annotations

from botrunner.offline.phrases.choice import choose

__all__ = ["choose"]
