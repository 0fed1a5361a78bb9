"""Quotes what the person said, with its date, where no fact answers."""

from __future__ import annotations

from botrunner.offline.quoting.clues import earlier_clue, later_clue
from botrunner.offline.quoting.lines import best_line, best_lines, clue, quote, rare, shared
from botrunner.offline.quoting.people import names_in, off_subject
from botrunner.offline.quoting.saying import quoted, shortened
from botrunner.offline.quoting.stems import ASKING, stems, telling
from botrunner.offline.quoting.wanted import DATE, dated_words, looks_back

__all__ = [
    "ASKING",
    "DATE",
    "best_line",
    "best_lines",
    "clue",
    "dated_words",
    "earlier_clue",
    "later_clue",
    "looks_back",
    "names_in",
    "off_subject",
    "quote",
    "quoted",
    "rare",
    "shared",
    "shortened",
    "stems",
    "telling",
]
