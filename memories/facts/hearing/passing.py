"""Patterns of what is mentioned in passing, and how they are looked for in a message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from memories.facts.dates import When, dates_in
from memories.facts.hearing.scope import own_words, sentences
from memories.facts.hearing.values import NAME_OF_OTHER, checked
from memories.facts.ledger import same_value
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement

CONFIDENCE = 0.85
# A message may name several of each.
_SEVERAL = frozenset({"like", "dislike", "hobby"})
CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])[\w'&-]*"
PROPER = rf"{CAPITAL}(?: (?:& )?{CAPITAL}){{0,2}}"


@dataclass(frozen=True, slots=True)
class Context:
    """The sentence that a pattern was found in, and the message around it.

    Args:
        start: where the sentence begins in the message.
    """

    said: Said
    zone: ZoneInfo
    sentence: str
    start: int

    def dates(self) -> list[When]:
        """Return the days that the sentence names."""
        return dates_in(self.sentence, self.said.at, self.zone)

    def to_come(self) -> When | None:
        """Return the day to come that the sentence names; None if there is none."""
        today = self.said.at.astimezone(self.zone).date()
        return next((one for one in self.dates() if one.last > today), None)


Maker = Callable[[re.Match[str], Context], Statement | None]
Pattern = tuple[str, Maker]


def fact(
    predicate: str,
    value: str,
    match: re.Match[str],
    context: Context,
    *,
    subject: str = SELF,
    when: When | None = None,
    thing: str = "",
    verb: str = "",
) -> Statement | None:
    """Return a statement of a value; None if the words aren't such a value."""
    is_name = predicate == "name" and subject != SELF
    value = checked(NAME_OF_OTHER if is_name else predicate, value, context.said.at, context.zone)
    if not value or not subject:
        return None
    return Statement(
        subject,
        predicate,
        value,
        name=value if is_name else "",
        thing=thing,
        verb=verb,
        when=when,
        confidence=CONFIDENCE,
        start=context.start + match.start(),
    )


def value_of(predicate: str) -> Maker:
    """Return a maker of facts of a kind from the group "value"."""
    return lambda match, context: fact(predicate, match["value"], match, context)


@cache
def _compiled(written: str) -> re.Pattern[str]:
    return re.compile(written, re.IGNORECASE)


def found_in(said: Said, patterns: Sequence[Pattern]) -> Iterator[Statement]:
    """Yield what the sentences of a message that state something say by some patterns."""
    zone = ZoneInfo(said.zone)
    for sentence in sentences(own_words(said.text)):
        context = Context(said, zone, sentence.text, sentence.start)
        for written, make in patterns if not sentence.others else ():
            match = _compiled(written).search(sentence.text)
            if match is None or not sentence.states(sentence.start + match.start()):
                continue
            if made := make(match, context):
                yield made


def is_heard(one: Statement, stated: Sequence[Statement]) -> bool:
    """Return whether something of a kind was stated of somebody already.

    Of tastes and hobbies only the same one counts.
    """
    return any(
        one.predicate == other.predicate
        and one.subject == other.subject
        and (one.predicate not in _SEVERAL or same_value(one.value, other.value))
        for other in stated
    )


def unheard(found: Iterable[Statement], stated: Sequence[Statement]) -> list[Statement]:
    """Return what is new among what was found; of one kind the first."""
    new: list[Statement] = []
    for one in found:
        if not is_heard(one, [*stated, *new]):
            new.append(one)
    return new
