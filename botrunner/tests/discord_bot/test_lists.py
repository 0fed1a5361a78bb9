"""Tests of lists, corrections, menus and explanations, with the real bot in a simulated Discord."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from botrunner.tests.discord_bot.places import general_of_home
from memories.actions import MemoryDraft, remember_all
from memories.models import Memory, Message, Place
from whisper import outbox
from whisper.database import access
from whisper.database.access import in_database
from whisper.tests.waiting import until

pytestmark = pytest.mark.heavy

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a server's channel with Ann, who agreed to be remembered, and Ben, who did not."""
    return await general_of_home(discord_world, "Ann")


def remembered(person_id: int, texts: list[str]) -> None:
    """Let a person have memories of their direct messages, one an hour."""
    remember_all(
        [
            MemoryDraft(
                person_id=person_id,
                kind=Memory.Kind.CONVERSATION,
                text=text,
                place=Place.DIRECT,
                channel_id=person_id,
                said_at=START + number * timedelta(hours=1),
            )
            for number, text in enumerate(texts)
        ]
    )


async def _drained() -> None:
    while await outbox.drain():
        pass


async def test_a_list_is_turned_by_buttons_that_a_new_process_understands(discord_world, place):
    env = discord_world
    await in_database(remembered, env.ann.id, [f"walk number {one}" for one in range(23)])
    first = (await env.ann.user.slash("memory show")).response
    assert "walk number 22" in first.content
    assert "23 in all, page 1 of 3." in first.content
    second = (await env.ann.user.click(first, label="Next")).response or first
    assert "walk number 12" in second.content
    assert "page 2 of 3" in second.content
    back = (await env.ann.user.click(second, label="Back")).response or second
    assert "walk number 22" in back.content
    # Nothing of a list is held in the process: each button's id says what it leads to.
    assert all("whisper:page:memories:" in one for one in _custom_ids(back))


def _custom_ids(message) -> list[str]:
    return [part["custom_id"] for row in message.components for part in row.get("components", ())]


async def test_the_timeline_goes_back_day_by_day(discord_world, place):
    env = discord_world
    await in_database(remembered, env.ann.id, [f"walk number {one}" for one in range(30)])
    shown = (await env.ann.user.slash("memory timeline")).response.content
    assert "**Monday, 02 March 2026**" in shown
    later = (await env.ann.user.slash("memory timeline", page=3)).response.content
    assert "**Sunday, 01 March 2026**" in later
    assert "walk number 0" in later


@pytest.mark.parametrize("mark", ["_", "*", "`", "~", "|", ">"])
async def test_marks_are_shown_as_they_are_and_never_make_a_list_too_long(
    discord_world, place, mark
):
    env = discord_world
    await in_database(remembered, env.ann.id, [f"{mark * 90} walk {one}" for one in range(30)])
    for command in ("memory show", "memory timeline"):
        shown = (await env.ann.user.slash(command)).response.content
        assert len(shown) <= 2000
        assert "30 in all, page 1 of 3." in shown
    found = (await env.ann.user.slash("memory search", query="walk")).response.content
    assert len(found) <= 2000
    assert "page 1 of 3" in found


async def test_suggestions_come_from_the_newest_that_fit(discord_world, place):
    env = discord_world
    texts = [f"Übung {one}" for one in range(40)] + ["a walk"]
    await in_database(remembered, env.ann.id, texts)
    suggested = await env.ann.user.autocomplete("memory forget", "memory", "übung")
    assert [one["name"] for one in suggested][:2] == ["Übung 39", "Übung 38"]
    assert len(suggested) == 25


async def test_a_fact_is_corrected_in_place_and_stays_where_it_was_told(discord_world, place):
    env = discord_world
    await env.ann.user.slash("fact add", fact="My cat is called Miso.")
    chosen = str((await Memory.objects.aget()).pk)
    done = await env.ann.user.slash("fact edit", fact=chosen, text="My cat is called Nori.")
    assert "Changed. It was:" in done.response.content
    assert "Miso" in done.response.content
    listed = (await env.ann.user.slash("fact list")).response.content
    assert "Nori" in listed
    assert "Miso" not in listed
    assert (await Memory.objects.aget()).place == Place.DIRECT
    assert "Nori" not in (await env.ann.slash(place, "fact list")).response.content


async def test_a_fact_is_offered_as_its_person_says_it_and_heard_however_they_leave_it(
    discord_world, place
):
    env = discord_world
    await env.ann.user.slash("fact add", fact="I live in Ghent.")
    for offered, typed, now in (
        ("I live in Ghent.", "You live in Lyon.", "Lyon"),
        ("I live in Lyon.", "They live in Oslo.", "Oslo"),
    ):
        chosen = str((await Memory.objects.aget()).pk)
        suggested = await env.ann.user.autocomplete("fact edit", "text", "", fact=chosen)
        assert [one["value"] for one in suggested] == [offered]
        await env.ann.user.slash("fact edit", fact=chosen, text=typed)
        assert (await Memory.objects.aget()).text == f"They live in {now}."
    for command in ("memory show", "memory timeline"):
        assert "You live in Oslo." in (await env.ann.user.slash(command)).response.content


async def test_a_memory_that_is_edited_offers_its_present_words(discord_world, place):
    env = discord_world
    await in_database(remembered, env.ann.id, ["a walk by the lake"])
    chosen = str((await Memory.objects.aget()).pk)
    offered = await env.ann.user.autocomplete("memory edit", "text", "", memory=chosen)
    assert [one["value"] for one in offered] == ["a walk by the lake"]
    await env.ann.user.slash("memory edit", memory=chosen, text="a walk by the sea")
    assert (await Memory.objects.aget()).text == "a walk by the sea"


async def test_nobody_edits_the_memory_of_another_or_one_that_is_not_shown_here(
    discord_world, place
):
    env = discord_world
    await in_database(remembered, env.ann.id, ["a walk by the lake"])
    chosen = str((await Memory.objects.aget()).pk)
    for result in (
        await env.ben.user.slash("memory edit", memory=chosen, text="mine"),
        await env.ann.slash(place, "memory edit", memory=chosen, text="mine"),
    ):
        assert result.response.content == "I found nothing like that here."
    assert (await Memory.objects.aget()).text == "a walk by the lake"


async def test_a_message_that_was_not_said_to_the_companion_is_remembered_when_asked(
    discord_world, place
):
    env = discord_world
    message = await env.ann.send(place, "My sister Julie lives in Ghent.")
    await env.ann.context_menu(place, "Remember this", message)
    done = await env.ann.context_menu(place, "Remember this", message)
    assert "I'll remember that:" in done.response.content
    await _drained()
    stored = await Message.objects.aget(platform_id=message.id)
    assert stored.reply_state == Message.Reply.NONE
    said = Memory.objects.filter(kind=Memory.Kind.CONVERSATION)
    assert [row.text async for row in said] == ["My sister Julie lives in Ghent."]
    listed = (await env.ann.slash(place, "fact list")).response.content
    assert "Julie" in listed


async def test_a_message_is_forgotten_with_all_that_came_of_it(discord_world, place):
    env = discord_world
    message = await env.ann.send(place, "My sister Julie lives in Ghent.")
    await env.ann.context_menu(place, "Remember this", message)
    await _drained()
    asked = await env.ann.context_menu(place, "Forget this", message)
    await env.ann.click(asked.response, label="Forget it")
    await _drained()
    assert not await Memory.objects.aexists()
    assert (await Message.objects.aget(platform_id=message.id)).text == ""
    again = await env.ann.context_menu(place, "Forget this", message)
    assert again.response.content == "I hold nothing of that message."


async def test_only_its_author_has_a_message_remembered_or_forgotten(discord_world, place):
    env = discord_world
    message = await env.ann.send(place, "My sister Julie lives in Ghent.")
    for entry in ("Remember this", "Forget this"):
        result = await env.ben.context_menu(place, entry, message)
        assert "only its author can ask that" in result.response.content
    assert not await Message.objects.aexists()


async def test_without_a_yes_a_message_is_not_remembered_even_if_asked(discord_world, place):
    env = discord_world
    message = await env.ben.send(place, "My sister Julie lives in Ghent.")
    result = await env.ben.context_menu(place, "Remember this", message)
    assert "I don't remember what you tell me." in result.response.content
    assert not await Message.objects.exclude(text="").aexists()
    assert not await Memory.objects.aexists()


async def test_people_are_told_what_is_known_of_them_and_of_nobody_else(discord_world, place):
    env = discord_world
    await env.ann.user.slash("fact add", fact="My cat is called Miso.")
    other = await env.ben.context_menu(place, "What do you know about me?", env.ann)
    assert other.response.content == "I tell people only what I know about themselves."


async def test_the_latest_reply_is_explained_to_the_person_it_was_given_to(discord_world, place):
    env = discord_world
    await in_database(remembered, env.ann.id, ["My cat Miso loves tuna."])
    await env.ann.send_dm("What does my cat Miso love?")
    told = (await env.ann.user.slash("why")).response.content
    assert "It was written " in told
    assert "My cat Miso loves tuna." in told
    assert "I keep nothing" in (await env.ben.user.slash("why")).response.content
    await Memory.objects.all().adelete()
    assert "tuna" not in (await env.ann.user.slash("why")).response.content.partition("came")[2]


async def test_the_status_says_what_everybody_may_know(discord_world, place):
    env = discord_world
    shown = (await env.ben.slash(place, "status")).response.content
    assert "online" in shown
    assert "I don't remember what you tell me" in shown


COMMANDS = {
    "ping": {},
    "help": {},
    "status": {},
    "clear": {},
    "mood": {},
    "persona list": {},
    "persona choose": {},
    "why": {},
    "memory show": {},
    "memory timeline": {},
    "memory search": {"query": "walk"},
    "memory pin": {"memory": "walk"},
    "memory unpin": {"memory": "walk"},
    "memory forget": {"memory": "walk"},
    "memory edit": {"memory": "walk", "text": "run"},
    "fact add": {"fact": "My cat is called Miso."},
    "fact list": {},
    "fact edit": {"fact": "cat", "text": "My cat is called Nori."},
    "fact remove": {"fact": "cat"},
    "profile show": {},
    "profile stats": {},
    "profile name": {"name": "Captain"},
    "profile distance": {"wished": True},
    "profile forget": {"what": "moods"},
    "reminder add": {"when": "tomorrow at 9", "what": "call mum"},
    "reminder list": {},
    "reminder cancel": {"reminder": "1"},
    "followups on": {},
    "followups show": {},
    "followups off": {},
    "timezone": {"zone": "Asia/Tokyo"},
    "privacy": {},
    "import_history": {},
    "export": {},
    "forgetme": {},
}


@asynccontextmanager
async def database_held():
    """Let no work of the database get a turn for the length of a `with` block."""
    free = threading.Event()
    held = [asyncio.create_task(in_database(free.wait)) for _ in range(access.MOST_THREADS)]
    try:
        yield
    finally:
        free.set()
        await asyncio.gather(*held)


async def acknowledged(env, action):
    """Do something in Discord, and return its result once the bot may use the database again."""
    async with database_held():
        before = len(env.backend.interactions)
        doing = asyncio.create_task(action)
        await until(lambda: _answered_since(env, before))
    return await doing


def _answered_since(env, before: int) -> bool:
    made = list(env.backend.interactions.values())
    return len(made) > before and all(one.responded for one in made)


async def test_every_command_is_acknowledged_while_the_database_is_held(discord_world, place):
    env = discord_world
    offered = {one for one in env.ann.available_commands(place) if not one.startswith("server")}
    assert offered == COMMANDS.keys()
    for name, options in COMMANDS.items():
        assert (await acknowledged(env, env.ann.slash(place, name, **options))).ephemeral


async def test_a_button_is_acknowledged_while_the_database_is_held(discord_world, place):
    env = discord_world
    asked = await env.ann.slash(place, "privacy")
    await acknowledged(env, env.ann.click(asked.response, label="Stop remembering"))
    shown = (await env.ann.slash(place, "privacy")).response.content
    assert "I don't remember what you tell me." in shown
