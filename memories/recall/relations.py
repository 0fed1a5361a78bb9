"""Whom a person means: “my brother” and “Kofi” are one, where a fact says so.

People refer to somebody sometimes by name and sometimes by what they are to them. So a text that
has one of the two is searched for with both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from memories.access import Scope, is_visible
from memories.facts.kinship import are_alike, subject_of
from memories.facts.predicates import SELF
from memories.models import Memory
from memories.wording.words import STOP_WORDS
from whisper.database.prepared import prepared

# Longer texts name people for many reasons.
LONGEST = 500
# Of more than these, “my friend” may be any.
MOST_OF_ONE_KIND = 3
# The longest of the words for somebody have three: “guinea pig”, “mother in law”.
LONGEST_SUBJECT = 3

_MINE = re.compile(r"\b(?:my|our) ((?:[\w-]+ ){0,3}[\w-]+)", re.IGNORECASE)
_WORD = re.compile(r"[\w'’-]+")


class Relation(NamedTuple):
    """Somebody who has a name, and what they are to the person: brother, dog."""

    name: str
    subject: str


def meant_in(text: str, scope: Scope) -> str:
    """Return the other words for those whom a text speaks of. It asks the database.

    Only facts that the scope may see count.
    """
    return also_meant(text, _relations(scope)) if _WORD.search(text[:LONGEST]) else ""


def also_meant(text: str, relations: Iterable[Relation]) -> str:
    """Return the names of those whom a text calls by what they are, and the other way round.

    >>> also_meant("What does my brother like?", [Relation("Kofi", "brother")])
    'Kofi'
    >>> also_meant("How is Kofi?", [Relation("Kofi", "brother")])
    'brother'
    """
    if len(text) > LONGEST:
        return ""
    known = list(relations)
    called = [one for one in known if _is_named(one.name, text)]
    subjects = list(_subjects(text))
    of_kind: Mapping[str, list[Relation]] = defaultdict(list)
    for subject in subjects:
        alike = [one for one in known if are_alike(one.subject, subject)]
        # “My brother Kofi” isn't another brother.
        if len(alike) <= MOST_OF_ONE_KIND and not any(one in called for one in alike):
            of_kind[subject] += alike
    names = [one.name for alike in of_kind.values() for one in alike]
    others = [
        one.subject for one in called if not any(are_alike(one.subject, said) for said in subjects)
    ]
    return " ".join(dict.fromkeys(names + others))


def _relations(scope: Scope) -> list[Relation]:
    named = _named(scope.person_id)
    return [Relation(one.value, one.subject) for one in named if is_visible(one, scope)]


_named = prepared(
    lambda person_id: (
        Memory.objects.filter(
            person_id=person_id, kind=Memory.Kind.USER_FACT, predicate="name", valid_to=None
        )
        .exclude(entity=SELF)
        .only("person_id", "place", "guild_id", "channel_id", "hidden", "value", "subject")
        .order_by("said_at", "pk")
    )
)


def _subjects(text: str) -> Iterator[str]:
    """Yield what those are to the person whom a text calls “my …”."""
    for said in _MINE.findall(text.replace(" in law", "-in-law")):
        parts = said.split()
        for end in range(1, LONGEST_SUBJECT + 1):
            if subject := subject_of(" ".join(parts[:end])):
                yield subject
                break


def _is_named(name: str, text: str) -> bool:
    # “Will” is a name, “will” seldom is.
    flags = re.NOFLAG if name.lower() in STOP_WORDS else re.IGNORECASE
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags))
