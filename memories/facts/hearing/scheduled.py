"""What somebody will do on a day: “in July we go to Portugal”, “tomorrow I have the late shift”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from memories.facts.clock import blanked, end_of_day, named_clock
from memories.facts.dates import When, dates_in
from memories.facts.hearing.passing import CONFIDENCE, unheard
from memories.facts.hearing.scope import own_words, sentences
from memories.facts.hearing.values import checked
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement

_MOST_WORDS = 9
# “This year” is too long to be the day of a plan.
_LONGEST = timedelta(days=100)
_SUBJECT = re.compile(r"\b(?:i|we)(?=['’]|m\b|\s)", re.IGNORECASE)
# “Got regionals on Friday”: who leaves out “I” begins with what they have.
_LEFT_OUT = re.compile(
    r"\W*(?:(?:and|so|oh|btw|well|ok|hey|right|yay|ugh|but)\W+)*(?=(?:got|have)\s)", re.IGNORECASE
)
_OF_A_SIDE_CLAUSE = re.compile(
    r"\b(?:if|when|before|after|until|unless|while|once|since|than|what|whether|wish|why|how)\s+$",
    re.IGNORECASE,
)
_ADVERBS = r"(?:(?:also|just|then|finally|actually|both|probably) )*"
_VALUE = r"(?P<value>[^,;.!?()\0]+)"
# Words of a promise or a guess, of which no plan is made: “I'll tell you”, “we'll see”.
_NO_DEED = r"(?!(?:be|have|see|tell|ask|let|try|know|think|talk|say|keep|never|not|need|do)\b)"
_AM = r"(?:['’]?m|['’]?re| am| are) "
# What is done on a day that is named stands in the present as well: “we move in May”.
_VERB = (
    r"(?:come|fly|drive|travel|sail|head|move|start|begin|leave|return|meet|see|visit|join|take"
    r"|bring|pick|drop|play|perform|present|sit|give|hand|launch|open|finish|graduate|retire|marry"
    r"|host|celebrate|attend|teach|sing|compete|race|fetch|collect|renew|defend) "
)
# What follows “I”, and how the plan is worded.
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(written, re.IGNORECASE), wording)
    for written, wording in (
        (rf"(?:['’]ll| will| shall) {_ADVERBS}{_NO_DEED}{_VALUE}", "to {}"),
        (
            rf"{_AM}{_ADVERBS}(?:gonna|(?:going|about|due) to) {_NO_DEED}"
            rf"(?!(?:the|an?|my|our)\b|(?-i:[A-Z])){_VALUE}",
            "to {}",
        ),
        (
            rf"(?: have|['’]ve)?(?: (?:have|got|need|must) to| must| gotta) {_NO_DEED}{_VALUE}",
            "to {}",
        ),
        (rf" {_ADVERBS}(?={_VERB}){_VALUE}", "to {}"),
        (rf"(?: {_ADVERBS}go| {_ADVERBS}head|{_AM}{_ADVERBS}off) {_VALUE}", "going {}"),
        (rf"{_AM}{_ADVERBS}(?P<value>\w+ing [^,;.!?()\0]+)", "{}"),
        (
            rf"(?:['’]ll have|['’]ve got| will have| have got| have| got) {_ADVERBS}"
            r"(?!(?:to|been|had|not?|nothing|never|always|fun|time|plenty|enough|any|you|it|this"
            r"|that|gone|got|laid|hit|stuck|told|lost|rid|up|home|back|in|into|out|over|through"
            rf"|\w+ed)\b){_VALUE}",
            "{}",
        ),
        (rf"['’]ve {_ADVERBS}(?=(?:an?|the|my|our|another|two|three)\b){_VALUE}", "{}"),
    )
)
# Where what follows is another thing.
_NEXT = re.compile(
    r" (?:but|so|because|cos|coz|then|if|which|who|where|when|while|until|unless|tho|though"
    r"|and(?= (?:i|i['’]?m|im|we|it|it['’]?s|he|she|they|then|my)\b))\b.*",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:every|each|\w+days|mornings|evenings|nights|weekends|usually)\b", re.IGNORECASE
)
# “Tomorrow I have the early run, up at 4”: the clock is of the next thing.
_APART = re.compile(r"[,;] *\w")
# “I have a cold and tomorrow is Monday”
_IS = re.compile(r" ?(?:is|['’]s|was|will)\b", re.IGNORECASE)
# “I celebrate my birthday on 30 June”, “I'm doing dry January”
_NO_PLAN = re.compile(r"\b(?:birthday|bday|dry$)", re.IGNORECASE)
_TODAY = re.compile(r"\b(?:tonight|this (?:afternoon|evening)|later today)\b", re.IGNORECASE)


def with_scheduled(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return statements with what their author does on a day to come, if no plan was heard.

    What is planned isn't what ails them: “on Friday I have the chiropodist”.

    Args:
        stated: what was heard already.
    """
    found = [*stated, *unheard(_plans(said), stated)]
    plans = [one.value for one in found if one.predicate == "plan" and one.own]

    def is_event(one: Statement) -> bool:
        return one.predicate == "health" and any(one.value in plan for plan in plans)

    return [one for one in found if not is_event(one)]


def _plans(said: Said) -> Iterator[Statement]:
    zone = ZoneInfo(said.zone)
    for sentence in sentences(own_words(said.text)):
        when = _to_come(sentence.text, said, zone)
        if when is None or _EACH.search(sentence.text):
            continue
        clock = named_clock(sentence.text)
        if clock and _APART.search(sentence.text[when.end : clock.start]):
            when = replace(when, at=None)
        spans = [(when.start, end_of_day(sentence.text, when.end))]
        spans += [(clock.start, clock.end)] if clock else []
        text = blanked(sentence.text, spans)
        for place in _beginnings(text):
            # “Got a baby on the way, due in July”
            if "," in text[place : when.start]:
                continue
            start = sentence.start + place
            value = _plan_at(text[place:]) if sentence.states(start) else ""
            if value := checked("plan", value, said.at, zone):
                yield Statement(SELF, "plan", value, when=when, confidence=CONFIDENCE, start=start)
                break


def _to_come(text: str, said: Said, zone: ZoneInfo) -> When | None:
    """Return the first day to come that a sentence names; None if it names none."""
    today = said.at.astimezone(zone).date()
    for when in dates_in(text, said.at, zone):
        comes = when.last > today or (when.first == today and _TODAY.search(text))
        is_near = when.last - when.first <= _LONGEST
        is_thing = _IS.match(text, when.end)
        if comes and is_near and not is_thing:
            return when
    return None


def _beginnings(text: str) -> Iterator[int]:
    """Yield where it may be said what the author does: after “I” and “we”, or at the beginning."""
    if left_out := _LEFT_OUT.match(text):
        yield left_out.end()
    for subject in _SUBJECT.finditer(text):
        if not _OF_A_SIDE_CLAUSE.search(text[: subject.start()]):
            yield subject.end()


def _plan_at(after: str) -> str:
    """Return the plan that follows “I”; empty if none does."""
    after = re.sub(r" +", " ", after)
    for pattern, wording in _SAID:
        match = pattern.match(after if after[:1] in " '’m" else f" {after}")
        value = _NEXT.sub("", match["value"]).strip() if match else ""
        if value and len(value.split()) <= _MOST_WORDS and not _NO_PLAN.search(value):
            return wording.format(value)
    return ""
