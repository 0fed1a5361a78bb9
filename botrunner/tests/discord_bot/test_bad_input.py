"""Every command of the tree, also a new one, with what nobody should give it.

None may fail, show what it says to others, or be longer than Discord allows.
"""

from __future__ import annotations

import discord
import pytest
import pytest_asyncio
from discord import AppCommandOptionType as Kind
from discord import app_commands
from simcord.backend.errors import BackendError, SetupError

from botrunner.discord_bot.views.message_text import LONGEST
from memories.actions import MemoryDraft, remember
from memories.models import Memory, Place
from profiles.actions import decide_consent
from whisper.database import access
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError
from whisper.environment import environment

pytestmark = pytest.mark.heavy
LONG = pytest.mark.long

ODD = ("_" * 90, "```py\n@everyone <@1>", "\u202eÜ" * 40)
FAILED = "Something went wrong"
# They do for good what the other commands need; what they ask first has tests of its own.
LEAVES = {"owner leave"}


def odd_values(parameter, env, text):
    """Return what somebody could give a parameter at worst, of the type that Discord lets them."""
    if parameter.choices:
        return parameter.choices[-1].value
    match parameter.type:
        case Kind.string:
            return (text * 100)[: parameter.max_value or len(text)]
        case Kind.integer | Kind.number:
            return parameter.max_value if parameter.max_value is not None else 2**53
        case Kind.boolean:
            return True
        case Kind.channel:
            return env.general
        case Kind.user | Kind.mentionable:
            return env.ben.user
    raise AssertionError(f"what is odd for {parameter.type}?")


@pytest_asyncio.fixture
async def world(discord_world, monkeypatch):
    """Return a server with Ann, who may use each command and has memories, and Ben, a stranger."""
    env = discord_world
    env.home = env.create_guild("_" * 90)
    boss = env.home.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann = env.home.add_member(env.create_user("_" * 30), roles=[boss])
    env.ben = env.home.add_member(env.create_user("Ben"))
    env.general = env.home.create_text_channel("general")
    monkeypatch.setattr(environment, "admin_user_ids", [env.ann.id])
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    for number in range(30):
        draft = MemoryDraft(
            person_id=env.ann.id,
            kind=Memory.Kind.CONVERSATION,
            text=f"{'_' * 90} ``` @everyone {number}",
            place=Place.DIRECT,
            said_at=discord.utils.utcnow(),
        )
        await in_database(remember, draft)
    return env


def commands_of(env):
    """Return every slash command, by its name."""
    every = env.bot.tree.walk_commands()
    found = {one.qualified_name: one for one in every if isinstance(one, app_commands.Command)}
    assert len(found) >= 40
    return found


async def used(env, name, command, by, channel, text):
    """Let somebody use a command; return what is wrong with what they get."""
    values = {one.name: odd_values(one, env, text) for one in command.parameters}
    if channel is None:
        result = await by.user.slash(name, **values)
    else:
        result = await by.slash(channel, name, **values)
    said = [one for one in (result.response, *result.followups) if one is not None]
    wrong = []
    if not said:
        wrong.append("says nothing")
    if not result.ephemeral:
        wrong.append("shows it to others")
    for one in said:
        if FAILED in one.content:
            wrong.append("fails")
        if len(one.content) > LONGEST:
            wrong.append(f"is too long: {len(one.content)}")
    return [f"{name}, {text[:8]!r}: {one}" for one in wrong]


@pytest.mark.parametrize("text", [ODD[0], *(pytest.param(one, marks=LONG) for one in ODD[1:])])
async def test_odd_values_harm_nothing(world, text):
    env, wrong, commands = world, [], commands_of(world)
    here = set(env.ann.available_commands(env.general)) - LEAVES
    direct = set(env.ann.user.available_commands()) - LEAVES
    assert here | direct == commands.keys() - LEAVES
    for name in sorted(here):
        wrong += await used(env, name, commands[name], env.ann, env.general, text)
    for name in sorted(direct):
        wrong += await used(env, name, commands[name], env.ann, None, text)
    assert wrong == []


async def test_a_stranger_without_rights_harms_nothing(world):
    env, wrong = world, []
    commands = commands_of(env)
    for name in env.ben.available_commands(env.general):
        wrong += await used(env, name, commands[name], env.ben, env.general, ODD[0])
    assert wrong == []
    # Nothing of the others'.
    assert await Memory.objects.filter(person_id=env.ann.id).acount() == 30


async def test_each_command_says_something_while_the_database_is_away(world, monkeypatch):
    class Away:
        async def run(self, work):
            raise DatabaseAwayError("it can't be reached")

    env, wrong = world, []
    commands = commands_of(env)
    offered = [(env.ann, name) for name in env.ann.available_commands(env.general)]
    with monkeypatch.context() as patch:
        patch.setattr(access, "_threads", Away)
        for by, name in offered:
            if name not in LEAVES:
                wrong += await used(env, name, commands[name], by, env.general, ODD[0])
    assert wrong == []


async def test_each_button_may_be_pressed_twice(world):
    env, wrong = world, []
    for name, command in commands_of(env).items():
        if name not in env.ann.available_commands(env.general) or name.startswith("owner"):
            continue
        values = {one.name: odd_values(one, env, ODD[0]) for one in command.parameters}
        result = await env.ann.slash(env.general, name, **values)
        buttons = [
            part["custom_id"]
            for row in (result.response.components if result.response else ())
            for part in row.get("components", ())
            if part.get("custom_id") and part["type"] == discord.ComponentType.button.value
        ]
        for button in buttons:
            for _ in range(2):
                try:
                    done = await env.ann.click(result.response, custom_id=button)
                except (BackendError, SetupError, ValueError):
                    # It is gone with the first press.
                    break
                said = [one for one in (done.response, *done.followups) if one is not None]
                wrong += [f"{name}: {button}" for one in said if FAILED in one.content]
    assert wrong == []
