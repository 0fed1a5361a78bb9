"""Find the parts of a text in Discord's markup that a cut would break."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

# A longer row of backticks fences nothing; closing it would take much of a message.
LONGEST_FENCE = 40
SPOILER = "||"

# In the order in which they are looked for; whatever begins first comes first.
_MARK = re.compile(
    r"(?P<ticks>`+)"
    r"|(?P<spoiler>\|\|)"
    r"|(?P<escaped>\\[^\w\s])"
    # Mentions of people, roles, channels and commands, emojis, timestamps; links in brackets.
    r"|(?P<mention><(?:@[!&]?\d+|#\d+|a?:\w{1,32}:\d+|t:-?\d+(?::\w)?|/[^<>\n]{1,100}:\d+"
    r"|https?://[^\s<>]+)>)"
    r"|(?P<link>\[[^\[\]\n]{1,500}\]\(<?https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*>?\))"
    r"|(?P<address>https?://[^\s<>`|]+)"
)
# An entry of a list, with the indented lines below it.
_ENTRY = re.compile(
    r"^[ \t]*(?:[-*+]|\d{1,9}[.)]) [^\n]*(?:\n[ \t]+(?![-*+] |\d{1,9}[.)] )\S[^\n]*)*",
    re.MULTILINE,
)
_LANGUAGE = re.compile(r"[\w+#.-]{1,20}(?=\n)")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text that no cut may break.

    Args:
        start, end: where it stands.
        opening, closing: what begins and ends it, so that one that is too long is closed at a cut
            and opened again after it; empty for what can't be opened again.
        is_code: a block of code, which may be cut at each end of a line.
    """

    start: int
    end: int
    opening: str = ""
    closing: str = ""
    is_code: bool = False

    def holds(self, place: int) -> bool:
        """Return whether a cut there would break it."""
        return self.start < place < self.end


def spans_of(text: str) -> list[Span]:
    """Return the parts of a text that a cut would break, in order of their beginnings."""
    marks = sorted(_marks(text), key=lambda one: one.start)
    blocks = [one for one in marks if one.is_code]
    entries = [
        Span(*found.span())
        for found in _ENTRY.finditer(text)
        if not any(one.start < found.end() and found.start() < one.end for one in blocks)
    ]
    return sorted([*marks, *entries], key=lambda one: (one.start, -one.end))


def open_code(text: str) -> str:
    """Return what closes a block of code that a text leaves open; empty if there is none."""
    blocks = [one for one in _marks(text) if one.is_code]
    if not blocks or blocks[-1].end < len(text) or _is_closed(text, blocks[-1]):
        return ""
    return blocks[-1].closing


def open_spoiler(text: str) -> str:
    """Return what closes a spoiler that a text leaves open; empty if there is none."""
    whole = [one for one in _marks(text) if one.opening]
    rows = [one.start() for one in re.finditer(r"(?<!\\)\|\|", text)]
    loose = (row for row in rows if not any(one.start <= row < one.end for one in whole))
    return SPOILER if any(True for _ in loose) else ""


def _marks(text: str) -> Iterator[Span]:
    place, spoiler = 0, -1
    rows = _Rows(text)
    while found := _MARK.search(text, place):
        place = found.end()
        if found["ticks"]:
            span = rows.code_at(found.start(), len(found["ticks"]))
            if span is None:
                continue
            yield span
            place = span.end
        elif found["spoiler"]:
            if spoiler >= 0:
                yield Span(spoiler, place, SPOILER, SPOILER)
            spoiler = found.start() if spoiler < 0 else -1
        else:
            yield Span(*found.span())


class _Rows:
    """The rows of backticks of a text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rows = [(one.start(), one.end() - one.start()) for one in re.finditer("`+", text)]
        self._starts = [start for start, _ in self._rows]
        # Of each row, where the next one of the same length begins.
        self._next: dict[int, int] = {}
        latest: dict[int, int] = {}
        for start, length in reversed(self._rows):
            if length in latest:
                self._next[start] = latest[length]
            latest[length] = start

    def code_at(self, start: int, length: int) -> Span | None:
        """Return the code that a row of backticks begins; None if it begins none."""
        ticks = "`" * length
        if length < 3:
            end = self._next.get(start)
            return None if end is None else Span(start, end + length, ticks, ticks)
        if length > LONGEST_FENCE:
            return None
        language = _LANGUAGE.match(self._text, start + length)
        opening = f"{ticks}{language.group() if language else ''}\n"
        numbers = range(bisect_right(self._starts, start), len(self._rows))
        later = (self._rows[number] for number in numbers)
        ends = (row + size for row, size in later if size >= length)
        return Span(start, next(ends, len(self._text)), opening, f"\n{ticks}", is_code=True)


def _is_closed(text: str, block: Span) -> bool:
    ticks = block.closing.strip()
    return text[block.start + len(ticks) : block.end].rstrip().endswith(ticks)
