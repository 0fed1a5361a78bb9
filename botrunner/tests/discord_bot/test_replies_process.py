"""Tests of the real process: turns, their order, and replies that were cut."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta

import pytest

from botrunner.conversation.respond import TOO_FAST
from botrunner.conversation.writing import SORRY
from botrunner.discord_bot.connection.network import PAUSES
from botrunner.tests.discord_bot.discord_process import (
    PATIENCE,
    loopback_discord,
    replies,
    without_introductions,
)
from whisper.tests.waiting import until

pytestmark = pytest.mark.slow
shared = pytest.mark.asyncio(loop_scope="session")

SENDING = "POST .*/channels/[0-9]+/messages$"
# How often a request is tried before its turn is.
REFUSED = len(PAUSES) + 1
REPLY = "SELECT answer FROM memories_message WHERE platform_id = ?"
DELETED = "SELECT deleted_at IS NOT NULL FROM memories_message WHERE platform_id = ?"


async def agrees(discord, person):
    """Let a person talk for the first time, and agree to be remembered."""
    c = discord.control
    c.dm(person, "hello")
    question = (await replies(discord, c.open_dm(person), 1))[0]["id"]
    await c.wait_interaction(c.click(question, person, label="Yes"))
    # The thanks for it.
    await replies(discord, c.open_dm(person), 2)


WHOLE = " ".join(f"This is sentence number {n}." for n in range(150))


@asynccontextmanager
async def after_the_first_piece(discord, do):
    """Do something as soon as the first piece of a long reply is in its channel."""
    post = discord.world.post

    def post_and_do(channel, author, *args, **more):
        message = post(channel, author, *args, **more)
        if author is discord.world.bot and message.content.startswith("This is sentence number 0."):
            do()
        return message

    discord.world.post = post_and_do
    yield
    discord.world.post = post


@pytest.mark.parametrize("agreed", [True, pytest.param(False, marks=pytest.mark.long)])
@shared
async def test_a_reply_that_was_cut_continues_with_what_is_missing(running, agreed):
    c = running.control
    ann = c.make_user("Ann")
    channel, before = c.open_dm(ann), 2
    await agrees(running, ann)
    if not agreed:
        ann, before = c.make_user("Cleo"), 0
        channel = c.open_dm(ann)
    running.model.text = WHOLE
    async with after_the_first_piece(running.discord, running.bot.process.kill):
        c.dm(ann, "Tell me all of it.")
        await asyncio.wait_for(running.bot.process.wait(), PATIENCE)
    running.model.text = "Something else."
    await running.bot.start()
    count = before + (3 if agreed else 2)
    found = [one["content"] for one in (await replies(running, channel, count))[before:]]
    if agreed:
        assert " ".join(found) == WHOLE
    else:
        assert found[0].startswith("This is sentence number 0.")
        assert "ask me again" in found[1]


@pytest.mark.long
@shared
async def test_a_reply_that_discord_stopped_taking_continues_with_what_is_missing(running):
    c = running.control
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    await agrees(running, ann)
    running.model.text = WHOLE

    def refuse():
        c.http_fault("503", SENDING, times=REFUSED + 1)

    async with after_the_first_piece(running.discord, refuse):
        c.dm(ann, "Tell me all of it.")
        found = await c.wait_messages(channel, 5, timeout=2 * PATIENCE)
    assert " ".join(one["content"] for one in found[2:]) == WHOLE
    assert len(running.model.asked) == 2


@pytest.mark.long
@shared
async def test_a_cut_reply_to_a_message_that_was_edited_is_written_again_in_its_place(running):
    c = running.control
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    await agrees(running, ann)
    running.model.text = WHOLE

    async with after_the_first_piece(running.discord, running.bot.process.kill):
        said = c.dm(ann, "Tell me all of it.")
        await asyncio.wait_for(running.bot.process.wait(), PATIENCE)
    c.edit(said, "Tell me something else.")
    running.model.text = "Something else."
    await running.bot.start()
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as database:
        await until(lambda: database.execute(REPLY, (said,)).fetchall() == [("answered",)])
    (reply,) = (await replies(running, channel, 3))[2:]
    assert reply["content"] == "Something else."


@pytest.mark.parametrize(
    ("status", "state", "count"), [("400", "failed", 0), ("401", "answered", 1)]
)
@shared
async def test_a_refused_reply_is_given_up_and_one_that_may_pass_is_not(
    running, status, state, count
):
    c = running.control
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    c.http_fault(status, f"POST .*/channels/{channel}/messages$", times=2)
    said = (c.dm(ann, "Are you there?"),)
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as database:
        await until(lambda: database.execute(REPLY, said).fetchall() == [(state,)])
    assert len(c.messages(channel, by="bot")) == count


@shared
async def test_seventeen_seconds_of_503_cost_nobody_a_reply(running):
    c, before = running.control, running.control.counters()["identify"]
    people = [c.make_user(f"Person {number}") for number in range(3)]
    # Each request but the one after five pauses fails: 1, 2, 4, 5 and 5 seconds.
    c.http_fault("503", SENDING, times=5 * len(people))
    for person in people:
        c.dm(person, "Are you there?")
    for person in people:
        assert len(await replies(running, c.open_dm(person), 1)) == 1
    assert c.counters()["identify"] == before


@pytest.mark.parametrize(
    ("seconds", "people"),
    [
        pytest.param(6, 8, marks=pytest.mark.long),
        pytest.param(45, 50, marks=[pytest.mark.long, pytest.mark.timeout(400)]),
    ],
)
async def test_discords_rate_limits_are_waited_for(bot, seconds, people):
    async with loopback_discord().DiscordServer() as discord:
        c, info = without_introductions(discord).control, discord.control.info()
        persons = [c.make_user(f"Person {number}") for number in range(people)]
        channel = c.make_channel(c.make_guild("Home", persons), "general")
        await bot.start(DISCORD_API_URL=info["api"], DISCORD_GATEWAY_URL=info["gateway"])
        await c.wait_connected(timeout=PATIENCE)
        c.http_fault("429", SENDING, times=1, seconds=seconds)
        for number in range(5):
            for person in persons:
                c.send(channel, person, f"message {number}", mention_bot=True)
        found = await c.wait_messages(channel, people, timeout=PATIENCE + 2 * people)
        said = {one["id"]: one for person in persons for one in c.messages(channel, person)}
        referred = [said[one["message_reference"]["message_id"]] for one in found]
        # Each person's messages are one turn, and get one reply.
        assert [one["author"]["id"] for one in referred] == persons
        first, reply = (datetime.fromisoformat(one["timestamp"]) for one in (referred[0], found[0]))
        assert reply - first >= timedelta(seconds=seconds)
        assert c.counters().get("429 of a real limit", 0) <= people // 10
        bot.process.terminate()
        _, lines = await bot.ended()
    assert [line for line in lines if "sending failed" in line] == []


@pytest.mark.parametrize(
    "resumed", [True, pytest.param(False, marks=pytest.mark.long)], ids=["RESUME", "time"]
)
@shared
async def test_a_reply_that_was_left_open_is_taken_up_after_a_resume_and_by_time(running, resumed):
    c, before = running.control, running.control.counters()["identify"]
    ann = c.make_user("Ann")
    said = (c.dm(ann, "Are you there?"),)
    await replies(running, c.open_dm(ann), 1)
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as database:
        await until(lambda: database.execute(REPLY, said).fetchall() == [("answered",)])
        # As a process would leave it that ended between sending and storing.
        database.execute(
            "UPDATE memories_message SET answer = 'pending' WHERE platform_id = ?", said
        )
        database.commit()
        if resumed:
            c.drop()
        await until(lambda: database.execute(REPLY, said).fetchall() == [("answered",)])
    # It was sent before, which its nonce tells Discord.
    assert len(await replies(running, c.open_dm(ann), 1)) == 1
    assert c.counters()["identify"] == before


@pytest.mark.long
async def test_what_comes_beyond_the_limit_is_answered_when_the_minute_is_over(
    discord, bot, model_server
):
    c = discord.control
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    await bot.start(MESSAGES_PER_MINUTE="2", TURN_WINDOW_SECONDS="0.1")
    await c.wait_connected(timeout=PATIENCE)
    for number in (1, 2):
        c.dm(ann, f"message {number}")
        await replies(discord, channel, number)
    c.dm(ann, "message 3")
    assert (await replies(discord, channel, 3))[2]["content"] == TOO_FAST
    for number in (4, 5):
        c.dm(ann, f"message {number}")
    await discord.control.wait_messages(channel, 4, timeout=2 * PATIENCE)
    assert "message 3\nmessage 4\nmessage 5" in model_server.asked[-1]
    assert len(model_server.asked) == 3


@shared
async def test_an_erasure_is_confirmed_though_discord_fails_meanwhile(running):
    c = running.control
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    await agrees(running, ann)
    await until(lambda: bool(c.commands()))
    asked = await c.wait_interaction(c.slash(channel, ann, "forgetme"), timeout=PATIENCE)
    question = asked["original"]["id"]
    c.http_fault("blackhole", "PATCH .*@original", times=2, seconds=0.1)
    c.click(question, ann, label="Erase everything")
    # The question in place of the acknowledgement, "Erasing …", and what was erased.
    confirmed = await c.wait_edit(question, 3, timeout=PATIENCE)
    assert confirmed["content"].startswith("Erased: ")


@pytest.mark.long
async def test_two_bots_on_one_database_give_each_message_one_reply(discord, bot, tmp_path):
    c = discord.control
    people = [c.make_user(f"Person {number}") for number in range(5)]
    second = bot.beside()
    try:
        for number, one in enumerate((bot, second), 1):
            await one.start()
            await c.wait_count("identify", number, timeout=PATIENCE)
        for number in range(3):
            for person in people:
                c.dm(person, f"message {number}")
            # Quick messages would be one turn.
            for person in people:
                await replies(discord, c.open_dm(person), number + 1)
        await second.kill()
        for person in people:
            c.dm(person, "and one more")
        for person in people:
            found = await replies(discord, c.open_dm(person), 4)
            said = [one["id"] for one in c.messages(c.open_dm(person), person)]
            together = sorted([*said, *(one["id"] for one in found)], key=int)
            assert together[0::2] == said
    finally:
        await second.kill()


@shared
async def test_quick_messages_get_one_reply_that_knows_them_all(running):
    c = running.control
    ann = c.make_user("Ann")
    for text in ("first", "second", "third"):
        c.dm(ann, text)
    await replies(running, c.open_dm(ann), 1)
    assert len(running.model.asked) == 1
    assert "first\nsecond\nthird" in running.model.asked[0]


@shared
async def test_quick_messages_of_a_stranger_get_one_question(running):
    c = running.control
    ann = c.make_user("Ann")
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    for text in ("first", "second", "third"):
        c.dm(ann, text)
        c.send(channel, ann, text, mention_bot=True)
    found = [one for place in (c.open_dm(ann), channel) for one in await replies(running, place, 1)]
    assert len(found) == 2
    buttons = [
        [one["label"] for row in of["components"] for one in row["components"]] for of in found
    ]
    assert [("Yes" in labels) for labels in buttons].count(True) == 1


@shared
async def test_a_stranger_is_not_told_that_anything_was_kept(running):
    c = running.control
    ann = c.make_user("Ann")
    running.model.text = ""
    c.dm(ann, "My cat is called Miso.")
    (found,) = await replies(running, c.open_dm(ann), 1)
    assert found["content"].startswith(SORRY)
    assert "kept" not in found["content"]


@shared
async def test_a_message_that_is_deleted_while_the_model_writes_gets_no_reply(running):
    c = running.control
    ann = c.make_user("Ann")
    await agrees(running, ann)
    running.model.may_answer.clear()
    taken_back = c.dm(ann, "My secret word is Zorblax.")
    await until(lambda: any("Zorblax" in one for one in running.model.asked))
    c.delete(taken_back)
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as database:
        await until(lambda: database.execute(DELETED, (taken_back,)).fetchall() == [(1,)])
    running.model.may_answer.set()
    said = c.dm(ann, "What did I say?")
    found = await replies(running, c.open_dm(ann), 3)
    assert [int(one["id"]) > int(said) for one in found[2:]] == [True]
    # Their bytes leave the files with the next purge.
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as database:
        await until(lambda: not tables_with(database, "Zorblax"))


def tables_with(database, word):
    """Return the tables that hold a word."""
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [
        name
        for (name,) in names
        if any(word in str(row) for row in database.execute(f'SELECT * FROM "{name}"'))
    ]


@shared
async def test_thirty_people_in_one_channel_are_answered_in_the_order_of_their_coming(running):
    c = running.control
    people = [c.make_user(f"Person {number}") for number in range(30)]
    channel = c.make_channel(c.make_guild("Home", people), "general")
    author = {
        c.send(channel, person, part, mention_bot=True): person
        for part in ("one", "two")
        for person in people
    }
    found = await replies(running, channel, len(people))
    replied = [author[one["message_reference"]["message_id"]] for one in found]
    assert list(dict.fromkeys(replied)) == people
    first_of_each = [replied.index(person) for person in people]
    assert first_of_each == sorted(first_of_each)
