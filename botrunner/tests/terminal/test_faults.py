"""Tests of a chat whose terminal or database can't do all that is asked of it."""

from __future__ import annotations

import asyncio
import io
import logging
import sys

import pytest

from botrunner.conversation import actions
from botrunner.conversation.local import (
    DATABASE_AWAY,
    DATABASE_FAILED,
    LocalSurface,
    respond_if_possible,
)
from botrunner.terminal import TerminalUser, chat
from botrunner.tests.fakes import FakeModel
from memories.models import Message
from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError

pytestmark = pytest.mark.django_db(transaction=True)

SEAT = TerminalUser(person_id=1001, person_name="Ann", channel_id=1001)


def fail(*_args, **_changes):
    raise DatabaseAwayError("The SQLite file can't be used (SQLITE_IOERR_GETTEMPPATH).")


async def test_a_character_that_the_terminal_lacks_is_replaced(monkeypatch, tmp_path):
    model = FakeModel("Café → ", "done")
    monkeypatch.setattr("botrunner.conversation.respond.chat_model", lambda: model)
    (tmp_path / "typed").write_text("Hello\n")
    shown = io.BytesIO()
    with (tmp_path / "typed").open() as typed:
        monkeypatch.setattr(sys, "stdin", typed)
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="ascii"))
        await chat(SEAT, asyncio.Event())
        sys.stdout.flush()
        assert shown.getvalue() == b"Caf? ? done\n"


async def test_what_could_not_be_kept_is_told_and_logged(monkeypatch, caplog):
    monkeypatch.setattr(actions, "receive_all", fail)
    with caplog.at_level(logging.ERROR):
        reply = await respond_if_possible(SEAT.says("I have a cat"), LocalSurface())
    assert reply is not None
    assert reply.text == DATABASE_AWAY
    assert "SQLITE_IOERR_GETTEMPPATH" in caplog.text
    assert "a cat" not in caplog.text


async def test_a_later_failure_does_not_say_that_the_message_was_lost(monkeypatch, caplog):
    monkeypatch.setattr("botrunner.conversation.respond.chat_model", FakeModel)
    monkeypatch.setattr(actions, "store_reply", fail)
    with caplog.at_level(logging.ERROR):
        reply = await respond_if_possible(SEAT.says("I have a cat"), LocalSurface())
    assert reply is not None
    assert reply.text == DATABASE_FAILED
    assert await in_database(Message.objects.filter(text="I have a cat").exists)
    assert "SQLITE_IOERR_GETTEMPPATH" in caplog.text
