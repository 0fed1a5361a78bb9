"""Answer in Discord with figures of what is remembered."""

from __future__ import annotations

import discord

from botrunner.discord_bot.replies import answer
from botrunner.discord_bot.showing import fitting
from memories.analytics import UnansweredError, View, analytics
from memories.analytics.wording import lines

# Counting from the database takes a second or two of everybody's time.
EVERY_SECONDS = 20.0
TOO_MUCH = "There is too much to count right now. My admin has a page for this."


async def tell(interaction: discord.Interaction, view: View, *, foot: str = "") -> None:
    """Answer with the figures of a view.

    Args:
        foot: what stands below them.
    """
    try:
        report = await analytics(view)
    except UnansweredError:
        await answer(interaction, TOO_MUCH)
        return
    await answer(interaction, fitting([*lines(report), foot]))
