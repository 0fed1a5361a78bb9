"""What Discord's ids stand for: a message's text as people see it, with names for ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import discord

from whisper.names import among_words, safe_name

UNKNOWN_PERSON = "@someone"
UNKNOWN_CHANNEL = "#a-channel"
UNKNOWN_ROLE = "@a-role"
# https://docs.discord.com/developers/reference#message-formatting
_MARKUP = re.compile(
    r"<(?:"
    r"@!?(?P<person>\d{1,20})"
    r"|\#(?P<channel>\d{1,20})"
    r"|@&(?P<role>\d{1,20})"
    r"|a?:(?P<emoji>\w{1,32}):\d{1,20}"
    r"|/(?P<command>[^:<>\n]{1,100}):\d{1,20}"
    r"|t:(?P<seconds>-?\d{1,13})(?::[tTdDfFR])?"
    r")>"
)


def with_names(text: str, message: discord.Message) -> str:
    """Return text of a message with names for ids of people, channels, roles and emojis.

    What Discord does not say the name of is "someone", "a-channel" or "a-role".
    """
    return _MARKUP.sub(_namer(message), text)


def names_of_mentioned(message: discord.Message) -> dict[int, str]:
    """Return what the people are called whom a message mentions, by their ids."""
    people = sorted(message.mentions, key=lambda one: one.id)
    return {one.id: safe_name(one.display_name) for one in people}


def mentions_own_role(message: discord.Message) -> bool:
    """Return whether a message mentions the role that Discord made for the companion itself."""
    guild = message.guild
    own = None if guild is None else guild.self_role
    return own is not None and own.id in message.raw_role_mentions


def _namer(message: discord.Message) -> Callable[[re.Match[str]], str]:
    people = names_of_mentioned(message)

    def name(found: re.Match[str]) -> str:
        """Return what one piece of markup stands for."""
        kind, value = found.lastgroup, found[found.lastgroup or 0]
        if kind == "person":
            known = people.get(int(value))
            return f"@{among_words(known)}" if known else UNKNOWN_PERSON
        if kind == "channel":
            return _channel(message, int(value))
        if kind == "role":
            return _role(message, int(value))
        if kind == "seconds":
            return _moment(int(value)) or found[0]
        return f":{value}:" if kind == "emoji" else f"/{value}"

    return name


def _channel(message: discord.Message, channel_id: int) -> str:
    channel = message.guild and message.guild.get_channel_or_thread(channel_id)
    return f"#{among_words(channel.name)}" if channel else UNKNOWN_CHANNEL


def _role(message: discord.Message, role_id: int) -> str:
    role = message.guild and message.guild.get_role(role_id)
    return f"@{among_words(role.name)}" if role else UNKNOWN_ROLE


def _moment(seconds: int) -> str:
    """Return a time as words; empty if no calendar has it."""
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return ""
    return f"{at:%A}, {at.day} {at:%B %Y, %H:%M} UTC"
