"""Tests of the commands for the people who run the companion, with the real bot."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from typing import Any

import pytest
import pytest_asyncio

from botrunner.discord_bot.cogs import owner
from botrunner.discord_bot.cogs.owner import LOGGERS, NO_ID, NOT_THERE, NOT_YOURS, SURE
from memories.models import Memory
from profiles.actions import decide_consent
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import ActionEntry

pytestmark = pytest.mark.heavy

COMMANDS: dict[str, dict[str, Any]] = {
    "owner health": {},
    "owner servers": {},
    "owner leave": {"server": "1", "sure": True},
    "owner announce": {"text": "hello", "sure": True},
    "owner export": {"person": "1", "reason": "they asked"},
    "owner erase": {"person": "1", "reason": "they asked", "sure": True},
    "owner debug": {"level": "DEBUG"},
}


@pytest_asyncio.fixture
async def world(discord_world, monkeypatch):
    """Return a simulated Discord with Ann, who agreed, and Olga, who runs the companion."""
    env = discord_world
    env.home = env.create_guild("Home")
    env.ann = env.home.add_member(env.create_user("Ann"))
    env.olga = env.home.add_member(env.create_user("Olga"))
    env.general = env.home.create_text_channel("general")
    monkeypatch.setattr(environment, "admin_user_ids", [env.olga.id])
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    return env


async def does(env, command, who=None, **options):
    """Let somebody use a command in direct messages; return what they read."""
    result = await (who or env.olga).user.slash(command, **options)
    return "\n".join(one.content for one in [result.response, *result.followups])


@pytest.mark.parametrize("command", COMMANDS)
async def test_nobody_else_can_use_them(world, command, monkeypatch):
    assert await does(world, command, world.ann, **COMMANDS[command]) == NOT_YOURS
    monkeypatch.setattr(environment, "admin_user_ids", [])
    assert await does(world, command, **COMMANDS[command]) == NOT_YOURS


async def test_health_tells_of_stores_and_servers(world):
    told = await does(world, "owner health")
    assert "I'm in 1 server," in told
    assert "My replies are written" in told


async def test_servers_are_listed(world):
    told = await does(world, "owner servers")
    assert re.fullmatch(rf"- Home \({world.home.id}\): \d members", told)


async def test_it_leaves_a_server_only_when_that_is_sure(world):
    asked = await does(world, "owner leave", server=str(world.home.id))
    assert SURE in asked
    assert len(world.bot.guilds) == 1
    assert await does(world, "owner leave", server=str(world.home.id), sure=True) == "I left Home."
    assert len(world.bot.guilds) == 0
    entry = await ActionEntry.objects.aget(action="server.leave")
    assert (entry.actor_id, entry.reason) == (world.olga.id, f"server {world.home.id}")


@pytest.mark.parametrize("server", ["12", "Home", "", "-1"])
async def test_another_server_can_not_be_left(world, server):
    if server:
        assert await does(world, "owner leave", server=server, sure=True) == NOT_THERE


async def test_an_announcement_is_read_everywhere_once_it_is_sure(world, monkeypatch):
    monkeypatch.setattr(owner, "PAUSE", 0.0)
    assert SURE in await does(world, "owner announce", text="Back at nine. @everyone")
    assert world.general.history() == []
    told = await does(world, "owner announce", text="Back at nine. @everyone", sure=True)
    assert told == "I said it in 1 of 1 server."
    assert world.general.last_message.content == "Back at nine. @everyone"
    assert not world.general.last_message.mention_everyone


async def test_a_persons_data_is_exported_with_a_reason(world):
    await world.ann.slash(world.general, "fact add", fact="My cat is called Miso.")
    options = {"person": str(world.ann.id), "reason": "they asked by mail"}
    result = await world.olga.user.slash("owner export", **options)
    file = [*result.followups, result.response][0].attachments[0]
    with zipfile.ZipFile(io.BytesIO(await file.read())) as archive:
        assert any(b"Miso" in archive.read(name) for name in archive.namelist())
    entry = await ActionEntry.objects.aget(action="person.export")
    assert (entry.actor_id, entry.reason) == (world.olga.id, "they asked by mail")


async def test_a_person_is_erased_only_when_that_is_sure(world):
    await world.ann.slash(world.general, "fact add", fact="My cat is called Miso.")
    options = {"person": str(world.ann.id), "reason": "they asked by mail"}
    asked = await does(world, "owner erase", **options)
    assert asked.startswith("I hold: consent: 1")
    assert "Miso" not in asked
    assert await Memory.objects.aexists()
    assert (await does(world, "owner erase", **options, sure=True)).startswith("Erased: ")
    assert not await Memory.objects.aexists()


@pytest.mark.parametrize("command", ["owner export", "owner erase"])
async def test_what_is_not_an_id_is_refused(world, command):
    assert await does(world, command, person="Ann", reason="they asked") == NO_ID


async def test_the_level_of_the_log_is_set(world):
    await does(world, "owner debug", level="DEBUG")
    assert all(logging.getLogger(name).level == logging.DEBUG for name in LOGGERS)
