"""Tests of the real process: what of a channel's talk is in a prompt, and that none of it stays."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
import pytest_asyncio
from redis import Redis

from botrunner.tests.discord_bot.discord_process import PATIENCE
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

NAMES = ("Ann", "Ben", "Cleo", "Dan", "Eve")
MANAGE_SERVER = 1 << 5


class Home:
    """A server's channel with people in it.

    Ann and Ben agreed, Cleo declined, Dan is a stranger, and Eve manages the server.
    """

    def __init__(self, control, redis, folder) -> None:
        self.control, self.redis, self.folder = control, redis, folder
        self.people = {name: control.make_user(name) for name in NAMES}
        guild = control.make_guild("Home", list(self.people.values()))
        control.make_role(guild, "admin", MANAGE_SERVER, [self.people["Eve"]])
        self.channel = control.make_channel(guild, "general")

    def says(self, name, text, **how):
        """Let a person say something in the channel, and return its id."""
        return self.control.send(self.channel, self.people[name], text, **how)

    async def asks(self, text, **how):
        """Let Ann ask the companion, and wait for its reply."""
        said = self.says("Ann", text, mention_bot=True, **how)
        await until(lambda: said in self.replied_to())

    def replied_to(self):
        """Return the ids of the messages that the companion replied to."""
        found = self.control.messages(self.channel, by="bot")
        # Responses to commands refer to none.
        return {(one.get("message_reference") or {}).get("message_id") for one in found}

    async def decides(self, name, label):
        """Let a person talk for the first time, and answer whether they want to be remembered."""
        c, person = self.control, self.people[name]
        c.dm(person, "hello")
        question = await c.wait_messages(c.open_dm(person), 1, timeout=PATIENCE)
        c.click(question[0]["id"], person, label=label)
        # The press is acknowledged before the answer is kept, and the question goes when it is.
        await c.wait_edit(question[0]["id"], timeout=PATIENCE)

    async def sets(self, whose):
        """Set whose words are read."""
        command = self.control.slash(self.channel, self.people["Eve"], "server room", whose)
        await self.control.wait_interaction(command, timeout=PATIENCE)

    def holds(self, word):
        """Return where a word is held: in Redis, and in which files of the data folder."""
        found = [
            one.name
            for one in self.folder.rglob("*")
            if one.is_file() and word.encode() in one.read_bytes()
        ]
        with closing(Redis.from_url(self.redis.url)) as client:
            for key in client.scan_iter():
                values: list[Any] = [client.dump(key)]
                if client.type(key) == b"hash":
                    # A dump compresses them.
                    values = list(client.hvals(key))
                if any(word.encode() in value for value in values if value):
                    found.append(f"Redis: {key.decode()}")
        return found


@pytest.fixture
def model(running):
    """Return the language model of the running bot, which repeats nothing."""
    running.model.text = "I see."
    return running.model


@pytest_asyncio.fixture(loop_scope="session")
async def home(running, model):
    """Return a server's channel in which a bot runs."""
    home = Home(running.control, running.redis, running.bot.folder)
    for name, label in (("Ann", "Yes"), ("Ben", "Yes"), ("Cleo", "No")):
        await home.decides(name, label)
    await until(running.control.commands)
    return home


def prompt_of(model):
    """Return the last prompt as one text."""
    return "\n".join(one["content"] for one in model.prompts[-1])


def heard(model, word):
    """Return whose lines with a word are in the last prompt."""
    names = ("Ben", "Cleo", "Dan")
    return {name for name in names if f'"{name}": {name} brings {word}' in prompt_of(model)}


async def test_the_setting_says_whose_words_are_read_and_nothing_of_them_stays(home, model):
    everybody = ("Ben", "Cleo", "Dan")
    for word, whose, expected in (
        # Nothing is set yet.
        ("quinces", None, {"Ben"}),
        ("medlars", "off", set()),
        ("damsons", "channel", {"Ben", "Dan"}),
        ("sloes", "agreed", {"Ben"}),
    ):
        if whose:
            await home.sets({"whose": whose})
        for name in everybody:
            home.says(name, f"{name} brings {word}")
        taken_back = home.says("Ben", f"the {word} are rotten")
        home.control.edit(taken_back, "never mind")
        home.control.delete(home.says("Ben", f"I ate the {word}"))
        await home.asks("what do you say?")
        assert (whose, heard(model, word)) == (whose, expected)
        assert f"the {word} are rotten" not in prompt_of(model)
        assert f"I ate the {word}" not in prompt_of(model)
    await until(lambda: home.holds("what do you say?"))
    for word in ("quinces", "medlars", "damsons", "sloes"):
        assert home.holds(word) == []


async def test_the_message_replied_to_is_read_unless_its_author_declined(home, model):
    await home.sets({"whose": "off"})
    said = {name: home.says(name, f"{name} likes marzipan") for name in ("Ben", "Cleo", "Dan")}
    for name, quoted in (("Dan", True), ("Cleo", False), ("Ben", True)):
        await home.asks("do you agree?", reply_to=said[name])
        assert (name, f'they reply to: "{name}" said "{name} likes' in prompt_of(model)) == (
            name,
            quoted,
        )
        assert prompt_of(model).count("marzipan") == int(quoted)
    await until(lambda: home.holds("do you agree?"))
    assert home.holds("marzipan") == []


@pytest.mark.long
async def test_words_are_heard_until_their_author_declines(home, model):
    home.says("Ben", "Ben brings quinces")
    await home.asks("what do you say?")
    assert heard(model, "quinces") == {"Ben"}
    command = home.control.slash(home.channel, home.people["Ben"], "privacy")
    shown = await home.control.wait_interaction(command, timeout=PATIENCE)
    privacy = shown["original"]["id"]
    home.control.click(privacy, home.people["Ben"], label="Stop remembering")
    # The text in place of the acknowledgement of the command, and the text after the press.
    await home.control.wait_edit(privacy, 2, timeout=PATIENCE)
    await home.asks("and now?")
    assert heard(model, "quinces") == set()


@pytest.mark.long
async def test_a_reply_comes_without_the_talk_that_discord_does_not_tell(home, model):
    home.says("Ben", "Ben brings quinces")
    home.control.http_fault("503", f"GET .*/channels/{home.channel}/messages", times=-1, seconds=60)
    await home.asks("what do you say?")
    assert heard(model, "quinces") == set()
