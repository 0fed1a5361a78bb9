"""The console's front page: is it well, what happened lately, and what waits for an admin."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from asgiref.sync import async_to_sync
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from whisper import health
from whisper.console.by_day import counts_by_day
from whisper.health import Health

# Days of a tile's line, today included.
DAYS = 14
# Days of a chart; the first unless the address asks for another.
RANGES = (30, 90)
# Size of a line's drawing, in units of its own.
WIDTH, HEIGHT = 84, 22
NEWEST_FAULTS = 8


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its course over the last days.

    Args:
        title: what is counted.
        value: the count, of today unless the note says otherwise.
        note: one line below it.
        link: the page that it leads to.
        series: one count per day, the oldest first; empty for no line.
    """

    title: str
    value: int
    note: str
    link: str
    series: Sequence[int] = ()

    @property
    def shown(self) -> str:
        """Return the count with its thousands apart."""
        return f"{self.value:,}"

    @property
    def points(self) -> str:
        """Return the points of the line, for an SVG polyline of WIDTH by HEIGHT."""
        most, last = max(self.series, default=0) or 1, max(len(self.series) - 1, 1)
        return " ".join(
            f"{WIDTH * number / last:.1f},{HEIGHT - HEIGHT * count / most:.1f}"
            for number, count in enumerate(self.series)
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that an admin should look at.

    Args:
        text: what it is, in a few words.
        link: the page where it is dealt with.
        detail: one line more.
        at: when it happened; None if it has no single time.
        fault: whether something failed, rather than waits for a decision.
    """

    text: str
    link: str
    detail: str = ""
    at: datetime | None = None
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Shade:
    """A part of a column.

    Args:
        name: what it stands for.
        share: of all, in percent.
        height: 0 to 100.
        colour: name of a class of the style sheets that says the colour, such as "mood-happy".
    """

    name: str
    share: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Column:
    """A day of a chart, with what stands above its line and what below."""

    name: str
    above: Sequence[Shade]
    below: Sequence[Shade]

    @property
    def said(self) -> str:
        """Return all of it in words."""
        parts = [f"{one.name} {one.share} %" for one in (*self.above, *self.below)]
        return " · ".join([self.name, *parts])


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns above and below a line, with a legend.

    Args:
        title: its heading.
        note: how to read it.
        columns: the oldest first.
        legend: name and colour of each kind of part that occurs.
        most: percent that a whole half stands for.
    """

    title: str
    note: str
    columns: Sequence[Column]
    legend: Sequence[tuple[str, str]]
    most: int

    @property
    def marks(self) -> Sequence[str]:
        """Return the names of the columns that are written below, from left to right."""
        third = len(self.columns) // 3
        return [self.columns[number * third].name for number in range(3)]


@dataclass(frozen=True, slots=True)
class Balance:
    """What something consists of: its name, the page that it leads to, and its parts."""

    name: str
    link: str
    parts: Sequence[Shade]


@dataclass(frozen=True, slots=True)
class Balances:
    """Bars below each other, one for each of several things.

    Args:
        title: its heading.
        note: how to read it.
        empty: what is said where there is none.
    """

    title: str
    note: str
    empty: str
    rows: Sequence[Balance]


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


MakesTile = Callable[[datetime], Tile]
MakesTiles = Callable[[datetime], Iterable[Tile]]
MakesNotices = Callable[[datetime], Iterable[Notice]]
MakesChart = Callable[[datetime, int], Chart]
MakesBalances = Callable[[datetime], Balances]

_tiles: list[tuple[str, MakesTiles]] = []
_notices: list[tuple[str, MakesNotices]] = []
_charts: list[tuple[str, MakesChart]] = []
_balances: list[tuple[str, MakesBalances]] = []
_panels: list[tuple[str, str]] = []
# What the parts are called where their check's name alone says little.
TITLES = {
    "caches": "Django's cache",
    "discord": "Discord",
    "history": "Conversation cache",
    "intake": "Message intake",
    "periodic": "Periodic jobs",
}
# Of each health check the page that it leads to, and the permission to open it.
_links: dict[str, tuple[str, str]] = {}


def tile(permission: str) -> Callable[[MakesTile], MakesTile]:
    """Add a figure that admins with a permission see, such as "memories.view_memory"."""

    def add(make: MakesTile) -> MakesTile:
        _tiles.append((permission, lambda now: [make(now)]))
        return make

    return add


def tiles(permission: str) -> Callable[[MakesTiles], MakesTiles]:
    """Add several figures that one query answers."""

    def add(make: MakesTiles) -> MakesTiles:
        _tiles.append((permission, make))
        return make

    return add


def notices(permission: str) -> Callable[[MakesNotices], MakesNotices]:
    """Add what may wait for admins with a permission, or have failed."""

    def add(make: MakesNotices) -> MakesNotices:
        _notices.append((permission, make))
        return make

    return add


def chart(permission: str) -> Callable[[MakesChart], MakesChart]:
    """Add a chart that admins with a permission see; it is made for a time and a number of days."""

    def add(make: MakesChart) -> MakesChart:
        _charts.append((permission, make))
        return make

    return add


def balances(permission: str) -> Callable[[MakesBalances], MakesBalances]:
    """Add bars that admins with a permission see."""

    def add(make: MakesBalances) -> MakesBalances:
        _balances.append((permission, make))
        return make

    return add


def panel(permission: str, template: str) -> None:
    """Add a card that admins with a permission see, by the name of its template."""
    _panels.append((permission, template))


def leads_to(check: str, url_name: str, permission: str) -> None:
    """Let the status and the faults of a health check lead to a page, such as "admin:whisper_...".

    Args:
        permission: who may open that page; others see the status alone.
    """
    _links[check] = (url_name, permission)


def per_day(rows: QuerySet[Any], field: str, now: datetime, *, days: int = DAYS) -> list[int]:
    """Return how many rows each of the last days has, the oldest first, by a time of theirs."""
    counts = counts_by_day(rows, field, now, days=days)
    return [counts.get((day,), 0) for day in last_days(now, days)]


def last_days(now: datetime, days: int = DAYS) -> list[date]:
    """Return the last days, the oldest first and today last."""
    today = timezone.localdate(now)
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def compared(counts: Sequence[int]) -> str:
    """Return in words how many there were on the days before today, on average."""
    usual = sum(counts[:-1]) / max(len(counts) - 1, 1)
    return f"today; {usual:,.{0 if usual >= 10 else 1}f} per day before"


def add_front_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the front page's parts that the admin may see to the context of the console's index."""
    now = timezone.now()
    days = _days(request)
    states = _states(request)
    found = [
        notice
        for permission, make in _notices
        if request.user.has_perm(permission)
        for notice in make(now)
    ]
    found += [notice for state in states for notice in state.notices]
    faults = sorted((one for one in found if one.fault), key=_latest_first)
    return context | {
        "title": "Front page",
        "headline": _headline(states),
        "now": now,
        "states": states,
        "tiles": [
            tile
            for permission, make in _tiles
            if request.user.has_perm(permission)
            for tile in make(now)
        ],
        "charts": [
            make(now, days) for permission, make in _charts if request.user.has_perm(permission)
        ],
        "ranges": [(one, one == days) for one in RANGES],
        "balances": [
            make(now) for permission, make in _balances if request.user.has_perm(permission)
        ],
        "panels": [
            template for permission, template in _panels if request.user.has_perm(permission)
        ],
        "waiting": [one for one in found if not one.fault],
        "faults": faults[:NEWEST_FAULTS],
        "line": {"width": WIDTH, "height": HEIGHT},
    }


def _days(request: HttpRequest) -> int:
    wanted = request.GET.get("days", "")
    return next((days for days in RANGES if str(days) == wanted), RANGES[0])


def _latest_first(notice: Notice) -> float:
    return -notice.at.timestamp() if notice.at else 0.0


def _states(request: HttpRequest) -> list[Status]:
    parts = async_to_sync(health.report)()
    return [Status(name, part, _link(request, name)) for name, part in parts.items()]


def _link(request: HttpRequest, check: str) -> str:
    url_name, permission = _links.get(check, ("", ""))
    return reverse(url_name) if url_name and request.user.has_perm(permission) else ""


def _headline(states: Sequence[Status]) -> str:
    failing = [one.title for one in states if not one.health.ok]
    degraded = [one.title for one in states if one.health.ok and one.health.degraded]
    if failing:
        return f"Not well: {_listed(failing)} {'fails' if len(failing) == 1 else 'fail'}"
    if degraded:
        verb = "is" if len(degraded) == 1 else "are"
        return f"All is well, except that {_listed(degraded)} {verb} degraded"
    return "All is well"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
