"""What a person reads when something went wrong, and what the log keeps of it."""

from __future__ import annotations

import logging
import secrets
from contextlib import suppress

import aiohttp
import discord
from discord import app_commands

from botrunner.discord_bot.connection.network import NETWORK
from profiles.actions import ProfileError
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

DATABASE_AWAY = (
    "I can't reach my memory right now. I have your message, and I'll reply as soon as I can."
)
DATABASE_AWAY_TRY_AGAIN = (
    "I can't reach my memory right now, so I couldn't do that. Please try again in a moment."
)
DISCORD_AWAY = "Discord failed while I did that. Please check whether it's done, or try again."
# What only a request to Discord fails with.
DISCORD_FAILED = (aiohttp.ClientError, discord.DiscordServerError)
# Discord's errors for an answer that began after three seconds, or came after 15 minutes.
TOO_LATE = (10062, 10015, 50027)


class RefusedError(app_commands.CheckFailure):
    """Somebody may not use a command; the text can be shown."""


MISTAKES = (app_commands.CheckFailure, app_commands.TransformerError, ProfileError)


def sorry(fault_id: str) -> str:
    """Return the sentence that a person reads; the id leads to the log."""
    return (
        f"Something went wrong on my side. If it keeps happening, tell my admin this id: {fault_id}"
    )


def new_fault_id() -> str:
    """Return a short id that people can copy."""
    return secrets.token_hex(4)


async def apologise(interaction: discord.Interaction, error: Exception, what: str) -> None:
    """Answer a command or button that failed; log what isn't the person's mistake.

    Args:
        what: the command's or button's name; no text of the person.
    """
    # A command's error wraps the real one; a button's is the real one, and has a cause of its own.
    is_outage = isinstance(error, DatabaseUnavailableError)
    cause = error if is_outage else error.__cause__ or error
    if isinstance(error, MISTAKES) or isinstance(cause, MISTAKES):
        logger.debug("discord: %s refused (%s)", what, type(cause).__name__)
        text = _refusal(cause)
    elif isinstance(cause, DatabaseUnavailableError):
        logger.warning("discord: %s failed (%s)", what, type(cause).__name__)
        text = DATABASE_AWAY_TRY_AGAIN
    elif isinstance(cause, discord.HTTPException) and cause.code in TOO_LATE:
        # Discord has told them that nothing came; there is no way left to say more.
        logger.warning("discord: %s was answered too late", what)
        return
    elif isinstance(cause, DISCORD_FAILED):
        logger.warning("discord: %s failed, Discord is away (%s)", what, type(cause).__name__)
        text = DISCORD_AWAY
    else:
        fault_id = new_fault_id()
        text = sorry(fault_id)
        logger.error(
            "discord: %s failed, id %s, user %s, server %s",
            what,
            fault_id,
            interaction.user.id,
            interaction.guild_id,
            exc_info=cause,
        )
    with suppress(discord.HTTPException, *NETWORK):
        await answer(interaction, text)


def _refusal(mistake: BaseException) -> str:
    if isinstance(mistake, ProfileError | RefusedError):
        return str(mistake)
    if isinstance(mistake, app_commands.CommandOnCooldown):
        return f"Please try again in {mistake.retry_after:.0f} seconds."
    return "You can't do that here."


async def answer(
    interaction: discord.Interaction, text: str, view: discord.ui.View | None = None
) -> None:
    """Say something that only this person sees, first or after an earlier answer."""
    view = discord.utils.MISSING if view is None else view
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True, view=view)
    else:
        await interaction.response.send_message(text, ephemeral=True, view=view)
