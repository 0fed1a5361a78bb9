"""Values that a message corrects: “not Julia, Julie”, “don't call me Lexi”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memories.facts.hearing.known import claim_of
from memories.facts.hearing.values import tidy
from memories.facts.ledger import Fact, same_value
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Statement

_NEW = r"(?P<new>[^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,3}?|\d+)"
_LEAD = r"(?:it'?s|it is|its|she'?s|he'?s|but|rather|i mean|i meant|is|called|named|actually)"
_BEFORE_NEW = re.compile(
    rf"^(?:.*\b(?:is|was|called|named|said|meant)\s+|{_LEAD}\s+|in\s+)+", re.IGNORECASE
)
_MOST_WORDS = 4
_NO_MORE_CALLED = re.compile(
    r"\b(?:don'?t|stop|please stop|never) call(?:ing)? me (?P<name>[\w'’-]+)", re.IGNORECASE
)


def corrections(
    text: str, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """“Not Julia, Julie”, “Julie, not Julia”, “I said 43, not 34”."""
    for fact in known:
        old = re.escape(fact.value)
        match = re.search(
            rf"\bnot (?:called |named |in |a |an |the"
            rf" )?{old}\b[\s,.;:!–-]*(?:{_LEAD}\s+)*{_NEW}(?=[\s]*(?:[,.!?;)]|$))",
            text,
            re.I,
        ) or re.search(
            rf"(?:^|[\s,])(?:{_LEAD}\s+)*{_NEW},?\s+(?:and )?not (?:called |named |in |a |an |the"
            rf" )?{old}\b",
            text,
            re.I,
        )
        if match is None:
            continue
        new = _new_value(fact, match["new"], stated)
        if new and not same_value(new, fact.value):
            yield Statement(
                fact.subject,
                fact.predicate,
                new,
                name=new if fact.predicate == "name" else fact.name,
                thing=fact.thing,
                instead_of=fact.value,
            )


def no_more_called(text: str, known: Sequence[Fact]) -> Iterator[Statement]:
    """Yield the name that somebody doesn't want to be called by any more."""
    found = _NO_MORE_CALLED.search(text)
    for fact in known if found else ():
        named = fact.subject == SELF and fact.predicate in {"name", "nickname"}
        if found and named and fact.value.lower() == found["name"].lower():
            yield claim_of(fact, Claim.DENIED)


def _new_value(fact: Fact, words: str, stated: Sequence[Statement]) -> str:
    """Return what a correction puts in a value's place; empty if it isn't one."""
    for one in stated:
        if one.predicate == fact.predicate and one.claim is Claim.HOLDS and one.value in words:
            return one.value
    new = tidy(_BEFORE_NEW.sub("", words))
    return new if len(new.split()) <= _MOST_WORDS else ""
