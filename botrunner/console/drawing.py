"""Geometry of the console's drawings; templates put them into SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from profiles.drawn import SHAPES
from profiles.models import Emotion

# A sparkline's and a chart's size, in units of their own.
SPARK_WIDTH, SPARK_HEIGHT = 84, 22
CHART_WIDTH, CHART_HEIGHT = 640, 200
MARGIN = 14
# Room for the names of the lines.
LEFT = 62


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: what kind it is (its colour), its share of 100, and what it stands for."""

    kind: str
    share: float
    title: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the mood chart.

    Args:
        x, y: where it stands.
        path: its shape.
        tip: what it tells: the mood, the day, what triggered it.
    """

    x: float
    y: float
    emotion: Emotion
    path: str
    tip: str


@dataclass(frozen=True, slots=True)
class MoodChart:
    """How somebody felt over a time.

    Args:
        marks: oldest first.
        dates: where a date is written below, and the date.
        legend: the emotions that occur.
    """

    marks: Sequence[Mark]
    dates: Sequence[tuple[float, str]]
    legend: Sequence[Emotion]

    @property
    def line(self) -> str:
        """Return the points of the line through the marks."""
        return " ".join(f"{mark.x},{mark.y}" for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Felt:
    """A mood as the chart takes it; `valence` is -1 (hard) to 1 (good)."""

    at: datetime
    emotion: Emotion
    valence: float
    tip: str


def sparkline(state: Mapping[str, Any]) -> str:
    """Return the points of a line through the mean mood of a person's last days; empty if none."""
    days = [one for one in state.get("days", ()) if sum(one["moods"].values())]
    means = [one["valence"] / sum(one["moods"].values()) for one in days]
    last = max(len(means) - 1, 1)
    return " ".join(
        f"{SPARK_WIDTH * number / last:.0f},{SPARK_HEIGHT * (1 - mean) / 2:.1f}"
        for number, mean in enumerate(means)
    )


def mood_chart(moods: Sequence[Felt], since: datetime, until: datetime) -> MoodChart:
    """Return a chart of moods, the oldest first, between two times."""
    whole = max((until - since).total_seconds(), 1.0)

    def x_of(at: datetime) -> float:
        share = (at - since).total_seconds() / whole
        return round(LEFT + share * (CHART_WIDTH - LEFT - MARGIN), 1)

    marks = [
        Mark(
            x_of(mood.at),
            round(MARGIN + (1 - mood.valence) / 2 * (CHART_HEIGHT - 2 * MARGIN), 1),
            mood.emotion,
            SHAPES[mood.emotion.traits.shape],
            mood.tip,
        )
        for mood in moods
    ]
    steps = [since + (until - since) * number / 4 for number in range(5)]
    dates = [(x_of(at), f"{at:%-d %b}") for at in steps]
    return MoodChart(marks, dates, [one for one in Emotion if one in {m.emotion for m in moods}])
