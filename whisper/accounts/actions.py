"""What changes how accounts sign in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, User
from django.db import transaction

from whisper.accounts.queries import DISCORD_PREFIX
from whisper.action_log import COMPANION, Actor, log
from whisper.actions import end_sessions
from whisper.tokens.actions import revoke_all_of

OWNER = "owner"


def reset_second_factor(account: User, *, actor: Actor, reason: str) -> int:
    """Remove the authenticators and recovery codes of an account, and log it out everywhere.

    Returns:
        How many were removed.
    """
    with transaction.atomic():
        removed = Authenticator.objects.filter(user=account).delete()[0]
        log("account.reset_second_factor", actor=actor, reason=reason, on=account, count=removed)
        if removed:
            end_sessions(account.pk, actor=actor, reason=reason)
        revoke_all_of(account.pk, actor=actor, reason=reason)
    return removed


def account_of_discord(person_id: str, role: str) -> User | None:
    """Return the account of whoever signs in with Discord, with the rights of a role.

    Args:
        person_id: theirs, as Discord told it.
        role: the name of a group in small letters, or `owner` for a superuser.

    Returns:
        The account, which is made at the first time; None if somebody gave an account of that name
        a password, so that it isn't theirs alone.
    """
    with transaction.atomic():
        account, is_new = User.objects.get_or_create(
            username=f"{DISCORD_PREFIX}{person_id}",
            defaults={"password": "!"},  # nosec B105 - none
        )
        if is_new:
            account.set_unusable_password()
        elif account.has_usable_password():
            return None
        _give_role(account, role)
        if is_new:
            log("account.create", actor=COMPANION, reason="Sign-in with Discord.", on=account)
    return account


def _give_role(account: User, role: str) -> None:
    account.is_staff, account.is_superuser = True, role == OWNER
    account.save()
    account.groups.set(Group.objects.filter(name__iexact=role))


def log_authenticator(action: str, account: Any, kind: str) -> None:
    """Log that an account got, lost or renewed an authenticator.

    Args:
        action: what happened: "add", "remove" or "renew".
        kind: which: "totp", "webauthn" or "recovery_codes".
    """
    actor = Actor.admin(account.pk)
    log(f"account.{action}_second_factor", actor=actor, reason=kind, on=account)
