"""Signing in to the console: no password is guessed, and the first one is changed."""

from __future__ import annotations

import hmac
from typing import Any

from allauth.core import context
from allauth.core.ratelimit import consume
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from unfold.forms import AdminOwnPasswordChangeForm, AuthenticationForm

from whisper.queries import (
    FIRST_PASSWORD,
    fingerprint,
    first_password_file,
    has_first_password,
)

TOO_MANY = "Too many tries. Please wait a minute, then try again."


class LoginForm(AuthenticationForm):
    """Asks for name and password; refuses even the right one after too many tries."""

    def clean(self) -> Any:
        """Count the try before any password is hashed, then check it."""
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name and password and not consume(self.request, action="login", key=name.casefold()):
            raise ValidationError(TOO_MANY, code="too_many")
        return super().clean()

    def confirm_login_allowed(self, user: Any) -> None:
        """Allow whoever may sign in: those who are not staff have the web chat."""

    def get_user(self) -> Any:
        """Return who signs in; whoever does so with the first admin's password has to change it."""
        user = super().get_user()
        if user is not None and _is_first_password(self.cleaned_data.get("password", "")):
            # Signing in keeps what the session held.
            self.request.session[FIRST_PASSWORD] = fingerprint(user)
        return user


class PasswordForm(AdminOwnPasswordChangeForm):
    """Changes an account's own password; a stolen session can't find out the old one."""

    def clean_old_password(self) -> str:
        """Count the try before the password is hashed, then check it."""
        if not consume(context.request, action="reauthenticate", user=self.user):
            raise ValidationError(TOO_MANY, code="too_many")
        return str(super().clean_old_password())


class ChangeFirstPassword(MiddlewareMixin):
    """Leads whoever signed in with the first admin's password to the form that changes it."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        """Return the way to that form; None once the password is another."""
        if FIRST_PASSWORD not in request.session or not request.user.is_authenticated:
            return None
        if not has_first_password(request.session, request.user):
            del request.session[FIRST_PASSWORD]
            return None
        form = reverse("admin:password_change")
        if request.path in (form, reverse("admin:logout"), reverse("admin:jsi18n")):
            return None
        return HttpResponseRedirect(form)


def _is_first_password(password: str) -> bool:
    try:
        first = first_password_file().read_text().strip()
    except OSError:
        return False
    return bool(first) and hmac.compare_digest(first.encode(), password.encode())
