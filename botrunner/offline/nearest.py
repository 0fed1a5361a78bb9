"""Offers what comes nearest to a question rather than deny, said to be no more than that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import Asked, asked
from botrunner.offline.notes import Known, Line, Notes, lowered
from botrunner.offline.phrases import choose, knowledge
from botrunner.offline.quoting import (
    clue_in,
    has_wanted,
    lacking,
    off_subject,
    quoted,
    read_with,
    stems,
    telling,
)
from botrunner.offline.spelling import spelled
from botrunner.offline.stating import stating
from memories.facts.kinship import are_alike, is_animal, subject_of
from memories.facts.predicates import SELF
from memories.models import Memory
from memories.recall import Recalled
from memories.wording.words import terms

# Score from which something is worth offering, and from which it is if nothing else comes near.
WORTH_OFFERING, ALONE = 0.3, 0.25
# The best one counts as alone if it is ahead of all others by this much.
FAR_AHEAD = 0.1
# Score from which it is worth offering where something else could be said.
SURE = 0.45
# What counts beside the cosine, learned from questions and the lines that answer them: the share
# of the telling words in common, the kind of fact asked for, and a date or place that is asked for.
OF_WORDS, OF_KIND, OF_WANTED = 0.21, 0.17, 0.06
# Cosine from which a taste is of the kind that is asked for.
TASTE = 0.35
# Two tastes whose cosines are so close may both be.
OF_A_KIND = 0.12
# From this one it need not be about the same people.
SURELY_NEAR = 0.6
# A second one is offered too, unless the first is ahead of it by this much.
AHEAD = 0.04
_ANY_ANIMAL = frozenset({"pet", "bird", "fish", "lizard", "turtle"})
# A name in the middle of a question.
_NAME = re.compile(
    r"(?<=\w )(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June"
    r"|July|August|September|October|November|December|Easter|Christmas|I\b)[A-Z][^\W\d_]+"
)


@dataclass(frozen=True, slots=True)
class _Offer:
    """Something that may answer: a fact, or a line."""

    score: float
    fact: Known | None
    line: Line

    def said(self, context: ReplyContext) -> str:
        return self.fact.sentence if self.fact else quoted(self.line, context)


def nearest(context: ReplyContext, text: str, notes: Notes, *, least: float = 0.0) -> str:
    """Return what comes nearest to a question; empty if nothing is anywhere near.

    Args:
        text: the question.
        least: how near it has to be, as a score.
    """
    offers = sorted(_offers(context, text, notes), key=lambda one: -one.score)
    if not offers or offers[0].score < max(least, ALONE):
        return ""
    best, *others = offers
    ahead = best.score - max((one.score for one in others), default=0.0)
    if best.score < WORTH_OFFERING and ahead < FAR_AHEAD:
        return ""
    shown = [best, *(one for one in others[:1] if best.score - one.score < AHEAD)]
    said = list(dict.fromkeys(one.said(context) for one in shown))
    return choose(knowledge.NEAREST, context, said=" ".join([lowered(said[0]), *said[1:]]))


def nearest_taste(context: ReplyContext, tastes: Sequence[Known], notes: Notes) -> str:
    """Return the line about a taste that is surely near to a question; empty if none is.

    Args:
        tastes: what is known to be liked or not.
    """
    told = {" ".join(one.source.split()) for one in tastes if not one.over}
    near = [
        (one.dense or 0.0, one.entry)
        for one in {one.entry.id: one for one in (*context.recalled, *notes.near)}.values()
        if one.entry.kind == Memory.Kind.CONVERSATION and " ".join(one.entry.text.split()) in told
    ]
    best = max((dense for dense, _ in near), default=0.0)
    shown = [one for one in sorted(near, key=lambda one: -one[0]) if one[0] >= best - OF_A_KIND]
    if best < TASTE:
        return ""
    lines = [Line(entry.text, entry.said_at) for _, entry in shown[:2]]
    return " ".join(quoted(line, context) for line in lines)


def _offers(context: ReplyContext, text: str, notes: Notes) -> list[_Offer]:
    known = {str(one.fact.key): one for one in notes.facts}
    asks = spelled(text)
    ranked = {one.entry.id: one for one in (*context.recalled, *notes.near)}
    read, is_off = read_with(text, notes), off_subject(text, notes)
    names_one = _NAME.search(text)
    return [
        offer
        for one in ranked.values()
        if (offer := _offer(one, read, known)) is not None
        and not (names_one and not telling(text) & stems(one.entry.text))
        and not _repeats(offer, text)
        and not _names_another(offer, read)
        and not (is_off(one.entry.text) and _spoken_of(one.entry.text))
        and not _tells_a_name(offer, text)
        and lacking(asks, offer.line.text) in {"", "why"}
    ]


def _offer(one: Recalled, read: Asked, known: dict[str, Known]) -> _Offer | None:
    entry = one.entry
    stated = stating(entry.text)
    if entry.person_id is None or not stated:
        return None
    fact = known.get(str(entry.id))
    if entry.kind != Memory.Kind.CONVERSATION and fact is None:
        return None
    dense = one.dense or 0.0
    if dense < SURELY_NEAR and _is_of_others(entry.text, read):
        return None
    if dense < SURELY_NEAR and fact is not None and not _may_be_about(fact, read):
        return None
    line = Line(stated, entry.said_at)
    return _Offer(dense + _besides(line, read, fact), fact, line)


def _besides(line: Line, read: Asked, fact: Known | None) -> float:
    """Return what counts for something besides its cosine."""
    words = telling(read.text)
    share = len(words & stems(line.text)) / len(words) if words else 0.0
    if fact is None:
        of_kind = clue_in(line, read.predicates, own=read.subjects == (SELF,), former=read.former)
    else:
        of_kind = fact.fact.predicate in read.predicates
    has = has_wanted(line, read.text)
    wanted = 0.0 if has is None else OF_WANTED if has else -OF_WANTED
    return OF_WORDS * share + OF_KIND * of_kind + wanted


def _is_of_others(text: str, read: Asked) -> bool:
    """Return whether a text is about other people or places than a question names."""
    wanted = _wanted(read)
    spoken_of = _spoken_of(text)
    return bool(wanted and spoken_of) and all(
        _is_another(one, other) for one in spoken_of for other in wanted
    )


def _spoken_of(text: str) -> set[str]:
    """Return what the people and animals whom a text speaks of are to the person."""
    spoken = [word.strip(".,!?'") for word in spelled(text).replace("'s", "").split()]
    pairs = [" ".join(pair) for pair in pairwise(spoken)]
    return {subject for phrase in (*spoken, *pairs) if (subject := subject_of(phrase))}


def _wanted(read: Asked) -> list[str]:
    return [one for one in read.subjects if one not in {SELF, "?"} and not one.isupper()]


def _may_be_about(known: Known, read: Asked) -> bool:
    """Return whether a fact is about one of those whom a question names, if it names any."""
    wanted = _wanted(read)
    return not wanted or any(are_alike(known.fact.subject, one) for one in wanted)


def _is_another(one: str, wanted: str) -> bool:
    """Return whether a subject is another animal than the one asked for, or none but a person."""
    if is_animal(one) != is_animal(wanted):
        return True
    return is_animal(one) and wanted not in _ANY_ANIMAL and not are_alike(one, wanted)


def _tells_a_name(offer: _Offer, text: str) -> bool:
    """Return whether an offer is the person's own name, which was not asked for."""
    own_name = offer.fact is not None and offer.fact.own and offer.fact.fact.predicate == "name"
    return own_name and "name" not in asked(text).predicates


def _names_another(offer: _Offer, read: Asked) -> bool:
    """Return whether the name of one is asked for, and an offer speaks of none such."""
    wanted = _wanted(read)
    if not wanted or read.predicates[:1] != ("name",):
        return False
    spoken_of = _spoken_of(offer.line.text)
    if offer.fact is not None:
        spoken_of.add(offer.fact.fact.subject)
    return not any(are_alike(one, other) for one in spoken_of for other in wanted)


def _repeats(offer: _Offer, text: str) -> bool:
    """Return whether an offer says nothing besides the question itself."""
    said: Sequence[str] = terms(offer.line.text)
    return set(said) <= set(terms(text))
