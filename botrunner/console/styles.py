"""The colours of moods as a stylesheet, so that the table of emotions alone names them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from profiles.models import Emotion

DAY_SECONDS = 86_400


def mood_colours(request: HttpRequest) -> HttpResponse:
    """Return one class for each emotion; it says nothing about anybody."""
    rules = [
        f".mood-{one.value} {{ color: {one.traits.shade}; }}\n"
        f".dark .mood-{one.value} {{ color: {one.traits.dark_shade}; }}\n"
        for one in Emotion
    ]
    headers = {"Cache-Control": f"public, max-age={DAY_SECONDS}"}
    return HttpResponse("".join(rules), content_type="text/css", headers=headers)
