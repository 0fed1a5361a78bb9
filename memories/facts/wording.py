"""Facts as sentences: about a person ("they") or to the person ("you"), now or past."""

from __future__ import annotations

import re
from datetime import datetime

from memories.facts.dates import When
from memories.facts.kinship import LOVES, means
from memories.facts.predicates import PREDICATES, SELF, About, about

# What is done, as "moving to Graz"; not what is had, as "a driving theory test".
_GERUND = re.compile(
    r"(?i)(?!evening|morning|wedding|meeting|training|viewing|hearing|fitting|dressing"
    r"|\w+ing (?:(?!an?\b|the\b|my\b|their\b|to\b|for\b|with\b|in\b|at\b)\w+ ){0,2}(?:tests?|exams?"
    r"|lessons?|class|course|session|trip|weekend|party|competition|appointment|interview"
    r"|tournament|match|retreat|holiday|club|group|day)\b)\w+ing\b"
)
_CLAUSE = re.compile(
    r"(?i)(?:the |their )?[\w' -]*?\b(?:is|are|was|were|starts|runs|ends|arrives|visits|comes"
    r"|leaves|turns|gets|(?<=s )(?:start|run|end|arrive|visit|come|leave|turn|get))\b"
    r"(?! (?:due date))"
)
_DETERMINED = re.compile(r"(?:the|an?|their|your|his|her|our|this|that|it|they|he|she)\b", re.I)
_DOING = re.compile(
    r"(?i)(?:start|fly|move|graduate|leave|see|meet|hand|call|buy|renew|book|pick|visit|travel|go"
    r"|finish|take|have|turn|drive|pay|send|write|do|get|help|arrive)\b"
)
_COUNTED = re.compile(
    r"(?i)(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|no|\d+|twins|triplets)\b"
)
_PLACES = re.compile(
    r"(?i)(?:a|the) (?:village|town|house|flat|farm|city|suburb|island)\b.*\bnear\b|near\b.*"
)


def sentence(
    subject: str,
    predicate: str,
    value: str,
    *,
    name: str = "",
    thing: str = "",
    verb: str = "",
    when: When | None = None,
    until: str = "",
    over: bool = False,
    to_person: bool = False,
) -> str:
    """Return a fact as one sentence.

    Args:
        name: what the subject is called, where known.
        thing, verb: as in `Statement`.
        when: of a plan.
        until: when it ended, "until 2019"; empty if that is not known.
        over: whether it is worded as past.
        to_person: whether it is said to the person ("you"), not of them ("they").
    """
    own = subject == SELF
    whom = about(subject, name="" if predicate == "name" else name, to_person=to_person)
    row = PREDICATES[predicate]
    if predicate == "plan":
        return _plan(whom, value, when, over=over)
    if predicate == "favourite":
        return _favourite(whom, value, thing, until, over=over)
    if predicate == "count" and not own:
        return _count(subject, value, until, over=over, to_person=to_person)
    if predicate == "death":
        return _capital(f"{whom.who} {'have' if whom.plural else 'has'} died.")
    if verb and not over and predicate in {"like", "dislike"}:
        return _capital(f"{whom.who} {verb if whom.plural else verb + 's'} {value}.")
    return (
        row.past(whom, value, until=until, own=own) if over else row.present(whom, value, own=own)
    )


def _plan(whom: About, value: str, when: When | None, *, over: bool) -> str:
    day = f" {when.said()}" if when else ""
    if whom.who == "you":
        value = re.sub(r"\btheir\b", "your", value)
    if _GERUND.match(value):
        return _capital(
            f"{whom.who} {whom.was if over else ('are' if whom.plural else 'is')} {value}{day}."
        )
    if re.match(r"(?i)to ", value) or _DOING.match(value):
        verb = ("were" if whom.plural else "was") if over else ("are" if whom.plural else "is")
        bare = re.sub(r"(?i)^to ", "", value)
        return _capital(f"{whom.who} {verb} going to {bare}{day}.")
    if _CLAUSE.match(value):
        if value[:1].islower() and not _DETERMINED.match(value):
            value = f"{whom.whose} {value}"
        return _capital(f"{_past_clause(value) if over else value}{day}.")
    row = PREDICATES["plan"]
    said = row.past(whom, value) if over else row.present(whom, value)
    return f"{said[:-1]}{day}."


_PAST = {
    "is": "was", "are": "were", "starts": "started", "start": "started", "runs": "ran",
    "ends": "ended", "arrive": "arrived", "arrives": "arrived", "visits": "visited",
    "comes": "came", "leaves": "left", "turns": "turned", "gets": "got",
}  # fmt: skip


def _past_clause(value: str) -> str:
    return re.sub(
        r"\b(?:is|are|starts?|runs|ends|arrives?|visits|comes|leaves|turns|gets)\b",
        lambda word: _PAST.get(word.group().lower(), word.group()),
        value,
        count=1,
    )


def _favourite(whom: About, value: str, thing: str, until: str, *, over: bool) -> str:
    kind = f"favourite {thing}" if thing else "favourite"
    if over:
        return _capital(f"{whom.whose} {kind} was {value}{f' {until}' if until else ''}.")
    return _capital(f"{whom.whose} {kind} is {value}.")


def _count(subject: str, value: str, until: str, *, over: bool, to_person: bool) -> str:
    who = "You" if to_person else "They"
    counted = value if _COUNTED.match(value) else f"{_an(value)} {value}"
    if counted.split()[-1:] and re.fullmatch(r"(?i)\w+", counted) and not _names(counted, subject):
        counted = f"{counted} {_several(subject, counted)}"
    return f"{who} {'had' if over else 'have'} {counted}{f' {until}' if until else ''}."


def _names(counted: str, subject: str) -> bool:
    return counted.lower() in {"twins", "triplets"} or means(subject)[:3] in counted.lower()


def _several(subject: str, counted: str) -> str:
    if counted.lower() in {"a", "an", "one", "1"}:
        return subject
    return {"child": "children", "wife": "wives"}.get(subject, f"{subject}s")


def _an(value: str) -> str:
    return "an" if value[:1].lower() in "aeiou" else "a"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def until_words(ended: datetime | None, when: When | None) -> str:
    """Return when something ended: "until 2019" where it was said, "until March 2026" else."""
    if when is not None:
        if when.is_day:
            return f"until {when.first.day} {when.first:%B %Y}"
        return f"until {when.said().removeprefix('in ')}"
    return f"until {ended:%B %Y}" if ended else ""


def is_love(subject: str) -> bool:
    """Return whether a subject is somebody whom the person is or was together with."""
    return subject in LOVES or means(subject) in LOVES
