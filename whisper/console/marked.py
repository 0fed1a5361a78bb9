"""Lists of big tables whose pages begin where the one before ended."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.paginator import Paginator
from django.db.models import Model, UniqueConstraint
from django.http import HttpRequest
from unfold.views import ChangeList

from whisper.console.paging import Slice, newest_first, with_untimed
from whisper.ids import snowflake

# How many rows a page looks through for those that fit: the next page continues there.
LOOKED_THROUGH = 10_000


class Uncounted(int):
    """Stands for the number of rows where there is more than a page: of those that fit, it says."""

    def __str__(self) -> str:
        return "matching"


class MarkedPaginator(Paginator):  # type: ignore[type-arg]
    """Draws links to the first and the next page of a list that is paged by marks."""

    template_name = "whisper/pages.html"
    # Nothing is counted, and no page has a number.
    count = 0


def has_index(model: type[Model], path: str) -> bool:
    """Return whether the database finds the rows with a number in a field by an index."""
    relation, _, rest = path.partition("__")
    field: Any = model._meta.get_field(relation)
    if rest:
        return has_index(field.related_model, rest)
    parts = [one.fields for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
    firsts = [one.fields[:1] for one in model._meta.indexes if one.condition is None]
    return field.unique or any(field.name in fields for fields in (*parts, *firsts))


class MarkedList(ChangeList):
    """A list whose pages begin where the one before ended, if its page names the `newest` time.

    However deep a page is, it takes as long as the first. What is searched or filtered is looked
    for among so many rows at once, unless an index finds it, as what is a person's.
    """

    # The page in the address, which holds a mark here.
    page: Slice | None = None

    def get_results(self, request: HttpRequest) -> None:
        """Read the rows of a page."""
        field = self.model_admin.newest
        if not field or (self.model_admin.sortable and request.GET.get(ORDER_VAR)):
            super().get_results(request)
            return
        nullable = self.lookup_opts.get_field(field).null
        take = with_untimed if nullable else newest_first
        after = request.GET.get(PAGE_VAR, "")
        within = LOOKED_THROUGH if self._looks_through else 0
        self.page = take(self.queryset.order_by(), field, after, self.list_per_page, within=within)
        self.result_list = self.page.rows
        self.paginator = MarkedPaginator(self.queryset, self.list_per_page)
        self.page_num = 1
        self.is_first = not after
        self.multi_page = bool(after or self.page.next)
        # Only what is on one page is counted.
        shown = len(self.page.rows)
        self.result_count = Uncounted(shown + 1) if self.multi_page else shown
        self.full_result_count = self.result_count if self.multi_page else None
        self.can_show_all = self.show_full_result_count = False
        self.show_admin_actions = True

    @property
    def _looks_through(self) -> bool:
        """Return whether the rows that fit are looked for, as no index knows where they are."""
        names = [name.removesuffix("__exact") for name in self.params]
        if any(
            name in self.model_admin.id_fields and has_index(self.model, name) for name in names
        ):
            return False
        number = snowflake(self.query.strip())
        if number is not None:
            return not self.model_admin.field_with(number)
        return bool(self.query) or self.has_active_filters

    @property
    def first_page(self) -> str:
        """Return the address of the first page."""
        return str(self.get_query_string())

    @property
    def next_page(self) -> str:
        """Return the address of the next page; empty on the last one."""
        following = self.page.next if self.page else ""
        return str(self.get_query_string({PAGE_VAR: following})) if following else ""
