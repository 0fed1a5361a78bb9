"""Tests of talking in Discord, with the real bot in a simulated Discord."""

from __future__ import annotations

import discord
import pytest
import pytest_asyncio

from botrunner.conversation import actions, turns
from botrunner.tests.discord_bot.places import general_of_home
from memories.models import Memory, Message, Place
from profiles.actions import decide_consent
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a server's channel with Ann and Ben in it, who agreed to be remembered."""
    return await general_of_home(discord_world, "Ann", "Ben")


def answers(channel, bot):
    """Return what the bot said in a channel, oldest first."""
    return [message.content for message in channel.history() if message.author.id == bot.user.id]


async def stored():
    """Return the stored messages, oldest first."""
    return [message async for message in Message.objects.order_by("platform_id")]


async def test_a_direct_message_is_answered(discord_world, place):
    env = discord_world
    said = await env.ann.send_dm("hello")
    channel = env.ann.user.dm_channel
    assert answers(channel, env.bot) == ["You said: hello"]
    message, reply = await stored()
    assert (message.platform_id, message.place, message.reply_state) == (
        said.id,
        "direct",
        "answered",
    )
    assert reply.person_id == env.ann.id
    assert reply.from_companion


async def test_in_direct_messages_a_reply_has_no_arrow(discord_world, place):
    env = discord_world
    await env.ann.send_dm("hello")
    assert env.ann.user.dm_channel.last_message.reference is None


async def test_a_mention_is_answered_without_the_mention(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> hello, do you like <@{env.bot.user.id}>?")
    assert answers(place, env.bot) == ["You said: hello, do you like Whisper?"]
    assert (await stored())[0].place == Place.PUBLIC_CHANNEL


async def test_a_reply_to_the_companion_is_answered(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> hello")
    await env.ben.send(place, "me too", reply_to=place.last_message)
    assert answers(place, env.bot)[-1] == "You said: me too"


async def test_an_answer_refers_to_its_message_and_mentions_nobody(discord_world, place, model):
    env = discord_world
    model.says = "@everyone listen"
    said = await env.ann.send(place, f"<@{env.bot.user.id}> hello")
    answer = place.last_message
    assert answer.reference.message_id == said.id
    assert not answer.mention_everyone
    assert answer.mentions == []


@pytest.mark.parametrize("text", ["hello", "!help", "@everyone hello"])
async def test_what_is_not_meant_for_the_companion_leaves_no_trace(discord_world, place, text):
    env = discord_world
    said = await env.ann.send(place, text)
    await env.ben.send(place, "and me", reply_to=said)
    assert answers(place, env.bot) == []
    assert await stored() == []


async def test_other_bots_are_not_answered(discord_world, place):
    env = discord_world
    robot = env.guild.add_member(env.create_user("robot", bot=True))
    await robot.send(place, f"<@{env.bot.user.id}> hello")
    assert answers(place, env.bot) == []


async def test_an_empty_mention_is_answered(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}>")
    assert len(answers(place, env.bot)) == 1


async def test_attachments_are_named(discord_world, place):
    env = discord_world
    text = f"<@{env.bot.user.id}> look"
    await env.ann.send(place, text, attachments=[("cat.png", b"x"), ("dog.png", b"x")])
    assert answers(place, env.bot) == ["You said: look\n(attached: cat.png, dog.png)"]
    assert (await stored())[0].attachments[0]["name"] == "cat.png"


async def test_a_replayed_event_gets_no_second_answer(discord_world, place):
    env = discord_world
    said = await env.ann.send_dm("hello")
    env.bot.dispatch("message", said)
    await env.settle()
    assert len(answers(env.ann.user.dm_channel, env.bot)) == 1


async def test_a_long_answer_comes_in_several_messages(discord_world, place, model):
    env = discord_world
    model.says = "This is a sentence. " * 310
    await env.ann.send_dm("tell me more")
    pieces = answers(env.ann.user.dm_channel, env.bot)
    assert len(pieces) == 4
    assert all(len(piece) <= 2000 and piece.endswith("sentence.") for piece in pieces)
    assert len(await stored()) == 5


async def test_a_public_thread_is_as_public_as_its_channel(discord_world, place):
    env = discord_world
    thread = await env.bot.get_channel(place.id).create_thread(
        name="cats", type=discord.ChannelType.public_thread
    )
    handle = next(one for one in place.threads if one.id == thread.id)
    await env.ann.send(handle, f"<@{env.bot.user.id}> hello")
    message = (await stored())[0]
    assert (message.channel_id, message.place) == (thread.id, Place.PUBLIC_CHANNEL)


async def test_what_is_said_in_an_open_thread_of_a_private_channel_belongs_to_the_channel(
    discord_world, place
):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    channel = env.bot.get_channel(place.id)
    for who in (channel.guild.me, await channel.guild.fetch_member(env.ann.id)):
        await channel.set_permissions(who, view_channel=True)
    await channel.set_permissions(channel.guild.default_role, view_channel=False)
    thread = await channel.create_thread(name="cats", type=discord.ChannelType.public_thread)
    handle = next(one for one in place.threads if one.id == thread.id)
    await env.ann.send(handle, f"<@{env.bot.user.id}> My cat is called Miso.")
    memory = await Memory.objects.aget(kind="conversation", person_id=env.ann.id)
    assert (memory.place, memory.channel_id) == (Place.PRIVATE_CHANNEL, place.id)
    message = await Message.objects.aget(person_id=env.ann.id, from_companion=False)
    assert (message.channel_id, message.audience_channel_id) == (thread.id, place.id)


async def test_a_private_thread_is_private(discord_world, place):
    env = discord_world
    thread = await env.bot.get_channel(place.id).create_thread(
        name="secret", type=discord.ChannelType.private_thread
    )
    await thread.add_user(discord.Object(env.ann.id))
    handle = next(one for one in place.threads if one.id == thread.id)
    await env.ann.send(handle, f"<@{env.bot.user.id}> hello")
    message = (await stored())[0]
    assert (message.channel_id, message.place) == (thread.id, Place.PRIVATE_CHANNEL)


async def test_a_channel_that_not_everyone_reads_is_private(discord_world, place):
    env = discord_world
    hidden = discord.PermissionOverwrite(view_channel=False)
    seen = discord.PermissionOverwrite(view_channel=True)
    people = {env.guild.default_role: hidden, env.ann: seen, env.bot.user: seen}
    channel = env.guild.create_text_channel("staff", overwrites=people)
    await env.ann.send(channel, f"<@{env.bot.user.id}> hello")
    assert (await stored())[0].place == Place.PRIVATE_CHANNEL


async def test_where_the_companion_may_not_write_it_stays_silent(discord_world, place):
    env = discord_world
    mute = {env.bot.user: discord.PermissionOverwrite(send_messages=False)}
    channel = env.guild.create_text_channel("news", overwrites=mute)
    await env.ann.send(channel, f"<@{env.bot.user.id}> hello")
    assert answers(channel, env.bot) == []
    assert await stored() == []


async def test_an_edit_reaches_the_database_and_the_next_prompt(discord_world, place, model):
    env = discord_world
    said = await env.ann.send_dm("My cat is called Miso.")
    await env.ann.user.edit(said, "My cat is called Nori.")
    await env.ann.send_dm("And yours?")
    assert (await stored())[0].text == "My cat is called Nori."
    memory = await Memory.objects.filter(kind="conversation", sources__platform_id=said.id).aget()
    assert memory.text == "My cat is called Nori."
    assert model.asked[-1].history[0].text == "My cat is called Nori."


async def test_a_deletion_reaches_the_database_and_the_next_prompt(discord_world, place, model):
    env = discord_world
    said = await env.ann.send_dm("My cat is called Miso.")
    await env.ann.user.delete(said)
    await env.ann.send_dm("Hello")
    assert (await stored())[0].text == ""
    assert not await Memory.objects.filter(sources__platform_id=said.id).aexists()
    assert "My cat is called Miso." not in [one.text for one in model.asked[-1].history]


async def test_an_unexpected_failure_is_told_with_an_id(discord_world, place, model, caplog):
    env = discord_world
    model.fails = RuntimeError("secret words")
    await env.ann.send_dm("my secret")
    told = answers(env.ann.user.dm_channel, env.bot)[-1]
    fault_id = told.rsplit(" ", 1)[-1]
    assert fault_id in caplog.text
    assert "my secret" not in caplog.text
    assert (await stored())[0].reply_state == Message.Reply.GIVEN_UP


async def test_a_failing_discord_is_tried_again(discord_world, place):
    env = discord_world
    env.inject_error("POST", "/channels/*/messages", status=503)
    await env.ann.send_dm("hello")
    await env.advance_time(60)
    assert answers(env.ann.user.dm_channel, env.bot) == ["You said: hello"]


@pytest.mark.parametrize("committed", [False, True])
async def test_a_reply_that_the_database_lost_sight_of_stands_in_the_next_prompt(
    discord_world, place, model, monkeypatch, committed
):
    env, store_reply = discord_world, actions.store_reply
    # The simulated clock stands still while a message is sent.
    monkeypatch.setattr(turns, "FIRST_PAUSE", 0.0)

    def lost_on_the_way(*args):
        monkeypatch.setattr(actions, "store_reply", store_reply)
        if committed:
            store_reply(*args)
        raise DatabaseAwayError("The connection to PostgreSQL was lost.")

    await env.ann.send_dm("good morning")
    monkeypatch.setattr(actions, "store_reply", lost_on_the_way)
    await env.ann.send_dm("hello")
    await env.ann.send_dm("and now?")
    replies = answers(env.ann.user.dm_channel, env.bot)
    assert replies[1:] == ["You said: hello", "You said: and now?"]
    history = [one.text for one in model.asked[-1].history]
    assert history == ["good morning", "You said: good morning", "hello", "You said: hello"]


async def test_a_message_that_was_stored_without_the_bot_hearing_of_it_is_answered(
    discord_world, place, monkeypatch
):
    env, store_all = discord_world, actions.store_all

    def stored_but_not_heard_of(messages):
        monkeypatch.setattr(actions, "store_all", store_all)
        store_all(messages)
        raise DatabaseAwayError("The connection to PostgreSQL was lost.")

    monkeypatch.setattr(actions, "store_all", stored_but_not_heard_of)
    await env.ann.send_dm("hello")
    await env.ann.send_dm("and now?")
    replies = answers(env.ann.user.dm_channel, env.bot)
    assert [one for one in replies if one.startswith("You said")] == [
        "You said: hello",
        "You said: and now?",
    ]


async def test_only_what_concerns_the_companion_is_read_back(discord_world, place, model):
    env = discord_world
    await env.ben.send(place, "something private between us")
    await env.ann.send(place, f"<@{env.bot.user.id}> first")
    await env.ben.send(place, f"<@{env.bot.user.id}> hello")
    assert [one.text for one in model.asked[-1].history] == []
