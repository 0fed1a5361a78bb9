"""Tests of the persona and its file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from botrunner.conversation.persona import DEFAULT, PERSONAS, persona
from botrunner.conversation.respond import respond
from botrunner.llm.tokens import count_tokens
from botrunner.personas.actions import change_persona, choose_persona, make_persona
from botrunner.personas.places import PersonaPlace
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from memories.models import Place
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.tests.commands import manage


@pytest.fixture
def file(monkeypatch, tmp_path):
    path = tmp_path / "persona.md"
    path.write_text("You are {bot_name}, a pirate.")
    monkeypatch.setattr(environment, "bot_system_prompt_file", path)
    return path


def test_the_shipped_persona_speaks_under_the_bot_s_name(monkeypatch):
    monkeypatch.setattr(environment, "bot_system_prompt_file", None)
    monkeypatch.setattr(environment, "bot_name", "Echo")
    assert persona().startswith("You are Echo,")


def test_a_file_of_one_s_own_takes_its_place(file):
    assert persona() == f"You are {environment.bot_name}, a pirate."


def test_the_file_is_read_again_when_it_changes(file):
    persona()
    file.write_text("You are a gardener.")
    os.utime(file, ns=(1, 1))
    assert persona() == "You are a gardener."


BROKEN = ["missing", "empty", "binary", "a folder"]


def spoil(file: Path, broken: str) -> None:
    file.unlink()
    if broken == "empty":
        file.write_text("  \n")
    elif broken == "binary":
        file.write_bytes(b"\xff\xfe\x00")
    elif broken == "a folder":
        file.mkdir()


@pytest.mark.heavy
@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_cannot_be_used_stops_the_start(file, broken):
    spoil(file, broken)
    run = manage("runbot", "--terminal", BOT_SYSTEM_PROMPT_FILE=str(file))
    assert run.returncode == 2
    assert run.stderr == (
        "BOT_SYSTEM_PROMPT_FILE must be a text file (UTF-8) that describes the companion, "
        f"got '{file}'.\n"
    )


@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_breaks_later_leaves_the_companion_as_it_was(file, broken, caplog):
    before = persona()
    spoil(file, broken)
    assert persona() == before
    assert str(file) in caplog.text


@pytest.mark.heavy
def test_a_persona_that_leaves_the_prompt_no_room_stops_the_start(file):
    file.write_text("You are a very talkative pirate. " * 400)
    run = manage(
        "runbot", "--terminal", BOT_SYSTEM_PROMPT_FILE=str(file), LLM_CONTEXT_TOKENS="2048"
    )
    assert run.returncode == 2
    assert "BOT_SYSTEM_PROMPT_FILE must have at most 1536 tokens" in run.stderr


def test_a_persona_that_grows_too_long_leaves_the_companion_as_it_was(file, monkeypatch, caplog):
    before = persona()
    monkeypatch.setattr(environment, "llm_context_tokens", 1024)
    file.write_text("You are a very talkative pirate. " * 400)
    assert persona() == before
    assert "must have at most 768 tokens" in caplog.text


def test_four_personas_are_shipped_and_each_is_short_and_named():
    files = sorted(PERSONAS.glob("*.md"))
    assert len(files) == 4
    assert DEFAULT in files
    for path in files:
        text = path.read_text()
        assert "{bot_name}" in text
        assert 100 < count_tokens(text) < 800


@pytest.mark.django_db(transaction=True)
async def test_a_persona_that_was_chosen_or_changed_begins_the_next_reply():
    def in_a_channel():
        place = {"place": Place.PUBLIC_CHANNEL, "channel_id": 910, "guild_id": 900}
        return said("Hello", **place)

    admin, model = Actor.admin(3), FakeModel()
    made = await in_database(make_persona, "Pirate", "You are a pirate.", actor=admin)
    await in_database(choose_persona, PersonaPlace("server", 900), made, actor=admin)
    await respond(in_a_channel(), FakeSurface(), model=model)
    await in_database(change_persona, made, "You are a gardener.", seen=1, actor=admin)
    await respond(in_a_channel(), FakeSurface(), model=model)
    await respond(said("Hello"), FakeSurface(), model=model)
    begun = [asked.messages[0]["content"] for asked in model.asked]
    assert begun[0].startswith("You are a pirate.")
    assert begun[1].startswith("You are a gardener.")
    assert begun[2].startswith(persona())
