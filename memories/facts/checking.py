"""Checks facts that a language model found: only what the person's own words support is taken."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from memories.facts.dates import dates_in
from memories.facts.hearing.scope import Sentence, own_words, plain, sentences
from memories.facts.hearing.values import checked
from memories.facts.kinship import are_alike, subject_of
from memories.facts.ledger import Fact, same_value
from memories.facts.predicates import PREDICATES, SELF
from memories.facts.statements import Claim, Said, Statement
from memories.facts.vocabulary import SMALL_WORDS

# A model is sure of everything.
MOST_CONFIDENCE = 0.9
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|instructions?|system prompt|prompt|assistant|you (?:must|should|are"
    r" now)"
    r"|always (?:say|answer|reply)|never (?:say|answer|reply)|password|execute|http|www"
    r"|jailbreak)\b"
    r"|[<>{}\[\]|`#]|://|\bas an? (?:ai|language model)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
# Values that people state in other words.
_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "married": ("wife", "husband", "wedding", "hitched"),
    "engaged": ("fiancé", "fiancée", "fiance", "proposed"),
    "single": ("broke", "alone", "split"),
    "divorced": ("divorce",),
    "vegetarian": ("veggie", "meat"),
    "vegan": ("plant",),
    "pregnant": ("expecting", "baby", "due"),
    "retired": ("retire", "retirement", "pension"),
    "unemployed": ("job", "fired", "laid"),
    "student": ("study", "studying", "uni", "university", "college"),
    "teacher": ("teach", "teaching"),
    "driver": ("drive", "driving"),
    "alone": ("own", "myself", "single"),
    "died": ("dead", "passed", "lost", "death", "gone"),
    "football": ("soccer",),
    "usa": ("america", "states", "us"),
    "uk": ("britain", "england"),
}


def statement_in(found: object, said: Said, known: Sequence[Fact]) -> Statement | None:
    """Return a model's fact as a statement; None if it is odd or the words do not support it.

    Args:
        found: an object with subject, predicate, value, claim and confidence.
        said: the message that it was found in.
        known: the facts that hold, which what ended must be among.
    """
    if not isinstance(found, Mapping):
        return None
    parts = _parts(found, said)
    if parts is None:
        return None
    subject, predicate, value, claim = parts
    text = own_words(plain(said.text))
    ends_known = claim is not Claim.HOLDS and any(
        fact.predicate == predicate
        and are_alike(fact.subject, subject)
        and (same_value(fact.value, value))
        for fact in known
    )
    place = _supported(value, text)
    if place is None and not ends_known:
        return None
    if place is not None and not _is_stated(place, sentences(text)):
        return None
    if subject != SELF and not _names(subject, text, known):
        return None
    return _dated(
        Statement(
            subject,
            predicate,
            value,
            claim,
            confidence=_confidence(found.get("confidence")),
            start=place or 0,
            name=_name(subject, predicate, value, found, text),
        ),
        said,
        text,
    )


def _parts(found: Mapping[Any, Any], said: Said) -> tuple[str, str, str, Claim] | None:
    """Return subject, predicate, value and claim in their closed forms; None if one is odd."""
    predicate, value, subject = (found.get(name) for name in ("predicate", "value", "subject"))
    if not (isinstance(predicate, str) and isinstance(value, str) and isinstance(subject, str)):
        return None
    if predicate not in PREDICATES or predicate == "note" or _INSTRUCTION.search(value):
        return None
    whom = (
        SELF
        if subject.strip().lower() in {"self", "they", "user", "author"}
        else subject_of(subject)
    )
    words = checked(predicate, value, said.at, ZoneInfo(said.zone))
    claims = {claim.value: claim for claim in Claim}
    claim = claims.get(str(found.get("claim", "holds")))
    return (whom, predicate, words, claim) if whom and words and claim else None


def _confidence(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        return MOST_CONFIDENCE
    return float(min(MOST_CONFIDENCE, max(0, min(1, given))))


def _supported(value: str, text: str) -> int | None:
    """Return where a value, or words that mean it, stand in a text; None if they do not."""
    low = text.lower()
    exact = low.find(value.lower())
    if exact >= 0:
        return exact
    there = {match.group(): match.start() for match in _WORD.finditer(low)}
    places = []
    for word in _WORD.findall(value.lower()):
        if word in SMALL_WORDS:
            continue
        place = _place_of(word, there)
        if place is None:
            return None
        places.append(place)
    return min(places, default=None)


def _place_of(word: str, there: Mapping[str, int]) -> int | None:
    if word in there:
        return there[word]
    stem = word[: max(4, len(word) - 3)]
    like = [place for other, place in there.items() if len(word) > 4 and other.startswith(stem)]
    also = [there[other] for other in _SYNONYMS.get(word, ()) if other in there]
    return min([*like, *also], default=None)


def _is_stated(place: int, parts: Sequence[Sentence]) -> bool:
    home = next((one for one in parts if one.start <= place < one.end), None)
    return home is not None and home.states(place)


def _names(subject: str, text: str, known: Sequence[Fact]) -> bool:
    """Return whether a text speaks of somebody: by what they are, by a known name, or as they."""
    words = text.split()
    runs = (" ".join(words[at : at + size]) for size in (1, 2, 3) for at in range(len(words)))
    if any(are_alike(found, subject) for run in runs if (found := subject_of(run.strip(".,!?'s")))):
        return True
    return any(
        are_alike(fact.subject, subject) and fact.name and fact.name.lower() in text.lower()
        for fact in known
    )


def _name(subject: str, predicate: str, value: str, found: Mapping[Any, Any], text: str) -> str:
    if subject == SELF:
        return ""
    if predicate == "name":
        return value
    name = found.get("name")
    return name if isinstance(name, str) and name and name.lower() in text.lower() else ""


def _dated(statement: Statement, said: Said, text: str) -> Statement | None:
    """Give a plan its date, worked out here and not by the model; without one it isn't a plan."""
    if statement.predicate != "plan" or statement.claim is not Claim.HOLDS:
        return statement
    zone = ZoneInfo(said.zone)
    today = said.at.astimezone(zone).date()
    ahead = [one for one in dates_in(text, said.at, zone) if one.last >= today]
    if not ahead:
        return None

    return replace(statement, when=min(ahead, key=lambda one: abs(one.start - statement.start)))
