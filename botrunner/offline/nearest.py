"""Offers what comes nearest to a question rather than deny, said to be no more than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.asked import is_question, spelled
from botrunner.offline.notes import Known, Line, Notes, lowered
from botrunner.offline.phrases import choose
from botrunner.offline.quoting import quoted, telling
from memories.models import Memory
from memories.recall import Recalled
from memories.wording.words import terms

# Cosine from which something is worth offering, with a telling word in common or without.
WITH_A_WORD, WITHOUT = 0.15, 0.3
# What a telling word in common is worth beside the cosine.
A_WORD = 0.2
# A second one is offered too unless the first is so much nearer.
AHEAD = 0.08


@dataclass(frozen=True, slots=True)
class _Offer:
    """Something that may answer: a fact, or a line."""

    score: float
    fact: Known | None
    line: Line

    def said(self, context: ReplyContext) -> str:
        return self.fact.sentence if self.fact else quoted(self.line, context)


def nearest(context: ReplyContext, text: str, notes: Notes) -> str:
    """Return what comes nearest to a question; empty if nothing is anywhere near.

    Args:
        text: the question.
    """
    offers = sorted(_offers(context, text, notes), key=lambda one: -one.score)
    if not offers:
        return ""
    best, *others = offers
    shown = [best, *(one for one in others[:1] if best.score - one.score < AHEAD)]
    said = list(dict.fromkeys(one.said(context) for one in shown))
    return choose(phrases.NEAREST, context, said=" ".join([lowered(said[0]), *said[1:]]))


def _offers(context: ReplyContext, text: str, notes: Notes) -> list[_Offer]:
    words = telling(text)
    known = {str(one.fact.key): one for one in notes.facts}
    ranked = {one.entry.id: one for one in (*context.recalled, *notes.near)}
    return [
        offer
        for one in ranked.values()
        if (offer := _offer(one, words, known)) is not None and not _repeats(offer, text)
    ]


def _offer(one: Recalled, words: set[str], known: dict[str, Known]) -> _Offer | None:
    entry = one.entry
    if entry.person_id is None or is_question(entry.text):
        return None
    fact = known.get(str(entry.id))
    if entry.kind != Memory.Kind.CONVERSATION and fact is None:
        return None
    common = len(words & set(terms(spelled(entry.text))))
    dense = one.dense or 0.0
    if dense < (WITH_A_WORD if common else WITHOUT):
        return None
    return _Offer(dense + A_WORD * common, fact, Line(entry.text, entry.said_at))


def _repeats(offer: _Offer, text: str) -> bool:
    """Return whether an offer says nothing besides the question itself."""
    said: Sequence[str] = terms(offer.line.text)
    return set(said) <= set(terms(text))
