"""Entries in the menus of a message and of a person (Apps)."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.conversation.actions import remember_message
from botrunner.conversation.profile_summary import picture_of
from botrunner.conversation.queries import is_kept
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading.messages import PLATFORM, incoming_of, scope_of
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.tree import FORM
from botrunner.discord_bot.views.asking import QuestionForm, answer_form
from botrunner.discord_bot.views.buttons import privacy_buttons, unsay_question
from botrunner.discord_bot.views.corrections import NOT_REMEMBERED
from botrunner.discord_bot.views.list_pages import Listed, show_page
from botrunner.discord_bot.views.message_text import fitting, plain
from whisper.database.access import in_database

QUOTED = 300
MY_OWN = (
    "I said that. `/why` shows which memories it came from, and `/memory forget` forgets one of "
    "them."
)
OTHERS = "I remember only what people tell me about themselves, so only its author can ask that."
ABOUT_OTHERS = "I tell people only what I know about themselves."
NO_WORDS = "There are no words in it that I could remember."
NOT_HELD = "I hold nothing of that message."


class Menus(commands.Cog):
    """Offers what can be done with a message or a person."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._entries = [
            app_commands.ContextMenu(name="Remember this", callback=self.remember),
            app_commands.ContextMenu(name="Forget this", callback=self.forget),
            app_commands.ContextMenu(name="Ask about this", callback=self.ask, extras={FORM: True}),
            app_commands.ContextMenu(name="What do you know about me?", callback=self.known),
        ]

    async def cog_load(self) -> None:
        """Add the entries."""
        for entry in self._entries:
            self.bot.tree.add_command(entry)

    async def remember(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Remember a message that the person wrote, to whomever it was said."""
        if not await self._is_theirs(interaction, message):
            return
        incoming = incoming_of(message, self.bot.me)
        if not incoming.text:
            await answer(interaction, NO_WORDS)
        elif await in_database(remember_message, incoming):
            text = f"I'll remember that:\n> {plain(incoming.text, QUOTED)}"
            await answer(interaction, text)
        else:
            view = privacy_buttons(interaction.user.id, remembers=False)
            await answer(interaction, NOT_REMEMBERED, view)

    async def forget(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Ask whether a message and all that came of it is to be forgotten."""
        if not await self._is_theirs(interaction, message):
            return
        if not await in_database(is_kept, PLATFORM, message.id):
            await answer(interaction, NOT_HELD)
            return
        words = plain(incoming_of(message, self.bot.me).text, QUOTED)
        text = f"Shall I forget this, and everything I made of it?\n> {words}"
        view = unsay_question(interaction.user.id, message.channel.id, message.id)
        await answer(interaction, text, view)

    async def ask(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Ask what the person wants to know about a message."""
        await interaction.response.send_modal(QuestionForm(message.id))

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer the forms, also those that an earlier process opened."""
        await answer_form(interaction, self.bot.talk_settings)

    async def known(
        self, interaction: discord.Interaction, person: discord.Member | discord.User
    ) -> None:
        """Show people how they are seen and what is known of them; never others."""
        if person.id not in (interaction.user.id, self.bot.me.id):
            await answer(interaction, ABOUT_OTHERS)
            return
        picture = await in_database(_picture, interaction)
        if picture:
            await answer(interaction, picture)
        await show_page(interaction, Listed.FACTS, 1)

    async def _is_theirs(self, interaction: discord.Interaction, message: discord.Message) -> bool:
        """Return whether a person wrote a message; others hear why it can't be done."""
        if message.author.id == interaction.user.id:
            return True
        mine = message.author.id == self.bot.me.id
        await answer(interaction, MY_OWN if mine else OTHERS)
        return False


def _picture(interaction: discord.Interaction) -> str:
    return fitting(picture_of(scope_of(interaction), shown=plain))


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Menus(bot))
