"""People choose who the companion is in their direct messages."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.views.choice_pages import CHOICES
from botrunner.discord_bot.views.message_text import fitting, plain
from botrunner.personas.actions import PersonaError, choose_own
from botrunner.personas.queries import names_of_personas, own_persona, persona_named
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.environment import environment

NAME_LENGTH, LISTED = 60, 50
NOT_ALLOWED = "Who I am is decided by the people who run me; they don't let anybody else choose."
NONE_THERE = "There is nobody else that I can be."
UNKNOWN = "I don't know that persona. `/persona list` shows them all."
FOR_ADULTS = "That persona is for age-restricted channels, which direct messages are not."
SERVERS = "This concerns our direct messages. On a server its admins choose: `/server persona`."


class PersonaCommands(commands.GroupCog, group_name="persona"):
    """Who I am in our direct messages."""

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction) -> None:
        """List who I can be in our direct messages, and who I am."""
        if not environment.people_choose_persona:
            await answer(interaction, NOT_ALLOWED)
            return
        await answer(interaction, fitting(await in_database(_listed, interaction.user.id)))

    @app_commands.command()
    @app_commands.describe(persona="Which one; leave it out for the usual one.")
    async def choose(self, interaction: discord.Interaction, persona: str = "") -> None:
        """Choose who I am in our direct messages."""
        if not environment.people_choose_persona:
            await answer(interaction, NOT_ALLOWED)
            return
        try:
            name = await in_database(_choose, interaction.user.id, persona)
        except LookupError:
            await answer(interaction, UNKNOWN)
            return
        except PersonaError:
            await answer(interaction, FOR_ADULTS)
            return
        who = plain(name, NAME_LENGTH) if name else "who I usually am"
        await answer(interaction, f"From the next message on I'm {who} in our direct messages.")

    @choose.autocomplete("persona")
    async def _suggest(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        if not environment.people_choose_persona:
            return []
        names = await in_database(names_of_personas, typed, limit=CHOICES)
        return [app_commands.Choice(name=one, value=one) for one in names]


def _listed(person_id: int) -> list[str]:
    names = names_of_personas("", limit=LISTED)
    own = own_persona(person_id)
    if not names:
        return [NONE_THERE]
    lines = [
        f"- {plain(one, NAME_LENGTH)}{' (chosen)' * (own is not None and own.name == one)}"
        for one in names
    ]
    return [*lines, *(["You chose none of them."] if own is None else []), SERVERS]


def _choose(person_id: int, name: str) -> str:
    persona = persona_named(name)
    choose_own(person_id, persona, actor=Actor.person(person_id))
    return persona.name if persona else ""


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(PersonaCommands())
