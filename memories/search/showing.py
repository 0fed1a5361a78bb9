"""What is shown of a hit: the part of its text around what was looked for."""

from __future__ import annotations

from memories.search.base import Hit, Mark

# What is left before the first mark where the text is cut.
BEFORE = 40


def pieces(hit: Hit, length: int) -> list[tuple[str, bool]]:
    """Return the text in pieces, and of each whether it was looked for.

    They are plain text: who shows them escapes them.

    Args:
        length: most letters of all of them, beyond the signs that something was left out.
    """
    text = hit.entry.text
    start = _start(hit, length)
    end = min(len(text), start + length)
    found = [("…", False)] if start else []
    at = start
    for mark in _within(hit, start, end):
        found += [(text[at : mark.start], False), (text[mark.start : mark.end], True)]
        at = mark.end
    found += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return [(part, marked) for part, marked in found if part]


def _start(hit: Hit, length: int) -> int:
    if not hit.highlights or hit.highlights[0].end <= length:
        return 0
    return max(0, hit.highlights[0].start - BEFORE)


def _within(hit: Hit, start: int, end: int) -> list[Mark]:
    return [
        Mark(mark.start, min(mark.end, end)) for mark in hit.highlights if start <= mark.start < end
    ]
