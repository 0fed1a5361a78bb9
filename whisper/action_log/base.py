"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from whisper.models import ActionEntry

ActorKind = ActionEntry.ActorKind


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever makes a change.

    Args:
        kind: what they are.
        id: of a person their id, of an admin the number of their console account.
    """

    kind: ActorKind
    id: int | None = None

    @classmethod
    def person(cls, person_id: int) -> Self:
        """Return a person acting for themself, in Discord, at the terminal or in the web chat."""
        return cls(ActorKind.PERSON, person_id)

    @classmethod
    def admin(cls, account_pk: int | None) -> Self:
        """Return a user of the console as the actor."""
        return cls(ActorKind.ADMIN, account_pk)


COMPANION = Actor(ActorKind.COMPANION)


def command() -> Actor:
    """Return the person running a command of manage.py on this machine."""
    return Actor(ActorKind.COMMAND)
