"""What plain sentences state by the table of rules, where the tagger was not sure enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from memories.facts.hearing.scope import own_words, sentences
from memories.facts.hearing.values import checked, kind_of
from memories.facts.kinship import subject_of
from memories.facts.ledger import same_value
from memories.facts.predicates import SELF
from memories.facts.rules import Found, matched
from memories.facts.statements import Claim, Said, Statement

# Rules below it mean something else too often.
LEAST = 0.85
# The predicate of each kind of slot in the table of rules; of people and animals, its last part.
_OWN: tuple[tuple[str, str], ...] = (
    (r"name\.preferred", "nickname"),
    (r"name(?:\.full)?", "name"),
    ("birthday", "birthday"),
    (r"birth\.year", "birth_year"),
    ("age", "age"),
    (r"health\..*", "health"),
    (r"language\..*", "language"),
    (r"learning\..*", "learning"),
    (r"home\.city", "home"),
    (r"home\.origin", "origin"),
    (r"home\.birthplace", "birthplace"),
    (r"home\.nationality", "nationality"),
    (r"home\.with", "home_with"),
    (r"work\.job", "job"),
    (r"work\.employer", "employer"),
    (r"work\.status", "status"),
    (r"work\.business", "business"),
    (r"work\.studies", "studies"),
    (r"work\.school", "school"),
    (r"favorite\..*", "favourite"),
    (r"(?:hobby|play|practice)\..*", "hobby"),
)
_OF_OTHERS = re.compile(
    r"(?:pet|person)\..*?(?:\.(?P<last>name|home|job|age|birthday|death"
    r"|count))?$"
)
_NO_MORE = re.compile(r"\bno longer\b|\bany ?more\b", re.IGNORECASE)
# “They do not drink coffee” says what they do without, not what they have.
_ABSTAINS = re.compile(r"\bdo not \{verb\}")
_LONGEST_PLACE = 3
_NOT_TAKEN = frozenset({"their job", "home", "work"})


# A pastime said plainly: “I love gardening”.
_PASTIME = re.compile(
    r"(?i)\W*i (?:(?:really|also|just|absolutely|totally) )*(?P<verb>love|like|enjoy|adore|hate)"
    r" (?P<value>(?!being|having|getting|waiting|doing|going|nothing|something|anything|everything)"
    r"[a-z]+ing)(?: (?:so much|a lot|too))?[.!]*\s*"
)


def pastimes(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return the pastime that a whole message says is loved or hated, unless it was heard."""
    match = _PASTIME.fullmatch(said.text)
    if match is None or stated:
        return []
    verb = match["verb"].lower()
    predicate = "dislike" if verb == "hate" else "like"
    return [Statement(SELF, predicate, match["value"], verb=verb, start=match.start("value"))]


def by_rules(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what plain rules find beyond what was heard already.

    Args:
        stated: what the tagger's marks gave.
    """
    text = own_words(said.text).replace("\0", " ")
    parts = sentences(own_words(said.text))
    found: list[Statement] = []
    for one in _statements(matched(text), said):
        # “drink no coffee” was said as “don't drink coffee”.
        place = text.lower().find(one.value.lower().rpartition(" no ")[2])
        home = next((part for part in parts if part.start <= place < part.end), None)
        if home is not None and home.states(place) and not _is_heard(one, [*stated, *found]):
            found.append(one)
    return found


def _statements(found: Sequence[Found], said: Said) -> Iterator[Statement]:
    for one in found:
        if one.rule.confidence < LEAST or not _is_taken(one):
            continue
        predicate, subject = _kind(one)
        value = checked(predicate, one.value, said.at, ZoneInfo(said.zone)) if predicate else ""
        if value and _ABSTAINS.search(one.rule.text):
            value = f"{one.groups['verb'].lower()} no {value}"
        if not value or not subject or value.lower() in _NOT_TAKEN:
            continue
        if predicate in {"home", "origin"} and len(value.split()) > _LONGEST_PLACE:
            continue
        yield Statement(
            subject,
            kind_of(predicate, value),
            value,
            _claim(one, said.text),
            name=value if predicate == "name" and subject != SELF else one.groups.get("name") or "",
            thing=one.groups.get("thing") or "",
            confidence=one.rule.confidence,
            definite=" is called" in one.rule.text,
        )


def _claim(found: Found, text: str) -> Claim:
    if "no longer" not in found.rule.text:
        return Claim.HOLDS
    return Claim.OVER if _NO_MORE.search(text) else Claim.DENIED


def _is_taken(found: Found) -> bool:
    """Return whether a rule is of a kind that it is good at."""
    favourite = found.rule.slot.startswith("favorite")
    return favourite or found.rule.category not in {"plan", "like", "dislike"}


def _kind(found: Found) -> tuple[str, str]:
    """Return the predicate and the subject of a rule's find; empty if the table has none."""
    slot = found.rule.slot
    if not slot.startswith(("pet.", "person.")):
        own = (name for pattern, name in _OWN if re.fullmatch(pattern, slot))
        return next(own, ""), SELF
    last = _OF_OTHERS.fullmatch(slot)
    predicate = (last["last"] if last else None) or ("name" if "{value}" in slot else "")
    if predicate == "death":
        return "", ""
    return predicate, subject_of(found.groups.get("noun") or "")


def _is_heard(one: Statement, stated: Sequence[Statement]) -> bool:
    """Return whether the same words were heard already, as whatever."""
    return any(
        same_value(one.value, other.value)
        or (one.predicate == other.predicate and one.subject == other.subject)
        for other in stated
    )
