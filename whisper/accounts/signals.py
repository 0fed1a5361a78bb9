"""What follows when people sign in, and when they change their authenticators."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.mfa import signals
from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from whisper.accounts.actions import log_authenticator
from whisper.environment import environment


@receiver(user_logged_in)
def _limited(request: HttpRequest, **kwargs: Any) -> None:
    # A time, not a span: what is used in between would put that off.
    request.session.set_expiry(timezone.now() + timedelta(hours=environment.session_hours))


@receiver(signals.authenticator_added)
def _added(user: Any, authenticator: Any, **kwargs: Any) -> None:
    log_authenticator("add", user, authenticator.type)


@receiver(signals.authenticator_removed)
def _removed(user: Any, authenticator: Any, **kwargs: Any) -> None:
    log_authenticator("remove", user, authenticator.type)


@receiver(signals.authenticator_reset)
def _renewed(user: Any, authenticator: Any, **kwargs: Any) -> None:
    log_authenticator("renew", user, authenticator.type)
