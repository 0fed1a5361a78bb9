"""The only writer of messages, memories and traces."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from memories.embeddings.base import Vector, Vectors
from memories.facts.stored import present_text
from memories.index import changes, revisions
from memories.models import (
    ImportedRow,
    Memory,
    Message,
    Partition,
    Place,
    PlaceDecision,
    ReplyTrace,
)
from profiles.actions import check_id, rename
from profiles.queries import erased_until, profile_of, still_agrees
from whisper import outbox
from whisper.action_log import COMPANION, Actor, log
from whisper.models import OutboxEntry
from whisper.names import one_line, safe_name
from whisper.personal_data.registry import until

EMBED = "memories.embed"
FACTS = "memories.facts"
SUMMARY = "memories.summary"
# Named before it moved here: entries of an older version may wait.
JUDGE_MOOD = "botrunner.emotion"
PREFERRED_NAME = "name.preferred"
NAME_SLOTS = {"name", PREFERRED_NAME}
# Databases limit how many values a statement may have.
BATCH = 500
# Of each person the newest decisions are kept, and the same one again only after a time.
DECISIONS = 1_000
DECISION_REPEATS = timedelta(days=1)
# Outcome of an imported row whose memory was forgotten.
FORGOTTEN = "forgotten"
# Fields in which the older bot kept with a message what it made of it.
DERIVED_FIELDS = {
    "detected_emotion",
    "confidence",
    "intensity",
    "relationship_level",
    "interaction_count",
}
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


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came in, before it is stored.

    Args:
        platform_id: the platform's id; a second message with it is the same message.
        person_id: its author; for the companion's own words the person that it answers.
        keep: whether text and author may be kept; without it only id, channel and time are.
        expects_answer: whether the companion owes an answer.
    """

    platform: str
    platform_id: int
    person_id: int
    author_name: str
    text: str
    sent_at: datetime
    channel_id: int
    guild_id: int | None
    place: Place
    keep: bool
    parent_id: int | None = None
    reply_to: int | None = None
    attachments: Sequence[Mapping[str, Any]] = ()
    mentions: Sequence[int] = ()
    from_companion: bool = False
    from_bot: bool = False
    expects_answer: bool = False


@dataclass(frozen=True, slots=True)
class MemoryDraft:
    """A memory before it is stored; the fields are those of `Memory`.

    Args:
        origin: what it is made from; a second draft of the same owner and origin changes nothing.
        slot: a current memory of the same owner and slot is superseded.
        valid_from: since when a fact is true; None: since it was said.
        valid_to: when it ended, where it is stored as past.
        hidden: recalled by nobody until an admin approves it.
    """

    person_id: int | None
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
    entity: str = ""
    subject: str = ""
    predicate: str = ""
    value: str = ""
    qualifier: str = ""
    happens_at: datetime | None = None
    happens_until: datetime | None = None
    ending: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    emotion: str = ""
    confidence: float = 1.0
    importance: float = 0.5
    hidden: bool = False
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
        platform_id=check_id(said.platform_id),
        defaults={
            "channel_id": check_id(said.channel_id),
            "parent_id": said.parent_id,
            "guild_id": said.guild_id,
            "place": said.place,
            "author_name": safe_name(said.author_name) if kept else "",
            "person_id": said.person_id if kept else None,
            "from_companion": said.from_companion,
            "from_bot": said.from_bot or said.from_companion,
            "text": clean(said.text) if kept else "",
            "attachments": [dict(one) for one in said.attachments] if kept else [],
            "mentions": [str(one) for one in said.mentions] if kept else [],
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


def note_recalls(memory_ids: Iterable[uuid.UUID], *, at: datetime) -> None:
    """Count that a reply used memories; no index knows of it, so their revisions stay."""
    Memory.objects.filter(pk__in=list(memory_ids)).update(
        recall_count=F("recall_count") + 1, recalled_at=at
    )


def edit_message(
    platform: str,
    platform_id: int,
    *,
    text: str,
    edited_at: datetime,
    actor: Actor | None = None,
    reason: str = "",
) -> bool:
    """Follow an edit made by the author, in the message and in the memories made of it.

    Facts and summaries of the old text go, and what they had superseded is true again; the worker
    makes new ones of the new text.
    """
    with transaction.atomic():
        message = Message.objects.filter(platform=platform, platform_id=platform_id).first()
        if message is None or not message.text:
            return False
        # Held to the end: nobody writes facts of the old text after those that are known went.
        agrees = message.person_id is not None and still_agrees(message.person_id)
        text, changed = clean(text), message.text != clean(text)
        Message.objects.filter(pk=message.pk).update(text=text, edited_at=edited_at)
        if changed:
            _log_message("message.edit", message, actor, reason)
            for memory in message.memories.filter(kind=Memory.Kind.CONVERSATION):
                change_text(memory, text)
            _derive_again(message, agrees=agrees)
    return True


def _derive_again(message: Message, *, agrees: bool) -> None:
    """Take back what was made of a message's old text, and leave the rest to the worker."""
    facts = list(message.memories.filter(kind=Memory.Kind.USER_FACT).defer("embedding"))
    summaries = list(message.memories.filter(kind=Memory.Kind.SUMMARY).defer("embedding"))
    sessions = [summary.sources.order_by("-sent_at").first() for summary in summaries]
    _revive(facts, message)
    _unname(message.person_id, facts)
    forget(memory.pk for memory in (*facts, *summaries))
    if not agrees or message.from_companion:
        return
    outbox.enqueue(FACTS, {"message": str(message.pk)}, person_id=message.person_id)
    for last in sessions:
        session = {
            "person": str(message.person_id),
            "channel": str(message.channel_id),
            "until": (last or message).sent_at.isoformat(),
        }
        outbox.enqueue(SUMMARY, session, person_id=message.person_id)


def _revive(facts: Sequence[Memory], message: Message) -> None:
    """Make true again what a message, or facts of it that are about to go, had ended."""
    of_them = Q(superseded_by__in=facts) | Q(ended_by=message)
    ended = list(Memory.objects.filter(of_them).exclude(pk__in=[fact.pk for fact in facts]))
    revisions.lock(memory.partition_key for memory in ended)
    for memory in ended:
        memory.valid_to, memory.superseded_by = None, None
        memory.ending, memory.ended_by = "", None
        _say_again(memory)
    _number(ended)
    Memory.objects.bulk_update(ended, ENDING_FIELDS, batch_size=BATCH)
    _embed_later([memory for memory in ended if memory.embedding is None])
    changes.changed(ended)


def _say_again(memory: Memory) -> None:
    """Put a fact's sentence as it is true now; what changes it is embedded again."""
    text = present_text(memory)
    if text and text != memory.text:
        memory.text = text
        memory.embedding, memory.embedding_model, memory.embedding_dimension = None, "", None


def end_fact(
    memory_id: uuid.UUID,
    *,
    at: datetime,
    ending: Memory.Ending,
    text: str,
    by: Memory | None = None,
    message: Message | None = None,
    actor: Actor = COMPANION,
    reason: str = "",
) -> None:
    """Let a fact hold no more; it stays as what was true once.

    Args:
        text: the sentence that tells it as past.
        by: the fact that takes its place.
        message: the message that said so; when it goes, the fact is true again.
    """
    with transaction.atomic():
        memory = Memory.objects.select_for_update().filter(pk=memory_id).first()
        if memory is None:
            return
        memory.valid_to = max(at, memory.valid_from)
        memory.superseded_by, memory.ending, memory.ended_by = by, ending, message
        if text != memory.text:
            memory.text = text
            memory.embedding, memory.embedding_model, memory.embedding_dimension = None, "", None
            _embed_later([memory])
        memory.revision = revisions.next_revision(memory.partition_key)
        memory.save(update_fields=ENDING_FIELDS)
        _log_memories("memory.end", [memory], actor, reason)
        changes.changed([memory])


def _unname(person_id: int | None, facts: Sequence[Memory]) -> None:
    """Call a person no longer by a name that is known from these facts alone."""
    told = [fact for fact in facts if fact.slot in NAME_SLOTS]
    profile = profile_of(person_id) if person_id is not None and told else None
    if profile is None or not profile.preferred_name:
        return
    if any(profile.preferred_name in one_line(fact.text) for fact in told):
        rename(profile.person_id, preferred_name="")


def delete_message(
    platform: str,
    platform_id: int,
    *,
    deleted_at: datetime,
    actor: Actor | None = None,
    reason: str = "",
) -> bool:
    """Follow a deletion made by the author: the text goes, and what was remembered of it."""
    with transaction.atomic():
        message = Message.objects.filter(platform=platform, platform_id=platform_id).first()
        if message is None:
            return False
        Message.objects.filter(pk=message.pk).update(
            text="", attachments=[], mentions=[], deleted_at=deleted_at
        )
        _log_message("message.delete", message, actor, reason)
        ReplyTrace.objects.filter(message=message).delete()
        _revive(list(message.memories.filter(kind=Memory.Kind.USER_FACT)), message)
        forget(Memory.objects.filter(sources=message).values_list("pk", flat=True))
    return True


def _log_message(action: str, message: Message, actor: Actor | None, reason: str) -> None:
    """Log what happened to a message that may be kept; others leave no trace but their ids."""
    if message.person_id is not None:
        by = actor or Actor.person(message.person_id)
        log(action, actor=by, reason=reason, person_id=message.person_id, on=message)


def keep_decisions(decisions: list[PlaceDecision]) -> None:
    """Store one person's decisions on one reply, but for those of the same day; drop the oldest."""
    if not decisions:
        return
    one = decisions[0]
    same_way = PlaceDecision.objects.filter(
        person_id=one.person_id,
        to_place=one.to_place,
        to_channel_id=one.to_channel_id,
        level=one.level,
        decided_at__gt=timezone.now() - DECISION_REPEATS,
    )
    known = set(same_way.values_list("memory_id", "allowed", "reason"))
    PlaceDecision.objects.bulk_create(
        row for row in decisions if (row.memory_id, row.allowed, row.reason) not in known
    )
    of_them = PlaceDecision.objects.filter(person_id=one.person_id)
    surplus = of_them.order_by("-decided_at", "-pk").values_list("pk", flat=True)[DECISIONS:]
    PlaceDecision.objects.filter(pk__in=list(surplus)).delete()


def note_search(account_id: int, person_id: int | None, *, by: Iterable[str]) -> None:
    """Log that an account looked at memories; not the words it looked for.

    Args:
        person_id: whose memories; None for everybody's.
        by: names of what it was narrowed by.
    """
    log(
        "memory.search",
        actor=Actor.admin(account_id),
        person_id=person_id,
        reason=f"by {', '.join(by)}",
    )


def remember(
    draft: MemoryDraft,
    *,
    vector: Vector | None = None,
    model: str = "",
    actor: Actor = COMPANION,
    reason: str = "",
) -> Memory:
    """Store a memory and supersede what its slot held.

    Args:
        vector: unit vector of the text, shape (dimension,); without one it is embedded later.
        model: who made the vector.
    """
    vectors = None if vector is None else np.asarray(vector)[None]
    return remember_all([draft], vectors=vectors, model=model, actor=actor, reason=reason)[0]


def remember_all(
    drafts: Iterable[MemoryDraft],
    *,
    vectors: Vectors | None = None,
    model: str = "",
    embed_later: bool = True,
    actor: Actor = COMPANION,
    reason: str = "",
) -> list[Memory]:
    """Store memories in one transaction, as `remember` does one after the other.

    Returns:
        One memory a draft; for an origin that is known the memory that was there.

    Args:
        vectors: unit vectors of the texts, shape (drafts, dimension).
        model: who made the vectors.
        embed_later: whether the worker makes the vectors that are not given; else `reembed` does.
    """
    drafts = list(drafts)
    memories: list[Memory] = []
    with transaction.atomic():
        for start in range(0, len(drafts), BATCH):
            part = slice(start, start + BATCH)
            fresh = [_memory(draft) for draft in drafts[part]]
            if vectors is not None:
                for memory, vector in zip(fresh, vectors[part], strict=True):
                    _set_vector(memory, vector, model)
            memories += _remember_batch(drafts[part], fresh, embed_later=embed_later)
        _log_memories("memory.remember", memories, actor, reason)
    return memories


def _memory(draft: MemoryDraft) -> Memory:
    values = {name: getattr(draft, name) for name in draft.__slots__ if name != "sources"}
    values["text"], values["context"] = clean(draft.text), clean(draft.context)
    values["speaker"] = safe_name(draft.speaker)
    values["valid_from"] = draft.valid_from or draft.said_at
    return Memory(**values)


def _set_vector(memory: Memory, vector: Vector, model: str) -> None:
    memory.embedding = np.asarray(vector, "<f4").tobytes()
    memory.embedding_model, memory.embedding_dimension = model, len(vector)


def _remember_batch(
    drafts: Sequence[MemoryDraft], fresh: Sequence[Memory], *, embed_later: bool
) -> list[Memory]:
    revisions.lock_or_make(memory.partition_key for memory in fresh)
    known = _known(fresh)
    memories, new = [], []
    for draft, memory in zip(drafts, fresh, strict=True):
        origin = (memory.person_id, memory.origin or memory.pk)
        if origin not in known:
            known[origin] = memory
            new.append((draft, memory))
        memories.append(known[origin])
    _number([memory for _, memory in new])
    Memory.objects.bulk_create([memory for _, memory in new])
    Memory.sources.through.objects.bulk_create(
        Memory.sources.through(memory_id=memory.pk, message_id=message)
        for draft, memory in new
        for message in dict.fromkeys(draft.sources)
    )
    for _, memory in new:
        # Facts with a predicate end each other by the ledger, which knows more than their slots.
        if memory.slot and memory.valid_to is None:
            _supersede(memory, only_unparsed=bool(memory.predicate))
    if embed_later:
        _embed_later([memory for _, memory in new if memory.embedding is None])
    # After what embeds them: the worker then indexes most of them once, with their vectors.
    changes.changed([memory for _, memory in new])
    return memories


def _known(memories: Sequence[Memory]) -> dict[tuple[int | None, str | uuid.UUID], Memory]:
    """Return the stored memories that have the owner and origin of one of these."""
    named = [memory for memory in memories if memory.origin]
    owners = Q(person_id__in={one.person_id for one in named if one.person_id is not None})
    if any(one.person_id is None for one in named):
        owners |= Q(person_id=None)
    # The exclusion lets the database use the partial index of origins.
    rows = Memory.objects.filter(owners, origin__in={one.origin for one in named})
    return {(row.person_id, row.origin): row for row in rows.exclude(origin="")} if named else {}


def _number(memories: Sequence[Memory]) -> None:
    """Give memories the next revisions of their revisions, in order."""
    counts = Counter(memory.partition_key for memory in memories)
    latest = revisions.raise_revisions(counts)
    for memory in reversed(memories):
        memory.revision = latest[memory.partition_key]
        latest[memory.partition_key] -= 1


def _embed_later(memories: Iterable[Memory]) -> None:
    OutboxEntry.objects.bulk_create(
        OutboxEntry(topic=EMBED, payload={"memory": str(memory.pk)}, person_id=memory.person_id)
        for memory in memories
    )


def change_text(memory: Memory, text: str, *, actor: Actor = COMPANION, reason: str = "") -> None:
    """Change what a memory says; its vector is made again."""
    with transaction.atomic():
        Memory.objects.filter(pk=memory.pk).update(
            text=text,
            embedding=None,
            embedding_model="",
            embedding_dimension=None,
            revision=revisions.next_revision(memory.partition_key),
        )
        _log_memories("memory.correct", [memory], actor, reason)
        _embed_later([memory])
        changes.changed([memory])


def approve(memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Let hidden memories be recalled where they belong and return how many were hidden."""
    with transaction.atomic():
        hidden = Memory.objects.filter(pk__in=list(memory_ids), hidden=True)
        revisions.lock_or_make(memory.partition_key for memory in hidden.defer("embedding"))
        # Read again under the lock: two admins approve one memory once.
        memories = list(hidden.order_by("revision"))
        for memory in memories:
            memory.hidden = False
        _number(memories)
        Memory.objects.bulk_update(memories, ["hidden", "revision"], batch_size=BATCH)
        _log_memories("memory.approve", memories, actor, reason)
        changes.changed(memories)
    return len(memories)


def store_embeddings(memories: Sequence[Memory], vectors: Vectors, *, model: str) -> None:
    """Keep the vectors of memories whose text has not changed since they were read.

    Args:
        vectors: unit vectors, shape (memories, dimension).
    """
    with transaction.atomic():
        # Of a person who was erased meanwhile nothing may be written, not even a revision: so no
        # partition is made here. While they are locked, nobody else changes a text.
        revisions.lock(memory.partition_key for memory in memories)
        rows = Memory.objects.filter(pk__in=[memory.pk for memory in memories])
        texts = dict(rows.values_list("pk", "text"))
        same = [
            (memory, vector)
            for memory, vector in zip(memories, vectors, strict=True)
            if texts.get(memory.pk) == memory.text
        ]
        raised = revisions.raise_revisions({memory.partition_key: 1 for memory, _ in same})
        for memory, vector in same:
            _set_vector(memory, vector, model)
            memory.revision = raised[memory.partition_key]
        _write_vectors([memory for memory, _ in same])
        changes.changed([memory for memory, _ in same])


def _write_vectors(memories: Sequence[Memory]) -> None:
    # Four times as fast as an update a row, and ten times as bulk_update.
    quote = connection.ops.quote_name
    table = Memory._meta.db_table
    columns = ", ".join(f"{quote(name)} = %s" for name in VECTOR_FIELDS)
    known = {field.name: field for field in Memory._meta.concrete_fields}
    fields = [known[name] for name in (*VECTOR_FIELDS, "id")]
    rows = [
        [field.get_db_prep_save(getattr(memory, field.name), connection) for field in fields]
        for memory in memories
    ]
    with connection.cursor() as cursor:
        sql = f"UPDATE {quote(table)} SET {columns} WHERE {quote('id')} = %s"  # noqa: S608
        cursor.executemany(sql, rows)


def forget(memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Remove memories for good and return how many there were."""
    with transaction.atomic():
        memories = list(Memory.objects.filter(pk__in=list(memory_ids)))
        keys = revisions.lock(memory.partition_key for memory in memories)
        # That an older store held it is kept, so that it is not brought again; what it said is not.
        ImportedRow.objects.filter(memory__in=memories).update(
            outcome=FORGOTTEN, document="", metadata={}
        )
        Memory.objects.filter(pk__in=[memory.pk for memory in memories]).delete()
        revisions.note_removal(keys)
        _log_memories("memory.forget", memories, actor, reason)
        changes.removed(memories)
    return len(memories)


def _log_memories(action: str, memories: Sequence[Memory], actor: Actor, reason: str) -> None:
    """Log what somebody did to memories, person by person; not what the companion does itself."""
    if actor == COMPANION:
        return
    people = Counter(memory.person_id for memory in memories)
    for person_id, count in people.items():
        on = memories[0] if len(memories) == 1 else None
        log(action, actor=actor, reason=reason, person_id=person_id, on=on, count=count)


def drop_derived(person_id: int) -> None:
    """Forget the facts and summaries made of what a person said; moods go on their own."""
    with transaction.atomic():
        own = Memory.objects.filter(person_id=person_id)
        forget(own.exclude(kind=Memory.Kind.CONVERSATION).values_list("pk", flat=True))
        # Prompts tell what was known of them, and how they felt.
        ReplyTrace.objects.filter(person_id=person_id).delete()
        rows = list(ImportedRow.objects.filter(person_id=person_id).exclude(metadata={}))
        for row in rows:
            row.metadata = {
                name: value for name, value in row.metadata.items() if not _is_derived(name)
            }
        ImportedRow.objects.bulk_update(rows, ["metadata"], batch_size=BATCH)


def drop_moods(person_id: int) -> None:
    """Forget how what a person said felt; what they said stays."""
    with transaction.atomic():
        _feel(Memory.objects.filter(person_id=person_id).exclude(emotion=""), "")


def judge_mood(message_pk: int, emotion: str) -> None:
    """Let what is remembered of a message feel as it was judged since, unless that is forgotten."""
    with transaction.atomic():
        felt = Memory.objects.filter(sources=message_pk, kind=Memory.Kind.CONVERSATION)
        _feel(felt.exclude(emotion__in=["", emotion]), emotion)


def _feel(rows: QuerySet[Memory], emotion: str) -> None:
    revisions.lock(memory.partition_key for memory in rows.defer("embedding"))
    # Read again under the lock: they may be gone, or forgotten, by now.
    memories = list(rows.defer("embedding").order_by("revision"))
    for memory in memories:
        memory.emotion = emotion
    _number(memories)
    Memory.objects.bulk_update(memories, ["emotion", "revision"], batch_size=BATCH)
    changes.changed(memories)


def _is_derived(name: str) -> bool:
    """Return whether a field of the older bot says what it made of a message."""
    derived = name in DERIVED_FIELDS or name.startswith(("emotional_", "personality_"))
    # Two of them alone tell where it was said.
    return derived and not name.endswith(("guild_id", "channel_id"))


def revive(memory_ids: Iterable[uuid.UUID]) -> None:
    """Let memories be true again whose successors went, unless another takes their place."""
    with transaction.atomic():
        for memory in Memory.objects.filter(pk__in=list(memory_ids)).order_by("said_at"):
            memory.revision = revisions.next_revision(memory.partition_key)
            memory.valid_to = memory.superseded_by = memory.ended_by = None
            memory.ending = ""
            _say_again(memory)
            memory.save(update_fields=ENDING_FIELDS)
            if memory.embedding is None:
                _embed_later([memory])
            _supersede(memory)
            changes.changed([memory])


def erase_person(person_id: int, before: datetime | None = None) -> dict[str, int]:
    """Erase everything that a person said and everything remembered of it; return the counts.

    Args:
        before: erase again what is older than this erasure of theirs; who agreed again since keeps
            what is newer.
    """
    end = None if before is None else erased_until(person_id, erasure=before)
    of_them = Q(person_id=person_id)
    with transaction.atomic():
        traces = ReplyTrace.objects.filter(of_them, until("created_at", end)).delete()[0]
        own = Memory.objects.filter(until("created_at", end), person_id=person_id)
        memories = forget(own.values_list("pk", flat=True))
        messages = Message.objects.filter(of_them, until("sent_at", end)).delete()[1]
        decisions = PlaceDecision.objects.filter(of_them, until("decided_at", end)).delete()[0]
        imported = ImportedRow.objects.filter(of_them, until("run__started_at", end)).delete()[0]
        OutboxEntry.objects.filter(until("created_at", end), person_id=person_id).delete()
        if end is None:
            Partition.objects.filter(key=f"person:{person_id}").delete()
    return {
        "messages": messages.get(Message._meta.label, 0),
        "memories": memories,
        "traces": traces,
        "decisions": decisions,
        "imported rows": imported,
    }


def _supersede(memory: Memory, *, only_unparsed: bool = False) -> None:
    """End the validity of what the slot held, or of `memory` itself where it is the older one.

    Args:
        only_unparsed: leave facts alone whose parts are known.
    """
    # The exclusion lets the database use the partial index of slots.
    others = Memory.objects.filter(person_id=memory.person_id, slot=memory.slot, valid_to=None)
    others = others.exclude(slot="")
    if only_unparsed:
        others = others.filter(predicate="")
    if memory.person_id is None:
        others = others.filter(guild_id=memory.guild_id)
    for other in others.exclude(pk=memory.pk):
        older, newer = sorted((other, memory), key=lambda one: (one.said_at, one.revision))
        Memory.objects.filter(pk=older.pk).update(
            valid_to=max(newer.said_at, older.valid_from),
            superseded_by=newer,
            revision=revisions.next_revision(older.partition_key),
        )
        changes.changed([older])
