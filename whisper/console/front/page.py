"""The front page as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from whisper.console.front import parts
from whisper.console.front.figures import HEIGHT, WIDTH
from whisper.console.front.states import Notice, headline, states_for

# Days of a chart; the first unless the address asks for another.
RANGES = (30, 90)
NEWEST_FAULTS = 8


def add_front_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add the front page's parts that the admin may see to the context of the console's index."""
    now, days = timezone.now(), _days(request)
    states = states_for(request)
    found = parts.notices_for(request, now) + [one for state in states for one in state.notices]
    faults = sorted((one for one in found if one.fault), key=_latest_first)
    return context | {
        "title": "Front page",
        "headline": headline(states),
        "now": now,
        "states": states,
        "tiles": parts.tiles_for(request, now),
        "charts": parts.charts_for(request, now, days),
        "ranges": [(one, one == days) for one in RANGES],
        "balances": parts.balances_for(request, now),
        "panels": parts.panels_for(request),
        "waiting": [one for one in found if not one.fault],
        "faults": faults[:NEWEST_FAULTS],
        "line": {"width": WIDTH, "height": HEIGHT},
    }


def _days(request: HttpRequest) -> int:
    wanted = request.GET.get("days", "")
    return next((days for days in RANGES if str(days) == wanted), RANGES[0])


def _latest_first(notice: Notice) -> float:
    return -notice.at.timestamp() if notice.at else 0.0
