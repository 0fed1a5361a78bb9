"""Geometry of the charts of the page of analytics; the template puts it into SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from botrunner.console.analytics.period import MONTH, Period, name_of_month
from profiles.models import Emotion

# As wide as they are shown on most screens, so that the letters in them are as large as others.
WIDTH, WIDE, HEIGHT = 520, 1_060, 190
LEFT, BOTTOM, TOP = 46, 24, 8
GAP = 0.22
LABELS = 6
DAY_OF_MONTH, MONTH_OF_YEAR = "%-d %b", "%b %Y"
LEVELS = 5
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a chart with what it tells; `kind` is its colour."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    tip: str


@dataclass(frozen=True, slots=True)
class Course:
    """Values in steps as columns or a line, with those of the time before as a second line.

    Args:
        columns: one per step.
        line, before: points of a polyline; empty for none.
        ticks: where a line across is drawn, and the number beside it.
        dates: where a date is written below, and the date.
        told: the same as a sentence per step, for who can't see it.
    """

    columns: Sequence[Rectangle]
    line: str
    before: str
    ticks: Sequence[tuple[float, str]]
    dates: Sequence[tuple[float, str]]
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class Moods:
    """Shares of moods in months: good ones above the line, hard ones below.

    Args:
        middle: where the line is.
        legend: the moods that occur.
    """

    parts: Sequence[Rectangle]
    middle: float
    most: int
    dates: Sequence[tuple[float, str]]
    legend: Sequence[Emotion]
    told: Sequence[str]


def columns(period: Period, values: Mapping[date, int], before: Sequence[int], noun: str) -> Course:
    """Return columns, with a line for the time before."""
    most = _round_up(max([*values.values(), *before, 1]))
    slot = (WIDTH - LEFT) / len(values)
    drawn = [
        Rectangle(
            round(LEFT + slot * number + slot * GAP / 2, 1),
            round(_y(count, most), 1),
            round(slot * (1 - GAP), 1),
            round(HEIGHT - BOTTOM - _y(count, most), 1),
            "p1",
            f"{period.name_of(step)}: {count:,} {noun}",
        )
        for number, (step, count) in enumerate(values.items())
    ]
    line = _points(before, most, slot)
    return Course(
        drawn,
        "",
        line,
        _ticks(most),
        _dates(period.steps, form=_form(period)),
        [one.tip for one in drawn],
    )


def growth(period: Period, at_first: int, new: Mapping[date, int], noun: str) -> Course:
    """Return how a number grew: its total after each step."""
    totals, total = [], at_first
    for count in new.values():
        total += count
        totals.append(total)
    most = _round_up(max([*totals, 1]))
    slot = (WIDTH - LEFT) / len(new)
    told = [
        f"{period.name_of(step)}: {total:,} {noun}, {count:,} of them new"
        for (step, count), total in zip(new.items(), totals, strict=True)
    ]
    # Columns that nobody sees tell the number where the pointer is.
    areas = [
        Rectangle(round(LEFT + slot * number, 1), TOP, round(slot, 1), HEIGHT - BOTTOM, "", tip)
        for number, tip in enumerate(told)
    ]
    return Course(
        areas,
        _points(totals, most, slot),
        "",
        _ticks(most),
        _dates(period.steps, form=_form(period)),
        told,
    )


def moods(period: Period, counts: Mapping[date, Mapping[str, int]]) -> Moods | None:
    """Return the moods of each month as shares; None if there are none."""
    shares = {month: _shares(counts.get(month, {})) for month in period.months}
    halves = [
        sum(share for mood, share in of_step.items() if sign * mood.traits.valence > 0)
        for of_step in shares.values()
        for sign in (1, -1)
    ]
    most = max(halves, default=0.0)
    if not most:
        return None
    middle, slot = (HEIGHT - BOTTOM) / 2, (WIDE - LEFT) / len(shares)
    parts: list[Rectangle] = []
    told = []
    for number, (step, of_step) in enumerate(shares.items()):
        x, width = LEFT + slot * number + slot * GAP / 2, slot * (1 - GAP)
        name = name_of_month(step)
        parts += _stacked(of_step, x, width, middle, most, name)
        said = ", ".join(f"{mood.label} {share:.0%}" for mood, share in of_step.items())
        told.append(f"{name}: {said or 'no moods'}")
    seen = {mood for of_step in shares.values() for mood in of_step}
    legend = [one for one in _by_valence() if one in seen]
    return Moods(
        parts, middle, round(100 * most), _dates(period.months, WIDE, MONTH_OF_YEAR), legend, told
    )


def _stacked(
    shares: Mapping[Emotion, float], x: float, width: float, middle: float, most: float, name: str
) -> list[Rectangle]:
    found, above, below = [], middle, middle
    for mood, share in shares.items():
        high = (middle - TOP) * share / most
        up = mood.traits.valence > 0
        above -= high if up else 0
        y = above if up else below
        below += 0 if up else high
        tip = f"{name}: {mood.label} {share:.0%}"
        found.append(
            Rectangle(
                round(x, 1), round(y, 1), round(width, 1), round(high, 2), f"mood-{mood.value}", tip
            )
        )
    return found


def _shares(counts: Mapping[str, int]) -> dict[Emotion, float]:
    """Return the share of each mood that is good or hard, those nearest to the line first."""
    total = sum(counts.values())
    return {
        mood: counts[mood.value] / total
        for mood in sorted(_by_valence(), key=lambda one: abs(one.traits.valence))
        if counts.get(mood.value)
    }


def _by_valence() -> list[Emotion]:
    drawn = [one for one in Emotion if one.traits.valence]
    return sorted(drawn, key=lambda one: -one.traits.valence)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is the darker, the more it stands for: level 0 to `LEVELS`."""

    level: int
    text: str
    tip: str


def week(hours: Mapping[tuple[int, int], int]) -> list[tuple[str, list[Cell]]]:
    """Return a row for each weekday, with a cell for each hour."""
    most = max(hours.values(), default=0)
    return [
        (
            name,
            [
                Cell(
                    _level(hours.get((number, hour), 0), most),
                    "",
                    f"{name} {hour}:00: {hours.get((number, hour), 0):,} messages",
                )
                for hour in range(24)
            ],
        )
        for number, name in enumerate(WEEKDAYS, start=1)
    ]


def share_cell(count: int, whole: int) -> Cell:
    """Return a cell for a share of people."""
    share = count / whole if whole else 0.0
    return Cell(round(LEVELS * share), f"{share:.0%}", f"{count:,} of {whole:,}")


def _level(count: int, most: int) -> int:
    # What happens at all is not as pale as nothing.
    return max(1, round(LEVELS * count / most)) if count else 0


def _y(count: float, most: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * count / most


def _points(counts: Sequence[int], most: float, slot: float) -> str:
    return " ".join(
        f"{LEFT + slot * (number + 0.5):.1f},{_y(count, most):.1f}"
        for number, count in enumerate(counts)
    )


def _ticks(most: int) -> list[tuple[float, str]]:
    middle = [] if most % 2 else [most // 2]
    return [(round(_y(one, most), 1), _short(one)) for one in (0, *middle, most)]


def _short(number: float) -> str:
    for size, sign in ((1_000_000, "m"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.3g}{sign}"
    return f"{number:.3g}"


def _round_up(number: int) -> int:
    """Return a number with one or two digits and zeros, as people put it beside a chart."""
    size = 10 ** max(len(str(number)) - 1, 0)
    return next(size * step // 2 for step in range(2, 21) if size * step // 2 >= number)


def _form(period: Period) -> str:
    return MONTH_OF_YEAR if period.step == MONTH else DAY_OF_MONTH


def _dates(
    steps: Sequence[date], width: int = WIDTH, form: str = DAY_OF_MONTH
) -> list[tuple[float, str]]:
    slot = (width - LEFT) / len(steps)
    each = max(1, -(-len(steps) // (LABELS * width // WIDTH)))
    return [
        (round(LEFT + slot * (number + 0.5), 1), step.strftime(form))
        for number, step in enumerate(steps)
        if number % each == 0
    ]
