"""Who may search: a person within a scope, or an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from memories.access import Fields, Placed, Scope, is_visible, visible_places
from whisper.accounts.reading import PUBLIC_PLACE, Reading

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


@dataclass(frozen=True, slots=True)
class Console:
    """Somebody of the console, who may look at everybody's memories, hidden ones too.

    Whoever makes one has checked that they may, and notes down that they did.

    Args:
        account_id: who looks.
        person_id: whose memories alone; None for everybody's.
        place: the kind of place whose memories alone are found; empty for all.
    """

    account_id: int
    person_id: int | None = None
    place: str = ""

    @classmethod
    def of(cls, account: AbstractBaseUser | AnonymousUser, person_id: int | None = None) -> Console:
        """Return the scope of an account: without the right to more, public channels alone."""
        private = Reading.of(account).private
        return cls(account.pk or 0, person_id, "" if private else PUBLIC_PLACE)

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """Return the partitions that are searched; none for all."""
        return () if self.person_id is None else (f"person:{self.person_id}",)


Asker = Scope | Console


def places_of(asker: Asker) -> Sequence[Fields]:
    """Return what may be found, as data: a memory may be if one of these matches in all fields."""
    if isinstance(asker, Scope):
        return visible_places(asker)
    whose: Fields = {} if asker.person_id is None else {"person_id": asker.person_id}
    if asker.place:
        whose["place"] = asker.place
    # Said of both, so that what was removed from an engine's copy, which holds neither, is out.
    return [{**whose, "hidden": False}, {**whose, "hidden": True}]


def owned(asker: Asker) -> Q:
    """Return the condition whose memories may be found, wherever they were said.

    `places_of` says it too: taking one of the two out by mistake lets nobody see another's.
    """
    if isinstance(asker, Scope):
        return Q(person_id=asker.person_id) | Q(person_id=None)
    whose = Q() if asker.person_id is None else Q(person_id=asker.person_id)
    return whose & Q(place=asker.place) if asker.place else whose


def may_find(memory: Placed, asker: Asker) -> bool:
    """Return whether a memory may be found."""
    if isinstance(asker, Scope):
        return is_visible(memory, asker)
    if asker.place and memory.place != asker.place:
        return False
    return asker.person_id is None or memory.person_id == asker.person_id
