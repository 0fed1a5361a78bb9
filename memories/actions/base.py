"""What actions on messages and memories share: outbox topics, fields, clean text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from memories.index import revisions
from memories.models import (
    Memory,
)
from memories.wording.secrets import without_secrets
from whisper.action_log import COMPANION, Actor, log_each
from whisper.database.inserting import insert_all
from whisper.models import OutboxEntry

EMBED = "memories.embed"
FACTS = "memories.facts"
SUMMARY = "memories.summary"
FEEL = "memories.feel"
# Named before it moved here: entries of an older version may wait.
JUDGE_MOOD = "botrunner.emotion"
PREFERRED_NAME = "name.preferred"
NAME_SLOTS = {"name", PREFERRED_NAME}
# Databases limit how many values a statement may have.
BATCH = 500
# Outcome of an imported row whose memory was forgotten.
FORGOTTEN = "forgotten"
# What changes when a fact ends or is true again.
ENDING_FIELDS = [
    "valid_to",
    "superseded_by",
    "ending",
    "ended_by",
    "text",
    "embedding",
    "embedding_model",
    "embedding_dimension",
    "revision",
]
VECTOR_FIELDS = ("embedding", "embedding_model", "embedding_dimension", "revision")


def clean(text: str) -> str:
    """Return text that every store takes: without NUL, and with lone surrogates replaced."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def clean_to_keep(text: str) -> str:
    """Return text as `clean` does, with a mark in place of keys, passwords and numbers of cards."""
    return without_secrets(clean(text))


def number(memories: Sequence[Memory]) -> None:
    """Give memories the latest revisions of their partitions, which are raised, in order."""
    counts = Counter(memory.partition_key for memory in memories)
    latest = revisions.raise_revisions(counts, by=max(counts.values(), default=0))
    for memory in reversed(memories):
        memory.revision = latest[memory.partition_key]
        latest[memory.partition_key] -= 1


def enqueue_embedding(memories: Iterable[Memory]) -> None:
    insert_all(
        OutboxEntry(topic=EMBED, payload={"memory": str(memory.pk)}, person_id=memory.person_id)
        for memory in memories
    )


def log_memories(action: str, memories: Sequence[Memory], actor: Actor, reason: str) -> None:
    """Log what an actor did to memories, person by person; not what the companion does itself."""
    if actor == COMPANION:
        return
    people = Counter(memory.person_id for memory in memories)
    on = memories[0] if len(memories) == 1 else None
    log_each(action, people, actor=actor, reason=reason, on=on)
