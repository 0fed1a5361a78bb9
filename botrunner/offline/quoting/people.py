"""Whom a question is about, and whether a line speaks of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from botrunner.offline.asked import Asked, asked
from botrunner.offline.asked.subjects import relative_of_theirs
from botrunner.offline.choosing import SHARERS
from botrunner.offline.notes import Notes
from botrunner.offline.quoting.clues import CLUES
from botrunner.offline.quoting.foreign import kin_in
from botrunner.offline.quoting.leaning import leaning_on
from botrunner.offline.spelling import mended
from memories.facts.kinship import LOVES, are_alike, subject_of
from memories.facts.predicates import SELF

_NAME = re.compile(r"[^\W\d_][\w'-]+")
# A name as people write it: capitalised in the middle of a sentence.
_USED_NAME = re.compile(r"(?<=[\w,&] )[A-Z][^\W\d_]*[a-z][^\W\d_]*\b")
_GIVEN_NAME = re.compile(r"\b(?:called|named|names?(?: is|'s)?) ([^\W\d_]{3,})")
_CAPITALS = """
i january february march april may june july august september october november december monday
tuesday wednesday thursday friday saturday sunday english god mum mom dad christmas
"""
_NO_NAMES = frozenset(_CAPITALS.split())
# Names that are everyday words, too: “when will it come?” asks nothing about Will.
_WORDS_TOO = """
will may mark bill hope sue drew rob chase chance fly dog cat happy star bear art baby
"""
_NAMES_AND_WORDS = frozenset(_WORDS_TOO.split())
# “A lad fell asleep” speaks of none of theirs.
_SOMEBODY_ELSES = re.compile(r"\b(?:an?|some|this|that|the) (?:\w+ )?(?:lads?|boys?|girls?|lass)\b")
_LOVES = r"(?:wife|husband|girlfriend|boyfriend|gf|bf|partner|fiancée?)\b"
_THEIRS = re.compile(rf"\b(?:his|her|their|\w+['’]s) (?:\w+ )?{_LOVES}")
_MINE = re.compile(rf"\b(?:my|our) (?:\w+ )?{_LOVES}")
_SPOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# People of one's life who aren't relatives: “who's my dentist?”
_ROLE = re.compile(
    r"\b(?:who|name|called|birthday|how old)\b.*\b(?:my|our) (?P<role>boss|dentist|lawyer|doctor|gp"
    r"|landlord|landlady|pastor|priest|imam|rabbi|teacher|tutor|coach|plumber|accountant|barber"
    r"|hairdresser|vet|neighbou?r|manager|crush|ex|cleaner|solicitor|milkman|professor)\b"
)


def off_subject(question: str, notes: Notes) -> Callable[[str], bool]:
    """Return what says whether a line neither names nor speaks of whom a question is about.

    A line that leans on another speaks of whom that one speaks of.
    """
    read = asked(question)
    wanted = [one for one in read.subjects if one != SELF and not one.isupper()]
    if "LOVE" in read.subjects:
        wanted += LOVES
    if role := _ROLE.search(read.text):
        return lambda text: role["role"] not in text.lower() and not wanted
    if not wanted or relative_of_theirs(read.text):
        # “My sister's husband” is found by both words.
        return lambda text: False
    names, before = _names_of(wanted, notes), leaning_on(notes)
    # “What was my wife called?” isn't about “him and his wife”.
    of_own = re.search(r"\bmy (?:wife|husband|girlfriend|boyfriend|partner|fiancée?)\b", read.text)

    def is_off(text: str) -> bool:
        if SHARERS.issuperset(wanted) and CLUES["home_with"].search(text):
            return False
        if "LOVE" in read.subjects and CLUES["relationship"].search(text):
            return False
        if of_own and _THEIRS.search(text.lower()) and not _MINE.search(text.lower()):
            return True
        said = mended(f"{before(text)} {text}".lower().replace("'s", ""))
        spoken = _SPOKEN.findall(_SOMEBODY_ELSES.sub("", said))
        whom = [*map(subject_of, spoken), *kin_in(text)]
        of_them = (are_alike(found, one) for found in whom for one in wanted)
        return not names & set(spoken) and not any(of_them)

    return is_off


def speaks_of(read: Asked) -> bool:
    """Return whether a question names somebody of the person's, so that lines about others go."""
    return "LOVE" in read.subjects or any(
        one != SELF and not one.isupper() for one in read.subjects
    )


def _names_of(wanted: Sequence[str], notes: Notes) -> set[str]:
    """Return the names of those who are such to the person, in lower case."""
    return {
        one.fact.name.lower()
        for one in notes.facts
        if one.fact.name and any(are_alike(one.fact.subject, whom) for whom in wanted)
    }


def names_in(question: str, notes: Notes) -> set[str]:
    """Return the names in a question that the person has used, in lower case."""
    asked_of = {word.removesuffix("'s") for word in _NAME.findall(question)}
    used = {one.fact.name.lower() for one in notes.facts if one.fact.name}
    for line in notes.lines:
        names = [*_USED_NAME.findall(line.text), *_GIVEN_NAME.findall(line.text)]
        used.update(name.lower() for name in names)
    return {name for name in asked_of & used if name not in _NO_NAMES and is_meant(name, question)}


def is_meant(name: str, text: str) -> bool:
    """Return whether a name in a text is meant as one.

    A name that is an everyday word, too, has to be written with a capital within a sentence.
    """
    if name.lower() not in _NAMES_AND_WORDS:
        return True
    return bool(re.search(rf"(?<=[\w,] ){re.escape(name.capitalize())}\b", text))
