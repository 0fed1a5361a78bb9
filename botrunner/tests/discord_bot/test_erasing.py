"""Tests of what people take along and erase, with the real bot in a simulated Discord."""

from __future__ import annotations

import asyncio
import io
import zipfile

import pytest
import pytest_asyncio

from botrunner.discord_bot import bot
from botrunner.discord_bot.replying import sweeping
from botrunner.discord_bot.views import files
from memories.models import Message
from profiles.actions import decide_consent, rename
from whisper.action_log import COMPANION
from whisper.database.access import in_database
from whisper.personal_data import registry
from whisper.tests.waiting import until

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann and Ben, who agreed."""
    env = discord_world
    guild = env.create_guild()
    env.ann, env.ben = (guild.add_member(env.create_user(name)) for name in ("Ann", "Ben"))
    env.general = guild.create_text_channel("general")
    for person in (env.ann, env.ben):
        await in_database(decide_consent, person.id, granted=True, source="discord")
    return env


def said_by_bot(env, channel):
    """Return what the bot said in a channel."""
    return [one.content for one in channel.history() if one.author.id == env.bot.user.id]


async def erased(env, channel):
    """Let Ann have everything erased; return what the bot says then."""
    asked = await env.ann.slash(channel, "forgetme")
    return (await env.ann.click(asked.response, label="Erase everything")).response


# What the simulated Discord takes.
LIMIT = 26_214_400
SWEEP = "Also delete what you said to me here"


async def test_after_an_erasure_the_bots_replies_can_be_deleted_too(world):
    env = world
    for person in (env.ann, env.ben):
        await person.send(env.general, f"<@{env.bot.user.id}> I am {person.name}.")
    done = await erased(env, env.general)
    assert len(said_by_bot(env, env.general)) == 2
    swept = await env.ann.click(done, label=SWEEP)
    assert swept.response.content == "I deleted 1 of my messages to you in this channel."
    assert said_by_bot(env, env.general) == ["You said: I am Ben."]
    assert not await Message.objects.filter(person_id=env.ann.id).aexists()


async def test_a_stop_waits_until_an_erasure_is_confirmed(world, monkeypatch):
    env, begun, may_end = world, asyncio.Event(), asyncio.Event()
    erase, shown_at_close = registry.erase_person, []

    async def erase_slowly(person_id):
        begun.set()
        await may_end.wait()
        return await erase(person_id)

    async def close():
        shown_at_close.append(asked.response.content)

    monkeypatch.setattr(registry, "erase_person", erase_slowly)
    monkeypatch.setattr(bot, "STORE_SECONDS", 0)
    monkeypatch.setattr(env.bot, "close", close)
    asked = await env.ann.slash(env.general, "forgetme")
    pressed = asyncio.create_task(env.ann.click(asked.response, label="Erase everything"))
    await begun.wait()
    stopped = asyncio.create_task(env.bot.finish(seconds=30))
    await until(lambda: env.bot.stopping)
    may_end.set()
    await asyncio.gather(pressed, stopped)
    assert [one[:7] for one in shown_at_close] == ["Erased:"]


async def test_in_direct_messages_all_of_them_go(world):
    env = world
    await env.ann.user.send_dm("hello")
    asked = await env.ann.user.slash("forgetme")
    done = await env.ann.user.click(asked.response, label="Erase everything")
    await env.ann.user.click(done.response, label=SWEEP)
    assert said_by_bot(env, env.ann.user.dm_channel) == []


async def test_a_long_channel_is_swept_in_steps(world, monkeypatch):
    env = world
    monkeypatch.setattr(sweeping, "LOOKED_AT", 2)
    for number in range(2):
        await env.ann.send(env.general, f"<@{env.bot.user.id}> {number}")
    done = await erased(env, env.general)
    first = await env.ann.click(done, label=SWEEP)
    assert first.response.content.endswith("press again for older ones.")
    await env.ann.click(first.response, label=SWEEP)
    assert said_by_bot(env, env.general) == []


async def test_a_large_export_comes_in_parts(world, monkeypatch):
    env = world
    await env.ann.slash(env.general, "fact add", fact="My cat is called Miso.")
    monkeypatch.setattr(files, "ROOM", LIMIT - 1500)
    result = await env.ann.slash(env.general, "export")
    sent = [one for one in [result.response, *result.followups] if one.attachments]
    names = [one.attachments[0].filename for one in sent]
    assert names[:2] == ["whisper-export.zip.001", "whisper-export.zip.002"]
    whole = b"".join([await one.attachments[0].read() for one in sent])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert any(b"Miso" in archive.read(name) for name in archive.namelist())


async def test_an_export_of_too_many_parts_is_left_to_the_admin(world, monkeypatch):
    env = world
    monkeypatch.setattr(files, "MOST_PARTS", 1)
    monkeypatch.setattr(files, "ROOM", LIMIT - 100)
    result = await env.ann.slash(env.general, "export")
    assert result.response.content.endswith("Ask my admin for it.")


async def test_names_and_tastes_are_shown_literally(world):
    env = world
    await env.ann.send(env.general, f"<@{env.bot.user.id}> hello")
    await in_database(rename, env.ann.id, preferred_name="_" * 90, actor=COMPANION)
    await env.ann.slash(env.general, "fact add", fact="I like **bold** `code`.")
    shown = (await env.ann.slash(env.general, "profile show")).response.content
    assert "**bold**" not in shown
    assert "__" not in shown.replace("\\_", "")
    assert len(shown) <= 2000
