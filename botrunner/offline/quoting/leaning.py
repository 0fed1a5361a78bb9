"""Lines that lean on the one before: “we met in 2024” after “my girlfriend's called Mali”."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from botrunner.offline.notes import Line, Notes
from botrunner.offline.quoting.stems import stems, telling
from memories.facts.kinship import is_person, subject_of

SOON_AFTER = timedelta(minutes=10)
_LEANS = re.compile(
    r"(?i)\b(?:he|she|they|it|we|him|them|his|her|hers|their|us|our)(?:'?(?:s|re|ll|d|ve))?\b"
)


_OPENING = r"(?i)^\W*(?:(?:and|but|so|oh|btw|also|well)\W+)*"
SETTLED_WITHIN = timedelta(days=60)
_SETTLES = re.compile(
    r"(?i)\b(?:cancell?ed|called off|postponed|moved|(?:sent|paid|handed|returned|bought|fixed"
    r"|mended"
    r"|sorted|finished|cleared|settled|sold)(?: (?:it|them"
    r"|back|off|out))?)\b"
)
_SPEAKS_ON = re.compile(
    rf"{_OPENING}(?:he|she|they|it|his|her|their|its|that'?s)(?:'?(?:s|re|ll|d|ve))?\b"
)
# “Wait no it was Ben”
_CORRECTS = re.compile(
    r"(?i)^\W*(?:(?:oh|oops|sorry|lol|ah|ugh)\W+)*(?:wait\b|no wait\b|actually\b|correction\b"
    r"|i (?:mean|meant)\b|no,? (?:it|that|he|she|they)\b)"
)
_OF_SOMEBODY = re.compile(rf"{_OPENING}(?:he|she|they|his|her|their)(?:'?(?:s|re|ll|d|ve))?\b")
_NAMED = re.compile(r"(?<=[\w,] )[A-Z][a-z]+\b|\b(?:called|named) \w")
_WORD = re.compile(r"[^\W\d_][\w-]*")


def going_on(line: Line, notes: Notes) -> Line | None:
    """Return the next line if it corrects a line, or says more about whom or what it speaks of."""
    for earlier, later in pairwise(notes.lines):
        if earlier.text == line.text and later.said_at - earlier.said_at <= SOON_AFTER:
            said = later.text.replace("’", "'")
            return later if _SPEAKS_ON.match(said) or _CORRECTS.match(said) else None
    return None


def settled(line: Line, notes: Notes) -> Line | None:
    """Return the latest later line that says what became of what a line speaks of, if any does.

    “I paid Kyle back” after “I owe Kyle 20 quid”, “the concert was cancelled” after its day.
    """
    about = _telling(line.text)
    found = [
        later
        for later in notes.lines
        if later.said_at > line.said_at
        and later.said_at - line.said_at <= SETTLED_WITHIN
        and _SETTLES.search(later.text)
        and about & _telling(later.text)
    ]
    return found[-1] if found else None


def _telling(text: str) -> set[str]:
    """Return the stems of a text's words that may tell what it is about."""
    kin = [word for word in _WORD.findall(text.lower()) if is_person(subject_of(word))]
    return telling(_SETTLES.sub("", text)) - stems(" ".join(kin))


def led_by(line: Line, notes: Notes) -> Line | None:
    """Return the line just before one that begins with “he” or “she”, if it says who that is."""
    if not _OF_SOMEBODY.match(line.text.replace("’", "'")):
        return None
    for earlier, later in pairwise(notes.lines):
        if later.text == line.text and later.said_at - earlier.said_at <= SOON_AFTER:
            return earlier if _names_somebody(earlier.text) else None
    return None


def leaning_on(notes: Notes) -> Callable[[str], str]:
    """Return what gives the line that another one leans on; empty if it stands alone."""
    before = _before(notes)
    return lambda text: before.get(text, "")


def _before(notes: Notes) -> Mapping[str, str]:
    """Return the lines that lean on others, each with what it leans on."""
    found: dict[str, str] = {}
    somebody = Line("", datetime.min.replace(tzinfo=UTC))
    for earlier, line in pairwise(notes.lines):
        if _names_somebody(earlier.text):
            somebody = earlier
        plain = line.text.replace("’", "'")
        parts = []
        if line.said_at - earlier.said_at <= SOON_AFTER and _LEANS.search(plain):
            # “hes 5” after “we have a greyhound” after “living with Mali”: of the last two.
            parts = [found.get(earlier.text, ""), earlier.text]
        if line.said_at - somebody.said_at <= SOON_AFTER and _OF_SOMEBODY.match(plain):
            # “he's coming on Friday”, some lines after “my friend Sam”
            parts = [somebody.text, *parts] if somebody.text not in " ".join(parts) else parts
        if parts:
            found[line.text] = " ".join(filter(None, parts))
    return found


def _names_somebody(text: str) -> bool:
    """Return whether a line names or introduces a person or an animal."""
    spoken = _WORD.findall(text.lower().replace("'s", ""))
    return bool(_NAMED.search(text)) or any(map(subject_of, spoken))
