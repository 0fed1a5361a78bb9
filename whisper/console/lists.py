"""Lists of big tables: nothing counts all rows, and filters ask for no distinct values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

# More rows than this are not counted, and not leafed through by numbers.
MOST_COUNTED = 10_000
# Of Django's filters.
COMPARISONS = ("exact", "in", "isnull", "isempty")


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts rows up to a bound, so that a page of a big table is as quick as of a small one."""

    @cached_property
    def count(self) -> int:
        """Return how many rows there are, or one more than are counted."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return int(rows.order_by().values("pk")[: MOST_COUNTED + 1].count())


class NarrowedByFilters(ModelAdmin):
    """A page whose addresses narrow its list as its own filters and links do, and not otherwise.

    Any other comparison could be one that the database refuses, or find out what a row holds
    without opening it.
    """

    id_fields: ClassVar[tuple[str, ...]] = ()

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Return whether an address may narrow the list so."""
        name, _, comparison = lookup.rpartition("__")
        if comparison not in COMPARISONS:
            name = lookup
        fields = (*map(_narrowed_by, self.get_list_filter(request)), *self.id_fields)
        if name.removesuffix("__id") not in fields:
            return False
        return bool(super().lookup_allowed(lookup, value, request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return a row; an address that names the field of its id by nothing means its key."""
        return super().get_object(request, object_id, from_field or None)


def _narrowed_by(one: Any) -> str:
    """Return the field or parameter of an entry of `list_filter`."""
    first = one[0] if isinstance(one, tuple) else one
    return str(getattr(first, "parameter_name", first))


class NamedRows(ModelAdmin):
    """A list whose page of rows gets names from elsewhere, in a query for all of them."""

    def name_rows(self, rows: Sequence[Any]) -> None:
        """Give the rows of a page what their columns say besides their own fields."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list, with names."""
        response = super().changelist_view(request, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if shown is not None:
            self.name_rows(shown.result_list)
        return response

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Return a row, with names."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            self.name_rows([row])
        return row


class ValuesFilter(admin.SimpleListFilter):
    """A filter by values that are known without looking into the table."""

    field: ClassVar[str]
    values: ClassVar[tuple[str, ...]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer each value."""
        return [(str(one), self.called(str(one))) for one in self.values]

    def called(self, value: str) -> str:
        """Return what a value is called."""
        return value.replace("_", " ").capitalize()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows that have it."""
        return queryset.filter(**{self.field: self.value()}) if self.value() else queryset
