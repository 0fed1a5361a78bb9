"""Who may be signed in, asked at each request."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from whisper.accounts.queries import may_sign_in


class Accounts(ModelBackend):
    """Django's accounts; those that came by Discord as long as the settings name them."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Return whether an account may sign in, or stay signed in."""
        return user is not None and may_sign_in(user)
