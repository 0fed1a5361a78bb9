"""Tests of what the companion answers without a mention, with the real bot."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import discord
import pytest
import pytest_asyncio

from botrunner.conversation import actions
from botrunner.discord_bot.servers import free_talk
from botrunner.discord_bot.servers.free_talk import OPEN_AFTER
from botrunner.intake import queue
from botrunner.tests.discord_bot.test_talk import answers
from memories.models import Message
from profiles.actions import decide_consent
from profiles.queries import who_agree
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError

pytestmark = pytest.mark.heavy

FREE, THREADS, MENTIONS = "free", "threads", "mentions"
QUESTION = "how long do eggs keep?"


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann and Ben, who agreed, Dan, and Eve, who manages it."""
    env = discord_world
    env.is_late = asyncio.Event()

    async def pause(seconds):
        assert seconds == OPEN_AFTER
        await env.external_wait(env.is_late.wait(), reason="somebody may answer the question")

    env.bot.free_talk.pause = pause
    guild = env.create_guild()
    role = guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann, env.ben, env.dan = (
        guild.add_member(env.create_user(name)) for name in ("Ann", "Ben", "Dan")
    )
    env.eve = guild.add_member(env.create_user("Eve"), roles=[role])
    env.general = guild.create_text_channel("general")
    for person in (env.ann, env.ben):
        await in_database(decide_consent, person.id, granted=True, source="discord")
    return env


async def talks(env, answers, **options):
    """Set what the companion answers in the channel."""
    return await env.eve.slash(env.general, "server talk", answers=answers, **options)


async def says(env, person, text, channel=None, **how):
    """Let a person say something, and wait until an open question would have its answer."""
    channel = channel or env.general
    before = len(answers(channel, env.bot))
    await person.send(channel, text, **how)
    await becomes_late(env)
    return answers(channel, env.bot)[before:]


async def becomes_late(env):
    """Let the time pass after which a question is open."""
    env.is_late.set()
    await env.settle()
    env.is_late.clear()


@pytest.mark.parametrize(
    "text", [QUESTION, "Whisper, do you like eggs?", "I like eggs.", "the whispering wind"]
)
async def test_without_a_setting_it_answers_mentions_alone(world, text):
    assert await says(world, world.ann, text) == []
    assert not await Message.objects.aexists()


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        (QUESTION, True),
        ("Whisper, I like eggs.", True),
        ("I like eggs.", False),
        ("the whispering wind", False),
        ("really?", False),
        ("!help me with these eggs?", False),
    ],
)
async def test_where_it_talks_freely_it_answers_what_is_open_or_said_to_it(world, text, answered):
    await talks(world, FREE)
    assert bool(await says(world, world.ann, text)) == answered
    assert await Message.objects.filter(from_companion=False).acount() == answered


async def test_a_question_that_somebody_answers_stays_theirs(world):
    await talks(world, FREE)
    await world.ann.send(world.general, QUESTION)
    assert await says(world, world.ben, "Three weeks or so.") == []


async def test_a_question_that_is_deleted_meanwhile_leaves_no_trace(world):
    await talks(world, FREE)
    said = await world.ann.send(world.general, QUESTION)
    await world.ann.delete(said)
    await becomes_late(world)
    assert answers(world.general, world.bot) == []
    assert not await Message.objects.aexists()


async def test_a_question_to_somebody_else_is_theirs(world):
    await talks(world, FREE)
    assert await says(world, world.ann, f"<@{world.ben.id}> {QUESTION}") == []
    said = await world.ben.send(world.general, "Eggs are great.")
    assert await says(world, world.ann, QUESTION, reply_to=said) == []


async def test_it_never_answers_two_open_questions_in_a_row(world):
    await talks(world, FREE)
    assert len(await says(world, world.ann, QUESTION)) == 1
    assert await says(world, world.ben, "and how long does milk keep?") == []
    assert len(await says(world, world.ben, f"<@{world.bot.user.id}> and milk?")) == 1
    assert len(await says(world, world.ann, "and what about old cheese?")) == 1


async def test_what_follows_its_reply_is_said_to_it(world):
    await talks(world, FREE)
    await says(world, world.ann, f"<@{world.bot.user.id}> hello")
    assert len(await says(world, world.ann, "I like eggs.")) == 1
    assert await says(world, world.ben, "I like milk.") == []
    assert await says(world, world.ann, "And cheese.") == []


async def test_people_who_have_not_agreed_are_left_alone(world):
    await talks(world, FREE)
    assert await says(world, world.dan, "Whisper, how long do eggs keep?") == []
    assert not await Message.objects.aexists()


class Away:
    """A database that does not say who agrees, the next times that it is asked."""

    def __init__(self, monkeypatch) -> None:
        self.times = 0
        monkeypatch.setattr(free_talk, "who_agree", self._who_agree)

    def _who_agree(self, people):
        if self.times:
            self.times -= 1
            raise DatabaseAwayError("The connection to PostgreSQL was lost.")
        return who_agree(people)


@pytest.fixture
def away(monkeypatch):
    # The simulated clock stands still while a message is sent.
    monkeypatch.setattr(queue, "FIRST_PAUSE", 0.0)
    return Away(monkeypatch)


@pytest.mark.parametrize("text", ["Whisper, I like eggs.", "I like eggs."])
async def test_what_is_said_to_it_waits_for_a_database_that_is_away(world, away, text):
    await talks(world, FREE)
    await says(world, world.ann, f"<@{world.bot.user.id}> hello")
    away.times = 3
    assert await says(world, world.ann, text) == [f"You said: {text}"]
    assert away.times == 0


async def test_what_is_said_in_a_thread_waits_for_a_database_that_is_away(world, away):
    await talks(world, THREADS)
    thread = await thread_of(world)
    await says(world, world.ann, f"<@{world.bot.user.id}> you too?", thread)
    away.times = 3
    assert await says(world, world.ben, "I like milk.", thread) == ["You said: I like milk."]


async def test_who_has_not_agreed_is_left_alone_after_an_outage_too(world, away):
    await talks(world, FREE)
    away.times = 3
    assert await says(world, world.dan, "Whisper, I like eggs.") == []
    assert not await Message.objects.aexists()


async def test_an_outage_uses_up_no_budget(world, away, monkeypatch):
    await talks(world, FREE, budget=1)
    store_all, failures = actions.store_all, [1, 2, 3]

    def lost(messages):
        if failures:
            raise DatabaseAwayError(f"lost {failures.pop()}")
        return store_all(messages)

    monkeypatch.setattr(actions, "store_all", lost)
    said = "Whisper, I like eggs."
    assert await says(world, world.ann, said) == [f"You said: {said}"]


async def test_it_keeps_to_its_budget(world):
    await talks(world, FREE, budget=2)
    replies = [await says(world, world.ann, f"Whisper, here is egg {n}.") for n in range(4)]
    assert [len(one) for one in replies] == [1, 1, 0, 0]
    assert len(await says(world, world.ann, f"<@{world.bot.user.id}> hello")) == 1


async def thread_of(world):
    """Begin an open thread in the channel."""
    thread = await world.bot.get_channel(world.general.id).create_thread(
        name="eggs", type=discord.ChannelType.public_thread
    )
    return next(one for one in world.general.threads if one.id == thread.id)


async def test_a_thread_is_followed_once_it_was_called_into_it(world):
    await talks(world, THREADS)
    thread = await thread_of(world)
    assert await says(world, world.ann, "I like eggs.", thread) == []
    assert len(await says(world, world.ann, f"<@{world.bot.user.id}> you too?", thread)) == 1
    assert len(await says(world, world.ben, "I like milk.", thread)) == 1
    assert await says(world, world.ben, f"<@{world.ann.id}> and you?", thread) == []
    # Outside of threads it still answers mentions alone.
    assert await says(world, world.ann, "Whisper, do you hear me?") == []


async def test_it_leaves_a_thread_after_a_silence(world, monkeypatch):
    await talks(world, THREADS)
    thread = await thread_of(world)
    await says(world, world.ann, f"<@{world.bot.user.id}> you too?", thread)
    monkeypatch.setattr(free_talk, "SILENCE", timedelta(seconds=-3600))
    assert await says(world, world.ben, "I like milk.", thread) == []


async def test_an_admin_sees_what_is_set_and_takes_it_back(world):
    done = (await talks(world, FREE, budget=3)).response.content
    assert "at most 3 replies an hour" in done
    shown = (await world.eve.slash(world.general, "server show")).response.content
    assert done in shown
    back = (await talks(world, MENTIONS)).response.content
    assert back == f"In <#{world.general.id}> I answer what mentions me or replies to me."
    assert await says(world, world.ann, QUESTION) == []


async def test_a_pause_goes_before_it(world):
    await talks(world, FREE)
    await world.eve.slash(world.general, "server pause", paused=True)
    assert await says(world, world.ann, "Whisper, do you hear me?") == []


async def test_only_people_who_manage_the_server_set_it(world):
    assert "server talk" not in world.ann.available_commands(world.general)
