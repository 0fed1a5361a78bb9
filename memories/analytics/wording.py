"""A report in words, for the terminal and for Discord."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from memories.analytics.report import Count, FiguresReport
from memories.models import Memory

BAR = 12
LATEST = 6
SHOWN = 8
NOTHING = "There is nothing to count yet."


def as_json(report: FiguresReport) -> str:
    """Return a report as JSON; ids are strings."""
    return json.dumps(asdict(report), ensure_ascii=False, indent=2)


def lines(report: FiguresReport) -> list[str]:
    """Return a report as lines of text, bars as characters."""
    found = [_head(report)]
    if report.is_empty:
        return [NOTHING, *report.notes]
    found += _part("By kind", (f"{_kind(one.name)}: {one.count}" for one in report.kinds))
    found += _part("By category", (f"{one.name}: {one.count}" for one in report.categories[:SHOWN]))
    found += _part("Latest days", _bars(report.days[-LATEST:]))
    found += _part("Busiest hours of the last year", _bars(busiest_hours(report)))
    found += _part("Moods", _moods(report))
    found += _part("Words that stand out", [", ".join(one.name for one in report.words)])
    found += _part(
        "Recalled most", (f"{one.count} times: {one.text}" for one in report.most_recalled[:3])
    )
    found += _part(
        "Growth",
        (f"{one.month}: +{one.count}, {one.total} in total" for one in report.growth[-LATEST:]),
    )
    return found + report.notes


def busiest_hours(report: FiguresReport) -> list[Count]:
    """Return the hours of the day in which most was said, the busiest first."""
    hours = [Count(f"{hour:02}:00", count) for hour, count in enumerate(report.hours) if count]
    return sorted(hours, key=lambda one: (-one.count, one.name))[:LATEST]


def _head(report: FiguresReport) -> str:
    people = "" if report.people is None else f" of {report.people} people"
    return f"{report.total} memories{people}, counted from {_engine(report)} ({report.zone})."


def _engine(report: FiguresReport) -> str:
    return "the database" if report.engine == "database" else "Elasticsearch"


def _kind(name: str) -> str:
    label = str(Memory.Kind(name).label)
    return label[:1].upper() + label[1:]


def _moods(report: FiguresReport) -> Iterable[str]:
    for month in sorted({mood.month for mood in report.moods})[-LATEST:]:
        moods = [mood for mood in report.moods if mood.month == month]
        moods.sort(key=lambda mood: (-mood.count, mood.emotion))
        yield f"{month}: " + ", ".join(f"{mood.emotion} {mood.count}" for mood in moods)


def _bars(counts: Sequence[Count]) -> Iterable[str]:
    most = max((one.count for one in counts), default=1)
    for one in counts:
        yield f"{one.name} {'█' * max(1, round(BAR * one.count / most))} {one.count}"


def _part(title: str, rows: Iterable[str]) -> list[str]:
    shown = [row for row in rows if row]
    return [f"**{title}**", *shown] if shown else []
