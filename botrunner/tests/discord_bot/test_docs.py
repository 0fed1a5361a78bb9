"""Tests that the page on Discord is complete."""

from __future__ import annotations

from pathlib import Path

import discord
from discord import app_commands

from botrunner import process
from whisper.database import checks

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "discord.md").read_text()


async def test_every_slash_command_is_documented(simcord_env):
    commands = [
        command.qualified_name
        for command in simcord_env.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    ]
    assert len(commands) >= 20
    assert [name for name in commands if f"| `/{name}` |" not in PAGE] == []


async def test_every_slash_command_has_help_that_is_a_sentence(simcord_env):
    texts = {
        command.qualified_name: command.description
        for command in simcord_env.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    }
    assert {
        name: text
        for name, text in texts.items()
        if not (text.endswith(".") and text[0].isupper() and len(text) <= 100)
    } == {}


async def test_every_slash_command_has_tests(simcord_env):
    tests = "\n".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    names = [
        command.qualified_name
        for command in simcord_env.bot.tree.walk_commands()
        if isinstance(command, app_commands.Command)
    ]
    assert [name for name in names if f'"{name}"' not in tests] == []


async def test_every_entry_of_a_menu_is_documented(simcord_env):
    tree = simcord_env.bot.tree
    entries = [
        *tree.get_commands(type=discord.AppCommandType.message),
        *tree.get_commands(type=discord.AppCommandType.user),
    ]
    assert len(entries) >= 3
    assert [one.name for one in entries if f"| *{one.name}* |" not in PAGE] == []


def test_every_exit_code_is_documented():
    codes = [
        code for one in (process, checks) for name, code in vars(one).items() if "EXIT_" in name
    ]
    assert len(codes) >= 6
    assert [code for code in codes if f"\n| {code} | " not in PAGE] == []
