"""Tests of the commands that show figures, with the real bot in a simulated Discord."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest_asyncio

from memories.actions import MemoryDraft, remember
from memories.models import Memory, Place
from profiles.actions import decide_consent
from whisper.database.access import in_database

SECRET = "My parrot is called Kiwi."


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a channel with Ann, who told a secret in direct messages; Cleo runs the server."""
    env = discord_world
    guild = env.create_guild()
    env.ann = guild.add_member(env.create_user("Ann"))
    staff = guild.create_role("Staff", permissions=discord.Permissions(manage_guild=True))
    env.cleo = guild.add_member(env.create_user("Cleo"), roles=[staff])
    place = guild.create_text_channel("general")
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await env.ann.send_dm(SECRET)
    return place


async def test_people_see_figures_of_their_own_memories(discord_world, place):
    env = discord_world
    shown = await env.ann.user.slash("profile stats")
    assert shown.ephemeral
    assert "memories, counted from the database" in shown.response.content
    assert "Busiest hours" in shown.response.content
    assert "Moods" in shown.response.content
    assert (await env.cleo.user.slash("profile stats")).response.content.startswith("There is noth")


async def test_in_a_server_only_what_may_be_told_there_is_counted(discord_world, place):
    shown = await discord_world.ann.slash(place, "profile stats")
    assert shown.response.content.startswith("There is nothing to count yet.")
    assert "In our direct messages, I count everything." in shown.response.content


async def test_who_asks_again_at_once_is_told_when(discord_world, place):
    env = discord_world
    await env.ann.user.slash("profile stats")
    again = await env.ann.user.slash("profile stats")
    assert again.response.content.startswith("Please try again in")


async def test_figures_of_a_server_are_for_those_who_run_it(discord_world, place):
    env = discord_world
    draft = MemoryDraft(
        person_id=env.ann.id,
        kind=Memory.Kind.CONVERSATION,
        text="I went sailing",
        place=Place.PUBLIC_CHANNEL,
        guild_id=place.guild.id,
        said_at=discord.utils.utcnow() - timedelta(days=2),
    )
    await in_database(remember, draft)
    assert "server stats" not in env.ann.available_commands(place)
    shown = await env.cleo.slash(place, "server stats")
    assert shown.ephemeral
    assert "Fewer than 5 people" in shown.response.content
    assert "sailing" not in shown.response.content


async def test_forgotten_moods_are_in_no_figures(discord_world, place):
    env = discord_world
    await env.ann.user.slash("profile forget", what="moods")
    shown = await env.ann.user.slash("profile stats")
    assert "Moods" not in shown.response.content
