"""Names and ages that stand beside a word for somebody: «my son Arjun (9)», «partner - Siri»."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from memories.facts.hearing.scope import own_words, sentences
from memories.facts.hearing.values import checked
from memories.facts.kinship import subject_of
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement

CONFIDENCE = 0.9
_NAME = r"(?P<name>(?-i:[A-ZÀ-ÖØ-Þ])[\w'’-]+)"
# A name in small letters is one only where nothing else can stand.
_ANY_NAME = r"(?P<name>[^\W\d_][\w'’-]+)"
_KIN = r"(?P<kin>(?:(?!and\b|with\b)[\w-]+ ){0,2}?[\w-]+)"
_AGE = r"(?P<age>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # «My husband Omar and I»
        rf"\b(?:my|our) {_KIN},? {_NAME},? and (?:i|me)\b",
        # «my son arjun (9)»
        rf"\b(?:my|our) {_KIN},? {_ANY_NAME} ?\( ?{_AGE} ?\)",
        # «we have a three year old, Sami»
        rf"\b(?:have|got|mum to|mom to|dad to|with) an? {_AGE}[ -]years?[ -]old"
        rf"(?: (?P<kin>son|daughter|boy|girl|child|kid))?,?(?: called| named)? {_NAME}",
        # «partner - Siri»
        rf"^\W*(?:my )?{_KIN} ?[-–—:=] ?{_NAME}\W*$",
    )
)


def people_beside(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what was heard, corrected by the names and ages that stand beside words for people.

    Args:
        stated: what was heard otherwise.
    """
    found = list(_found(said))
    sure = {(one.subject, one.predicate) for one in found}
    names = {one.name.lower() for one in found}
    others = [
        one
        for one in stated
        if (one.subject, one.predicate, one.value.lower())
        not in {(new.subject, new.predicate, new.value.lower()) for new in found}
        and not (one.predicate == "name" and one.value.lower() in names)
        and not (
            (one.subject, one.predicate) in sure and one.predicate == "name" and not one.instead_of
        )
    ]
    return [*others, *found]


def _found(said: Said) -> Iterator[Statement]:
    text = own_words(said.text)
    for sentence in sentences(text):
        for pattern in _PATTERNS:
            match = pattern.search(sentence.text)
            if match and sentence.states(sentence.start + match.start("name")):
                yield from _of_match(match, said, sentence.start)


def _of_match(match: re.Match[str], said: Said, start: int) -> Iterator[Statement]:
    groups = match.groupdict()
    subject = subject_of(groups["kin"]) if groups.get("kin") else "child"
    zone = ZoneInfo(said.zone)
    name = checked("name", match["name"], said.at, zone)
    if not subject or subject == SELF or not name or subject_of(name):
        return
    place = start + match.start("name")
    yield _statement(subject, "name", name, name, place)
    if groups.get("age") and (age := checked("age", groups["age"], said.at, zone)):
        yield _statement(subject, "age", age, name, place)


def _statement(subject: str, predicate: str, value: str, name: str, start: int) -> Statement:
    return Statement(
        subject, predicate, value, Claim.HOLDS, name=name, confidence=CONFIDENCE, start=start
    )
