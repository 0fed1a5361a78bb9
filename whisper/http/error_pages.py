"""The page for a request that can't be read; it reads nothing of it.

Django's own looks for the form's token in the request, and so fails a second time.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBadRequest
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBadRequest:
    """Say that a request can't be read."""
    return HttpResponseBadRequest(render_to_string("400.html"))
