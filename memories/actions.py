"""The only writer of messages, memories and traces."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import F, Q

from memories.embeddings.base import Vector, Vectors
from memories.models import Memory, Message, Partition, Place, ReplyTrace
from profiles.actions import check_id
from whisper import outbox
from whisper.models import OutboxEntry

EMBED = "memories.embed"
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came in, before it is stored.

    Args:
        message_id: the platform's id; a second message with it is the same message.
        person_id: its author; for the companion's own words the person that it answers.
        keep: whether text and author may be kept; without it only id, channel and time are.
        expects_answer: whether the companion owes an answer.
    """

    platform: str
    message_id: int
    person_id: int
    author_id: int
    author_name: str
    text: str
    sent_at: datetime
    channel_id: int
    guild_id: int | None
    place: Place
    keep: bool
    reply_to: int | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    from_companion: bool = False
    expects_answer: bool = False


@dataclass(frozen=True, slots=True)
class MemoryDraft:
    """A memory before it is stored; the fields are those of `Memory`.

    Args:
        origin: what it is made from; a second draft of the same owner and origin changes nothing.
        slot: a current memory of the same owner and slot is superseded.
    """

    owner_id: int | None
    kind: str
    text: str
    place: str
    said_at: datetime
    channel_id: int | None = None
    guild_id: int | None = None
    context: str = ""
    speaker: str = ""
    origin: str = ""
    category: str = ""
    slot: str = ""
    emotion: str = ""
    confidence: float = 1.0
    importance: float = 0.5
    sources: Sequence[int] = field(default=())


def clean(text: str) -> str:
    """Return text that every store takes: without NUL, and with lone surrogates replaced."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def store_message(said: Said) -> tuple[Message, bool]:
    """Store a message once by its id; the second value tells whether it was new."""
    check_id(said.person_id)
    kept = said.keep
    return Message.objects.get_or_create(
        platform=said.platform,
        message_id=check_id(said.message_id),
        defaults={
            "channel_id": check_id(said.channel_id),
            "guild_id": said.guild_id,
            "place": said.place,
            "author_id": said.author_id if kept else None,
            "author_name": clean(said.author_name)[:NAME_LENGTH] if kept else "",
            "person_id": said.person_id if kept else None,
            "from_companion": said.from_companion,
            "text": clean(said.text) if kept else "",
            "attachments": [dict(one) for one in said.attachments] if kept else [],
            "reply_to": said.reply_to,
            "sent_at": said.sent_at,
            "answer": Message.Answer.PENDING if said.expects_answer else Message.Answer.NONE,
        },
    )


def settle_answer(message_pk: int, answer: Message.Answer) -> None:
    """Note that a message was answered, or that it never will be."""
    Message.objects.filter(pk=message_pk).update(answer=answer)


def store_trace(message_pk: int, **values: Any) -> ReplyTrace:
    """Keep why a message was answered as it was; a second trace of it replaces the first."""
    return ReplyTrace.objects.update_or_create(message_id=message_pk, defaults=values)[0]


def edit_message(platform: str, message_id: int, *, text: str, edited_at: datetime) -> bool:
    """Follow an edit made by the author, in the message and in the memories made of it."""
    with transaction.atomic():
        message = Message.objects.filter(platform=platform, message_id=message_id).first()
        if message is None or not message.text:
            return False
        Message.objects.filter(pk=message.pk).update(text=clean(text), edited_at=edited_at)
        for memory in message.memories.filter(kind=Memory.Kind.CONVERSATION):
            change_text(memory, clean(text))
    return True


def delete_message(platform: str, message_id: int, *, deleted_at: datetime) -> bool:
    """Follow a deletion made by the author: the text goes, and what was remembered of it."""
    with transaction.atomic():
        message = Message.objects.filter(platform=platform, message_id=message_id).first()
        if message is None:
            return False
        Message.objects.filter(pk=message.pk).update(text="", attachments=[], deleted_at=deleted_at)
        ReplyTrace.objects.filter(message=message).delete()
        forget(Memory.objects.filter(sources=message).values_list("pk", flat=True))
    return True


def remember(draft: MemoryDraft, *, vector: Vector | None = None, model: str = "") -> Memory:
    """Store a memory and supersede what its slot held.

    Args:
        vector: unit vector of the text, shape (dimension,); without one it is embedded later.
        model: who made the vector.
    """
    with transaction.atomic():
        if draft.origin:
            known = Memory.objects.filter(owner_id=draft.owner_id, origin=draft.origin).first()
            if known is not None:
                return known
        values = {name: getattr(draft, name) for name in draft.__slots__ if name != "sources"}
        values["text"], values["context"] = clean(draft.text), clean(draft.context)
        values["speaker"] = clean(draft.speaker)[:NAME_LENGTH]
        memory = Memory(**values, valid_from=draft.said_at)
        if vector is not None:
            memory.embedding = np.asarray(vector, "<f4").tobytes()
            memory.embedding_model, memory.embedding_dimension = model, len(vector)
        memory.revision = _next_revision(memory.partition_key)
        memory.save(force_insert=True)
        memory.sources.set(draft.sources)
        if draft.slot:
            _supersede(memory)
        if vector is None:
            outbox.enqueue(EMBED, {"memory": str(memory.pk)}, owner_id=memory.owner_id)
    return memory


def remember_all(drafts: Iterable[MemoryDraft]) -> list[Memory]:
    """Store several memories in one transaction."""
    with transaction.atomic():
        return [remember(draft) for draft in drafts]


def change_text(memory: Memory, text: str) -> None:
    """Change what a memory says; its vector is made anew."""
    with transaction.atomic():
        Memory.objects.filter(pk=memory.pk).update(
            text=text,
            embedding=None,
            embedding_model="",
            embedding_dimension=None,
            revision=_next_revision(memory.partition_key),
        )
        outbox.enqueue(EMBED, {"memory": str(memory.pk)}, owner_id=memory.owner_id)


def store_embeddings(memories: Sequence[Memory], vectors: Vectors, *, model: str) -> None:
    """Keep the vectors of memories whose text has not changed since they were read.

    Args:
        vectors: unit vectors, shape (memories, dimension).
    """
    with transaction.atomic():
        # Of a person who was erased meanwhile nothing may be written, not even a revision.
        ids = [memory.pk for memory in memories]
        left = set(Memory.objects.filter(pk__in=ids).values_list("pk", flat=True))
        keys = {memory.partition_key for memory in memories if memory.pk in left}
        revisions = {key: _next_revision(key) for key in sorted(keys)}
        for memory, vector in zip(memories, vectors, strict=True):
            if memory.pk not in left:
                continue
            Memory.objects.filter(pk=memory.pk, text=memory.text).update(
                embedding=np.asarray(vector, "<f4").tobytes(),
                embedding_model=model,
                embedding_dimension=len(vector),
                revision=revisions[memory.partition_key],
            )


def forget(memory_ids: Iterable[uuid.UUID]) -> int:
    """Remove memories for good and return how many there were."""
    with transaction.atomic():
        memories = list(Memory.objects.filter(pk__in=list(memory_ids)))
        Memory.objects.filter(pk__in=[memory.pk for memory in memories]).delete()
        for key in {memory.partition_key for memory in memories}:
            _note_removal(key)
    return len(memories)


def erase_person(person_id: int) -> dict[str, int]:
    """Erase everything that a person said and everything remembered of it; return the counts."""
    with transaction.atomic():
        traces = ReplyTrace.objects.filter(person_id=person_id).delete()[0]
        memories = forget(Memory.objects.filter(owner_id=person_id).values_list("pk", flat=True))
        own = Q(person_id=person_id) | Q(author_id=person_id)
        messages = Message.objects.filter(own).delete()[1].get("memories.Message", 0)
        OutboxEntry.objects.filter(owner_id=person_id).delete()
        Partition.objects.filter(key=f"person:{person_id}").delete()
    return {"messages": messages, "memories": memories, "traces": traces}


def _supersede(memory: Memory) -> None:
    """End the validity of what the slot held, or of `memory` itself where it is the older one."""
    others = Memory.objects.filter(owner_id=memory.owner_id, slot=memory.slot, valid_to=None)
    if memory.owner_id is None:
        others = others.filter(guild_id=memory.guild_id)
    for other in others.exclude(pk=memory.pk):
        older, newer = sorted((other, memory), key=lambda one: (one.said_at, one.revision))
        Memory.objects.filter(pk=older.pk).update(
            valid_to=max(newer.said_at, older.valid_from),
            superseded_by=newer,
            revision=_next_revision(older.partition_key),
        )


def _next_revision(partition_key: str) -> int:
    # A partition that was erased and begins anew must not come to a revision it had before, by
    # which a process would take its old copy for the new one: so the time is where it begins.
    start = time.time_ns() // 1_000_000
    Partition.objects.get_or_create(
        key=partition_key, defaults={"revision": start, "removed_at_revision": start}
    )
    Partition.objects.filter(key=partition_key).update(revision=F("revision") + 1)
    return Partition.objects.values_list("revision", flat=True).get(key=partition_key)


def _note_removal(partition_key: str) -> None:
    revision = _next_revision(partition_key)
    Partition.objects.filter(key=partition_key).update(removed_at_revision=revision)
