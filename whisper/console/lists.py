"""Lists of big tables: nothing counts all rows, and filters ask for no distinct values."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

# More rows than this are not counted, and not leafed through: a search or a filter finds them.
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts rows up to a bound, so that a page of a big table is as quick as of a small one."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, or one more than are counted."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())


class ValuesFilter(admin.SimpleListFilter):
    """A filter by values that are known without looking into the table."""

    field: ClassVar[str]
    values: ClassVar[tuple[str, ...]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer each value."""
        return [(str(one), str(one).replace("_", " ").capitalize()) for one in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that have it."""
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset
