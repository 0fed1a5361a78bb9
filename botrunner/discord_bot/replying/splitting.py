"""Cut long answers into messages that Discord takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from botrunner.discord_bot.replying.markup import (
    LONGEST_FENCE,
    Span,
    open_code,
    open_spoiler,
    spans_of,
)

LIMIT = 2000
# The most that is added to a piece to close what it leaves open.
CLOSING_LENGTH = LONGEST_FENCE + 1
# Begun in the middle of a row of marks, or giving some of them back, it would try each length.
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]*_~]*+(?=\s)|[。！？]+[」』”’）]*")


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Return a text in pieces, cut at paragraphs and sentence ends if there are any.

    Code, spoilers, mentions, links and entries of lists stay whole if they fit into a piece. Code
    and spoilers that don't are closed at the end of a piece and opened again in the next one.

    Args:
        limit: most characters of a piece, at least 100.
    """
    text = text.strip()
    pieces = _pieces(text + open_code(text), limit)
    return [piece for piece in pieces if piece.strip()]


def closed(text: str) -> str:
    """Return a text whose block of code or spoiler is closed if it was left open."""
    return text + (open_code(text) or open_spoiler(text))


def _pieces(text: str, limit: int) -> Iterator[str]:
    spans, place, opening = spans_of(text), 0, ""
    while len(opening) + len(text) - place > limit:
        window = _Window(text, place, limit - len(opening), spans)
        cut = window.cut()
        broken = window.broken_at(cut)
        yield opening + text[place:cut].rstrip() + "".join(one.closing for one in broken[::-1])
        place = _after(text, cut, in_code=any(one.is_code for one in broken))
        while broken and place >= broken[-1].end - len(broken[-1].closing.strip()):
            # Nothing is left of it but what closes it.
            place = _after(text, broken.pop().end)
        opening = "".join(one.opening for one in broken)
    yield opening + text[place:]


def _after(text: str, cut: int, *, in_code: bool = False) -> int:
    """Return where the next piece begins: of code, no indentation is lost."""
    white = "\n" if in_code else " \n\t"
    while cut < len(text) and text[cut] in white:
        cut += 1
    return cut


class _Window:
    """The next part of a text, of which a piece is cut.

    Args:
        room: most characters of the piece, with what closes it.
    """

    def __init__(self, text: str, begin: int, room: int, spans: Sequence[Span]) -> None:
        self._text, self._begin = text, begin
        self._near = [one for one in spans if one.end > begin and one.start < begin + room]
        self._end = begin + room - self._most_closing()
        most = self._end - begin
        # A longer one can't stay whole anyway, and is cut where that looks best.
        self._whole = [
            one for one in self._near if one.start >= begin and one.end - one.start <= most
        ]

    def cut(self) -> int:
        """Return where the piece ends."""
        # A piece shorter than this would look odd; a cut inside a sentence looks better then.
        least = self._begin + (self._end - self._begin) // 3
        places = [one for one in self._places() if self._begin < one <= self._end]
        good = [one for one in places if one > least]
        for place in (*good, *places):
            if self._is_free(place):
                return place
        place = next(iter(good), self._end)
        before = self._before_what_is_whole(place)
        return before if before > self._begin else place

    def broken_at(self, place: int) -> list[Span]:
        """Return what has to be closed at a cut and opened again after it, the outermost first."""
        return [one for one in self._near if one.opening and one.holds(place)]

    def _most_closing(self) -> int:
        kinds = {one.closing for one in self._near}
        return sum(map(len, kinds))

    def _before_what_is_whole(self, place: int) -> int:
        while starts := [one.start for one in self._whole if one.holds(place)]:
            place = min(starts)
        return place

    def _is_free(self, place: int) -> bool:
        """Return whether a cut breaks nothing that can stay whole, and no line of code."""
        if any(one.holds(place) for one in self._whole):
            return False
        at_line_end = self._text[place - 1] == "\n"
        return at_line_end or not any(one.is_code for one in self.broken_at(place))

    def _places(self) -> Iterator[int]:
        """Yield where a cut looks well, the best first."""
        text, begin, end = self._text, self._begin, self._end
        paragraph = text.rfind("\n\n", begin, end) + 1
        if paragraph > begin + (end - begin) // 2:
            yield paragraph
        sentences = [found.end() for found in SENTENCE_END.finditer(text, begin, end + 1)]
        yield from reversed(sentences)
        for mark in ("\n", " "):
            place = end
            while (place := text.rfind(mark, begin, place)) >= 0:
                yield place + 1
        edges = {edge for one in self._whole for edge in (one.start, one.end)}
        yield from sorted(edges, reverse=True)
