"""The health of Whisper's parts, and what an admin should look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import async_to_sync
from django.http import HttpRequest
from django.urls import reverse

from whisper import health
from whisper.health import Health

# What the parts are called where their check's name alone says little.
TITLES = {
    "caches": "Django's cache",
    "discord": "Discord",
    "history": "Conversation cache",
    "intake": "Message intake",
    "periodic": "Periodic jobs",
}
# In this order; others follow by name.
ORDER = ("discord", "intake", "processes", "database", "redis", "history", "memory index", "outbox")
# Of each health check the page that it leads to, the permission to open it, and a place on it.
_links: dict[str, tuple[str, str, str]] = {}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that an admin should look at.

    Args:
        text: what it is, in a few words.
        link: the page where it is dealt with.
        detail: one line more.
        at: when it happened; None if it has no single time.
        fault: whether something failed, rather than waits for a decision.
        otherwise: the page for those who may not read what is private, where `link` shows it.
    """

    text: str
    link: str
    detail: str = ""
    at: datetime | None = None
    fault: bool = False
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A part of Whisper with its health, and the page that it leads to; empty for none."""

    name: str
    health: Health
    link: str

    @property
    def title(self) -> str:
        """Return what the part is called."""
        return TITLES.get(self.name, self.name.capitalize())

    @property
    def notices(self) -> list[Notice]:
        """Return what failed in it, for those who may open its page."""
        return [
            Notice(one.text, self.link, one.detail, at=one.at, fault=True)
            for one in self.health.faults
            if self.link
        ]


def leads_to(check: str, url_name: str, permission: str, place: str = "") -> None:
    """Let the status and the faults of a health check lead to a page, such as "admin:whisper_...".

    Args:
        permission: who may open that page; others see the status alone.
        place: the id of the part of the page that it is about; empty for its beginning.
    """
    _links[check] = (url_name, permission, place)


def states_for(request: HttpRequest, *, recent: bool = False) -> list[Status]:
    """Return the health of each part, with links to the pages that an admin may open.

    Args:
        recent: whether it may be some seconds old.
    """
    parts = async_to_sync(health.recent_report if recent else health.report)()
    found = [Status(name, part, _link(request, name)) for name, part in parts.items()]
    return sorted(found, key=_place)


def _place(state: Status) -> tuple[int, str]:
    place = ORDER.index(state.name) if state.name in ORDER else len(ORDER)
    return place, state.title


def _link(request: HttpRequest, check: str) -> str:
    url_name, permission, place = _links.get(check, ("", "", ""))
    if not url_name or not request.user.has_perm(permission):
        return ""
    return f"{reverse(url_name)}#{place}" if place else reverse(url_name)


def headline(states: Sequence[Status]) -> str:
    """Return in a sentence whether all is well."""
    failing = [one.title for one in states if not one.health.ok]
    degraded = [one.title for one in states if one.health.ok and one.health.degraded]
    if failing:
        return f"Not well: {_listed(failing)}"
    return f"All is well, except for {_listed(degraded)}" if degraded else "All is well"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
