"""What a person asks not to keep is answered, and kept nowhere."""

from __future__ import annotations

import pytest

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.offline import OfflineCompanion
from botrunner.tests.fakes import ANN, FakeSurface, said
from memories.models import Memory, Message
from whisper import outbox
from whisper.database.access import in_database


@pytest.fixture(autouse=True)
def _fresh_cache():
    history.reset()


def texts() -> str:
    kept = [*Message.objects.values_list("text", flat=True)]
    return " ".join([*kept, *Memory.objects.values_list("text", flat=True)])


@pytest.mark.django_db(transaction=True)
async def test_what_is_asked_not_to_be_kept_is_not():
    reply = await respond(
        said("don't remember this: my PIN is 4411"), FakeSurface(), model=OfflineCompanion()
    )
    while await outbox.drain():
        pass
    assert reply is not None
    assert "keep" in reply.text or "kept" in reply.text
    assert "4411" not in await in_database(texts)


@pytest.mark.django_db(transaction=True)
async def test_what_is_said_next_is_kept_as_ever():
    for text in ("don't save this, I hate my job", "my dog is called Rex"):
        await respond(said(text), FakeSurface(), model=OfflineCompanion())
    while await outbox.drain():
        pass
    kept = await in_database(texts)
    assert "Rex" in kept
    assert "hate" not in kept
    assert await in_database(Memory.objects.filter(person_id=ANN).exists)
