"""The statements that a test counts."""

from __future__ import annotations

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper


def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which each statement is added from now on, in whichever thread it runs."""
    statements: list[str] = []
    execute = CursorWrapper.execute

    def noted(cursor, sql, params=None):
        statements.append(sql)
        return execute(cursor, sql, params)

    # While somebody listens, no statement goes around Django's cursor (`whisper.database.raw_sql`).
    monkeypatch.setattr(BaseDatabaseWrapper, "queries_logged", True)
    monkeypatch.setattr(CursorWrapper, "execute", noted)
    return statements
