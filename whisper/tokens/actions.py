"""What makes, uses and revokes tokens."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from whisper.action_log import Actor, log
from whisper.models import AccessToken
from whisper.retention import AT_ONCE
from whisper.tokens.queries import PREFIX, digest_of, tokens_about
from whisper.tokens.scopes import TokenScope

BYTES = 32
# How much of a token is kept, to tell it from others.
SHOWN = len(PREFIX) + 4
LONGEST_NAME = 60
LONGEST_LIFE = timedelta(days=366)
# How often it is noted that a token was used.
NOTED = timedelta(minutes=1)
# Tokens that are over are shown for a while.
REMEMBERED = timedelta(days=30)


class TokenError(ValueError):
    """A token can't be made; the text says why."""


def create_token(
    name: str,
    scopes: Iterable[TokenScope],
    *,
    valid: timedelta,
    actor: Actor,
    reason: str,
    account: User | None = None,
    person_id: int | None = None,
) -> tuple[AccessToken, str]:
    """Make a token and return it with its text, which is not kept.

    Args:
        name: what it is for.
        scopes: what it may be used for.
        valid: how long it holds, a year at most.
        account: whose rights it has, or, with a person, whose account has to stay active.
        person_id: the one person that it acts for; None if it has an account's rights.

    Raises:
        TokenError: something of it makes no sense.
    """
    chosen = sorted(set(scopes))
    if not name.strip() or len(name) > LONGEST_NAME:
        raise TokenError(f"A name has 1 to {LONGEST_NAME} characters.")
    if not chosen:
        raise TokenError("Choose at least one scope.")
    if not timedelta(0) < valid <= LONGEST_LIFE:
        raise TokenError(f"A token holds for 1 to {LONGEST_LIFE.days} days.")
    if account is None and person_id is None:
        raise TokenError("A token acts for an account or for a person.")
    text = PREFIX + secrets.token_urlsafe(BYTES)
    with transaction.atomic():
        token = AccessToken.objects.create(
            name=name.strip(),
            digest=digest_of(text),
            beginning=text[:SHOWN],
            account=account,
            person_id=person_id,
            scopes=[scope.value for scope in chosen],
            expires_at=timezone.now() + valid,
        )
        scoped = {"scopes": ("", " ".join(token.scopes))}
        log(
            "token.create",
            actor=actor,
            reason=reason,
            person_id=person_id,
            on=token,
            changes=scoped,
        )
    return token, text


def revoke_token(pk: int, *, actor: Actor, reason: str = "") -> bool:
    """Let a token hold no more; return whether there was one that did."""
    with transaction.atomic():
        token = AccessToken.objects.filter(pk=pk, revoked_at=None).first()
        if token is None:
            return False
        now = timezone.now()
        AccessToken.objects.filter(pk=pk).update(revoked_at=now, digest=f"revoked {pk}")
        log("token.revoke", actor=actor, reason=reason, person_id=token.person_id, on=token)
    return True


def revoke_all_of(account_pk: int, *, actor: Actor, reason: str) -> int:
    """Let no token of an account hold any more; return how many did."""
    held = AccessToken.objects.filter(account_id=account_pk, revoked_at=None)
    with transaction.atomic():
        return sum(
            revoke_token(pk, actor=actor, reason=reason) for pk in held.values_list("pk", flat=True)
        )


def note_use(token: AccessToken) -> None:
    """Note that a token was used, once a minute at most."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTED:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)


def forget_tokens(
    person_id: int, account_pk: int | None = None, before: datetime | None = None
) -> int:
    """Delete the tokens that act for a person, and those of their account; return how many.

    Args:
        before: only those made by then.
    """
    tokens = tokens_about(person_id, account_pk)
    if before is not None:
        tokens = tokens.filter(created_at__lte=before)
    return tokens.delete()[0]


def delete_old_tokens(before: datetime) -> int:
    """Delete tokens that have been over for a month."""
    over = timezone.now() - REMEMBERED
    old = Q(expires_at__lt=over) | Q(revoked_at__lt=over)
    rows = AccessToken.objects.filter(old).values_list("pk", flat=True)
    return AccessToken.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]
