"""What apps add to the front page, and who sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from django.http import HttpRequest

from whisper.console.front.charts import Balances, Chart
from whisper.console.front.figures import Tile
from whisper.console.front.states import Notice
from whisper.console.reading import may_read

T = TypeVar("T")

MakesTile = Callable[[datetime], Tile]
MakesTiles = Callable[[datetime], Iterable[Tile]]
MakesNotices = Callable[[datetime], Iterable[Notice]]
MakesChart = Callable[[datetime, int], Chart]
MakesBalances = Callable[[datetime], Balances]

# Each with the permission of those who see it.
_tiles: list[tuple[str, MakesTiles]] = []
_notices: list[tuple[str, MakesNotices]] = []
_charts: list[tuple[str, MakesChart]] = []
_balances: list[tuple[str, MakesBalances]] = []
_panels: list[tuple[str, str]] = []


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


def tiles_for(request: HttpRequest, now: datetime) -> list[Tile]:
    """Return the figures that an admin may see."""
    return [tile for make in _seen_by(request, _tiles) for tile in make(now)]


def notices_for(request: HttpRequest, now: datetime) -> list[Notice]:
    """Return what an admin may see of what waits or failed."""
    found = [notice for make in _seen_by(request, _notices) for notice in make(now)]
    if may_read(request):
        return found
    return [replace(one, link=one.otherwise or one.link) for one in found]


def charts_for(request: HttpRequest, now: datetime, days: int) -> list[Chart]:
    """Return the charts that an admin may see, for the last days."""
    return [make(now, days) for make in _seen_by(request, _charts)]


def balances_for(request: HttpRequest, now: datetime) -> list[Balances]:
    """Return the bars that an admin may see."""
    return [make(now) for make in _seen_by(request, _balances)]


def panels_for(request: HttpRequest) -> list[str]:
    """Return the templates of the other cards that an admin may see."""
    return list(_seen_by(request, _panels))


def _seen_by(request: HttpRequest, parts: Iterable[tuple[str, T]]) -> Iterator[T]:
    return (part for permission, part in parts if request.user.has_perm(permission))
