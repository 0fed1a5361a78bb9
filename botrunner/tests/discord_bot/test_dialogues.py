"""The dialogues of docs/discord.md are what the bot says in a simulated Discord, without a model.

To write them and the chart again after a deliberate change, run this file with
`WRITE_TRANSCRIPTS=1` and `-n 0`.
"""

from __future__ import annotations

import io
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
import pytest_asyncio
from django.utils import timezone
from PIL import Image

from botrunner.discord_bot.moods.chart import HEIGHT, WIDTH, Frame, draw
from botrunner.discord_bot.servers.silence_signs import SIGN
from botrunner.llm import chat_model
from profiles.models import EmotionRecord
from profiles.states import Emotion
from whisper import health, outbox
from whisper.health import Health
from whisper.settings import BASE_DIR

PAGE = Path(BASE_DIR) / "docs" / "discord.md"
CHART = Path(BASE_DIR) / "docs" / "console" / "moods.png"
WRITES = bool(os.environ.get("WRITE_TRANSCRIPTS"))
_DIALOGUES = re.compile(
    r"<!-- dialogue: begin (?P<name>[\w-]+) -->\n(?P<text>.*?)<!-- dialogue: end -->", re.DOTALL
)
INDENT = "    "
# What stands under every reply.
UNDER_EACH = {"Again", "Shorter", "Continue", "👍", "👎", "🗑️"}
# Who acts, where (in direct messages or in #general), and what they do: what they say, a command
# that begins with a slash, with options, or the button that they press.
Step = tuple[str, str, str] | tuple[str, str, str, dict[str, object]]
DM, GENERAL = "direct messages", "#general"
DIALOGUES: dict[str, list[Step]] = {
    "a-yes": [
        ("Ann", DM, "Hello! My cat is called Miso."),
        ("Ann", DM, "[Yes]"),
        ("Ann", DM, "[Also remember what I just said]"),
        ("Ann", DM, "What is my cat called?"),
    ],
    "a-no": [
        ("Ben", DM, "Hi there!"),
        ("Ben", DM, "[No]"),
        ("Ben", DM, "What do you know about me?"),
        ("Ben", DM, "/memory show"),
    ],
    "memories": [
        ("Cleo", DM, "We sailed around the island all day, and it rained."),
        ("Cleo", DM, "/memory show"),
        ("Cleo", DM, "/memory forget", {"memory": "island"}),
        ("Cleo", DM, "[Forget it]"),
    ],
    "facts": [
        ("Cleo", DM, "/fact add", {"fact": "I live in Ghent."}),
        ("Cleo", DM, "/fact list"),
        ("Cleo", DM, "/fact edit", {"fact": "Ghent", "text": "I live in Lyon."}),
        ("Cleo", DM, "Where do I live?"),
    ],
    "a-reminder": [
        ("Cleo", DM, "remind me tomorrow at 9 to call mum"),
        ("Cleo", DM, "/reminder list"),
    ],
    "in-a-channel": [
        ("Cleo", DM, "I'm afraid of my exam in statistics."),
        ("Cleo", GENERAL, "@Whisper what am I afraid of?"),
        ("Cleo", DM, "What am I afraid of?"),
        ("Cleo", DM, "/why"),
    ],
    "a-fresh-start": [
        ("Cleo", DM, "My brother is called Tom."),
        ("Cleo", DM, "/clear"),
        ("Cleo", DM, "What is my brother called?"),
    ],
    "setting-up-a-server": [
        ("Eve", GENERAL, "/server setup"),
        ("Eve", GENERAL, "/server facts add", {"fact": "The raid is on Sunday at 8."}),
        ("Eve", GENERAL, "/server facts list"),
    ],
    "talking-freely": [
        ("Eve", GENERAL, "/server talk", {"answers": "free"}),
        ("Cleo", GENERAL, "Whisper, I like figs."),
        ("Eve", GENERAL, "/server pause", {"paused": True}),
        ("Cleo", GENERAL, "@Whisper are you there?"),
        ("Cleo", GENERAL, "/status"),
    ],
    "limits": [
        ("Eve", GENERAL, "/server limits", {"replies": 1}),
        ("Cleo", GENERAL, "@Whisper good morning!"),
        ("Cleo", GENERAL, "@Whisper how are you?"),
        ("Eve", GENERAL, "/server limits"),
    ],
}


async def all_well() -> dict[str, Health]:
    return {}


@pytest_asyncio.fixture
async def world(discord_world, monkeypatch):
    """Return a simulated Discord whose clock is everybody's, with Cleo, who agreed, and others."""
    env = discord_world
    monkeypatch.setattr("botrunner.conversation.respond.chat_model", chat_model)
    monkeypatch.setattr(timezone, "now", env.now)
    monkeypatch.setattr(health, "recent_report", all_well)
    guild = env.create_guild()
    role = guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.people = {name: guild.add_member(env.create_user(name)) for name in ("Ann", "Ben", "Cleo")}
    env.people["Eve"] = guild.add_member(env.create_user("Eve"), roles=[role])
    env.general = guild.create_text_channel("general")
    asked = await env.people["Cleo"].send_dm("hello")
    assert asked
    question = env.people["Cleo"].user.dm_channel.last_message
    await env.people["Cleo"].user.click(question, label="Yes")
    env.latest = {}
    return env


def of_bot(env, channel) -> list[discord.Message]:
    return [one for one in channel.history() if one.author.id == env.bot.user.id]


async def played(env, steps: list[Step]) -> str:
    """Let people do what a dialogue says; return it with what the bot says."""
    lines: list[str] = []
    before = ""
    for name, where, what, *rest in steps:
        if where != before:
            lines += [*([""] if lines else []), f"({where})"]
            before = where
        lines.append(f"{name}: {_done(what, dict(*rest))}")
        lines += [f"Whisper: {one}" for one in await _said(env, name, where, what, dict(*rest))]
        await env.advance_time(60)
        while await outbox.drain():
            pass
    shown = "\n".join(lines).splitlines()
    return "".join(f"{INDENT}{one}".rstrip() + "\n" for one in shown)


def _done(what: str, options: dict[str, object]) -> str:
    return " ".join([what, *(f"{name}: {value}" for name, value in options.items())])


async def _said(env, name: str, where: str, what: str, options: dict[str, object]) -> list[str]:
    person = env.people[name]
    actor, channel = person, env.general
    if where == DM:
        actor, channel = person.user, person.user.dm_channel
    before = len(of_bot(env, channel))
    if what.startswith("/"):
        place = () if where == DM else (channel,)
        result = await actor.slash(*place, what.removeprefix("/"), **options)
        found = [result.response, *result.followups]
    elif what.startswith("["):
        result = await actor.click(env.latest[name], label=what.strip("[]"))
        # A message that is edited says little new where there is more to say.
        found = list(result.followups) or [result.response]
    else:
        text = what.replace("@Whisper", f"<@{env.bot.user.id}>")
        said = await (person.send_dm(text) if where == DM else person.send(channel, text))
        found = of_bot(env, channel)[before:]
        if said.reactions:
            return [f"(marks it with {SIGN})"]
    if found:
        env.latest[name] = found[-1]
    return [_shown(env, one) for one in found]


def _shown(env, message: discord.Message) -> str:
    """Return a message with names for ids, and its buttons."""
    text = message.content
    for name, person in env.people.items():
        text = text.replace(f"<@{person.id}>", f"@{name}")
    text = text.replace(f"<#{env.general.id}>", GENERAL)
    text = re.sub(r"<t:\d+:R>", "in 23 hours", text)
    text = re.sub(r"in \d+\.\d s\.", "in 0.1 s.", text)
    rows = [row.children for row in message.components if isinstance(row, discord.ActionRow)]
    labels = [one.label for row in rows for one in row if isinstance(one, discord.Button)]
    named = [f"[{label}]" for label in labels if label and label not in UNDER_EACH]
    return "\n".join([text, " ".join(named)]).strip()


def dialogues() -> dict[str, str]:
    found = _DIALOGUES.finditer(PAGE.read_text("utf-8"))
    return {one["name"]: one["text"] for one in found}


@pytest.mark.heavy
@pytest.mark.parametrize("name", DIALOGUES)
async def test_a_dialogue_in_the_documentation_goes_as_it_is_written(world, name):
    found = f"\n{await played(world, DIALOGUES[name])}\n"
    if WRITES:
        page = PAGE.read_text("utf-8")
        PAGE.write_text(page.replace(dialogues()[name], found), "utf-8")
        return
    assert found == dialogues()[name]


def test_the_page_has_no_other_dialogues():
    assert dialogues().keys() == DIALOGUES.keys()


def test_the_chart_in_the_documentation_is_one_that_the_bot_draws():
    until = datetime(2026, 3, 31, 12, tzinfo=UTC)
    moods = list(Emotion)
    felt = [
        EmotionRecord(
            emotion=moods[number * 7 % len(moods)],
            intensity=(number * 3 % 10) / 10,
            felt_at=until - timedelta(hours=17 * (40 - number)),
        )
        for number in range(40)
    ]
    picture = draw(felt, Frame(until - timedelta(days=30), until, UTC))
    if WRITES:
        CHART.write_bytes(picture)
    held, drawn = Image.open(CHART), Image.open(io.BytesIO(picture))
    assert held.size == (WIDTH, HEIGHT)
    shades = {mood.traits.shade for mood in Emotion}
    assert shades <= colours(held)
    assert shades <= colours(drawn)


def colours(image: Image.Image) -> set[str]:
    found = image.convert("RGB").getcolors(WIDTH * HEIGHT) or []
    return {"#" + bytes(one).hex() for _, one in found if isinstance(one, tuple)}
