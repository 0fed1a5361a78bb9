"""Tests of what people who manage a server set up, with the real bot in a simulated Discord."""

from __future__ import annotations

import discord
import pytest
import pytest_asyncio

from botrunner.discord_bot.servers.log import FIELDS
from botrunner.discord_bot.servers.setup import NOT_ADMIN
from botrunner.models import PersonaChoice, Server, TalkSetting
from botrunner.personas.actions import make_persona
from memories.models import Memory
from whisper.action_log import COMPANION
from whisper.database.access import in_database

RIGHTS = "✅ I have all the rights that I need."


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann, and Eve, who manages the server."""
    env = discord_world
    env.home = env.create_guild()
    role = env.home.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann = env.home.add_member(env.create_user("Ann"))
    env.eve = env.home.add_member(env.create_user("Eve"), roles=[role])
    env.general = env.home.create_text_channel("general")
    env.sage = await in_database(make_persona, "The *Sage*", "You are wise.", actor=COMPANION)
    return env


async def opened(env):
    """Let Eve open the setup; return its message."""
    return (await env.eve.slash(env.general, "server setup")).response


@pytest.mark.parametrize(
    ("step", "value", "shown"),
    [
        ("room", "channel", "Everybody's words, except those of people who declined"),
        ("talk", "free", "Free: when spoken to, and open questions"),
        ("talk", "silent", "Nothing: I keep silent here"),
        ("limit", "100", "How many replies I give here in a day: 100"),
        ("language", "de", "Which language people write in here: German"),
        ("persona", "sage", "The \\*Sage\\*"),
    ],
)
async def test_a_choice_applies_at_once_and_is_shown(world, step, value, shown):
    setup = await opened(world)
    assert RIGHTS in setup.content
    chosen = str(world.sage.pk) if value == "sage" else value
    result = await world.eve.select(setup, [chosen], custom_id=f"whisper:setup:{step}")
    assert shown in result.response.content
    changed = {
        "room": Server.objects.exclude(room="agreed"),
        "talk": TalkSetting.objects.filter(place_id=world.general.id),
        "limit": Server.objects.exclude(replies_a_day=None),
        "language": Server.objects.exclude(language=""),
        "persona": PersonaChoice.objects.all(),
    }
    assert [name for name, rows in changed.items() if await rows.aexists()] == [step]
    again = await opened(world)
    assert shown in again.content


async def test_it_is_no_longer_silent_once_something_else_is_chosen(world):
    setup = await opened(world)
    for value in ("silent", "mentions"):
        await world.eve.select(setup, [value], custom_id="whisper:setup:talk")
    assert not await TalkSetting.objects.filter(silent=True).aexists()
    assert (
        "What I answer in this channel: Mentions and replies only" in (await opened(world)).content
    )


async def test_a_limit_that_is_not_offered_is_shown_among_the_others(world):
    await world.eve.slash(world.general, "server limits", replies=77)
    setup = await opened(world)
    assert "How many replies I give here in a day: 77" in setup.content
    await world.eve.select(setup, ["none"], custom_id="whisper:setup:limit")
    assert "How many replies I give here in a day: As many" in (await opened(world)).content


async def test_the_language_of_a_server_reaches_its_prompts_alone(world, model):
    setup = await opened(world)
    await world.eve.select(setup, ["de"], custom_id="whisper:setup:language")
    assert (
        "I write in German"
        in (await world.eve.slash(world.general, "server show")).response.content
    )
    await world.ann.send(world.general, f"<@{world.bot.user.id}> hello")
    assert "People on this server write in German." in model.asked[-1].messages[0]["content"]
    await world.ann.send_dm("hello")
    assert "German" not in model.asked[-1].messages[0]["content"]


async def test_a_persona_is_taken_back(world):
    setup = await opened(world)
    for value in (str(world.sage.pk), "none"):
        await world.eve.select(setup, [value], custom_id="whisper:setup:persona")
    assert not await PersonaChoice.objects.aexists()


async def test_missing_rights_are_named(world, monkeypatch):
    lacking = discord.Permissions(view_channel=True, send_messages=True)
    monkeypatch.setattr(discord.Member, "guild_permissions", lacking)
    setup = await opened(world)
    assert "I lack these rights: Send Messages in Threads, Read Message History." in setup.content


async def test_who_no_longer_manages_the_server_can_not_choose(world, monkeypatch):
    setup = await opened(world)
    monkeypatch.setattr(discord.Interaction, "permissions", discord.Permissions.none())
    result = await world.eve.select(setup, ["channel"], custom_id="whisper:setup:room")
    assert result.response.content == NOT_ADMIN
    assert not await Server.objects.filter(room="channel").aexists()


@pytest.mark.parametrize(
    "command", ["server setup", "server log", "server facts add", "server facts list"]
)
async def test_others_are_not_offered_it(world, command):
    assert command not in world.ann.available_commands(world.general)


async def test_a_fact_of_the_server_is_added_listed_and_removed(world):
    add = {"fact": "The raid is on **Sunday**."}
    told = await world.eve.slash(world.general, "server facts add", **add)
    assert "The raid is on \\*\\*Sunday\\*\\*." in told.response.content
    fact = await Memory.objects.aget()
    assert (fact.kind, fact.guild_id, fact.person_id) == ("shared_fact", world.home.id, None)
    listed = await world.eve.slash(world.general, "server facts list")
    assert "The raid is on" in listed.response.content
    (offered,) = await world.eve.autocomplete(world.general, "server facts remove", "fact", "raid")
    done = await world.eve.slash(world.general, "server facts remove", fact=offered["value"])
    assert done.response.content == "Forgotten."
    assert not await Memory.objects.aexists()


async def test_a_secret_becomes_no_fact(world):
    secret = {"fact": "my password is hunter2Xy!9"}
    told = await world.eve.slash(world.general, "server facts add", **secret)
    assert "I don't keep those" in told.response.content
    assert not await Memory.objects.aexists()


async def test_facts_of_another_server_and_of_people_are_out_of_reach(world):
    await world.eve.slash(world.general, "server facts add", fact="The raid is on Sunday.")
    await Memory.objects.aupdate(guild_id=7)
    fact = await Memory.objects.aget()
    for chosen in (str(fact.pk), "the raid", "0" * 36):
        done = await world.eve.slash(world.general, "server facts remove", fact=chosen)
        assert done.response.content.startswith("I know nothing like that")
    assert await Memory.objects.aexists()


async def test_the_log_tells_who_changed_what(world):
    setup = await opened(world)
    empty = await world.eve.slash(world.general, "server log")
    assert empty.response.content == "Nobody has changed anything here."
    await world.eve.select(setup, ["channel"], custom_id="whisper:setup:room")
    await world.eve.select(setup, [str(world.sage.pk)], custom_id="whisper:setup:persona")
    await world.eve.slash(world.general, "server facts add", fact="The raid is on Sunday.")
    shown = (await world.eve.slash(world.general, "server log")).response.content
    lines = shown.splitlines()
    assert [line.partition("> set ")[2] or line.partition("> added ")[2] for line in lines] == [
        "a fact for everybody",
        "the persona: the usual one → The \\*Sage\\*",
        "whose words I read: the words of people who agreed to be remembered → everybody's words, "
        "except those of people who declined",
    ]
    assert all(f"<@{world.eve.id}>" in one for one in lines)
    assert "raid" not in shown


async def test_the_log_says_where_something_was_set(world):
    await world.eve.slash(world.general, "server channel", talk=False)
    await world.eve.slash(world.general, "server pause", paused=True)
    await world.eve.slash(world.general, "server limits", replies=50)
    await world.eve.slash(world.general, "server room", whose="off")
    await world.eve.slash(world.general, "server block add", member=world.ann.user)
    shown = (await world.eve.slash(world.general, "server log")).response.content
    assert f"whether I keep silent in <#{world.general.id}>: no → yes" in shown
    assert "whether I keep silent on the whole server: no → yes" in shown
    assert "set replies a day: any number → 50" in shown
    assert "set whose words I read: " in shown
    assert f"blocked <@{world.ann.id}>" in shown


async def test_each_setting_has_words_in_the_log():
    kept = {field.name for field in Server._meta.fields}
    assert kept - {"id", "guild_id", "welcomed_at"} <= FIELDS.keys()


async def test_a_persona_is_chosen_for_the_server_or_a_channel(world, model):
    env, sage = world, {"persona": "the *sage*"}
    offered = await env.eve.autocomplete(env.general, "server persona", "persona", "sag")
    assert [one["value"] for one in offered] == ["The *Sage*"]
    told = await env.eve.slash(env.general, "server persona", **sage, channel=env.general)
    expected = f"I'm The \\*Sage\\* in <#{env.general.id}>."
    assert told.response.content.endswith(expected)
    await env.ann.send(env.general, f"<@{env.bot.user.id}> hello")
    assert "You are wise." in model.asked[-1].messages[0]["content"]
    shown = (await env.eve.slash(env.general, "server log")).response.content
    assert f"the persona in <#{env.general.id}>: the usual one → The" in shown
    await env.eve.slash(env.general, "server persona", **sage)
    assert await PersonaChoice.objects.acount() == 2
    for where in ({"channel": env.general}, {}):
        await env.eve.slash(env.general, "server persona", **where)
    assert not await PersonaChoice.objects.aexists()


async def test_a_persona_that_does_not_exist_changes_nothing(world):
    told = await world.eve.slash(world.general, "server persona", persona="The Jester")
    assert told.response.content.startswith("I don't know that persona.")
    assert not await PersonaChoice.objects.aexists()
