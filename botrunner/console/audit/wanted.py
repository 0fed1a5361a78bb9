"""Which entries of the action log an admin asks for, and the address that says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.http import urlencode

from botrunner.console.days import day_in, midnight
from whisper.console.reading import WORDS, keep_words, words_of
from whisper.ids import snowflake
from whisper.models import ActionEntry

# An action's name begins with what it was done to.
AREAS = {
    "account": "Accounts",
    "backup": "Backups",
    "consent": "Consent",
    "conversation": "Conversations",
    "follow_ups": "Follow-ups",
    "import": "Imports",
    "memory": "Memories",
    "message": "Messages",
    "outbox": "Outbox",
    "person": "Exports and erasures",
    "persona": "Personas",
    "profile": "People",
    "read": "Reading what is private",
    "reminder": "Reminders",
    "retention": "Retention",
    "server": "Servers",
    "task": "Jobs",
    "token": "Access tokens",  # nosec B105 - what the filter calls them
}
CHANGES = "changes"
# Without dates, only this much of the log is searched for words: no index helps.
LOOKED_BACK = timedelta(days=90)

_ACTOR = re.compile(rf"({'|'.join(ActionEntry.ActorKind.values)})(?::([0-9]{{1,19}}))?")
_ACTION = re.compile(r"[a-z_]{1,32}(\.[a-z_]{1,31})?")
_ROW = re.compile(r"([a-z]{1,30}\.[a-z]{1,30}):([0-9a-zA-Z-]{1,64})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are listed; what is empty lets all through.

    Args:
        by: who acted: a kind of actor, or with its id, as `admin:3`.
        who: the person whose data it concerned.
        action: an action, as `memory.forget`, an area of `AREAS`, or `CHANGES` for all but reading.
        on: the row it was done to, as `memories.memory:…`.
        since, until: days, both included.
        words: part of the reason.
    """

    by: str = ""
    who: int | None = None
    action: str = ""
    on: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Return what an address asks for; what makes no sense is left out.

        Words are there by number alone.
        """
        number = query.get("q", "")
        return cls(
            by=_fitting(_ACTOR, query.get("by", "")),
            who=snowflake(query.get("who", "")),
            action=_fitting(_ACTION, query.get("action", "")),
            on=_fitting(_ROW, query.get("on", "")),
            since=day_in(query.get("since", "")),
            until=day_in(query.get("until", "")),
            words=words_of(number) if number.startswith(WORDS) else "",
        )

    @property
    def is_all(self) -> bool:
        """Return whether no entry is left out."""
        return self == Wanted()

    @property
    def looks_back(self) -> int:
        """Return how many days of the log are searched; 0 if all that was asked for is."""
        return LOOKED_BACK.days if self.words and self.since is None else 0

    @property
    def address(self) -> str:
        """Return the parameters of an address that asks for them."""
        given = {
            "by": self.by,
            "who": "" if self.who is None else str(self.who),
            "action": self.action,
            "on": self.on,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "q": keep_words(self.words) if self.words else "",
        }
        return urlencode({name: value for name, value in given.items() if value})

    @property
    def condition(self) -> Q:
        """Return what an entry has to fulfil."""
        wanted = _by(self.by) & _done(self.action) & _to(self.on)
        if self.who is not None:
            wanted &= Q(person_id=self.who)
        if self.since is not None:
            wanted &= Q(at__gte=midnight(self.since))
        if self.until is not None:
            wanted &= Q(at__lt=midnight(self.until + timedelta(days=1)))
        if self.words:
            wanted &= Q(reason__icontains=self.words)
        if self.looks_back:
            wanted &= Q(at__gte=timezone.now() - LOOKED_BACK)
        return wanted


def _by(actor: str) -> Q:
    found = _ACTOR.fullmatch(actor)
    if found is None:
        return Q()
    kind, number = found.groups()
    actor_id = snowflake(number or "")
    return Q(actor_kind=kind) & (Q() if actor_id is None else Q(actor_id=actor_id))


def _done(action: str) -> Q:
    if action == CHANGES:
        return ~Q(action__startswith="read.")
    if "." in action:
        return Q(action=action)
    return Q(action__startswith=f"{action}.") if action else Q()


def _to(row: str) -> Q:
    found = _ROW.fullmatch(row)
    return Q(object_type=found[1], object_id=found[2]) if found else Q()


def _fitting(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""
