"""The page Live; what happens comes over its socket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from botrunner.console.live import front as live_front  # noqa: F401 - adds to the front page
from botrunner.console.live.queries import WATCH, may_read_events
from botrunner.console.pages import page, shown
from botrunner.history import front  # noqa: F401 - adds to the front page
from whisper.console.reading import require_reason
from whisper.live import LiveKind

# Kinds, with the icon and the name of several, in the order of the filters.
KINDS = (
    (LiveKind.MESSAGE, "chat_bubble", "Messages"),
    (LiveKind.REPLY, "smart_toy", "Replies"),
    (LiveKind.RECALL, "neurology", "Recalls"),
    (LiveKind.CACHE, "bolt", "Cache"),
    (LiveKind.FALLBACK, "cloud_off", "Fallbacks"),
    (LiveKind.FAULT, "error", "Faults"),
)


@page(WATCH)
def live(request: HttpRequest) -> HttpResponse:
    """Show what happens; who may read what is private says why, the others see counts."""
    reads = may_read_events(request.user)  # type: ignore[arg-type]
    if reads and (asked := require_reason(request)) is not None:
        return asked
    return shown(request, "live", "Live", kinds=KINDS, reads=reads)
