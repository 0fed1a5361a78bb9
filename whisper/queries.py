"""Read accounts of the console."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone


def sessions_of(account_pk: int) -> list[str]:
    """Return the keys of an account's open sessions."""
    account = str(account_pk)
    open_now = Session.objects.filter(expire_date__gt=timezone.now())
    return [row.pk for row in open_now if row.get_decoded().get(SESSION_KEY) == account]
