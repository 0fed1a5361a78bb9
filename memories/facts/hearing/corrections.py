"""Values that a message corrects: “not Julia, Julie”, “don't call me Lexi”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from memories.facts.hearing.known import claim_of
from memories.facts.hearing.values import NAME_OF_OTHER, checked, tidy
from memories.facts.ledger import Fact, same_value
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement

_NEW = r"(?P<new>[^\W\d_][\w'’.-]*(?: [\w'’.-]+){0,3}?|\d+)"
_LEAD = r"(?:it'?s|it is|its|she'?s|he'?s|but|rather|i mean|i meant|is|called|named|actually)"
_BEFORE_NEW = re.compile(
    rf"^(?:.*\b(?:is|was|called|named|said|meant)\s+|{_LEAD}\s+|in\s+)+", re.IGNORECASE
)
# “Not allergic to nuts after all”
_NO_VALUE = re.compile(
    r"(?:after all|any ?more|any longer|at all|(?:right )?now|yet|really|either|though|actually"
    r"|lately|these days|today|for (?:now|long|once|sure)|apparently|unfortunately|sadly|thankfully"
    r"|lol|haha|sorry|ever again|no more)(?: [a-z]+)?",
    re.IGNORECASE,
)
_MOST_WORDS = 4
TAKES_BACK = re.compile(
    r"^\W*(?:(?:no|lol|haha|ok|sorry|nah|wait|actually|(?:i'?m|it'?s|that'?s|i am) not)\W+)*"
    r"(?:(?:just|only|i'?m|i was|was)\s+){0,3}"
    r"(?:kidding|joking|jk|j/k|messing with you|pullin[g'’]? your leg|lying)\b"
    r"|\bi made (?:that|it) up\b|\bthat was (?:a|just a) (?:joke|lie)\b|\bscratch that\b"
    r"|\bapril fools?\b|^\W*not really\W*$|\bforget (?:that|what i (?:just )?said)(?=\W*$|[,.!;])",
    re.IGNORECASE,
)
# “Oops, I meant the 4th of June”, “1991 sorry”, “*Julie”: of what was said last.
_MEANT = re.compile(
    r"^\W*(?:(?:no|wait|sorry|oops|whoops|ugh|lol|argh|oh|typo|autocorrect|correction"
    r"|actually)\W+)*"
    r"(?:i (?:meant|mean|meant to (?:say|write|type|put))|make that|should (?:be|say|have been)"
    r"|supposed to be) (?P<new>[^,.!?;]{1,30}?)(?: sorry| lol| obviously| instead)?\W*$"
    r"|^(?P<new2>[^,.!?;]{1,20}?),? (?:sorry|oops|whoops|i mean)\b(?:\W.{0,20})?$"
    r"|^\W*(?:(?:sorry|oops|lol|ugh)\W+)*typo\W+(?P<new5>[^,.?;]{1,20}?)\W*$"
    r"|^\*(?P<new3>[^*]{1,30})\*?$|^(?P<new4>[^*]{1,30})\*$",
    re.IGNORECASE,
)
_SLIP = timedelta(minutes=30)
# Each of them has a form by which a new value of its kind is known.
_CORRECTED_BARE = frozenset(
    {"age", "birth_year", "birthday", "name", "nickname", "home", "employer"}
)
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
        match = match or re.search(
            rf"\b{old} (?:should|was meant|was supposed) (?:to )?(?:be|say|read|have been) {_NEW}"
            r"(?=\s*(?:[,.!?;)]|$))",
            text,
            re.IGNORECASE,
        )
        if match is None:
            continue
        new = _new_value(fact, match["new"], stated)
        if new and not _NO_VALUE.fullmatch(new) and not same_value(new, fact.value):
            yield Statement(
                fact.subject,
                fact.predicate,
                new,
                name=new if fact.predicate == "name" else fact.name,
                thing=fact.thing,
                instead_of=fact.value,
            )


def meant(said: Said, text: str, known: Sequence[Fact]) -> Iterator[Statement]:
    """Yield what somebody says right after a slip that they meant: “I meant the 4th”."""
    match = _MEANT.search(text.strip())
    words = next(filter(None, match.groups()), "") if match else ""
    latest = max((fact.since for fact in known), default=None)
    if not words or latest is None or said.at - latest > _SLIP:
        return
    last = [fact for fact in known if fact.since == latest]
    fact = last[0]
    if len(last) > 1 or fact.predicate not in _CORRECTED_BARE:
        return
    kind = NAME_OF_OTHER if fact.predicate == "name" and fact.subject != SELF else fact.predicate
    new = checked(kind, words, said.at, ZoneInfo(said.zone))
    of_a_name = fact.value[:1].isupper() and fact.predicate != "birthday"
    if new and (not of_a_name or new[:1].isupper()) and not same_value(new, fact.value):
        name = new if fact.predicate == "name" and fact.subject != SELF else fact.name
        yield Statement(fact.subject, fact.predicate, new, name=name, instead_of=fact.value)


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
