"""Whose words of a channel's talk are read, in words."""

from __future__ import annotations

from botrunner.models import Server
from botrunner.servers.queries import room_of

WORDS = {
    Server.Room.OFF: "only the words of the person I reply to",
    Server.Room.AGREED: "the words of people who agreed to be remembered",
    Server.Room.CHANNEL: "everybody's words, except those of people who declined",
}
OFFERED = {room: words[:1].upper() + words[1:] for room, words in WORDS.items()}
SHOWN = (
    "What I read of a channel's recent talk when I reply there: {words}. I read it for that one "
    "reply, and don't store any of it."
)


def room_in_words(guild_id: int) -> str:
    """Return whose words of a channel's talk replies on a server are made from."""
    return SHOWN.format(words=WORDS[room_of(guild_id)])
