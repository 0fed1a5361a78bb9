"""Answer in Discord with figures of what is remembered."""

from __future__ import annotations

import discord

from botrunner.discord_bot.replies import answer
from memories.analytics import UnansweredError, View, analytics
from memories.analytics.wording import lines

LONGEST = 2000
# Counting from the database takes a second or two of everybody's time.
EVERY_SECONDS = 20.0
TOO_MUCH = "There is too much to count right now. My admin has a page for this."


async def tell(interaction: discord.Interaction, view: View, *, foot: str = "") -> None:
    """Answer with the figures of a view.

    Args:
        foot: what stands below them.
    """
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        report = await analytics(view)
    except UnansweredError:
        await answer(interaction, TOO_MUCH)
        return
    await answer(interaction, fitting([*lines(report), foot]))


def fitting(rows: list[str]) -> str:
    """Return lines as one message, without those that Discord would refuse."""
    text = "\n".join(row for row in rows if row)
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition("\n")[0]
