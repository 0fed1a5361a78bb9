"""What changes accounts of the console."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction

from whisper.queries import sessions_of


def drop_name(account_pk: int) -> None:
    """Take names and address out of a console account; how it logs in stays."""
    accounts = get_user_model()._default_manager.filter(pk=account_pk)
    accounts.update(first_name="", last_name="", email="")


def end_sessions(account_pk: int) -> int:
    """Log a console account out everywhere and return how many sessions that ended."""
    return Session.objects.filter(pk__in=sessions_of(account_pk)).delete()[0]


def create_first_admin(username: str) -> str | None:
    """Create the first admin and return the random password, or None where an admin exists.

    The account's number is also who its owner is to the companion (botrunner/accounts.py).

    Args:
        username: how the admin logs in; no account may have it yet.
    """
    accounts = get_user_model()._default_manager
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        if accounts.filter(is_superuser=True).exists():
            return None
        accounts.create_superuser(username=username, email="", password=password)
    return password
