"""What the page of the action log shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from botrunner.console.audit.wanted import Wanted
from profiles.queries import names_of_people
from whisper.action_log.queries import with_names
from whisper.console.paging import newest_first
from whisper.models import ActionEntry

SIZE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with names in place of ids.

    Args:
        by: the name of whoever acted.
        name: what the person is called whose data it concerned; empty for nobody in particular.
        also: entries of the same look at other people's data, such as at a list.
    """

    entry: ActionEntry
    by: str
    name: str
    also: Sequence[Row] = ()

    @property
    def looks(self) -> Sequence[Row]:
        """Return it with the other entries of the same look."""
        return [self, *self.also]

    @property
    def actor(self) -> str:
        """Return who acted, as the filter takes it."""
        number = "" if self.entry.actor_id is None else f":{self.entry.actor_id}"
        return f"{self.entry.actor_kind}{number}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the log; `next` is where the following one begins, empty on the last."""

    rows: Sequence[Row]
    next: str

    @property
    def changed(self) -> Mapping[int | None, int]:
        """Return of each person how many entries hold values before and after."""
        return Counter(row.entry.person_id for row in self.rows if row.entry.changes)


def listed(wanted: Wanted, after: str) -> Listed:
    """Return a page of the entries that are asked for, the newest first."""
    page = newest_first(ActionEntry.objects.filter(wanted.condition), "at", after, SIZE)
    people = names_of_people(entry.person_id for entry in page.rows)
    rows = [Row(entry, by, _name(entry.person_id, people)) for entry, by in with_names(page.rows)]
    return Listed([_together(looks) for _, looks in groupby(rows, key=_look)], page.next)


def _look(row: Row) -> tuple[object, ...]:
    """Return what entries of one look have in common; anything else stands for itself."""
    entry = row.entry
    if not entry.action.startswith("read.") or entry.object_id or entry.changes:
        return (entry.pk,)
    return entry.action, row.actor, entry.reason, entry.at.replace(microsecond=0)


def _together(looks: Iterable[Row]) -> Row:
    first, *others = looks
    return replace(first, also=others)


def _name(person_id: int | None, people: Mapping[int, str]) -> str:
    return "" if person_id is None else people.get(person_id, str(person_id))
