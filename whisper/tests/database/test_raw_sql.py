"""Statements that run without Django's cursor."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from whisper.database.raw_sql import execute, fetch_all
from whisper.models import OutboxEntry

pytestmark = pytest.mark.django_db


def test_values_and_percent_signs_arrive_as_they_are():
    assert fetch_all("SELECT %s, '%%s', %s, '100%%'", ["100%s", 7]) == [("100%s", "%s", 7, "100%")]


def test_a_fault_is_djangos_and_spoils_no_more_than_another_would():
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch_all("SELECT * FROM nothing_of_this_name WHERE n = %s", [1])
    assert fetch_all("SELECT %s", ["on"]) == [("on",)]


def test_nothing_is_asked_in_a_transaction_that_is_broken():
    with transaction.atomic():
        connection.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            fetch_all("SELECT %s", [1])
        connection.set_rollback(False)


def test_whoever_listens_hears_of_it():
    with CaptureQueriesContext(connection) as asked:
        fetch_all("SELECT %s", [1])
    assert len(asked) == 1
    heard = []

    def listen(execute, sql, parameters, many, context):
        heard.append(sql)
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(listen):
        fetch_all("SELECT %s", [1])
    assert heard == ["SELECT %s"]


@pytest.mark.parametrize("listens", [False, True])
def test_a_change_says_how_many_rows_it_changed(listens):
    OutboxEntry.objects.bulk_create(OutboxEntry(topic=topic, payload={}) for topic in "aab")
    sql = f"UPDATE {OutboxEntry._meta.db_table} SET topic = %s WHERE topic = %s"
    with CaptureQueriesContext(connection) if listens else nullcontext():
        assert execute(sql, ["c", "a"]) == 2
        assert execute(sql, ["c", "a"]) == 0
    assert sorted(OutboxEntry.objects.values_list("topic", flat=True)) == ["b", "c", "c"]
