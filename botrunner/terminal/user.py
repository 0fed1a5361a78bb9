"""Who sits at the terminal."""

from __future__ import annotations

import getpass
from dataclasses import dataclass

from django.utils import timezone

from botrunner.accounts import name_of_login
from botrunner.conversation.base import Incoming
from memories.models import Message, Place
from whisper.ids import new_platform_id


@dataclass(frozen=True, slots=True)
class TerminalUser:
    """The person at the terminal, and the channel they write in."""

    person_id: int
    person_name: str
    channel_id: int
    guild_id: int | None = None

    def says(self, text: str) -> Incoming:
        """Return what they typed as a message."""
        return Incoming(
            platform=Message.Platform.TERMINAL,
            platform_id=new_platform_id(),
            person_id=self.person_id,
            person_name=self.person_name,
            text=text,
            sent_at=timezone.now(),
            channel_id=self.channel_id,
            guild_id=self.guild_id,
            place=Place.DIRECT if self.guild_id is None else Place.PUBLIC_CHANNEL,
            local=True,
        )


def account_name() -> str:
    """Return the name of the system account if it may be a person's, else nothing."""
    try:
        return name_of_login(getpass.getuser())
    except (OSError, KeyError):
        return ""
