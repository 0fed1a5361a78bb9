"""Charts of the front page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
