"""What is plainly said of somebody whom the author names: “wife loves opera”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from memories.facts.kinship import is_animal, subject_of
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.words import SUBJECT
from memories.facts.vocabulary import CONDITIONS, DIETS_AND_TRAITS

# What may stand between somebody and the verb: “my son Kofi, who now …”.
_BEFORE_VERB = (
    r"(?: and (?:my|our) [\w-]+)?,?(?: (?-i:[A-ZÀ-ÖØ-Þ])[\w'-]*,?)?(?: (?:he|she|who))?"
    r"(?: (?:also|just|now|really|still|only|absolutely|always|recently|has|is))*"
)
# Of each kind: the words between somebody and a value, and what the value is; None for whatever.
_SAID: dict[str, tuple[str, str | None]] = {
    "like": (
        r"(?: (?:loves|likes|adores|enjoys|collects)| (?:mad|crazy|nuts) about| (?:is )?(?:into"
        r"|obsessed with))(?: the| a)?",
        None,
    ),
    "dislike": (
        r"(?: (?:hates|detests|loathes|can'?t stand)| (?:scared|afraid|terrified) of"
        r"| doesn'?t like)(?: the)?",
        None,
    ),
    "hobby": (r" (?:plays|does|took up|taken up)(?: the)?", None),
    "job": (
        r"(?:'s| is| was| works as| works in| became)(?: an?)?(?: (?:retired|trainee|freelance))?",
        None,
    ),
    "employer": (
        r"(?:'s)? (?:works|worked|working|works [a-z]+) (?:at|for|in|with)(?: the|an?)?",
        None,
    ),
    "business": (r" (?:runs|owns|opened|started)(?: an?| the| his| her)?(?: [\w-]+)?", None),
    "home": (r"(?:'s)? (?:lives|living|moved)(?: now| back)? (?:in|to|near)", None),
    "school": (r" (?:goes to|at|studies at|started at|got into)", None),
    "studies": (r" (?:studies|studying|reading|reads|doing)", None),
    "language": (r" speaks(?: only| some)?", None),
    "learning": (r" (?:learning|learns)(?: to| the)?", None),
    "age": (r"(?:'s| is| turned| aged?)", r"\d{1,2}"),
    "health": (
        r"(?:'s| is| has| got| (?:suffers from|allergic to|diagnosed with|lives with))(?: an?)?",
        None,
    ),
}
# “The budgie does the drums” isn't a pastime.
_OF_ANIMALS = frozenset({"like", "dislike", "age", "health"})
_OF_ITSELF = re.compile(rf"(?:severe |bad |mild )?(?:{CONDITIONS}|{DIETS_AND_TRAITS})", re.I)
_TELLS_HEALTH = re.compile(
    r"(?:suffers from|allergic to|diagnosed with|lives with)(?: an?)?$", re.I
)


def is_plainly_theirs(text: str, mark: Tagged, marks: Sequence[Tagged]) -> bool:
    """Return whether the words before somebody else's value say of them what its kind says.

    Args:
        marks: all of the text.
    """
    known = _said(mark.kind)
    somebody = [one for one in marks if one.kind == SUBJECT and one.end <= mark.start]
    if not mark.others or known is None or not somebody:
        return False
    who = subject_of(text[somebody[-1].start : somebody[-1].end])
    if is_animal(who) and mark.kind not in _OF_ANIMALS:
        return False
    between = text[somebody[-1].end : mark.start].replace("’", "'").rstrip()
    value = text[mark.start : mark.end].replace("’", "'")
    if not known[0].fullmatch(between) or not known[1].fullmatch(value):
        return False
    told = mark.kind != "health" or _TELLS_HEALTH.search(between) or _OF_ITSELF.fullmatch(value)
    return bool(told)


@cache
def _said(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return what stands between somebody and a value of a kind, and what the value is."""
    if kind not in _SAID:
        return None
    words, value = _SAID[kind]
    flags = re.IGNORECASE
    return re.compile(f"{_BEFORE_VERB}{words}", flags), re.compile(value or ".*", flags)
