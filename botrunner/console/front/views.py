"""The health of Whisper's parts, for a front page that is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from botrunner.console.pages import page
from whisper.console.front.states import headline, states_for


@page("")
def health(request: HttpRequest) -> HttpResponse:
    """Show the health of each part, which may be some seconds old."""
    states = states_for(request, recent=True)
    context = {"states": states, "headline": headline(states), "now": timezone.now()}
    return TemplateResponse(request, "admin/health.html", context)
