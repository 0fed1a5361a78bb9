"""Metrics for Prometheus: modules create collectors with prometheus_client; this page shows them.

Names start with `whisper_`; labels have few values, and never an id or a text.
"""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from whisper import health
from whisper.environment import environment

HEALTH = Gauge("whisper_health", "1 ok, 0.5 degraded, 0 failing, by part.", ["part"])
VALUES = {"ok": 1.0, "degraded": 0.5, "failing": 0.0}


async def metrics_page(request: HttpRequest) -> HttpResponse:
    """Show this process's metrics to staff and to scrapers on the networks that may read them."""
    if not (may_scrape(request) or (await request.auser()).is_staff):
        return HttpResponseForbidden("Log in as staff, or scrape from one of METRICS_NETWORKS.")
    return await metrics()


async def metrics() -> HttpResponse:
    """Return this process's metrics, with the health of the last seconds."""
    for name, part in (await health.recent_report()).items():
        HEALTH.labels(name).set(VALUES[part.status])
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def may_scrape(request: HttpRequest) -> bool:
    """Return whether the request comes from such a network, and not through a proxy on it."""
    forwarded = any(
        name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
    )
    try:
        address = ip_address(request.META.get("REMOTE_ADDR") or "")
    except ValueError:
        return False
    # A server on both protocols sees addresses of the older one as ::ffff:10.0.0.7.
    address = getattr(address, "ipv4_mapped", None) or address
    return not forwarded and any(address in network for network in environment.metrics_networks)
