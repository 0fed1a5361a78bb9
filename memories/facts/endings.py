"""What is over when a fact starts: who retires has no job any more."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ending:
    """What ends for a person when a fact about them starts.

    Args:
        starts: the predicate that starts, and what its value matches.
        ends: a predicate that is over then, and the values that are.
        of: of whom: the same subject, or the person themself.
    """

    starts: str
    value: re.Pattern[str]
    ends: str
    values: re.Pattern[str]

    def covers(self, predicate: str, value: str) -> bool:
        """Return whether a fact of this kind is over."""
        return predicate == self.ends and bool(self.values.search(value))


def _ending(starts: str, value: str, ends: str, values: str = "") -> Ending:
    flags = re.IGNORECASE
    return Ending(starts, re.compile(value, flags), ends, re.compile(values, flags))


_NO_WORK = (
    r"retired|unemployed|fired|sacked|let go|laid off|redundant|between jobs|out of work|lost|quit"
    r"|pension"
)
_STUDENT = r"\bstudent\b|pupil|trainee|apprentice|intern\b"
_DIETS = r"^(?:vegan|vegetarian|veggie|pescatarian)$"
ENDINGS: tuple[Ending, ...] = (
    _ending("status", _NO_WORK, "job"),
    _ending("status", _NO_WORK, "employer"),
    _ending("status", r"graduated|dropped out|finished", "studies"),
    _ending("status", r"graduated|dropped out|finished", "school"),
    _ending("status", r"graduated|dropped out|finished", "job", _STUDENT),
    _ending("status", r"graduated|dropped out|finished", "status", _STUDENT),
    _ending("job", r"", "status", _NO_WORK + r"|leave|graduated|gap year"),
    _ending("employer", r"", "status", _NO_WORK + r"|leave|graduated|gap year"),
    _ending("business", r"", "status", r"unemployed|between jobs|fired|laid off|out of work"),
    _ending("job", rf"^(?!.*(?:{_STUDENT}))", "job", _STUDENT),
    _ending("health", r"^quit (?:smoking|cigarettes)", "health", r"^(?:smok|cigarettes)"),
    _ending("health", r"^quit (?:drinking|alcohol|booze)", "health", r"^drink(?!.* no)"),
    _ending("health", r"^quit vaping", "health", r"^vap"),
    # Whoever eats fish isn't a vegan any more.
    _ending("health", _DIETS, "health", _DIETS),
    _ending("school", r"", "status", r"graduated|gap year"),
    _ending("birthday", r"", "birth_year", r"$^"),
    _ending("death", r"", "plan"),
)


def ended_by(predicate: str, value: str) -> list[Ending]:
    """Return what else is over when a fact starts."""
    return [one for one in ENDINGS if one.starts == predicate and one.value.search(value)]
