"""What `/help` says: the commands that somebody can use in a place, by what they are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import discord
from discord import app_commands

from whisper.environment import environment

# Commands and groups, by their first word.
HEADINGS = {
    "Talking": ("ping", "status", "why", "clear", "persona"),
    "What I remember": ("memory", "fact"),
    "How I see you": ("profile", "mood"),
    "Time": ("reminder", "followups", "timezone"),
    "Your data": ("privacy", "import_history", "export", "forgetme"),
    "This server": ("server",),
    "Running me": ("owner",),
    "More": ("help",),
}
MENUS = (
    "Right-click a message or a person (on a phone, hold it) and choose *Apps*: I can remember or "
    "forget a message, answer a question about it, or tell you what I know about you."
)

Tree = app_commands.CommandTree[Any]


def help_for(interaction: discord.Interaction[Any], tree: Tree) -> list[str]:
    """Return the help in lines; what somebody can't use where they ask is left out."""
    found = [one for one in tree.walk_commands() if isinstance(one, app_commands.Command)]
    return list(_lines(one for one in found if _is_for(interaction, one)))


def _lines(offered: Iterable[app_commands.Command[Any, ..., Any]]) -> Iterator[str]:
    yield (
        f"I'm {environment.bot_name}. Talk to me in direct messages, mention me, or reply to "
        "something I said."
    )
    commands = sorted(offered, key=lambda one: one.qualified_name)
    for heading, firsts in HEADINGS.items():
        under = [one for one in commands if _first(one) in firsts]
        if under:
            yield f"**{heading}**"
        yield from (f"`/{one.qualified_name}` {one.description}" for one in under)
    yield MENUS


def _first(command: app_commands.Command[Any, ..., Any]) -> str:
    return command.qualified_name.split()[0]


def _is_for(
    interaction: discord.Interaction[Any], command: app_commands.Command[Any, ..., Any]
) -> bool:
    match _first(command):
        case "owner":
            return interaction.user.id in environment.admin_user_ids
        case "server":
            return interaction.guild_id is not None and interaction.permissions.manage_guild
        case _:
            return True
