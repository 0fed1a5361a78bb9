"""Buttons under a reply, for the person whom it answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

import discord
from discord import ButtonStyle

from botrunner.conversation.actions import rate_reply
from botrunner.conversation.queries import reply_ids
from botrunner.conversation.rewriting import Way
from botrunner.discord_bot.reading.events import fetch_message
from botrunner.discord_bot.reading.messages import PLATFORM
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.replying.streaming import remove
from botrunner.discord_bot.views.buttons import PersonButton
from botrunner.llm.endpoints import endpoint
from whisper.action_log import Actor
from whisper.database.access import in_database

THANKS = {
    True: "Thank you. What I remembered for that reply comes up more easily from now on.",
    False: "Thank you. What I remembered for that reply comes up less easily from now on.",
}
NOTHING_USED = "Thank you. No memory of mine was in that reply, so there was nothing to change."
NOT_KEPT = "I keep nothing about why I replied as I did there, so I can't learn from it."
DELETED = "I deleted that reply."
GONE = "That reply is gone already."


class Press(StrEnum):
    """What a button does with a reply."""

    AGAIN = Way.AGAIN.value
    SHORTER = Way.SHORTER.value
    CONTINUE = Way.CONTINUE.value
    GOOD = "good"
    BAD = "bad"
    DELETE = "delete"


LABELS = {
    Press.AGAIN: "Again",
    Press.SHORTER: "Shorter",
    Press.CONTINUE: "Continue",
    Press.GOOD: "👍",
    Press.BAD: "👎",
    Press.DELETE: "🗑️",
}
# The first three need a language model.
REWRITING = tuple(Press(way.value) for way in Way)
OTHERS = (Press.GOOD, Press.BAD, Press.DELETE)
# Where there is nothing to shorten, to continue or to think of.
OF_APOLOGIES = (Press.AGAIN, Press.DELETE)


class ReplyButton(
    PersonButton,
    template=r"whisper:reply:(?P<what>again|shorter|continue|good|bad|delete):"
    r"(?P<question>\d{1,20}):(?P<person_id>\d{1,20})",
):
    """Does something with a reply; the message that it answers stands in the custom id."""

    reads: ClassVar = {"what": Press}
    not_theirs = "Only the person I replied to can press this."

    def __init__(self, person_id: int, question: int, what: Press) -> None:
        custom_id = f"whisper:reply:{what.value}:{question}:{person_id}"
        super().__init__(person_id, custom_id, LABELS[what], ButtonStyle.secondary)
        self.question, self.what = question, what

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Do it; what the person has to know of it, only they see."""
        if self.what in REWRITING:
            said = await interaction.client.write_again(
                interaction.guild_id,
                interaction.channel_id or 0,
                self.question,
                self.person_id,
                Way(self.what.value),
                interaction.created_at,
            )
        elif self.what == Press.DELETE:
            said = await self._delete(interaction)
        else:
            said = await self._rate(good=self.what == Press.GOOD)
        if said:
            await answer(interaction, said)

    async def _rate(self, *, good: bool) -> str:
        actor = Actor.person(self.person_id)
        used = await in_database(
            rate_reply, PLATFORM, self.question, self.person_id, good=good, actor=actor
        )
        if used is None:
            return NOT_KEPT
        return THANKS[good] if used else NOTHING_USED

    async def _delete(self, interaction: discord.Interaction[Any]) -> str:
        """Delete the reply in Discord; what is stored of it follows as after any deletion."""
        ids = await in_database(reply_ids, self.question)
        where = interaction.guild_id, interaction.channel_id or 0
        found = [await fetch_message(interaction.client, *where, one) for one in ids]
        if not any(found):
            return GONE
        await remove([one for one in found if one is not None])
        return DELETED


def reply_buttons(person_id: int, question: int, *, apology: bool = False) -> list[ReplyButton]:
    """Return the buttons under the reply to a message.

    Args:
        apology: whether it only says that the model gave none.
    """
    offered = (*REWRITING, *OTHERS) if endpoint("chat") is not None else OTHERS
    if apology:
        offered = tuple(one for one in offered if one in OF_APOLOGIES)
    buttons = [ReplyButton(person_id, question, one) for one in offered]
    for button in buttons:
        button.item.row = 3 if button.what in REWRITING else 4
    return buttons
