"""Return whether what was stored is what a labelled example asks for.

The matching is lenient: kinds that are close count as one, so do words for the same person, and
of a label only the significant words have to occur in the stored sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memories.facts.ageing import number_of
from memories.facts.dates.words import MONTHS
from memories.facts.kinship import are_alike, means, subject_of
from memories.facts.predicates import SELF
from memories.facts.predicates.close import are_close
from memories.facts.vocabulary import SMALL_WORDS

_SAME_SUBJECTS = (
    frozenset({"child", "son", "daughter"}),
    frozenset({"sister", "brother", "sibling"}),
)
_OVER = re.compile(r"_(?:past|end)$")
# “Fifty-six”
_TENS = re.compile(
    r"\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?\b"
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact as it was stored.

    Args:
        text: its sentence.
        over: whether it is past.
    """

    subject: str
    predicate: str
    value: str
    text: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A fact that a careful reader would keep.

    Args:
        optional: a reader might keep it or not.
    """

    subject: str
    predicate: str
    value: str
    over: bool = False
    optional: bool = False

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Label:
        """Return the label in an object of a set."""
        name = str(row["predicate"])
        return cls(
            str(row["subject"]),
            _OVER.sub("", name),
            str(row["value"]),
            bool(_OVER.search(name)),
            bool(row.get("optional")),
        )


def matches(stored: StoredFact, label: Label) -> bool:
    """Return whether a stored fact is the labelled one."""
    if stored.over != label.over or not are_close(stored.predicate, label.predicate):
        return False
    if not _same_subject(stored.subject, label.subject):
        return False
    wanted = _telling(label.value)
    there = set(_telling(f"{stored.text} {stored.subject}"))
    found = [_stands(word, there, stored.text) for word in wanted]
    # Whose death it is is all that there is to tell of it.
    return label.predicate == "death" or (any(found) if label.predicate == "plan" else all(found))


def judge(stored: Sequence[StoredFact], labels: Sequence[Label]) -> tuple[int, int, int]:
    """Return how many stored facts are right, how many wrong, and how many labels were missed.

    What matches only an optional label counts for neither.
    """
    asked = [label for label in labels if not label.optional]
    right = [fact for fact in stored if any(matches(fact, label) for label in asked)]
    wrong = [fact for fact in stored if not any(matches(fact, label) for label in labels)]
    missed = [label for label in asked if not any(matches(fact, label) for fact in stored)]
    return len(right), len(wrong), len(missed)


def _same_subject(one: str, other: str) -> bool:
    if SELF in {one, other}:
        return one == other
    first, second = subject_of(one) or one, subject_of(other) or other
    both = {means(first), means(second)}
    return are_alike(first, second) or any(both <= group for group in _SAME_SUBJECTS)


def _telling(text: str) -> list[str]:
    digits = _TENS.sub(lambda tens: str(number_of(tens.group())), text.lower())
    words = [_plain(word) for word in _WORD.findall(digits)]
    return [word for word in words if word not in SMALL_WORDS] or words


def _plain(word: str) -> str:
    if (number := number_of(word)) is not None:
        return str(number)
    if word[:3] in MONTHS and len(word) > 2:
        return word[:3]
    return re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", word)


def _stands(word: str, there: set[str], text: str) -> bool:
    """Return whether a word stands among others, or within one: "London" in "Londoner"."""
    return word in there or (len(word) > 3 and word in text.lower())
