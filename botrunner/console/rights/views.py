"""The page that says what an admin may read; it also stands where they may not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from botrunner.console.pages import page, shown
from whisper.console.reading import reading_of


@page("")
def rights(request: HttpRequest) -> HttpResponse:
    """Say what an account may read, what that takes, and who gives the right to it."""
    return _page(request)


def not_allowed(request: HttpRequest) -> HttpResponse:
    """Return the same page where something was asked for that the account may not read."""
    response = _page(request, refused=True)
    response.status_code = 403
    return response


def _page(request: HttpRequest, *, refused: bool = False) -> HttpResponse:
    return shown(
        request,
        "rights",
        "What you may read",
        reading=reading_of(request),
        refused=refused,
    )
