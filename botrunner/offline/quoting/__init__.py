"""Quotes what the person said, with its date, where no fact answers."""

from __future__ import annotations

from botrunner.offline.quoting.clues import clue_in, earlier_clue, later_clue
from botrunner.offline.quoting.honesty import in_honesty, lacking
from botrunner.offline.quoting.leaning import leaning_on, settled
from botrunner.offline.quoting.lines import (
    best_line,
    best_lines,
    clue,
    quote,
    rare,
    read_with,
    shared,
)
from botrunner.offline.quoting.people import is_meant, names_in, off_subject
from botrunner.offline.quoting.saying import quoted, shortened
from botrunner.offline.quoting.stems import ASKING, stems, telling
from botrunner.offline.quoting.wanted import (
    ASKS_HOW_LONG,
    DATE,
    SPAN,
    dated_words,
    has_wanted,
    looks_back,
)

__all__ = [
    "ASKING",
    "ASKS_HOW_LONG",
    "DATE",
    "SPAN",
    "best_line",
    "best_lines",
    "clue",
    "clue_in",
    "dated_words",
    "earlier_clue",
    "has_wanted",
    "in_honesty",
    "is_meant",
    "lacking",
    "later_clue",
    "leaning_on",
    "looks_back",
    "names_in",
    "off_subject",
    "quote",
    "quoted",
    "rare",
    "read_with",
    "settled",
    "shared",
    "shortened",
    "stems",
    "telling",
]
