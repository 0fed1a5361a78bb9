"""Reads questions: which messages ask something, and what of whom."""

from __future__ import annotations

from botrunner.offline.asked.reading import (
    ASKS_WHAT_WAS_SAID,
    ASKS_WHEN,
    YES_NO,
    Asked,
    asked,
)
from botrunner.offline.asked.sentences import asking, is_question, sentences
from botrunner.offline.asked.table import OF_NATIONALITY

__all__ = [
    "ASKS_WHAT_WAS_SAID",
    "ASKS_WHEN",
    "OF_NATIONALITY",
    "YES_NO",
    "Asked",
    "asked",
    "asking",
    "is_question",
    "sentences",
]
