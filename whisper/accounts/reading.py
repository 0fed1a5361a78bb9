"""What an account may read of what people said: the one place that answers it.

Two rights decide: one for public channels of servers, and one for all other places. Queries leave
out what `Reading` doesn't let through, and pages ask it about what they have at hand. That a reason
is given first, and for whom, is the business of `whisper.console.reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from whisper.amounts import amount

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

READ_PUBLIC = "whisper.read_public"
READ_PRIVATE = "whisper.read_private"
# The place that `READ_PUBLIC` is for, by its value: a channel that everyone in a server can read.
# Direct messages, private channels, and what was imported from no known place need `READ_PRIVATE`.
PUBLIC_PLACE = "public_channel"
# More rows than this aren't counted.
MOST_HIDDEN = 1_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What an account may read of what people said and what was made of it, by where it was said.

    Args:
        public: what was said in public channels.
        private: also what was said anywhere else.
    """

    public: bool
    private: bool

    @classmethod
    def of(cls, account: AbstractBaseUser | AnonymousUser) -> Reading:
        """Return what an account may read; the right to the private includes the public."""
        has_perm = account.has_perm  # type: ignore[union-attr]
        private = bool(has_perm(READ_PRIVATE))
        return cls(private or bool(has_perm(READ_PUBLIC)), private)

    def may_read(self, place: str | None) -> bool:
        """Return whether they may read what was said in a place; None for an unknown one."""
        return self.private or (self.public and place == PUBLIC_PLACE)

    def only(self, rows: QuerySet[Any], place: str = "place") -> QuerySet[Any]:
        """Return the rows that they may read.

        Args:
            place: the lookup that leads from a row to the place where it was said.
        """
        if self.private:
            return rows
        return rows.filter(**{place: PUBLIC_PLACE}) if self.public else rows.none()

    def hidden(self, rows: QuerySet[Any], one: str, several: str, place: str = "place") -> str:
        """Return how many of the rows they may not read, in words; empty for none.

        Args:
            one: what to call one row.
        """
        if self.private:
            return ""
        # What has no known place is hidden as well, which `exclude` leaves in.
        said = rows.exclude(**{place: PUBLIC_PLACE}) if self.public else rows
        return hidden_in_words(said.order_by()[: MOST_HIDDEN + 1].count(), one, several)


def hidden_in_words(count: int, one: str, several: str) -> str:
    """Return how many rows are hidden, as a page says it; empty for none."""
    if count > MOST_HIDDEN:
        return f"more than {MOST_HIDDEN:,} {several}"
    return amount(count, one, several) if count else ""
