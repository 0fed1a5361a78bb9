"""Browsers of accounts that may read what is private, and have said why."""

from __future__ import annotations

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

REASON = "Ann asked for help."


def let_read(account: User) -> None:
    """Let an account read what is private."""
    account.user_permissions.add(Permission.objects.get(codename="read_private"))


def give_reason(client: Client, reason: str = REASON) -> None:
    """Give a reason for reading everybody's data."""
    client.post(reverse("admin:memories_message_changelist"), {"reading_reason": reason})
