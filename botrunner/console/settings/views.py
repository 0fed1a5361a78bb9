"""The view of settings."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from botrunner.console.pages import page, shown
from botrunner.console.settings.queries import sections
from whisper.console.front.states import states_for

SEE = "whisper.maintain"


@page(SEE)
def settings(request: HttpRequest) -> HttpResponseBase:
    """Show each setting with where it comes from, and the health of each part."""
    found = sections()
    only_set = request.GET.get("show") == "set"
    return shown(
        request,
        "settings",
        "Settings",
        sections=found,
        only_set=only_set,
        count=sum(one.set_here for one in found),
        parts=[(state.title, state.health) for state in states_for(request)],
    )
