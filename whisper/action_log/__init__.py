"""Who changed what about whom, when and why: one log for Discord, the console and commands.

Decisions are logged: a consent, a correction, an erasure of a part, an import. What the companion
does with each message is not logged: its rows say when they were made and from which message.
"""

from __future__ import annotations

from whisper.action_log.actions import Changes, forget_person, log, log_each
from whisper.action_log.base import COMPANION, Actor, command

__all__ = ["COMPANION", "Actor", "Changes", "command", "forget_person", "log", "log_each"]
