"""Views of the page of analytics and of its tables as CSV."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from botrunner.console.analytics import drawing, front  # noqa: F401 - front adds to the front page
from botrunner.console.analytics.counting import Figures, Step, figures
from botrunner.console.analytics.period import RANGES, Period
from botrunner.console.analytics.tables import TABLES
from botrunner.console.pages import page, shown
from memories.analytics.base import LEAST_PEOPLE
from memories.models import PlaceName
from whisper.ids import snowflake
from whisper.personal_data.registry import as_csv

VIEW = "profiles.view_profile"
# Counting a year of a busy installation takes seconds.
KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Headline:
    """A number of the period, and how it compares with the time before."""

    title: str
    value: int
    before: int

    @property
    def change(self) -> str:
        """Return the change in percent with its sign; empty if there is nothing to compare with."""
        if not self.before:
            return ""
        change = round(100 * (self.value - self.before) / self.before)
        return f"{change:+,} %".replace("-", "−") if change else "as before"


@page(VIEW)
def analytics(request: HttpRequest) -> HttpResponse:
    """Show how the companion is used, overall or in a server, beside the time before."""
    period, guild_id = _wanted(request)
    found, at = _figures(period, guild_id)
    before = list(found.before.values())
    drawn = {
        name: drawing.columns(
            period,
            {day: getattr(step, name) for day, step in found.steps.items()},
            [getattr(step, name) for step in before],
            noun,
        )
        for name, noun in (("said", "messages"), ("people", "people"))
    }
    grown = {
        name: drawing.growth(
            period, first, {day: getattr(step, name) for day, step in found.steps.items()}, noun
        )
        for name, first, noun in (
            ("new", found.people_at_first, "people"),
            ("memories", found.memories_at_first, "memories"),
        )
    }
    most = max((now for now, _ in found.topics.values()), default=0) or 1
    return shown(
        request,
        "analytics",
        "Analytics",
        period=period,
        before=period.before,
        server=guild_id,
        servers=_servers(),
        ranges=[(key, name) for key, (_, name) in RANGES.items()],
        figures=found,
        counted_at=at,
        headlines=_headlines(list(found.steps.values()), before),
        drawn=drawn,
        grown=grown,
        moods=drawing.moods(period, found.moods),
        topics=[
            (name, now, then, round(100 * now / most)) for name, (now, then) in found.topics.items()
        ],
        week=drawing.week(found.hours) if found.hours else [],
        cohorts=[
            (one, [drawing.share_cell(count, one.size) for count in one.active])
            for one in found.cohorts
        ],
        least=LEAST_PEOPLE,
        size={
            "width": drawing.WIDTH,
            "wide": drawing.WIDE,
            "height": drawing.HEIGHT,
            "left": drawing.LEFT,
        },
        tables=list(TABLES),
        query=request.GET.urlencode(),
    )


@page(VIEW)
def analytics_file(request: HttpRequest, table: str) -> HttpResponse:
    """Send a table of the same figures as CSV."""
    if table not in TABLES:
        raise Http404
    found, _ = _figures(*_wanted(request))
    headers = {"Content-Disposition": f'attachment; filename="whisper-{table}.csv"'}
    rows = TABLES[table](found)
    return HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _wanted(request: HttpRequest) -> tuple[Period, int | None]:
    period = Period.of(request.GET, timezone.localdate())
    return period, snowflake(request.GET.get("server", ""))


def _figures(period: Period, guild_id: int | None) -> tuple[Figures, datetime]:
    """Return figures, and when they were counted: some minutes ago at most."""
    return counted(period, guild_id, int(time.time() // KEPT_SECONDS))


@lru_cache(maxsize=32)
def counted(period: Period, guild_id: int | None, minutes: int) -> tuple[Figures, datetime]:
    """Return figures, which this process keeps as long as the last argument stays the same."""
    return figures(period, guild_id), timezone.now()


def _servers() -> list[tuple[str, str]]:
    rows = PlaceName.objects.filter(guild_id=None).order_by("name")
    return [(str(row.place_id), row.name) for row in rows[:300]]


def _headlines(steps: Sequence[Step], before: Sequence[Step]) -> list[Headline]:
    return [
        Headline(
            title,
            sum(getattr(one, name) for one in steps),
            sum(getattr(one, name) for one in before),
        )
        for title, name in (
            ("Messages", "said"),
            ("Replies", "replies"),
            ("New people", "new"),
            ("New memories", "memories"),
        )
    ]
