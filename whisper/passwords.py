"""Which passwords an account may have."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from whisper.action_log import Actor

FEWEST_OF_ITS_OWN = 6
SHORTEST_NAME = 3


class EndsTokens:
    """Ends the tokens of an account whose password is changed, by whichever way.

    Whoever knew the old password may have made one. The file with the first admin's password goes
    too: whoever lost theirs looks there, and would read one that is refused.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Let any password pass."""

    def password_changed(self, password: str, user: Any = None) -> None:
        """Revoke the account's tokens; Django calls it once a new password is saved."""
        from whisper.actions import forget_first_password
        from whisper.tokens.actions import revoke_all_of

        forget_first_password()
        if user is not None and user.pk is not None:
            revoke_all_of(user.pk, actor=Actor.admin(user.pk), reason="A new password was set.")

    def get_help_text(self) -> str:
        """Return what a form says about it."""
        return "A new password ends your sessions elsewhere and your tokens for other programs."


class UnlikeTheAccount:
    """Refuses a password that is little more than a name of its account, such as admin-admin."""

    def validate(self, password: str, user: Any = None) -> None:
        """Check a password.

        Raises:
            ValidationError: without the account's names hardly anything of it is left.
        """
        left = password.lower()
        for name in _names(user):
            left = left.replace(name, "")
        if left != password.lower() and len(re.sub(r"\W|_", "", left)) < FEWEST_OF_ITS_OWN:
            raise ValidationError("The password is too similar to the account's name.")

    def get_help_text(self) -> str:
        """Return what a form says about it."""
        return "Your password can't be made of your name."


def _names(user: Any) -> list[str]:
    fields = ("username", "first_name", "last_name", "email")
    values = [str(getattr(user, field, "") or "").lower() for field in fields]
    parts = {part for value in values for part in (value, *re.split(r"\W+", value))}
    return sorted((part for part in parts if len(part) >= SHORTEST_NAME), key=len, reverse=True)
