"""The console's page of figures: bars drawn by the browser alone, each beside its table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from memories.access import Scope
from memories.analytics import FiguresReport, View
from memories.analytics.base import FigureKind
from memories.analytics.report import Count
from memories.models import Memory
from profiles.models import LARGEST_ID

DAYS = 90
BAR, GAP, HEIGHT = 7, 2, 90


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a table with its bar; percent of the longest, 0 to 100."""

    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Table:
    """Counts under a heading, with what they are counts of."""

    title: str
    of: str
    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Month:
    """The moods of a month: of each how often it was felt, and its share in percent."""

    name: str
    parts: Sequence[tuple[str, int, float]]


class WhoseForm(forms.Form):
    """Whose figures are shown: of all, of a person, or of a server."""

    person = forms.IntegerField(
        label="Person's Discord id", min_value=0, max_value=LARGEST_ID, required=False
    )
    server = forms.IntegerField(
        label="Server's Discord id", min_value=0, max_value=LARGEST_ID, required=False
    )

    def clean(self) -> dict[str, int | None]:
        """Refuse both together."""
        found: dict[str, int | None] = self.cleaned_data
        if found.get("person") is not None and found.get("server") is not None:
            raise forms.ValidationError("Enter a person or a server, not both.")
        return found

    @property
    def view(self) -> View:
        """Return the view that a valid form asks for."""
        person, server = self.cleaned_data["person"], self.cleaned_data["server"]
        if person is not None:
            return View.person(Scope.access(person))
        return View.console() if server is None else View.server(server)


def tables_of(report: FiguresReport) -> list[Table]:
    """Return what a report counts by name."""
    kinds = [Count(str(Memory.Kind(one.name).label), one.count) for one in report.kinds]
    growth = [
        Count(f"{one.month} (+{one.count})", one.total) for one in reversed(report.growth[-12:])
    ]
    found = [
        Table("Kinds", "Kind", _bars(kinds)),
        Table("Categories of facts", "Category", _bars(report.categories)),
        Table(_words(report), "Word", _bars(report.words)),
        Table("At the end of each month", "Month", _bars(growth)),
    ]
    return [table for table in found if table.bars]


def moods_of(report: FiguresReport) -> list[Month]:
    """Return the moods of each of the last twelve months, the newest first."""
    months: dict[str, list[Count]] = defaultdict(list)
    for mood in report.moods:
        months[mood.month].append(Count(mood.emotion, mood.count))
    return [_month(name, months[name]) for name in sorted(months, reverse=True)[:12]]


def chart_of_days(report: FiguresReport) -> SafeString | str:
    """Draw one bar for each of the last days, as high as much was remembered of it."""
    counts = {one.name: one.count for one in report.days}
    today = datetime.fromisoformat(report.at).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    label = f"Memories per day from {days[0]} to {days[-1]}"
    return _columns(label, [(f"{day}", counts.get(f"{day}", 0)) for day in days])


def chart_of_hours(report: FiguresReport) -> SafeString | str:
    """Draw one bar for each hour of the day, as high as much was remembered in it."""
    hours = [(f"{hour}:00", count) for hour, count in enumerate(report.hours)]
    return _columns("Memories by hour of the day", hours)


def _columns(label: str, counts: Sequence[tuple[str, int]]) -> SafeString | str:
    """Draw a bar for each count, with its name; nothing where all are zero."""
    most = max((count for _, count in counts), default=0)
    if not most:
        return ""
    bars = format_html_join(
        "",
        '<rect class="p1" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        (
            (number * (BAR + GAP), HEIGHT - high, BAR, high, name, f"{count:,}")
            for number, (name, count) in enumerate(counts)
            for high in [round(HEIGHT * count / most, 1)]
        ),
    )
    return format_html(
        '<svg role="img" aria-label="{}, at most {}" viewBox="0 0 {} {}" '
        'preserveAspectRatio="none" class="days">{}</svg>',
        label,
        f"{most:,}",
        len(counts) * (BAR + GAP),
        HEIGHT,
        bars,
    )


def _words(report: FiguresReport) -> str:
    lately = report.kind is FigureKind.CONSOLE
    return "Words that stand out, last 30 days" if lately else "Words that stand out"


def _bars(counts: Sequence[Count]) -> list[Bar]:
    most = max((one.count for one in counts), default=0) or 1
    return [Bar(one.name, one.count, round(100 * one.count / most)) for one in counts]


def _month(name: str, moods: Sequence[Count]) -> Month:
    total = sum(mood.count for mood in moods)
    return Month(
        name,
        [
            (mood.name, mood.count, round(100 * mood.count / total, 2))
            for mood in sorted(moods, key=lambda mood: (-mood.count, mood.name))
        ],
    )
