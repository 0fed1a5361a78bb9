"""Tests of making vectors: by the worker, by `reembed`, and the check that asks for it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import numpy as np
import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command

from memories import embeddings
from memories.actions import MemoryDraft, forget, remember_all
from memories.embeddings import EmbeddingError, embedder
from memories.models import Memory, Place
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import OutboxEntry

ANN = 311
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
OLD = np.eye(4, dtype=np.float32)


def drafts(count):
    """Return what Ann said."""
    return [
        MemoryDraft(
            person_id=ANN,
            kind=Memory.Kind.CONVERSATION,
            text=f"Ann has {number} cats",
            place=Place.DIRECT,
            said_at=NOON,
        )
        for number in range(count)
    ]


def reembed(*arguments):
    """Run the command and return what it says."""
    out = StringIO()
    call_command("reembed", *arguments, stdout=out)
    return out.getvalue()


def models():
    """Return which models' vectors the memories have."""
    return list(Memory.objects.order_by("text").values_list("embedding_model", flat=True))


def warnings():
    """Return the ids of what `check --database default` says of memories."""
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [one.id for one in found if one.id and one.id.startswith("memories.")]


class Interrupted:
    """An embedder that is stopped after some calls, as by Ctrl-C or a lost connection."""

    model, dimension = "all-MiniLM-L6-v2", 4

    def __init__(self, calls: int, error: BaseException) -> None:
        self.calls, self.error = calls, error

    def embed(self, texts):
        """Embed, or raise."""
        self.calls -= 1
        if self.calls < 0:
            raise self.error
        return np.tile(OLD[0], (len(texts), 1))


@pytest.mark.heavy
@pytest.mark.django_db
def test_vectors_of_another_model_are_kept_until_reembed_replaces_them():
    remember_all(drafts(3), vectors=OLD[:3], model="older")
    assert warnings() == ["memories.W001"]
    assert models() == ["older"] * 3
    assert "All memories have vectors of all-MiniLM-L6-v2" in reembed("--batch-size", "2")
    assert models() == ["all-MiniLM-L6-v2"] * 3
    stored = np.stack([np.frombuffer(row.embedding or b"", "<f4") for row in Memory.objects.all()])
    texts = [row.text for row in Memory.objects.all()]
    assert np.allclose(stored, embedder().embed(texts), atol=1e-4)
    assert warnings() == []


@pytest.mark.django_db
def test_memories_without_any_vector_are_no_reason_to_warn():
    remember_all(drafts(1))
    assert warnings() == []


@pytest.mark.django_db
def test_reembed_takes_what_lacks_a_vector_and_all_only_when_asked():
    remember_all(drafts(2), embed_later=False)
    assert "2 memories embedded" in reembed()
    assert "0 memories embedded" in reembed()
    assert "2 memories embedded" in reembed("--all")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (EmbeddingError("away"), 1)]
)
def test_a_stopped_reembed_keeps_what_is_done_and_goes_on_from_there(monkeypatch, error, code):
    remember_all(drafts(5), embed_later=False)
    name = "memories.management.commands.reembed.embedder"
    monkeypatch.setattr(name, lambda: Interrupted(2, error))
    with pytest.raises(CommandError) as caught:
        reembed("--batch-size", "2")
    assert caught.value.returncode == code
    assert models().count("all-MiniLM-L6-v2") == 4
    monkeypatch.setattr(name, lambda: Interrupted(9, error))
    assert "1 memory embedded" in reembed("--batch-size", "2")


def test_a_batch_of_no_memories_is_refused():
    with pytest.raises(CommandError, match="at least 1"):
        reembed("--batch-size", "0")


@pytest.mark.django_db(transaction=True)
async def test_the_worker_gives_new_memories_vectors_and_passes_over_those_gone():
    memories = await in_database(remember_all, drafts(3))
    await in_database(forget, [memories[1].pk])
    assert await outbox.drain() == 3
    assert await in_database(models) == ["all-MiniLM-L6-v2"] * 2
    assert await in_database(outbox.pending) == 0


@pytest.mark.django_db(transaction=True)
async def test_what_can_never_be_embedded_is_set_aside_with_the_reason(monkeypatch):
    monkeypatch.setattr(environment, "embedding_backend", "api")
    monkeypatch.setattr(environment, "llm_embedding_api_url", None)
    await in_database(remember_all, drafts(1))
    await outbox.drain()
    entry = await in_database(OutboxEntry.objects.get)
    assert entry.failed_at
    assert "LLM_EMBEDDING_API_URL" in entry.last_error
    embeddings.reset()


@pytest.mark.heavy
def test_the_model_is_built_once_and_the_command_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "whisper_models_dir", tmp_path / "models")
    first, second = StringIO(), StringIO()
    call_command("build_embedder", stdout=first)
    call_command("build_embedder", stdout=second)
    assert "Converted" in first.getvalue()
    assert "ready" in second.getvalue()
