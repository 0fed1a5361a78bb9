"""What changes accounts of the console."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from whisper.action_log import COMPANION, Actor, command, log
from whisper.files import write_secret
from whisper.models import ActionEntry, OutboxEntry
from whisper.queries import first_password_file, sessions_of
from whisper.retention import AT_ONCE


def drop_name(account_pk: int, *, actor: Actor = COMPANION, reason: str = "") -> None:
    """Take names and address out of a console account; how it logs in stays."""
    accounts = get_user_model()._default_manager.filter(pk=account_pk)
    with transaction.atomic():
        changed = accounts.update(first_name="", last_name="", email="")
        log("account.drop_name", actor=actor, reason=reason, count=changed)


def end_sessions(account_pk: int, *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Log a console account out everywhere and return how many sessions that ended."""
    with transaction.atomic():
        ended = Session.objects.filter(pk__in=sessions_of(account_pk)).delete()[0]
        log("account.end_sessions", actor=actor, reason=reason, count=ended)
    return ended


def create_first_admin(username: str, password_file: Path) -> bool:
    """Create the first admin with a random password; False if an admin already exists.

    Args:
        username: how the admin logs in; no account may have it yet.
        password_file: where the password is written, readable by this account only.

    Raises:
        OSError: the file can't be written; then no admin is created.
    """
    accounts = get_user_model()._default_manager
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        if accounts.filter(is_superuser=True).exists():
            return False
        account = accounts.create_superuser(username=username, email="", password=password)
        log("account.create", actor=command(), on=account)
        write_secret(password_file, password)
    return True


def forget_first_password() -> None:
    """Remove the file with the first admin's password, unless an admin still has that one."""
    file = first_password_file()
    try:
        first = file.read_text().strip()
    except OSError:
        return
    admins = get_user_model()._default_manager.filter(is_superuser=True)
    if not any(admin.check_password(first) for admin in admins):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def delete_old_actions(before: datetime) -> int:
    """Delete old entries of the action log."""
    rows = ActionEntry.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True)
    return ActionEntry.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


def delete_failed_work(before: datetime) -> int:
    """Delete work that was set aside, and that no admin decided about."""
    rows = OutboxEntry.objects.filter(failed_at__lt=before).values_list("pk", flat=True)
    return OutboxEntry.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


def delete_expired_sessions(before: datetime) -> int:
    """Delete sessions of the console that are over."""
    rows = Session.objects.filter(expire_date__lt=timezone.now()).values_list("pk", flat=True)
    return Session.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]
