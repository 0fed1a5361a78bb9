"""The figures of the page of analytics as tables, for CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from botrunner.console.analytics.counting import Figures
from whisper.personal_data.registry import Rows


def _activity(found: Figures) -> Rows:
    return [
        {
            "from": f"{day}",
            "messages": step.said,
            "replies": step.replies,
            "people": step.people,
            "new people": step.new,
            "new memories": step.memories,
        }
        for day, step in {**found.before, **found.steps}.items()
    ]


def _moods(found: Figures) -> Rows:
    return [
        {"from": f"{day}", "mood": mood, "count": count}
        for day, moods in sorted(found.moods.items())
        for mood, count in sorted(moods.items())
    ]


def _topics(found: Figures) -> Rows:
    return [
        {"topic": topic, "facts": now, "facts before": then}
        for topic, (now, then) in found.topics.items()
    ]


def _hours(found: Figures) -> Rows:
    return [
        {"weekday": weekday, "hour": hour, "messages": count}
        for (weekday, hour), count in sorted(found.hours.items())
    ]


def _retention(found: Figures) -> Rows:
    return [
        {"first seen": f"{one.month:%Y-%m}", "people": one.size, "months later": later, "active": n}
        for one in found.cohorts
        for later, n in enumerate(one.active)
    ]


def _servers(found: Figures) -> Rows:
    return [
        {
            "server": one.name,
            "id": str(one.guild_id),
            "messages": one.said,
            "messages before": one.said_before,
            "people": one.people,
        }
        for one in found.servers
    ]


TABLES: Mapping[str, Callable[[Figures], Rows]] = {
    "activity": _activity,
    "moods": _moods,
    "topics": _topics,
    "hours": _hours,
    "retention": _retention,
    "servers": _servers,
}
