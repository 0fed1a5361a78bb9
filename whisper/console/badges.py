"""Numbers in the navigation: how much waits on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

KEY = "navigation.waiting"
# What an admin does is seen at once, what a job or a person does at most this much later.
KEPT_SECONDS = 5

MakesRows = Callable[[], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Badge:
    """How many rows wait on a page, and what is said of one and of several."""

    number: int
    one: str
    several: str

    @property
    def words(self) -> str:
        """Return what stands after the number."""
        return self.one if self.number == 1 else self.several

    def __str__(self) -> str:
        return f"{self.number:,} {self.words}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What may wait on a page: its words for one and several, who sees it, and the rows."""

    one: str
    several: str
    permission: str
    make: MakesRows


# By the name of the page's address.
_waiting: dict[str, Waiting] = {}


def waiting(
    url_name: str, one: str, several: str, *, permission: str
) -> Callable[[MakesRows], MakesRows]:
    """Show beside a page's line how many rows wait there.

    Args:
        url_name: the page, such as "console:tasks".
        one: what stands after the number 1.
        several: what stands after a greater one.
        permission: who sees it.
    """

    def add(make: MakesRows) -> MakesRows:
        _waiting[url_name] = Waiting(one, several, permission, make)
        return make

    return add


def badges_for(request: HttpRequest) -> dict[str, Badge]:
    """Return what waits on each page for an admin, by the name of its address."""
    counts = cache.get_or_set(KEY, _counted, KEPT_SECONDS) or {}
    return {
        name: Badge(counts[name], kind.one, kind.several)
        for name, kind in _waiting.items()
        if counts.get(name) and request.user.has_perm(kind.permission)
    }


def _counted() -> dict[str, int]:
    """Return how many rows wait on each page; one query counts all of them."""
    counted = [
        kind.make().order_by().annotate(page=Value(name)).values("page").annotate(rows=Count("pk"))
        for name, kind in _waiting.items()
    ]
    if not counted:
        return {}
    first, *others = counted
    rows = first.union(*others, all=True) if others else first
    return {str(row["page"]): int(row["rows"]) for row in rows}


class CountAgain(MiddlewareMixin):
    """Has what waits be counted again once an admin may have changed it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Forget the numbers after whatever may have changed them."""
        if request.method == "POST" and request.path.startswith("/admin/"):
            cache.delete(KEY)
        return response
