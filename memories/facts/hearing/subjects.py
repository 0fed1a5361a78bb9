"""Whom a marked value is about: "self", or which of the people and animals that are named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from memories.facts.hearing.scope import Sentence
from memories.facts.kinship import is_animal, is_person, subject_of
from memories.facts.predicates import SELF
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.words import SUBJECT

# “Me mam”, “ma maw”: as some say it for “my mam”.
ME_AND_KIN = (
    r"(?:me|mi|mah|ma) (?=(?:(?:old|wee|big|little) )?(?:mam|ma|maw|mum|mom|da|dad|paw|faither|nan"
    r"|gran|granny|grandad|granda|brother|sister|missus|wife|husband|hubby|son|daughter|lad|lass"
    r"|mate|pal)\b)"
)
# “My sister”, “a dog”, “our two kids”, and a bare “mum” at the start.
_OWNED = re.compile(
    rf"(?:\b{ME_AND_KIN}|\b(?:my|our|his|her|their|your|an?|another|the|twin|two|three|four|five|[2-9])\s+"
    r"|^\W*|(?:,|\band|\bn|&)\s+(?=(?:mum|mom|dad|nan|gran|grandma|grandpa|grandad)(?:['’]?s)?\b))"
    r"((?:[\w'-]+\s+){0,2}?[\w-]+)",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"(?<!\bit)(?<!\bhere)(?<!\bthat)(?:'s?|’s?)\s+(?:(?!my|our|an?\b|the\b)[\w-]+\s+)?$"
    r"|\b(?:his|her|their|your)\s+(?:\w+\s+)?$"
    # “Susan has two boys”
    r"|(?:\b(?:he|she)|(?-i:\b(?!We|They|You)[A-Z][a-z]+))\s+(?:has|had|have|got|'s got)"
    r"\s+(?:got\s+)?(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
# “Mum to three”, “father of twins” is who says it.
_ROLE_OF_AUTHOR = re.compile(
    r" (?:of|to) (?:(?:an?|one|two|three|four|five|six|seven|eight|\d+|the|some|twins?|many|both"
    r"|little)\b"
    r"|(?-i:[A-Z]))",
    re.IGNORECASE,
)
_SOMEBODYS = re.compile(r"\b(?:my|our|his|her|their|your|the)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
# “My mother tongue is Wolof” is not about her.
_MOTHER_TONGUE = re.compile(r" (?:tongue|language)\b", re.IGNORECASE)
_IN_LAW = re.compile(r"[ -]in[ -]laws?\b", re.IGNORECASE)
# “Her name is Wren, my partner chose it”: the partner does something, and isn't called Wren.
_IS_CALLED = re.compile(
    r"\b(?:his|her|its|their) (?:\w+ )?names?\b[^,;.]*$"
    r"|\b(?:he|she|it)(?:['’]s| is) (?:called|named)\s*$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r" (?:(?-i:[A-Z])[\w'-]+ )?(?!and\b|or\b|of\b|from\b|in\b|who\b)[a-z]", re.IGNORECASE
)
# “My girl Tasha is seven months along”: no daughter.
_MY_GIRL = re.compile(r"\bmy girl$", re.IGNORECASE)
_IS_EXPECTING = re.compile(
    r"^[^.!?]{0,40}\b(?:months? (?:along|gone|pregnant)|pregnant|expecting|due in)\b", re.IGNORECASE
)
# “I am to be a grandfather” speaks of no grandfather of theirs.
_I_BECOME = re.compile(
    r"\b(?:i['’]?m|i am|i['’]?ll|i will) (?:(?:to|going to|gonna) )?be(?:come)? an? (?:\w+ )?$",
    re.IGNORECASE,
)
# “She is expecting a baby” speaks of nobody else yet.
_EXPECTS = re.compile(
    r"\b(?:expecting|pregnant with|having) (?:an? |another |their |our )?(?:first |second )?"
    r"(?:baby|child|boy|girl|son|daughter|twins)$",
    re.IGNORECASE,
)
_OWNS = re.compile(r"['’]s?\s+(\w+)")
_GAP_OF_LIST = re.compile(r"(?:,|&|\+|/|\band\b|\bor\b|\bn\b|\(\s*\w*\s*\)|\s)+", re.IGNORECASE)


# What is typed often enough to be typed wrong.
COMMON = (
    "brother", "sister", "mother", "father", "girlfriend", "boyfriend", "husband", "wife",
    "daughter", "friend", "brothers", "sisters", "daughters", "grandma", "roommate", "cousin",
    "dog", "partner", "cat", "kids", "children", "hamster", "rabbit", "kitten", "puppy", "uncle",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a message names by what they are to the person.

    Args:
        subject: as `kinship.subject_of` returns it; empty for somebody else's dog or sister.
        start, end: characters of the message.
    """

    subject: str
    start: int
    end: int


def mentions(text: str, marks: Sequence[Tagged], sentences: Sequence[Sentence]) -> list[Mention]:
    """Return whom a message speaks of, in order: as the tagger marked them, else by their words."""
    found = [
        _mention(subject, one.start, end, text)
        for one in marks
        if one.kind == SUBJECT
        and (end := _end_of(text, one.end))
        and (subject := _subject_typed(text[one.start : end]))
    ]
    for sentence in sentences:
        found += _by_words(sentence, found)
    return sorted(found, key=lambda one: one.start)


def _end_of(text: str, end: int) -> int:
    """Return where a mention ends whose last words were not marked: “sister in law”."""
    law = _IN_LAW.match(text, end)
    return law.end() if law else end


def _by_words(sentence: Sentence, known: Sequence[Mention]) -> list[Mention]:
    found = []
    for match in _OWNED.finditer(sentence.text):
        words = match[1].removesuffix("'s").removesuffix("'")
        start = sentence.start + match.start(1)
        if any(one.start < start + len(words) and start < one.end for one in known):
            continue
        if _EXPECTS.search(sentence.text[: match.end(1)]):
            continue
        if subject := subject_of(words):
            own = _mention(subject, match.start(1), match.start(1) + len(words), sentence.text)
            found.append(Mention(own.subject, start, start + len(words)))
    return found


def _mention(subject: str, start: int, end: int, text: str) -> Mention:
    """Return a mention; of somebody else's dog or sister, one of nobody."""
    before = text[max(0, start - 40) : start]
    of_another = _OF_ANOTHER.search(before)
    if is_person(subject) and _ROLE_OF_AUTHOR.match(text[end:]) and not _SOMEBODYS.search(before):
        return Mention(SELF, start, end)
    if subject == "daughter" and _MY_GIRL.search(text[:end]) and _IS_EXPECTING.search(text[end:]):
        return Mention("girlfriend", start, end)
    if is_person(subject) and _I_BECOME.search(before):
        return Mention("", start, end)
    owns = _OWNS.match(text[end:])
    if _MOTHER_TONGUE.match(text[end:]) or of_another or (owns and subject_of(owns[1])):
        return Mention("", start, end)
    return Mention(subject, start, end)


def _subject_typed(words: str) -> str:
    """Return whom words mean that the tagger marked, though they may be typed wrong."""
    words = _IN_LAW.sub("-in-law", words)
    if subject := subject_of(words):
        return subject
    last = words.lower().split()[-1] if words.split() else ""
    close = get_close_matches(last, COMMON, n=1, cutoff=0.75) if len(last) > 4 else []
    close += [word for word in COMMON if len(last) == len(word) and sorted(last) == sorted(word)]
    return subject_of(close[0]) if close else ""


def owner(mark: Tagged, people: Sequence[Mention], sentences: Sequence[Sentence]) -> Mention | None:
    """Return whom somebody else's value is about; None if that is not said."""
    home = next((one for one in sentences if one.start <= mark.start < one.end), None)
    if home is None:
        return None
    within = [one for one in people if home.start <= one.start < home.end]
    before = [one for one in within if one.end <= mark.start]
    after = [one for one in within if one.start >= mark.end]
    if before:
        return before[-1]
    if after and not _does_something_else(after[0], mark, home):
        return after[0]
    if home.others or not within:
        earlier = [one for one in people if one.end <= home.start]
        return earlier[-1] if earlier else None
    return None


def _does_something_else(mention: Mention, mark: Tagged, sentence: Sentence) -> bool:
    """Return whether somebody behind a name is only spoken of: “called Wren, my dad cried”."""
    named = _IS_CALLED.search(sentence.text[: mark.start - sentence.start])
    return named is not None and bool(_GOES_ON.match(sentence.text[mention.end - sentence.start :]))


def noun_in(value: str) -> str:
    """Return whom a number counts: "child" in "two kids"; "self" where it is nobody we know."""
    return _subject_typed(value) or SELF


def is_pet(subject: str) -> bool:
    """Return whether a subject is an animal."""
    return is_animal(subject)
