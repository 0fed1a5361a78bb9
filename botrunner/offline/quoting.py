"""Quotes what the person said, with its date, where no fact answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.phrases import choose
from botrunner.offline.when import on
from memories.models import Memory
from memories.recall import Recalled
from memories.wording.words import terms

QUOTE_LENGTH = 160
# Cosines of all-MiniLM-L6-v2: about the same thing, and surely about it.
RELATED, CLOSE = 0.45, 0.6
_ASKS = re.compile(
    r"(?i)\?|^\W*(?:what|whats|where|when|who|whos|why|how|which|do you|did i|do i|am i|is my"
    r"|tell me|remind me|can you|could you)\b"
)


def quote(context: ReplyContext, text: str, *, shared: bool = False) -> str:
    """Return the best statement that surely has to do with a text, as a quotation; empty for none.

    Args:
        shared: whether to look at what belongs to a server or to all, which is told as it is.
    """
    words = set(terms(text))
    if shared:
        told = (one for one in context.recalled if one.entry.person_id is None)
        return next((one.entry.text for one in told if _is_related(one)), "")
    for one in _statements(context.recalled):
        common = bool(words & set(terms(one.entry.text)))
        if (common and _is_related(one)) or (one.dense is not None and one.dense >= CLOSE):
            return _quoted(one, context)
    return ""


def _statements(recalled: Sequence[Recalled]) -> list[Recalled]:
    """Return recalled conversation that states something: a question answers nothing."""
    return [
        one
        for one in recalled
        if one.entry.kind == Memory.Kind.CONVERSATION and not _ASKS.search(one.entry.text)
    ]


def _quoted(one: Recalled, context: ReplyContext) -> str:
    when = on(one.entry.said_at, context.now)
    text = " ".join(one.entry.text.split())
    if len(text) > QUOTE_LENGTH:
        text = text[:QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"
    return choose(phrases.QUOTES, context, when=when, When=when[0].upper() + when[1:], text=text)


def _is_related(one: Recalled) -> bool:
    """Tell whether a memory is about the same thing; without its cosine that is unsure."""
    return one.dense is not None and one.dense >= RELATED
