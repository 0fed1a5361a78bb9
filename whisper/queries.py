"""Read accounts of the console."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from whisper.environment import environment

# In the session of an account that signed in with the first admin's password.
FIRST_PASSWORD = "first_password"  # noqa: S105 - a name in the session
FIRST_SIGN_IN = "first_admin_password"


def sessions_of(account_pk: int) -> list[str]:
    """Return the keys of an account's sessions, those that are over included."""
    account = str(account_pk)
    rows = Session.objects.iterator()
    return [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == account]


def account_of_session(session_key: str | None) -> AbstractUser | None:
    """Return the account that is signed in by a session, as it is stored now.

    None if the session is over or logged out, or the account is inactive, gone, or has another
    password since; also if it has yet to change the first password.
    """
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    account = get_user(request)
    if not isinstance(account, AbstractUser) or has_first_password(request.session, account):
        return None
    return account


def first_password_file() -> Path:
    """Return where the first admin's password is kept until they have chosen another."""
    return environment.whisper_data_dir.absolute() / FIRST_SIGN_IN


def has_first_password(session: SessionBase, account: Any) -> bool:
    """Return whether an account signed in with a password that was made for it, and still has it.

    Args:
        session: that it signed in to.
    """
    return bool(session.get(FIRST_PASSWORD) == fingerprint(account))


def fingerprint(account: Any) -> str:
    """Return what tells an account's password from another one, without telling the password."""
    return salted_hmac("whisper.first_password", account.password).hexdigest()
