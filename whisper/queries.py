"""Read accounts of the console."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session


def sessions_of(account_pk: int) -> list[str]:
    """Return the keys of an account's sessions, those that are over included."""
    account = str(account_pk)
    rows = Session.objects.iterator()
    return [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == account]
