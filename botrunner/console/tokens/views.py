"""Views of tokens: who has which, and what makes and revokes one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from botrunner.accounts import local_person_id
from botrunner.console.pages import shown
from botrunner.console.tokens.forms import PERSON, TokenForm
from whisper.admin import acting
from whisper.models import AccessToken
from whisper.tokens.actions import create_token, revoke_token
from whisper.tokens.queries import tokens_of


def _account(request: HttpRequest) -> User:
    account = request.user
    if not isinstance(account, User):
        raise Http404
    return account


# A token is another way to sign in: whoever has only a stolen session can't make one.
@reauthentication_required
def _tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _page(request, TokenForm(), made=_made(request, form.cleaned_data))
    return _page(request, form)


tokens = admin.site.admin_view(_tokens)


def _made(request: HttpRequest, given: dict[str, Any]) -> tuple[AccessToken, str]:
    account = _account(request)
    person_id = local_person_id(account.pk) if given["acts_for"] == PERSON else None
    return create_token(
        given["name"],
        given["scopes"],
        valid=timedelta(days=given["days"]),
        actor=acting(request),
        reason=given["reason"],
        account=account,
        person_id=person_id,
    )


def _page(
    request: HttpRequest, form: TokenForm, made: tuple[AccessToken, str] | None = None
) -> HttpResponse:
    account = _account(request)
    return shown(
        request,
        "tokens",
        "Tokens",
        form=form,
        made=made,
        rows=tokens_of(account)[:200],
        of_all=account.is_superuser,
    )


def _revoke(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST" or not tokens_of(_account(request)).filter(pk=pk).exists():
        raise Http404
    if revoke_token(pk, actor=acting(request), reason="Revoked on the page Tokens."):
        messages.success(request, "Revoked.")
    return redirect("console:tokens")


revoke = admin.site.admin_view(_revoke)
