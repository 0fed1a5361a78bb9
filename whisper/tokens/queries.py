"""Read tokens."""

from __future__ import annotations

from hashlib import sha256

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone

from whisper.accounts.queries import lacks_required_factor, may_sign_in
from whisper.models import AccessToken

PREFIX = "whisper_"
# Anything longer isn't a token, and need not be hashed.
LONGEST = 100


def digest_of(text: str) -> str:
    """Return what is kept of a token. It is random and long, so that no salt is needed."""
    return sha256(text.encode()).hexdigest()


def usable_token(text: str) -> AccessToken | None:
    """Return a token that holds now, whose account may still sign in; None for any other text."""
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        return None
    rows = AccessToken.objects.select_related("account")
    token = rows.filter(digest=digest_of(text), expires_at__gt=timezone.now()).first()
    return token if token is not None and still_holds(token) else None


def still_holds(token: AccessToken) -> bool:
    """Return whether the account of a token, if it has one, may still sign in."""
    account = token.account
    if account is None:
        return True
    return may_sign_in(account) and not lacks_required_factor(account)


def tokens_about(person_id: int, account_pk: int | None) -> QuerySet[AccessToken]:
    """Return the tokens that act for a person, and those of their account, oldest first."""
    whose = Q(person_id=person_id)
    if account_pk is not None:
        whose |= Q(account_id=account_pk)
    return AccessToken.objects.filter(whose).order_by("created_at", "pk")


def tokens_of(account: User) -> QuerySet[AccessToken]:
    """Return the tokens that an account may see and revoke: its own; a superuser's are all."""
    tokens = AccessToken.objects.select_related("account").order_by("-created_at", "-pk")
    return tokens if account.is_superuser else tokens.filter(account=account)
