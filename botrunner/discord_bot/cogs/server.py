"""What admins of a Discord server see of it, and set for it."""

from __future__ import annotations

from contextlib import suppress

import discord
from discord import app_commands
from discord.ext import commands, tasks

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.replying.errors import answer
from botrunner.discord_bot.servers.block_commands import BlockCommands
from botrunner.discord_bot.servers.limits import (
    LimitCommands,
    limits_in_words,
    retention_in_words,
)
from botrunner.discord_bot.servers.log import log_in_words
from botrunner.discord_bot.servers.room_setting import OFFERED, room_in_words
from botrunner.discord_bot.servers.setup import setup_of
from botrunner.discord_bot.views.analytics import Figures
from botrunner.discord_bot.views.choice_pages import CHOICE_LENGTH, CHOICES, id_of
from botrunner.discord_bot.views.message_text import clipped, fitting, line, plain
from botrunner.models import Server, TalkSetting
from botrunner.personas.actions import choose_by_name
from botrunner.personas.places import CHANNEL, SERVER, PersonaPlace
from botrunner.personas.queries import names_of_personas
from botrunner.servers.actions import (
    add_server_fact,
    remove_server_fact,
    set_mode,
    set_room,
    set_silence,
)
from botrunner.servers.languages import LANGUAGES
from botrunner.servers.queries import (
    blocked_on,
    facts_on,
    language_of,
    manners_on,
    silent_places,
)
from memories.analytics import View
from memories.models import Memory
from whisper.action_log import Actor
from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError

# In seconds.
EVERY_READ = 15.0
ROOM_CHOICES = [
    app_commands.Choice(name=words, value=room.value) for room, words in OFFERED.items()
]
Mode = TalkSetting.Mode
ANSWERED = {
    Mode.MENTIONS: "I answer what mentions me or replies to me.",
    Mode.THREADS: "I also follow a thread that I was called into, until half an hour of silence.",
    Mode.FREE: (
        "I also answer when people talk to me without a mention, follow threads, and help with "
        "questions that stay open; never twice in a row unasked."
    ),
}
MODE_CHOICES = [
    app_commands.Choice(name="Mentions and replies only", value=Mode.MENTIONS.value),
    app_commands.Choice(name="Follow threads that I was called into", value=Mode.THREADS.value),
    app_commands.Choice(name="Free: when spoken to, and open questions", value=Mode.FREE.value),
]
LIMITS = (
    "Without a mention that is at most {budget} replies an hour, and only to people who agreed to "
    "be remembered."
)
UNREADABLE = (
    "For now I can't: I don't have the right to read messages that don't mention me. Whoever runs "
    "me can turn on the Message Content Intent in Discord's developer portal."
)
BUDGET, MOST_BUDGET = 6, 60
FACT_LENGTH = 500
NO_FACTS = "There is nothing yet. `/server facts add` adds something."
ON_SERVER_AGAIN = "From the next message on, I'm my usual self {where}."
ON_CHANNEL_AGAIN = "From the next message on, I'm the same {where} as on the rest of the server."
NO_PERSONA = "I don't know that persona. Choose one from the list, or leave it out."
FOR_ADULTS = (
    "This persona is for age-restricted channels: in others I stay what applies there otherwise."
)
NO_SUCH_FACT = "I know nothing like that for this server. Choose one from the list."


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class ServerCommands(LimitCommands, commands.GroupCog, group_name="server"):
    """What I remember about this server, and what is set for it."""

    @app_commands.command()
    async def stats(self, interaction: discord.Interaction) -> None:
        """Show statistics about what was said in public here, never about who said it."""
        await self.figures.tell(interaction, View.server(interaction.guild_id or 0))

    facts = app_commands.Group(name="facts", description="What everybody here may hear from me.")
    block = BlockCommands(name="block", description="Members whom I don't answer here.")

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self.figures = Figures()
        self.read_talk_settings.start()

    async def cog_unload(self) -> None:
        """Stop looking at what is set."""
        self.read_talk_settings.cancel()

    @tasks.loop(seconds=EVERY_READ)
    async def read_talk_settings(self) -> None:
        """Read where and what to answer: another process may have been told."""
        # What was read before stays meanwhile.
        with suppress(DatabaseUnavailableError):
            await self.bot.talk_settings.read()

    @app_commands.command()
    async def show(self, interaction: discord.Interaction) -> None:
        """Show what is set for this server."""
        await answer(interaction, await in_database(_shown, interaction.guild_id or 0))

    @app_commands.command()
    @app_commands.describe(
        talk="Whether I reply there.", channel="Which one; this channel if you leave it out."
    )
    async def channel(
        self,
        interaction: discord.Interaction,
        talk: bool,
        channel: app_commands.AppCommandChannel | app_commands.AppCommandThread | None = None,
    ) -> None:
        """Set whether I reply in a channel and its threads."""
        place = channel.id if channel else interaction.channel_id or 0
        await self._set(interaction, place, silent=not talk)
        said = "I reply in {} again." if talk else "I won't reply in {} any more."
        await answer(interaction, said.format(f"<#{place}>"))

    @app_commands.command()
    @app_commands.describe(paused="Whether I keep silent in all channels.")
    async def pause(self, interaction: discord.Interaction, paused: bool) -> None:
        """Set whether I keep silent on the whole server."""
        await self._set(interaction, interaction.guild_id or 0, silent=paused)
        said = "I'm silent on this server until you end the pause." if paused else "I'm back."
        await answer(interaction, said)

    @app_commands.command()
    @app_commands.describe(
        answers="What I answer there.",
        channel="Which one; this channel if you leave it out.",
        budget="Most replies an hour to messages that don't mention me.",
    )
    @app_commands.choices(answers=MODE_CHOICES)
    async def talk(
        self,
        interaction: discord.Interaction,
        answers: str,
        channel: app_commands.AppCommandChannel | app_commands.AppCommandThread | None = None,
        budget: app_commands.Range[int, 1, MOST_BUDGET] = BUDGET,
    ) -> None:
        """Set what I answer in a channel and its threads."""
        place, mode = channel.id if channel else interaction.channel_id or 0, Mode(answers)
        await in_database(
            set_mode,
            place,
            interaction.guild_id or 0,
            mode,
            budget=budget,
            at=interaction.created_at,
            actor=Actor.person(interaction.user.id),
        )
        await self.bot.talk_settings.read()
        lines = [manner_line(place, mode, budget)]
        if mode != Mode.MENTIONS and not self.bot.intents.message_content:
            lines.append(UNREADABLE)
        await answer(interaction, "\n".join(lines))

    @app_commands.command()
    async def setup(self, interaction: discord.Interaction) -> None:
        """Go through what I need here, and choose whose words I read, what I answer, who I am."""
        await answer(interaction, *await setup_of(interaction))

    @app_commands.command()
    @app_commands.describe(
        persona="Which one; leave it out for what applies there otherwise.",
        channel="Only in this channel; on the whole server if you leave it out.",
    )
    async def persona(
        self,
        interaction: discord.Interaction,
        persona: str = "",
        channel: app_commands.AppCommandChannel | app_commands.AppCommandThread | None = None,
    ) -> None:
        """Choose who I am on this server, or in one of its channels."""
        kind, place_id = (CHANNEL, channel.id) if channel else (SERVER, interaction.guild_id or 0)
        actor = Actor.person(interaction.user.id)
        place = PersonaPlace(kind, place_id)
        where = f"in <#{place_id}>" if channel else "on this server"
        try:
            chosen = await in_database(choose_by_name, place, persona, actor=actor)
        except LookupError:
            await answer(interaction, NO_PERSONA)
            return
        if chosen is None:
            rest = ON_CHANNEL_AGAIN if channel else ON_SERVER_AGAIN
            await answer(interaction, rest.format(where=where))
            return
        note = f" {FOR_ADULTS}" if chosen.age_restricted else ""
        who = plain(chosen.name, 100)
        await answer(interaction, f"From the next message on, I'm {who} {where}.{note}")

    @persona.autocomplete("persona")
    async def _suggest_persona(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        names = await in_database(names_of_personas, typed, limit=CHOICES, for_adults=True)
        return [app_commands.Choice(name=one, value=one) for one in names]

    @app_commands.command()
    async def log(self, interaction: discord.Interaction) -> None:
        """Show who changed what for this server, newest first."""
        guild = interaction.guild
        channels = [one.id for one in (*guild.channels, *guild.threads)] if guild else []
        lines = await in_database(log_in_words, interaction.guild_id or 0, channels)
        await answer(interaction, fitting(lines))

    @facts.command(name="add")
    @app_commands.describe(fact="In one sentence.")
    async def add_fact(
        self, interaction: discord.Interaction, fact: app_commands.Range[str, 1, FACT_LENGTH]
    ) -> None:
        """Tell me something that everybody on this server may hear from me."""
        await in_database(
            add_server_fact,
            interaction.guild_id or 0,
            fact,
            key=f"discord:{interaction.id}",
            at=interaction.created_at,
            actor=Actor.person(interaction.user.id),
        )
        text = "Everybody here may hear that from me from now on"
        await answer(interaction, f"{text}:\n> {plain(fact, FACT_LENGTH)}")

    @facts.command(name="list")
    async def list_facts(self, interaction: discord.Interaction) -> None:
        """List what everybody on this server may hear from me."""
        rows = await in_database(_facts, interaction.guild_id or 0)
        await answer(interaction, fitting(map(line, rows)) or NO_FACTS)

    @facts.command(name="remove")
    @app_commands.describe(fact="Which one.")
    async def remove_fact(self, interaction: discord.Interaction, fact: str) -> None:
        """Forget something that everybody on this server may hear from me."""
        chosen, actor = id_of(fact), Actor.person(interaction.user.id)
        gone = chosen is not None and await in_database(
            remove_server_fact, interaction.guild_id or 0, chosen, actor=actor
        )
        await answer(interaction, "Forgotten." if gone else NO_SUCH_FACT)

    @remove_fact.autocomplete("fact")
    async def _suggest_fact(
        self, interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        rows = await in_database(_facts, interaction.guild_id or 0, typed)
        return [
            app_commands.Choice(name=clipped(row.text, CHOICE_LENGTH) or "…", value=str(row.pk))
            for row in rows
        ]

    async def _set(self, interaction: discord.Interaction, place: int, *, silent: bool) -> None:
        actor = Actor.person(interaction.user.id)
        guild_id = interaction.guild_id or 0
        at = interaction.created_at
        await in_database(set_silence, place, guild_id, silent=silent, at=at, actor=actor)
        await self.bot.talk_settings.read()

    @app_commands.command()
    @app_commands.describe(whose="Whose words I may read. Leave it out to see what is set.")
    @app_commands.choices(whose=ROOM_CHOICES)
    async def room(self, interaction: discord.Interaction, whose: str = "") -> None:
        """Show or change whose words of a channel's talk I read when I reply there."""
        guild_id = interaction.guild_id or 0
        if whose:
            actor = Actor.person(interaction.user.id)
            await in_database(set_room, guild_id, Server.Room(whose), actor=actor)
        await answer(interaction, await in_database(room_in_words, guild_id))


def _facts(guild_id: int, typed: str = "") -> list[Memory]:
    return list(facts_on(guild_id).filter(text__icontains=typed.strip())[:CHOICES])


def manner_line(place: int, mode: Mode, budget: int) -> str:
    """Return what is set of a channel, in words for the people who manage the server."""
    line = f"In <#{place}> {ANSWERED[mode]}"
    return line if mode == Mode.MENTIONS else f"{line} {LIMITS.format(budget=budget)}"


def _shown(guild_id: int) -> str:
    silent = silent_places(guild_id)
    lines = [room_in_words(guild_id)]
    if guild_id in silent:
        lines.append("I'm paused: I keep silent in all channels.")
    channels = [f"<#{one}>" for one in silent if one != guild_id]
    if channels:
        lines.append(f"I don't reply in {', '.join(channels)}.")
    blocked = len(blocked_on(guild_id))
    if blocked:
        people = amount(blocked, "person", "people")
        lines.append(f"I don't answer {people} whom you blocked (`/server block list`).")
    if language := LANGUAGES.get(language_of(guild_id)):
        lines.append(f"I write in {language}, unless I'm written to in another language.")
    lines += [limits_in_words(guild_id), retention_in_words(guild_id)]
    lines += [manner_line(one.place_id, one.mode, one.budget) for one in manners_on(guild_id)]
    return fitting(lines)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(ServerCommands(bot))
