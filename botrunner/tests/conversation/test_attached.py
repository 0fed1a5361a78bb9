"""Tests of replies to messages with files."""

from __future__ import annotations

import pytest

from botrunner.attachments.reading import Attached
from botrunner.conversation.respond import respond
from botrunner.llm.base import Picture
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from memories.models import Message, ReplyTrace

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://cdn.discordapp.com/notes.txt"
FILES = [{"name": "notes.txt", "type": "text/plain", "url": URL}]
PICTURE = Picture("cat.png", "image/png", b"x")
FOUND = Attached(["They attached: Zorblax"], ["They attached a file."], [PICTURE], {URL: "ab12"})


class SeeingModel(FakeModel):
    """A model that takes images."""

    async def sees(self) -> bool:
        return True


@pytest.fixture
def asked(monkeypatch):
    """Return whether the files were read for a model that sees."""
    asked = []

    async def read(attachments, *, sees):
        asked.append((attachments, sees))
        return FOUND

    monkeypatch.setattr("botrunner.conversation.context.read", read)
    return asked


@pytest.mark.heavy
async def test_files_come_into_the_prompt_and_their_words_into_no_trace(asked):
    model = SeeingModel()
    files = [{**FILES[0], "type": "image/png"}]
    await respond(said("look", attachments=files), FakeSurface(), model=model)
    assert asked == [(files, True)]
    assert "Zorblax" in model.asked[0].messages[-1]["content"]
    assert model.asked[0].pictures == [PICTURE]
    trace = await ReplyTrace.objects.aget()
    assert "Zorblax" not in str(trace.prompt)
    assert "They attached a file." in str(trace.prompt)
    message = await Message.objects.aget(from_companion=False)
    assert message.attachments == [{**files[0], "sha256": "ab12"}]


async def test_a_model_that_is_not_asked_for_sight_gets_none(asked):
    await respond(said("look", attachments=FILES), FakeSurface(), model=FakeModel())
    assert asked == [(FILES, False)]


async def test_without_files_nothing_is_read(asked):
    await respond(said("hello"), FakeSurface(), model=FakeModel())
    assert asked == []
