"""Have the action log tell of changes of authenticators that people make themselves."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from django.dispatch import receiver

from whisper.accounts.actions import log_authenticator


@receiver(signals.authenticator_added)
def _added(user: Any, authenticator: Any, **kwargs: Any) -> None:
    log_authenticator("add", user, authenticator.type)


@receiver(signals.authenticator_removed)
def _removed(user: Any, authenticator: Any, **kwargs: Any) -> None:
    log_authenticator("remove", user, authenticator.type)


@receiver(signals.authenticator_reset)
def _renewed(user: Any, authenticator: Any, **kwargs: Any) -> None:
    log_authenticator("renew", user, authenticator.type)
