"""Read accounts of the console."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest


def sessions_of(account_pk: int) -> list[str]:
    """Return the keys of an account's sessions, those that are over included."""
    account = str(account_pk)
    rows = Session.objects.iterator()
    return [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == account]


def account_of_session(session_key: str | None) -> AbstractUser | None:
    """Return the account that is signed in by a session, as it is stored now.

    None if the session is over or logged out, or the account is inactive, gone, or has another
    password since.
    """
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    account = get_user(request)
    return account if isinstance(account, AbstractUser) else None
