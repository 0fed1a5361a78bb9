"""Rows that all tests of a module share, for those that only look at many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from pytest_django import DjangoDbBlocker


@contextmanager
def rows_of_the_module(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Take back at the end what is written from the beginning on.

    For a fixture of a module, in which every test that needs the database takes back what it wrote
    itself (`django_db` without `transaction`): then all of them see the same rows.
    """
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
