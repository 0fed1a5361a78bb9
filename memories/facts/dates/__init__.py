"""Dates that people name, worked out from when and where they said so.

A small reader of English rather than a library: dateparser takes 300 ms to import, reads “may” and
“sat” as dates and gives no end of “in March” or “next week”.
"""

from __future__ import annotations

from memories.facts.dates.reading import dates_in
from memories.facts.dates.when import When

__all__ = ("When", "dates_in")
