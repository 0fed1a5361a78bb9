"""Cut long answers into messages that Discord takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

LIMIT = 2000
FENCE = "```"
CLOSING = f"\n{FENCE}"
# Begun in the middle of a row of marks, or giving some of them back, it would try each length.
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]*_~]*+(?=\s)|[。！？]+[」』”’）]*")
LANGUAGE = re.compile(r"[\w+#.-]{1,20}(?=\n)")


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Return a text in pieces, cut at paragraphs and sentence ends if there are any.

    A code block that is cut is closed at the end of its piece and opened again in the next one.

    Args:
        limit: most characters of a piece, at least 100.
    """
    return [piece for piece in _pieces(text.strip(), limit) if piece.strip()]


def closed(text: str) -> str:
    """Return a text whose code block is closed if it was left open."""
    return f"{text}{CLOSING}" if _left_open(text) else text


def _pieces(rest: str, limit: int) -> Iterator[str]:
    opening = ""
    while len(opening) + len(rest) > limit:
        room = limit - len(opening) - len(CLOSING)
        cut = _cut(rest, room, in_code=bool(_left_open(opening + rest[:room])))
        piece = opening + rest[:cut].rstrip()
        opening = _left_open(piece)
        yield piece + (CLOSING if opening else "")
        rest = rest[cut:].lstrip("\n") if opening else rest[cut:].lstrip()
        if opening and rest.startswith(FENCE):
            rest, opening = rest.removeprefix(FENCE).lstrip(), ""
    yield opening + rest


def _cut(text: str, room: int, *, in_code: bool) -> int:
    """Return where to cut so that at most `room` characters come before."""
    window = text[:room]
    # A piece shorter than this would look odd; a cut inside a sentence looks better then.
    least = room // 3
    ends = [window.rfind("\n") + 1]
    if not in_code:
        sentences = [found.end() for found in SENTENCE_END.finditer(text, 0, room + 1)]
        last = max((end for end in sentences if end <= room), default=0)
        paragraph = window.rfind("\n\n") + 1
        ends = [paragraph if paragraph > room // 2 else 0, last, *ends]
    ends.append(window.rfind(" ") + 1)
    return next((end for end in ends if end > least), room)


def _left_open(piece: str) -> str:
    """Return how the code block begins that a piece does not close; empty if there is none."""
    if piece.count(FENCE) % 2 == 0:
        return ""
    language = LANGUAGE.match(piece, piece.rfind(FENCE) + len(FENCE))
    return f"{FENCE}{language.group() if language else ''}\n"
