"""Signing in: the first step, and what leads to the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.module_loading import import_string

from whisper.console.signing_in import LoginForm, PasswordForm
from whisper.environment import environment

DISCORD = "https://discord.com"


class SignIn(LoginView):
    """Asks for name and password; allauth asks for a second factor if the account has one."""

    template_name = "admin/login.html"
    authentication_form = LoginForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Lead on whoever is signed in already, unless the page they want is not for them."""
        target = self._target(request.user) if request.user.is_authenticated else None
        if request.method == "GET" and target is not None and target == self._wanted(target):
            return HttpResponseRedirect(target)
        show: Callable[..., HttpResponseBase] = super().dispatch
        if environment.discord_login_client_id:
            # A browser applies this rule to where a form's answer leads, too.
            show = csp_update({"form-action": [DISCORD]})(show)
        return show(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the console's pages show, and which ways there are."""
        request = self.request
        return {
            **admin.site.each_context(request),
            "title": "Log in",
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            "next_page": self.get_redirect_url(),
            "has_discord": bool(environment.discord_login_client_id),
            **super().get_context_data(**kwargs),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the second factor, or sign in."""
        account = form.get_user()
        login = Login(user=account, redirect_url=self._target(account))
        return perform_password_login(self.request, {"username": account.get_username()}, login)

    def _wanted(self, otherwise: str) -> str:
        return self.get_redirect_url() or otherwise

    def _target(self, account: Any) -> str:
        """Return where an account goes: to what it wanted, if that is for it."""
        console = reverse("admin:index")
        wanted = self._wanted(console if account.is_staff else reverse("chat"))
        if wanted.startswith(console) and not account.is_staff:
            return reverse("chat")
        return wanted


class _ChangePassword(PasswordChangeView):
    """Changes an account's own password; of staff in the console's frame."""

    form_class = PasswordForm

    def get_template_names(self) -> list[str]:
        """Return the console's page for staff, and that of everybody else."""
        own = "account/password.html"
        return super().get_template_names() if self._is_staff() else [own]

    def get_success_url(self) -> str:
        """Return where the new password leads."""
        return reverse("admin:password_change_done" if self._is_staff() else "mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the console's pages show to staff."""
        frame = admin.site.each_context(self.request) if self._is_staff() else {}
        return {**frame, **super().get_context_data(**kwargs)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it; the console has a page that says so."""
        if not self._is_staff():
            messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)

    def _is_staff(self) -> bool:
        return bool(getattr(self.request.user, "is_staff", False))


change_password = login_required(_ChangePassword.as_view())


def later(name: str) -> Callable[..., HttpResponseBase]:
    """Return a view that is imported when it is first asked for.

    What checks passkeys takes 20 MB that a bot without a console visitor doesn't need.

    Args:
        name: of the view, with its module.
    """

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found: HttpResponseBase = import_string(name)(request, *args, **kwargs)
        return found

    return view


def by_discord(name: str) -> Callable[..., HttpResponseBase]:
    """Return a view that is there only if the settings let people sign in with Discord."""
    found = later(name)

    def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not environment.discord_login_client_id:
            raise Http404
        return found(request, *args, **kwargs)

    return view
