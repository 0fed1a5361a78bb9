"""Metrics for Prometheus: modules create collectors with prometheus_client; this page shows them.

Names start with `whisper_`; labels have few values, and never an id or a text.
"""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


def metrics_page(request: HttpRequest) -> HttpResponse:
    """Show this process's metrics to staff and to scrapers on the same machine."""
    if not (_is_local(request) or request.user.is_staff):
        return HttpResponseForbidden("Log in as staff, or use this machine.")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _is_local(request: HttpRequest) -> bool:
    """Return whether the request comes from this machine, and not through a proxy on it."""
    forwarded = any(
        name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
    )
    address = request.META.get("REMOTE_ADDR") or ""
    try:
        return not forwarded and ip_address(address).is_loopback
    except ValueError:
        return False
