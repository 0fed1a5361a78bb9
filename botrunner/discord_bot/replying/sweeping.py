"""Delete in Discord what the companion said to somebody who had everything erased."""

from __future__ import annotations

from typing import Any

import discord
from discord import ButtonStyle

from botrunner.discord_bot.replying.streaming import remove
from botrunner.discord_bot.views.buttons import PersonButton

# How far back a channel is read, in messages; the next press continues from there.
LOOKED_AT = 500
DONE = "I deleted {count} of my messages to you in this channel."
MORE = " I looked through {looked} messages; press again for older ones."
CAN_NOT = "I can't read the messages of this channel."


class SweepButton(
    PersonButton, template=r"whisper:sweep:(?P<before>\d{1,20}):(?P<person_id>\d{1,20})"
):
    """Deletes the companion's replies to a person in the channel where it is pressed.

    Args:
        before: the message before which it begins; 0 for the latest.
    """

    def __init__(self, person_id: int, before: int = 0) -> None:
        custom_id = f"whisper:sweep:{before}:{person_id}"
        label = "Also delete what you said to me here"
        super().__init__(person_id, custom_id, label, ButtonStyle.secondary)
        self.before = before

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Delete them, and say how many there were."""
        channel, me = interaction.channel, interaction.client.user
        if not isinstance(channel, discord.abc.Messageable) or me is None:
            await interaction.edit_original_response(content=CAN_NOT, view=None)
            return
        before = discord.Object(self.before) if self.before else None
        try:
            looked = [one async for one in channel.history(limit=LOOKED_AT, before=before)]
        except discord.Forbidden:
            await interaction.edit_original_response(content=CAN_NOT, view=None)
            return
        found = [one for one in looked if one.author.id == me.id and self._was_said_to_them(one)]
        await remove(found)
        more = len(looked) == LOOKED_AT
        view = sweep_offer(self.person_id, looked[-1].id) if more else None
        text = DONE.format(count=len(found)) + (MORE.format(looked=LOOKED_AT) if more else "")
        await interaction.edit_original_response(content=text, view=view)

    def _was_said_to_them(self, message: discord.Message) -> bool:
        """Return whether a message of the companion was said to the person."""
        if isinstance(message.channel, discord.DMChannel):
            return True
        replied = message.reference.resolved if message.reference else None
        return isinstance(replied, discord.Message) and replied.author.id == self.person_id


def sweep_offer(person_id: int, before: int = 0) -> discord.ui.View:
    """Return the button that deletes the companion's replies to a person in a channel."""
    view = discord.ui.View(timeout=None)
    view.add_item(SweepButton(person_id, before))
    return view
