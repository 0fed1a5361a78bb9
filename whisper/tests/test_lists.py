"""Tests of the console's lists of big tables."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.safestring import SafeString

from whisper.admin import BaseAdmin
from whisper.console import lists
from whisper.console.lists import BoundedPaginator
from whisper.models import ActionEntry
from whisper.templatetags.lists import short_cell
from whisper.tests.console_pages import console_pages

LISTS = [page for page in console_pages() if isinstance(page, BaseAdmin)]


@pytest.fixture
def entries(db):
    return [ActionEntry.objects.create(action="test", actor_kind="command") for _ in range(12)]


def test_rows_are_counted_exactly_below_the_bound_and_not_above_it(entries, monkeypatch):
    rows = ActionEntry.objects.order_by("-at")
    assert BoundedPaginator(rows, 5).count == 12
    monkeypatch.setattr(lists, "MOST_COUNTED", 10)
    with CaptureQueriesContext(connection) as queries:
        assert BoundedPaginator(rows, 5).count == 11
    assert "LIMIT 11" in queries[0]["sql"]


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.opts.model_name)
def test_no_list_asks_for_days_or_distinct_values_of_a_whole_table(page):
    assert page.date_hierarchy is None
    assert page.paginator is BoundedPaginator
    distinct = [
        name
        for name in page.list_filter
        if isinstance(name, str)
        and not page.opts.get_field(name).choices
        and page.opts.get_field(name).get_internal_type() != "BooleanField"
    ]
    # Runs of imports are few.
    assert distinct == (["kind"] if page.opts.model_name == "importrun" else [])


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.opts.model_name)
def test_the_time_that_a_list_is_ordered_by_has_an_index(page):
    first = f"-{page.newest}" if page.newest else next(iter(page.ordering or ()), "")
    field = first.removeprefix("-")
    if field and page.opts.get_field(field).get_internal_type() == "DateTimeField":
        small = page.opts.model_name in {"importrun", "erasure", "removedplace"}
        assert small or any(index.fields[0] == first for index in page.opts.indexes)


def test_a_list_opens_by_a_filter_of_known_values(admin_client):
    address = reverse("admin:profiles_consent_changelist")
    assert admin_client.get(address, {"status__exact": "granted"}).status_code == 200


def test_a_shortened_cell_is_escaped_unless_it_is_already():
    assert "<script>" not in short_cell("<td>a<script>")
    assert short_cell(SafeString('<td class="x">a<b>')) == '<td class="cell">a<b>'
