"""Tests of the chat on a terminal, as somebody who types sees it."""

from __future__ import annotations

import asyncio

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from botrunner.terminal.screen import Bold, chat_on_screen
from botrunner.terminal.user import TerminalUser
from botrunner.tests.fakes import FakeModel
from memories.models import Message
from whisper.database.access import in_database

pytestmark = pytest.mark.django_db(transaction=True)

ANN = TerminalUser(person_id=1001, person_name="Ann", channel_id=1001)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.setattr("whisper.environment.environment.whisper_data_dir", tmp_path)
    monkeypatch.setattr("botrunner.terminal.model_offer.find_local_server", _no_server)


async def _no_server():
    return None


async def type_in(*lines, stop=None, console_url=""):
    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        for line in lines:
            keys.send_text(f"{line}\r")
        await chat_on_screen(ANN, stop or asyncio.Event(), console_url)


async def test_the_greeting_says_where_the_console_is(capsys):
    await type_in("/quit", console_url="http://localhost:8001")
    assert "The console is at http://localhost:8001\n" in capsys.readouterr().out


async def test_a_command_that_does_not_exist_is_no_message(capsys):
    await type_in("/remeber my dog", "/quit")
    assert "There is no command /remeber. /help lists" in capsys.readouterr().out
    assert await in_database(Message.objects.count) == 0


async def test_a_path_is_a_message(capsys, monkeypatch):
    monkeypatch.setattr("botrunner.conversation.respond.chat_model", lambda: FakeModel("A path."))
    await type_in("/etc/hosts is empty", "/quit")
    assert "A path." in capsys.readouterr().out


async def test_what_stops_it_leaves_no_prompt_that_changes_what_is_printed(capsys):
    stop = asyncio.Event()
    stop.set()
    await type_in(stop=stop)
    assert capsys.readouterr().out.endswith("See you!\n")


@pytest.mark.parametrize("pieces", [["**You** sail"], ["*", "*Yo", "u*", "* sail"]])
def test_bold_is_shown_as_bold_however_it_comes(pieces):
    bold = Bold()
    shown = [part for piece in pieces for part in bold.read(piece).markup.split("\n")]
    assert "".join(shown).replace("[/bold][bold]", "") == "[bold]You[/bold] sail"


def test_one_star_stays():
    bold = Bold()
    assert "".join(bold.read(piece).plain for piece in ["2 *", " 3 * x"]) == "2 * 3 * x"
