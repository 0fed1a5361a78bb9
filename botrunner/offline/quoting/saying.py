"""Words a quotation is given in."""

from __future__ import annotations

from botrunner.llm.base import ReplyContext
from botrunner.offline.notes import Line
from botrunner.offline.phrases import choose, knowledge
from botrunner.offline.when import on

QUOTE_LENGTH = 160


def quoted(line: Line, context: ReplyContext) -> str:
    """Return a line with when it was said: "You told me on 3 May: “…”"."""
    when = on(line.said_at, context.now)
    values = {"when": when, "When": when[0].upper() + when[1:], "text": shortened(line.text)}
    return choose(knowledge.QUOTES, context, **values)


def shortened(text: str) -> str:
    """Return a text on one line, cut at a word if it is long."""
    said = " ".join(text.split())
    return said if len(said) <= QUOTE_LENGTH else said[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"
