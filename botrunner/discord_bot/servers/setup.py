"""The guided setup of a server: one message that says what is set and lets admins choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

import discord
from discord import SelectOption

from botrunner.discord_bot.servers.rights import missing_rights
from botrunner.discord_bot.servers.room_setting import OFFERED
from botrunner.discord_bot.views.kept_items import KeptItem
from botrunner.discord_bot.views.message_text import fitting, plain
from botrunner.models import Persona, Server, TalkSetting
from botrunner.personas.actions import choose_persona
from botrunner.personas.places import SERVER, PersonaPlace
from botrunner.personas.queries import chosen_on, with_latest
from botrunner.servers.actions import (
    set_language,
    set_limits,
    set_mode,
    set_room,
    set_silence,
)
from botrunner.servers.languages import LANGUAGES
from botrunner.servers.queries import (
    Limits,
    language_of,
    limits_of,
    mode_in,
    room_of,
    silent_places,
)
from whisper.action_log import Actor
from whisper.database.access import in_database

SILENT, SILENTLY = "silent", "Nothing: I keep silent here"
NO_LIMIT, ANY_LANGUAGE = "As many as people want", "Any: I write as I'm written to"
# What `/server limits` sets otherwise is offered beside these.
REPLIES = (20, 50, 100, 200, 500, 1000, 5000)
# Discord's limit on options; the first one stands for none of them.
MOST_PERSONAS = 24
NONE = "none"
NOT_ADMIN = "Only people who can manage the server can choose here."
MODES = {
    TalkSetting.Mode.MENTIONS: "Mentions and replies only",
    TalkSetting.Mode.THREADS: "Follow threads that I was called into",
    TalkSetting.Mode.FREE: "Free: when spoken to, and open questions",
}


class Step(StrEnum):
    """What can be chosen."""

    ROOM = "room"
    TALK = "talk"
    LIMIT = "limit"
    LANGUAGE = "language"
    PERSONA = "persona"


PLACEHOLDERS = {
    Step.ROOM: "Whose words I read around a message",
    Step.TALK: "What I answer in this channel",
    Step.LIMIT: "How many replies I give here in a day",
    Step.LANGUAGE: "Which language people write in here",
    Step.PERSONA: "Who I am on this server",
}


class SetupMenu(
    KeptItem[discord.ui.Select[Any]],
    template=r"whisper:setup:(?P<step>room|talk|limit|language|persona)",
):
    """Lets people who can manage the server choose one thing."""

    reads: ClassVar = {"step": Step}
    not_theirs: ClassVar[str] = NOT_ADMIN

    def __init__(self, step: Step, options: list[SelectOption] | None = None) -> None:
        super().__init__(
            discord.ui.Select(
                custom_id=f"whisper:setup:{step.value}",
                placeholder=PLACEHOLDERS[step],
                options=options or [SelectOption(label="…")],
            )
        )
        self.step = step

    def is_for(self, interaction: discord.Interaction[Any]) -> bool:
        """Return whether who chose can still manage the server."""
        return bool(interaction.guild_id and interaction.permissions.manage_guild)

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Set what was chosen, and show the setup as it is now."""
        # Of what Discord sends: the library finds nothing chosen where that comes with an empty
        # list of people and channels.
        chosen = dict(interaction.data or {}).get("values")
        if isinstance(chosen, list) and chosen:
            await in_database(_CHOOSE[self.step], interaction, str(chosen[0]))
            await interaction.client.talk_settings.read()
        text, view = await setup_of(interaction)
        await interaction.edit_original_response(content=text, view=view)


async def setup_of(interaction: discord.Interaction[Any]) -> tuple[str, discord.ui.View]:
    """Return the setup of a server as it is: what is missing, what is set, and the menus."""
    missing = [] if interaction.guild is None else missing_rights(interaction.guild)
    chosen, options = await in_database(_state, interaction)
    view = discord.ui.View(timeout=None)
    for step in Step:
        view.add_item(SetupMenu(step, options[step]))
    return fitting(_lines(missing, chosen)), view


def _lines(missing: list[str], chosen: dict[Step, str]) -> Iterator[str]:
    yield "**Setup**: choose below; each choice applies at once."
    if missing:
        names = ", ".join(missing)
        yield f"⚠️ I lack these rights: {names}. They are under Server Settings → Roles."
    else:
        yield "✅ I have all the rights that I need."
    for step in Step:
        yield f"- {PLACEHOLDERS[step]}: {chosen[step]}"
    yield (
        "`/server talk` and `/server channel` set what I answer in another channel, `/server "
        "limits` also limits tokens, `/server pause` silences me everywhere, `/server facts add` "
        "tells me what everybody here may know from me, and `/server show` shows all of it."
    )


@dataclass(frozen=True, slots=True)
class _Menu:
    """What can be chosen in a step, as values and words, and what is set.

    Args:
        words: of what is set, if it may not be among those offered.
    """

    offered: list[tuple[str, str]]
    chosen: str
    words: str = ""

    @property
    def shown(self) -> str:
        return plain(self.words or dict(self.offered).get(self.chosen, ""), 60)

    @property
    def options(self) -> list[SelectOption]:
        return [
            SelectOption(label=words[:100], value=value, default=value == self.chosen)
            for value, words in self.offered
        ]


def _state(
    interaction: discord.Interaction[Any],
) -> tuple[dict[Step, str], dict[Step, list[SelectOption]]]:
    guild_id, channel_id = interaction.guild_id or 0, interaction.channel_id or 0
    menus = {step: _MENUS[step](guild_id, channel_id) for step in Step}
    return (
        {step: menu.shown for step, menu in menus.items()},
        {step: menu.options for step, menu in menus.items()},
    )


def _room_menu(guild_id: int, channel_id: int) -> _Menu:
    offered = [(one.value, words) for one, words in OFFERED.items()]
    return _Menu(offered, room_of(guild_id).value)


def _talk_menu(guild_id: int, channel_id: int) -> _Menu:
    offered = [*((one.value, words) for one, words in MODES.items()), (SILENT, SILENTLY)]
    silent = channel_id in silent_places(guild_id)
    return _Menu(offered, SILENT if silent else mode_in(channel_id).value)


def _limit_menu(guild_id: int, channel_id: int) -> _Menu:
    limit = limits_of(guild_id).replies
    offered = [(NONE, NO_LIMIT), *((str(one), f"{one:,}") for one in _limits(limit))]
    return _Menu(offered, str(limit or NONE))


def _language_menu(guild_id: int, channel_id: int) -> _Menu:
    offered = [(code or NONE, name or ANY_LANGUAGE) for code, name in LANGUAGES.items()]
    return _Menu(offered, language_of(guild_id) or NONE)


def _persona_menu(guild_id: int, channel_id: int) -> _Menu:
    personas = [(str(one.pk), one.name) for one in with_latest()[:MOST_PERSONAS]]
    offered = [(NONE, "As everywhere"), *personas]
    persona = chosen_on(PersonaPlace(SERVER, guild_id))
    if persona is None:
        return _Menu(offered, NONE)
    # One of many may not be offered.
    return _Menu(offered, str(persona.pk), persona.name)


_MENUS: dict[Step, Callable[[int, int], _Menu]] = {
    Step.ROOM: _room_menu,
    Step.TALK: _talk_menu,
    Step.LIMIT: _limit_menu,
    Step.LANGUAGE: _language_menu,
    Step.PERSONA: _persona_menu,
}


def _limits(limit: int | None) -> list[int]:
    """Return how many replies are offered, with what is set."""
    return sorted({*REPLIES, *([limit] if limit else [])})


def _choose_room(interaction: discord.Interaction[Any], value: str) -> None:
    actor = Actor.person(interaction.user.id)
    set_room(interaction.guild_id or 0, Server.Room(value), actor=actor)


def _choose_talk(interaction: discord.Interaction[Any], value: str) -> None:
    place, guild_id = interaction.channel_id or 0, interaction.guild_id or 0
    at, actor = interaction.created_at, Actor.person(interaction.user.id)
    set_silence(place, guild_id, silent=value == SILENT, at=at, actor=actor)
    if value != SILENT:
        set_mode(place, guild_id, TalkSetting.Mode(value), budget=None, at=at, actor=actor)


def _choose_limit(interaction: discord.Interaction[Any], value: str) -> None:
    guild_id = interaction.guild_id or 0
    replies = int(value) if value.isdecimal() else None
    limits = Limits(replies, limits_of(guild_id).tokens)
    set_limits(guild_id, limits, actor=Actor.person(interaction.user.id))


def _choose_language(interaction: discord.Interaction[Any], value: str) -> None:
    code = "" if value == NONE else value
    set_language(interaction.guild_id or 0, code, actor=Actor.person(interaction.user.id))


def _choose_persona(interaction: discord.Interaction[Any], value: str) -> None:
    # One that was deleted meanwhile is none.
    persona = Persona.objects.filter(pk=int(value)).first() if value.isdecimal() else None
    place = PersonaPlace(SERVER, interaction.guild_id)
    choose_persona(place, persona, actor=Actor.person(interaction.user.id))


_CHOOSE: dict[Step, Callable[[discord.Interaction[Any], str], None]] = {
    Step.ROOM: _choose_room,
    Step.TALK: _choose_talk,
    Step.LIMIT: _choose_limit,
    Step.LANGUAGE: _choose_language,
    Step.PERSONA: _choose_persona,
}
