"""What happens right now, for admins who watch: events without anybody's words, ids or names."""

from __future__ import annotations

from whisper.live.events import Event, LiveKind
from whisper.live.hub import Hub, hub
from whisper.live.publishing import GROUP, publish, run

__all__ = ["GROUP", "Event", "Hub", "LiveKind", "hub", "publish", "run"]
