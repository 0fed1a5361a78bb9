"""What a Discord message says, to whom and where."""

from __future__ import annotations

import re

import discord

from botrunner.conversation.base import Incoming
from botrunner.discord_bot.reading.contents import extras_of
from botrunner.discord_bot.reading.history import attachments_of
from botrunner.discord_bot.reading.naming import mentions_own_role, names_of_mentioned, with_names
from memories.access import Scope
from memories.models import Message, Place
from profiles.queries import open_ways
from whisper.environment import environment

PLATFORM = Message.Platform.DISCORD
# All other types are Discord's own notes: joins, pins, boosts, answers to commands.
TALK = (discord.MessageType.default, discord.MessageType.reply)

# Discord allows 4,000. Minutes could be spent on what is much longer.
MOST_CHARACTERS = 10_000


def is_addressed(message: discord.Message, me: discord.abc.User) -> bool:
    """Return whether a message addresses the companion: directly, by mention, or as a reply."""
    if not is_talk(message):
        return False
    direct = isinstance(message.channel, discord.DMChannel)
    named = _mentions(message, me) or mentions_own_role(message)
    return direct or named or _replies_to(message, me)


def is_talk(message: discord.Message) -> bool:
    """Return whether a person said something, and not to another bot."""
    if message.author.bot or message.webhook_id or message.type not in TALK:
        return False
    return not message.content.startswith(environment.discord_command_prefix)


def words_of(message: discord.Message, me: discord.abc.User) -> str:
    """Return what a message says, with names for ids, and what its author added to it.

    The mention that addresses the companion, at the beginning, is left out.
    """
    mention = _mention_of(message, me)
    said = message.content[:MOST_CHARACTERS]
    text = re.sub(rf"^(?:\s*{mention}[\s,:]*)+", "", said)
    text = with_names(re.sub(mention, environment.bot_name, text), message).strip()
    return "\n".join([text, *extras_of(message)]).strip()


def place_of(channel: object) -> Place:
    """Return what kind of place a channel is; one that is not known well counts as private."""
    if isinstance(channel, discord.DMChannel):
        return Place.DIRECT
    if isinstance(channel, discord.Thread):
        return Place.PRIVATE_CHANNEL if channel.is_private() else place_of(channel.parent)
    if isinstance(channel, discord.abc.GuildChannel):
        # The role of everyone has the server's own id.
        everyone = channel.guild.get_role(channel.guild.id)
        if everyone is not None and channel.permissions_for(everyone).view_channel:
            return Place.PUBLIC_CHANNEL
    return Place.PRIVATE_CHANNEL


def parent_of(channel: object) -> int | None:
    """Return the channel of an open thread: who reads the one reads the other."""
    if isinstance(channel, discord.Thread) and not channel.is_private():
        return channel.parent_id
    return None


def is_for_adults(channel: object) -> bool:
    """Return whether a channel, or the one that it is a thread of, is age-restricted."""
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return bool(getattr(channel, "is_nsfw", bool)())
    return False


def can_speak(message: discord.Message) -> bool:
    """Return whether the companion may answer where a message was written."""
    channel, guild = message.channel, message.guild
    if guild is None or isinstance(channel, discord.PartialMessageable | discord.DMChannel):
        return True
    rights = channel.permissions_for(guild.me)
    if isinstance(channel, discord.Thread):
        return rights.send_messages_in_threads
    return rights.send_messages


def incoming_of(message: discord.Message, me: discord.abc.User, *, again: bool = False) -> Incoming:
    """Return a Discord message as the conversation takes it."""
    return Incoming(
        platform=PLATFORM,
        platform_id=message.id,
        person_id=message.author.id,
        person_name=message.author.display_name,
        text=words_of(message, me),
        sent_at=message.created_at,
        channel_id=message.channel.id,
        guild_id=_guild_id(message),
        parent_id=parent_of(message.channel),
        place=place_of(message.channel),
        reply_to=message.reference.message_id if message.reference else None,
        attachments=attachments_of(message),
        mentions=names_of_mentioned(message),
        for_adults=is_for_adults(message.channel),
        nobody=message.webhook_id is not None,
        again=again,
    )


def scope_of(interaction: discord.Interaction) -> Scope:
    """Return what a person may look at in the answer to a command or button; it asks the database.

    Alone with the companion that is all that is held of them, in a server what may be recalled.
    """
    person, place = interaction.user.id, place_of(interaction.channel)
    if place == Place.DIRECT:
        return Scope.access(person)
    channel_id = parent_of(interaction.channel) or interaction.channel_id or 0
    return Scope(person, place, channel_id, interaction.guild_id, open_ways(person))


def _mention_of(message: discord.Message, me: discord.abc.User) -> str:
    """Return the pattern of what mentions the companion: its account, or its own role."""
    own = None if message.guild is None else message.guild.self_role
    return rf"(?:<@!?{me.id}>|<@&{own.id}>)" if own else rf"<@!?{me.id}>"


def _mentions(message: discord.Message, me: discord.abc.User) -> bool:
    return any(user.id == me.id for user in message.mentions)


def _replies_to(message: discord.Message, me: discord.abc.User) -> bool:
    if message.type != discord.MessageType.reply or message.reference is None:
        return False
    replied = message.reference.resolved or message.reference.cached_message
    return isinstance(replied, discord.Message) and replied.author.id == me.id


def _guild_id(message: discord.Message) -> int | None:
    if message.guild is not None:
        return message.guild.id
    # A server that is not known yet is still no direct message.
    return getattr(message.channel, "guild_id", None)
