"""Metrics for Prometheus: modules create collectors with prometheus_client; this page shows them.

Names start with `whisper_`; labels have few values, and never an id or a text.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from ipaddress import ip_address
from time import monotonic

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, Info, generate_latest

from whisper import health
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment
from whisper.version import VERSION

HEALTH = Gauge("whisper_health", "1 ok, 0.5 degraded, 0 failing, by part.", ["part"])
BUILD = Info("whisper_build", "Which version runs.")
BUILD.info({"version": VERSION, "python": platform.python_version()})
# How long what is counted in the database is believed.
COUNTED_SECONDS = 60.0
VALUES = {"ok": 1.0, "degraded": 0.5, "failing": 0.0}


Count = Callable[[], None]

_counts: list[Count] = []
_counted_at = float("-inf")


def counts(count: Count) -> Count:
    """Register what sets gauges from the database, before a scrape and once a minute at most."""
    _counts.append(count)
    return count


async def metrics_page(request: HttpRequest) -> HttpResponse:
    """Show this process's metrics to staff and to scrapers on the networks that may read them."""
    if not (may_scrape(request) or (await request.auser()).is_staff):
        return HttpResponseForbidden("Log in as staff, or scrape from one of METRICS_NETWORKS.")
    return await metrics()


async def metrics() -> HttpResponse:
    """Return this process's metrics, with the health of the last seconds."""
    await _count()
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


async def _count() -> None:
    global _counted_at
    if monotonic() - _counted_at < COUNTED_SECONDS:
        return
    _counted_at = monotonic()
    for count in _counts:
        try:
            await in_database(count)
        except DatabaseUnavailableError:
            # Health reports it.
            return
