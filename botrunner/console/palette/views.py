"""The view that answers the palette."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST

from botrunner.console.palette.finding import found, may_search
from whisper.console.reading import reason_for


@admin.site.admin_view
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Return what fits the words, which are sent in the body, so that no log has them."""
    words = request.POST.get("words", "").strip()
    context = {
        "found": found(request, words),
        "words": words,
        "may_search": may_search(request),
        "reason": reason_for(request, None),
    }
    return TemplateResponse(request, "console/found.html", context)
