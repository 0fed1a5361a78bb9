"""The guided setup of a server: one message that says what is set and lets admins choose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, ClassVar

import discord
from discord import SelectOption

from botrunner.discord_bot.kept_items import KeptItem
from botrunner.discord_bot.rights import missing_rights
from botrunner.discord_bot.servers.room import OFFERED
from botrunner.discord_bot.showing import fitting, plain
from botrunner.models import Persona, Server, TalkSetting
from botrunner.personas.actions import choose_persona
from botrunner.personas.places import SERVER, PersonaPlace
from botrunner.personas.queries import chosen_on, with_latest
from botrunner.servers.actions import set_mode, set_room
from botrunner.servers.queries import mode_in, room_of
from whisper.action_log import Actor
from whisper.database.access import in_database

# Discord's limit on options; the first one stands for none of them.
MOST_PERSONAS = 24
NO_PERSONA = "none"
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
    PERSONA = "persona"


PLACEHOLDERS = {
    Step.ROOM: "Whose words I read around a message",
    Step.TALK: "What I answer in this channel",
    Step.PERSONA: "Who I am on this server",
}


class SetupMenu(
    KeptItem[discord.ui.Select[Any]], template=r"whisper:setup:(?P<step>room|talk|persona)"
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
        if self.item.values:
            await in_database(_CHOOSE[self.step], interaction, self.item.values[0])
            await interaction.client.manners.read()
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
        "`/server channel` and `/server pause` say where I keep silent, `/server talk` what I "
        "answer in another channel, `/server facts add` what everybody here may know from me, and "
        "`/server show` shows all of it."
    )


def _state(
    interaction: discord.Interaction[Any],
) -> tuple[dict[Step, str], dict[Step, list[SelectOption]]]:
    guild_id, channel_id = interaction.guild_id or 0, interaction.channel_id or 0
    room, mode = room_of(guild_id), mode_in(channel_id)
    persona = chosen_on(PersonaPlace(SERVER, guild_id))
    personas = [(str(one.pk), one.name) for one in with_latest()[:MOST_PERSONAS]]
    names = [(NO_PERSONA, "As everywhere"), *personas]
    chosen = {
        Step.ROOM: OFFERED[room],
        Step.TALK: MODES[mode],
        Step.PERSONA: plain(persona.name, 60) if persona else "as everywhere",
    }
    options = {
        Step.ROOM: _options([(one.value, words) for one, words in OFFERED.items()], room.value),
        Step.TALK: _options([(one.value, MODES[one]) for one in MODES], mode.value),
        Step.PERSONA: _options(names, str(persona.pk) if persona else NO_PERSONA),
    }
    return chosen, options


def _options(named: list[tuple[str, str]], chosen: str) -> list[SelectOption]:
    return [
        SelectOption(label=name[:100], value=value, default=value == chosen)
        for value, name in named
    ]


def _choose_room(interaction: discord.Interaction[Any], value: str) -> None:
    actor = Actor.person(interaction.user.id)
    set_room(interaction.guild_id or 0, Server.Room(value), actor=actor)


def _choose_mode(interaction: discord.Interaction[Any], value: str) -> None:
    set_mode(
        interaction.channel_id or 0,
        interaction.guild_id or 0,
        TalkSetting.Mode(value),
        budget=None,
        at=interaction.created_at,
        actor=Actor.person(interaction.user.id),
    )


def _choose_persona(interaction: discord.Interaction[Any], value: str) -> None:
    # One that was deleted meanwhile is none.
    persona = Persona.objects.filter(pk=int(value)).first() if value.isdecimal() else None
    place = PersonaPlace(SERVER, interaction.guild_id)
    choose_persona(place, persona, actor=Actor.person(interaction.user.id))


_CHOOSE: dict[Step, Callable[[discord.Interaction[Any], str], None]] = {
    Step.ROOM: _choose_room,
    Step.TALK: _choose_mode,
    Step.PERSONA: _choose_persona,
}
