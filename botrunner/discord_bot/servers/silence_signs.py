"""What people see of it where admins have the companion keep silent."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import discord

from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.reading.messages import is_addressed
from botrunner.discord_bot.servers.block_commands import BLOCKED_HERE
from botrunner.discord_bot.servers.talk_settings import TalkSettings

SIGN = "💤"
# Whoever asks again meanwhile has seen it.
EVERY = timedelta(minutes=1)
PAUSED = (
    "I'm paused on this server: the people who manage it don't want me to reply in its channels "
    "for now."
)
SILENT_HERE = "The people who manage this server don't want me to reply in this channel."
STILL = "My commands work here, and so do direct messages."
CAN_NOT_WRITE = "I don't have the right to write in this channel, so I can't reply here."


class SilenceSigns:
    """Marks what was said to the companion where it keeps silent, once a minute in a channel."""

    def __init__(self) -> None:
        self._shown: dict[int, datetime] = {}

    async def show(
        self, message: discord.Message, me: discord.ClientUser, talk_settings: TalkSettings
    ) -> None:
        """Mark a message, if it waits for a reply in vain and reactions are allowed there."""
        guild = message.guild
        if guild is None or not is_addressed(message, me) or not _may_react(message):
            return
        silent = talk_settings.silent_place(message.channel, guild.id) is not None
        if not silent or talk_settings.blocks(guild.id, message.author.id):
            return
        now = message.created_at
        self._shown = {one: at for one, at in self._shown.items() if now - at < EVERY}
        if message.channel.id not in self._shown:
            self._shown[message.channel.id] = now
            with suppress(discord.DiscordException, *NETWORK):
                await message.add_reaction(SIGN)


def silence_in_words(interaction: discord.Interaction[Any]) -> list[str]:
    """Return why the companion doesn't reply to a person in a place; empty where it does."""
    talk_settings: TalkSettings = interaction.client.talk_settings
    guild_id = interaction.guild_id
    if guild_id is None:
        return []
    if talk_settings.blocks(guild_id, interaction.user.id):
        return [f"{BLOCKED_HERE} {STILL}"]
    silent = talk_settings.silent_place(interaction.channel, guild_id)
    if silent is not None:
        return [f"{PAUSED if silent == guild_id else SILENT_HERE} {STILL}"]
    rights = interaction.app_permissions
    thread = isinstance(interaction.channel, discord.Thread)
    may_write = rights.send_messages_in_threads if thread else rights.send_messages
    return [] if may_write else [CAN_NOT_WRITE]


def _may_react(message: discord.Message) -> bool:
    """Return whether reactions are allowed; what isn't known well counts as not."""
    channel, guild = message.channel, message.guild
    if guild is None or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return False
    rights = channel.permissions_for(guild.me)
    return rights.add_reactions and rights.read_message_history
