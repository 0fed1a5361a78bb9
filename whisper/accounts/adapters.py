"""What allauth asks about this installation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from whisper.accounts.actions import account_of_discord
from whisper.accounts.queries import discord_role, has_second_factor, may_sign_in

NOT_NAMED = "This Discord account can't sign in here."
FAILED = "Signing in with Discord failed. Please try again."


class AccountAdapter(DefaultAccountAdapter):
    """Signs accounts in, and asks again who somebody is before they change how they sign in."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody makes an account for themself."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Turn away whoever may not sign in, by whichever way they come."""
        if may_sign_in(user):
            return None
        clear_login(request)
        return redirect("admin:login")

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in whoever still may: minutes can pass between the password and the code.

        Raises:
            ImmediateHttpResponse: they may not.
        """
        if not may_sign_in(user):
            raise ImmediateHttpResponse(redirect("admin:login"))
        super().login(request, user)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return whether to ask; an account that has nothing to show can't be asked."""
        account = context.request.user
        if not account.has_usable_password() and not has_second_factor(account):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names passkeys plainly."""

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return the name that is proposed for a new passkey."""
        return "Passkey"


class DiscordAdapter(DefaultSocialAccountAdapter):
    """Signs in those whom the settings name, and nobody else; Discord's tokens aren't kept."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign in the account of this person.

        Raises:
            ImmediateHttpResponse: always; with the page that follows, or the way back.
        """
        from allauth.account.utils import perform_login

        person_id = str(sociallogin.account.uid)
        role = discord_role(person_id)
        account = account_of_discord(person_id, role) if role else None
        if account is None:
            messages.error(request, NOT_NAMED)
            raise ImmediateHttpResponse(redirect("admin:login"))
        raise ImmediateHttpResponse(
            perform_login(request, account, redirect_url=sociallogin.get_redirect_url(request))
        )

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Lead back to the sign-in, where a message says that it failed.

        Raises:
            ImmediateHttpResponse: always.
        """
        messages.error(request, FAILED)
        raise ImmediateHttpResponse(redirect("admin:login"))
