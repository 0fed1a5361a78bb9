"""Tests of the other slash commands, with the real bot in a simulated Discord."""

from __future__ import annotations

import sys
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio

from botrunner import history
from botrunner.discord_bot.cogs.profile import NOTHING_YET
from botrunner.discord_bot.views.help import HEADINGS
from botrunner.models import OwnPersona, Persona
from botrunner.personas.actions import delete_persona, make_persona
from botrunner.tests.discord_bot.places import general_of_home
from memories.models import Memory
from profiles.actions import decide_consent
from profiles.models import Profile
from whisper import outbox
from whisper.action_log import COMPANION
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data import registry

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a server's channel with Ann, who agreed to be remembered, and Ben, who did not."""
    return await general_of_home(discord_world, "Ann")


async def test_ping(discord_world, place):
    result = await discord_world.ann.slash(place, "ping")
    assert result.ephemeral
    assert result.response.content.startswith("I'm online.")


async def test_help_names_every_command(discord_world, place):
    env = discord_world
    result = await env.ann.slash(place, "help")
    shown = [result.response, *result.followups]
    assert all(one.ephemeral for one in shown)
    for name in env.ann.available_commands(place):
        assert any(f"`/{name}`" in one.content for one in shown)


async def test_each_command_stands_under_a_heading_of_the_help(discord_world):
    slash = discord_world.bot.tree.get_commands(type=discord.AppCommandType.chat_input)
    firsts = {one.qualified_name.split()[0] for one in slash}
    known = {first for firsts in HEADINGS.values() for first in firsts}
    assert firsts - known == set()


async def test_the_help_leaves_out_what_somebody_can_not_use(discord_world, place):
    env = discord_world
    boss = env.home.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    cleo = env.home.add_member(env.create_user("Cleo"), roles=[boss])
    for person, expected in ((env.ann, False), (cleo, True)):
        result = await person.slash(place, "help")
        shown = "".join(one.content for one in [result.response, *result.followups])
        assert ("`/server setup`" in shown) is expected
        assert "/owner" not in shown
    direct = await cleo.user.slash("help")
    assert "/server" not in "".join(one.content for one in [direct.response, *direct.followups])


async def test_who_agreed_and_said_nothing_yet_can_set_what_concerns_them(discord_world, place):
    env = discord_world
    shown = await env.ann.slash(place, "profile show")
    assert shown.response.content == NOTHING_YET
    assert "haven't set a time zone" in (await env.ann.slash(place, "timezone")).response.content
    set_to = await env.ann.slash(place, "timezone", zone="Asia/Tokyo")
    assert set_to.response.content.startswith("Your time zone is Asia/Tokyo")
    named = await env.ann.slash(place, "profile name", name="Annie")
    assert named.response.content == "I'll call you that."
    unknown = await env.ben.slash(place, "profile name", name="Benny")
    assert "I don't remember what you tell me" in unknown.response.content


async def test_a_fact_is_added_listed_and_removed(discord_world, place):
    env = discord_world
    await env.ann.slash(place, "fact add", fact="My cat is called Miso.")
    listed = await env.ann.slash(place, "fact list")
    assert listed.ephemeral
    assert "- Your cat is called Miso." in listed.response.content
    suggested = await env.ann.autocomplete(place, "fact remove", "fact", "cat")
    asked = await env.ann.slash(place, "fact remove", fact=suggested[0]["value"])
    await env.ann.click(asked.response, label="Forget it")
    listed = await env.ann.slash(place, "fact list")
    assert listed.response.content.startswith("I don't know any facts about you here.")


async def test_without_a_yes_no_fact_is_kept(discord_world, place):
    env = discord_world
    result = await env.ben.slash(place, "fact add", fact="My cat is called Miso.")
    assert "I don't remember" in result.response.content
    assert not await Memory.objects.aexists()


async def test_memories_of_direct_messages_are_shown_there_alone(discord_world, place):
    env = discord_world
    await env.ann.send_dm("My cat is called Miso.")
    here = await env.ann.slash(place, "memory show")
    there = await env.ann.user.slash("memory show")
    assert "Miso" not in here.response.content
    assert "My cat is called Miso." in there.response.content


async def test_memories_are_searched(discord_world, place):
    env = discord_world
    await env.ann.slash(place, "fact add", fact="My cat is called Miso.")
    found = await env.ann.slash(place, "memory search", query="what is my cat called")
    assert found.ephemeral
    assert "Your **cat** is **called** Miso." in found.response.content


async def test_a_memory_is_forgotten_after_a_confirmation(discord_world, place):
    env = discord_world
    await env.ann.slash(place, "fact add", fact="My cat is called Miso.")
    asked = await env.ann.slash(place, "memory forget", memory="cat called Miso")
    assert "Your cat is called Miso." in asked.response.content
    assert await Memory.objects.aexists()
    await env.ann.click(asked.response, label="Forget it")
    assert not await Memory.objects.aexists()


async def test_a_memory_is_pinned_and_shown_first(discord_world, place):
    env = discord_world
    await env.ann.slash(place, "fact add", fact="My cat is called Miso.")
    await env.ann.slash(place, "fact add", fact="I live in Ghent.")
    done = await env.ann.slash(place, "memory pin", memory="cat called Miso")
    assert done.ephemeral
    assert done.response.content == "Pinned:\n> Your cat is called Miso."
    again = await env.ann.slash(place, "memory pin", memory="cat called Miso")
    assert again.response.content == "That is pinned already."
    shown = (await env.ann.slash(place, "memory show")).response.content
    first, second, *_ = shown.splitlines()
    assert "📌" in first
    assert "Miso" in first
    assert "📌" not in second
    await env.ann.slash(place, "memory unpin", memory="cat called Miso")
    assert "📌" not in (await env.ann.slash(place, "memory show")).response.content


async def test_people_see_how_they_are_seen_and_correct_it(discord_world, place):
    env = discord_world
    await env.ann.send_dm("I love sailing.")
    await env.ann.send_dm("I trust you. Ask me tomorrow how it went. I'm so sad and cry all day")
    while await outbox.drain():
        pass
    shown = await env.ann.slash(place, "profile show")
    assert shown.ephemeral
    told = shown.response.content
    assert "We have talked on 1 day. I think of you as a stranger." in told
    assert "sailing" not in told
    direct = await env.ann.user.slash("profile show")
    likes = [one for one in direct.response.content.splitlines() if "dislikes" in one]
    assert likes == ["Your likes and dislikes: You love sailing."]
    assert "said they trust" in told
    assert "Your days:" in told
    assert "You'd like me to ask how something went" in told
    profile = await Profile.objects.aget(person_id=env.ann.id)
    profile.emotion_state["summary"] = "Lately they were often sad, and their mood is improving."
    await profile.asave(update_fields=["emotion_state"])
    told = (await env.ann.slash(place, "profile show")).response.content
    assert "How you seemed: Lately you were often sad, and your mood is improving." in told
    for part in ("moods", "trust", "personality", "follow-up"):
        await env.ann.slash(place, "profile forget", what=part)
    await env.ann.slash(place, "profile name", name="Captain")
    await env.ann.slash(place, "profile distance", wished=True)
    told = (await env.ann.slash(place, "profile show")).response.content
    assert "I call you Captain." in told
    assert "You asked for distance" in told
    for gone in ("said they trust", "Your days:", "how something went"):
        assert gone not in told


async def test_of_who_is_not_remembered_there_is_nothing_to_show(discord_world, place):
    env = discord_world
    for command, options in (("show", {}), ("name", {"name": "B"}), ("distance", {"wished": True})):
        result = await env.ben.slash(place, f"profile {command}", **options)
        assert "I don't know anything about you" in result.response.content


@pytest.mark.parametrize("command", ["memory forget", "memory pin", "fact remove"])
async def test_the_memory_of_another_person_is_out_of_reach(discord_world, place, command):
    env = discord_world
    await env.ann.slash(place, "fact add", fact="My cat is called Miso.")
    memory = await Memory.objects.aget()
    option = {command.split()[0]: str(memory.pk)}
    result = await env.ben.slash(place, command, **option)
    assert result.response.content == "I found nothing like that here."
    assert await env.ben.autocomplete(place, command, command.split()[0], "") == []


async def test_a_failing_command_is_told_with_an_id(discord_world, place, monkeypatch, caplog):
    env = discord_world

    def fail(*args, **options):
        raise RuntimeError("broken")

    monkeypatch.setattr(sys.modules["botrunner.discord_bot.cogs.memory"], "show_page", fail)
    result = await env.ann.slash(place, "memory show")
    fault_id = result.response.content.rsplit(" ", 1)[-1]
    assert result.ephemeral
    assert f"/memory show failed, id {fault_id}, user {env.ann.id}" in caplog.text


def refused(status, code):
    """Return what discord.py raises for such an answer of Discord."""
    response: Any = SimpleNamespace(status=status, reason="refused")
    kind = discord.NotFound if status == 404 else discord.DiscordServerError
    return kind(response, {"code": code, "message": "refused"})


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (refused(404, 10062), "/memory show was answered too late"),
        (refused(503, 0), "/memory show failed, Discord is away (DiscordServerError)"),
        (aiohttp.ServerDisconnectedError(), "failed, Discord is away (ServerDisconnectedError)"),
    ],
)
async def test_an_outage_of_discord_is_logged_as_one(
    discord_world, place, monkeypatch, caplog, error, line
):
    def fail(*args, **options):
        raise error

    monkeypatch.setattr(sys.modules["botrunner.discord_bot.cogs.memory"], "show_page", fail)
    with suppress(AssertionError, TimeoutError):
        await discord_world.ann.slash(place, "memory show")
    assert line in caplog.text
    assert "Traceback" not in caplog.text


async def test_an_added_fact_takes_the_place_of_what_was_heard_before(discord_world, place):
    env = discord_world
    await env.ann.slash(place, "fact add", fact="I live in Porto.")
    await env.ann.slash(place, "fact add", fact="I moved to Braga.")
    rows = Memory.objects.order_by("said_at").values_list("predicate", "value", "valid_to")
    before, now = [row async for row in rows]
    assert before[:2] == ("home", "Porto")
    assert before[2] is not None
    assert now == ("home", "Braga", None)


async def test_of_an_added_fact_no_word_is_lost(discord_world, place):
    env = discord_world
    sentence = "My cat is called Miso, she hides under the piano when it storms."
    await env.ann.slash(place, "fact add", fact=sentence)
    fact = await Memory.objects.aget()
    assert (fact.predicate, fact.value, fact.text) == ("name", "Miso", sentence)
    await env.ann.slash(place, "fact add", fact="The spare key lies under the third pot.")
    notes = Memory.objects.filter(predicate="").values_list("text", flat=True)
    assert [note async for note in notes] == ["The spare key lies under the third pot."]


async def test_after_a_clear_a_reply_leaves_out_what_was_said_before(discord_world, model):
    env = discord_world
    ann, ben = (env.create_user(name) for name in ("Ann", "Ben"))
    for person in (ann, ben):
        await in_database(decide_consent, person.id, granted=True, source="discord")
        await person.send_dm("the barn owl is back")
    await ann.slash("clear")
    await env.advance_time(1)
    # The cache may be gone, and filled again from the database and from Discord.
    history.reset()
    for person in (ann, ben):
        await person.send_dm("what did I say first?")
    of_ann, of_ben = (str([one.text for one in asked.history]) for asked in model.asked[-2:])
    assert "barn owl" not in of_ann
    assert "barn owl" in of_ben
    await ann.send_dm("and now?")
    assert model.asked[-1].history[0].text == "what did I say first?"
    exported = (await registry.export_person(ann.id))["fresh starts"]
    assert [row["person_id"] for row in exported] == [str(ann.id)]
    assert (await registry.erase_person(ann.id))["wishes about replies"] == 1


@pytest_asyncio.fixture
async def personas(discord_world):
    """Return Ann, and make two personas that she can choose."""
    for name, text in (("Sage", "You are wise."), ("Spark", "You are lively.")):
        await in_database(make_persona, name, text, actor=COMPANION)
    return discord_world.create_user("Ann")


async def test_a_persona_is_chosen_for_ones_own_direct_messages(discord_world, personas, model):
    ann, ben = personas, discord_world.create_user("Ben")
    listed = (await ann.slash("persona list")).response.content
    assert listed.startswith("- Sage\n- Spark\nYou chose none of them.")
    offered = await ann.autocomplete("persona choose", "persona", "sp")
    assert [one["value"] for one in offered] == ["Spark"]
    told = (await ann.slash("persona choose", persona="spark")).response.content
    assert told == "From the next message on I'm Spark in our direct messages."
    for person in (ann, ben):
        await person.send_dm("hello")
    of_ann, of_ben = (asked.messages[0]["content"] for asked in model.asked)
    assert "You are lively." in of_ann
    assert "You are lively." not in of_ben
    assert "- Spark (chosen)" in (await ann.slash("persona list")).response.content
    unknown = await ann.slash("persona choose", persona="Jester")
    assert unknown.response.content.startswith("I don't know that persona.")
    await ann.slash("persona choose")
    await ann.send_dm("hello")
    assert "You are lively." not in model.asked[-1].messages[0]["content"]


async def test_a_persona_is_not_chosen_where_that_is_not_allowed(personas, model, monkeypatch):
    await personas.slash("persona choose", persona="Spark")
    monkeypatch.setattr(environment, "people_choose_persona", False)
    for command in ("persona list", "persona choose"):
        told = (await personas.slash(command)).response.content
        assert told.startswith("Who I am is decided by the people who run me")
    assert await personas.autocomplete("persona choose", "persona", "") == []
    await personas.send_dm("hello")
    assert "You are lively." not in model.asked[-1].messages[0]["content"]


async def test_a_chosen_persona_goes_with_its_person_and_with_itself(personas):
    await personas.slash("persona choose", persona="Spark")
    (held,) = (await registry.export_person(personas.id))["own persona"]
    assert held["persona__name"] == "Spark"
    await registry.erase_person(personas.id)
    assert not await OwnPersona.objects.aexists()
    await personas.slash("persona choose", persona="Sage")
    sage = await Persona.objects.aget(name="Sage")
    await in_database(delete_persona, sage, actor=COMPANION)
    assert not await OwnPersona.objects.aexists()
