"""Read how accounts sign in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled

from whisper.environment import environment

# Of the accounts that whoever signs in with Discord gets.
DISCORD_PREFIX = "discord-"


def has_second_factor(account: Any) -> bool:
    """Return whether an account has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(account))


def lacks_required_factor(account: Any) -> bool:
    """Return whether an account may do nothing but set up its second factor."""
    needs = environment.require_second_factor and account.is_staff
    return needs and not has_second_factor(account)


def discord_role(person_id: str) -> str | None:
    """Return the role of whoever may sign in with this Discord account; None if they may not."""
    if not environment.discord_login_client_id:
        return None
    return environment.discord_login_people.get(person_id)


def may_sign_in(account: Any) -> bool:
    """Return whether an account is active and, if it came by Discord, still named there."""
    name = account.get_username()
    if not account.is_active:
        return False
    if not name.startswith(DISCORD_PREFIX) or account.has_usable_password():
        return True
    return discord_role(name.removeprefix(DISCORD_PREFIX)) is not None
