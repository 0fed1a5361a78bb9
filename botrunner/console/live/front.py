"""What Live adds to the console's front page: the latest events, for who may watch."""

from __future__ import annotations

from botrunner.console.live.queries import WATCH
from whisper.console import front

front.leads_to("intake", "console:live", WATCH)
front.panel(WATCH, "console/live_panel.html")
