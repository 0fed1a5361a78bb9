"""Take back what was made of a message that was edited or deleted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from memories.actions.base import BATCH, FACTS, FEEL, NAME_SLOTS, SUMMARY, number
from memories.actions.facts import make_current, say_again
from memories.actions.forgetting import drop_quoting
from memories.actions.memories import change_text, forget
from memories.index import changes, revisions
from memories.models import Memory, Message, ReplyTrace
from profiles.actions import rename
from profiles.queries import profile_of
from whisper import outbox
from whisper.database.prepared import prepared
from whisper.models import OutboxEntry
from whisper.names import one_line
from whisper.personal_data import registry
from whisper.personal_data.quotations import Quotations
from whisper.personal_data.withdrawing import Withdrawal

# How many earlier messages and their replies a prompt holds at most.
TRACES_NEAR = 64
# Traces further away are looked at if they hold a memory made of the message, or one of its rarest
# words: reading all of a year's prompts would take minutes.
WORDS_LOOKED_FOR = 12
# Messages that may state again what the withdrawn one stated.
ECHOES = 10
SHORTEST_ECHO = 3


def take_back(message: Message, *, new_text: str, deleted: bool, agrees: bool) -> None:
    """Have each app drop what it made of a message's old text; what the new text says is made.

    Call it in the transaction that changed the row. A reply that is being made meanwhile finds the
    partition's revision of its latest removal raised.

    Args:
        message: as it was before.
        agrees: whether anything may be derived of the new text.
    """
    if message.person_id is None:
        return
    key = f"person:{message.person_id}"
    revisions.lock_or_make([key])
    made = list(message.memories.exclude(kind=Memory.Kind.CONVERSATION).defer("embedding"))
    sessions = list(_sessions(message, made))
    registry.withdraw(_withdrawal(message, made, new_text=new_text, deleted=deleted))
    revisions.note_removal([key])
    if agrees and not message.from_companion:
        _derive_again(message, made, sessions, deleted=deleted)


def _withdrawal(
    message: Message, made: Sequence[Memory], *, new_text: str, deleted: bool
) -> Withdrawal:
    own = _own_messages(message)
    before = own.filter(sent_at__lte=message.sent_at).order_by("-sent_at").first()
    after = own.filter(sent_at__gt=message.sent_at).order_by("sent_at").first()
    return Withdrawal(
        message_pk=message.pk,
        person_id=message.person_id or 0,
        channel_id=message.channel_id,
        from_companion=message.from_companion,
        said_at=message.sent_at,
        text=message.text,
        new_text=new_text,
        is_deletion=deleted,
        earlier=before.sent_at if before else None,
        later=after.sent_at if after else None,
        others=lambda: own.exclude(text="").values_list("sent_at", "text").iterator(),
        quotations=Quotations(
            [message.text, *(one.value for one in made)],
            made=_only_made(made),
            kept=_kept(message, own, new_text),
        ),
    )


def _only_made(made: Sequence[Memory]) -> set[str]:
    """Return the sentences of memories that no other memory of the person says too."""
    texts = {one.text for one in made}
    others = Memory.objects.filter(person_id__in={one.person_id for one in made}, text__in=texts)
    others = others.exclude(pk__in=[one.pk for one in made])
    return texts - set(others.values_list("text", flat=True))


def _own_messages(message: Message) -> QuerySet[Message]:
    rows = Message.objects.filter(person_id=message.person_id, from_companion=False)
    return rows.filter(deleted_at=None).exclude(pk=message.pk)


def _kept(message: Message, own: QuerySet[Message], new_text: str) -> Iterator[str]:
    """Yield what the person still says: in other messages, and to commands and imports."""
    yield new_text
    yield from own.exclude(text="").values_list("text", flat=True).iterator()
    told = Memory.objects.filter(person_id=message.person_id, sources=None)
    yield from told.values_list("text", flat=True).iterator()


def _sessions(message: Message, made: Sequence[Memory]) -> Iterator[datetime]:
    """Yield when the sessions ended whose summaries the message went into."""
    for summary in made:
        if summary.kind == Memory.Kind.SUMMARY:
            last = summary.sources.exclude(pk=message.pk).order_by("-sent_at").first()
            yield last.sent_at if last else message.sent_at


def _derive_again(
    message: Message, made: Sequence[Memory], sessions: Sequence[datetime], *, deleted: bool
) -> None:
    person_id = message.person_id
    if not deleted:
        for topic in (FACTS, FEEL):
            outbox.enqueue(topic, {"message": str(message.pk)}, person_id=person_id)
    for echo, value in _echoes(message, made):
        outbox.enqueue(FACTS, {"message": str(echo), "only": value}, person_id=person_id)
    for until in sessions:
        session = {
            "person": str(person_id),
            "channel": str(message.channel_id),
            "until": until.isoformat(),
        }
        outbox.enqueue(SUMMARY, session, person_id=person_id)


def _echoes(message: Message, made: Sequence[Memory]) -> Iterator[tuple[int, str]]:
    """Yield messages that may say again what a withdrawn fact said, with its value.

    A fact that was known already was not stored a second time.
    """
    for value in {one.value for one in made if len(one.value) >= SHORTEST_ECHO}:
        rows = _own_messages(message).filter(text__icontains=value).order_by("-sent_at")
        for pk in rows.values_list("pk", flat=True)[:ECHOES]:
            yield pk, value


def withdraw(withdrawal: Withdrawal) -> None:
    """Drop or mend what is held here of a message's old words: this app's part."""
    message = Message.objects.get(pk=withdrawal.message_pk)
    _drop_waiting(withdrawal)
    drop_quoting(withdrawal)
    gone = _take_back_memories(message, withdrawal)
    if not withdrawal.quotations:
        return
    _mend_memories(withdrawal)
    _mend_replies(withdrawal)
    _mend_traces(withdrawal, gone)


def _drop_waiting(withdrawal: Withdrawal) -> None:
    """Drop work of the outbox that still has the old words, or would look for them."""
    waiting = OutboxEntry.objects.filter(person_id=withdrawal.person_id)
    waiting.filter(payload__message=str(withdrawal.message_pk)).delete()


def _take_back_memories(message: Message, withdrawal: Withdrawal) -> list[str]:
    """Remove the memories of a message, and say the edited line as it is now.

    Returns:
        The ids of those that are gone.
    """
    lines = message.memories.filter(kind=Memory.Kind.CONVERSATION)
    made = list(message.memories.exclude(kind=Memory.Kind.CONVERSATION).defer("embedding"))
    facts = [one for one in made if one.kind == Memory.Kind.USER_FACT]
    make_current(facts, message)
    gone = [one.pk for one in made]
    if withdrawal.is_deletion:
        gone += lines.values_list("pk", flat=True)
    else:
        for line in lines:
            change_text(line, withdrawal.new_text)
    forget(gone)
    _name_again(withdrawal.person_id, facts)
    return [str(pk) for pk in gone]


def _name_again(person_id: int, facts: Sequence[Memory]) -> None:
    """Call a person no longer by a name that only these facts gave, but by the one before."""
    told = [fact for fact in facts if fact.slot in NAME_SLOTS]
    profile = profile_of(person_id) if told else None
    if profile is None or not profile.preferred_name:
        return
    if not any(profile.preferred_name in one_line(fact.text) for fact in told):
        return
    named = Memory.objects.filter(person_id=person_id, slot__in=NAME_SLOTS, valid_to=None)
    # What they asked to be called comes before their mere name.
    latest = named.exclude(value="").order_by("-slot", "-said_at").first()
    rename(person_id, preferred_name=latest.value if latest else "")


def _mend_memories(withdrawal: Withdrawal) -> None:
    """Take quotations out of the turns before other memories, and out of facts and summaries."""
    quoting = Q(created_at__gte=withdrawal.said_at)
    for word in _words(withdrawal):
        quoting |= Q(context__icontains=word) | Q(text__icontains=word)
    rows = Memory.objects.filter(quoting, person_id=withdrawal.person_id).exclude(sources=None)
    mended = [
        memory
        for memory in rows.defer("embedding").order_by("revision")
        if _mend(memory, withdrawal)
    ]
    number(mended)
    fields = ["text", "context", "revision"]
    Memory.objects.bulk_update(mended, fields, batch_size=BATCH)
    changes.changed(mended)


def _mend(memory: Memory, withdrawal: Withdrawal) -> bool:
    """Mend a memory, which is not saved; tell whether anything in it changed."""
    quotations, before = withdrawal.quotations, (memory.text, memory.context)
    if memory.context and withdrawal.text.startswith(memory.context):
        memory.context = withdrawal.new_text[: len(memory.context)]
    else:
        memory.context = quotations.without(memory.context)
    # The person's other lines are their own words.
    if memory.kind != Memory.Kind.CONVERSATION and quotations.is_in(memory.text):
        memory.text = quotations.without(say_again(memory) or memory.text)
    return (memory.text, memory.context) != before


def _mend_replies(withdrawal: Withdrawal) -> None:
    """Take quotations out of what the companion said to the person.

    What it said before may quote an earlier message that has been deleted since: as long as this
    one said the same, that wasn't a secret.
    """
    quoting = Q(sent_at__gte=withdrawal.said_at)
    for word in _words(withdrawal):
        quoting |= Q(text__icontains=word)
    rows = Message.objects.filter(quoting, person_id=withdrawal.person_id, from_companion=True)
    replies = [
        reply
        for reply in rows.exclude(text="").exclude(pk=withdrawal.message_pk)
        if withdrawal.quotations.is_in(reply.text)
    ]
    for reply in replies:
        reply.text = withdrawal.quotations.without(reply.text)
    Message.objects.bulk_update(replies, ["text"], batch_size=BATCH)


def _mend_traces(withdrawal: Withdrawal, gone: Sequence[str]) -> None:
    """Take quotations, and memories that are gone, out of the traces of replies."""
    if withdrawal.is_deletion:
        ReplyTrace.objects.filter(message=withdrawal.message_pk).delete()
    quotations, removed = withdrawal.quotations, set(gone)
    traces = _traces_to_mend(withdrawal, gone)
    for trace in traces:
        left = [one for one in trace.recalled if one.get("id") not in removed]
        trace.recalled = quotations.without_in(left)
        trace.prompt = quotations.without_in(trace.prompt)
        trace.error = quotations.without(trace.error)
    ReplyTrace.objects.bulk_update(traces, ["recalled", "prompt", "error"], batch_size=BATCH)


def _traces_to_mend(withdrawal: Withdrawal, gone: Sequence[str]) -> list[ReplyTrace]:
    traces = ReplyTrace.objects.filter(person_id=withdrawal.person_id).order_by("created_at")
    near = traces.filter(
        created_at__gte=withdrawal.said_at, message__channel_id=withdrawal.channel_id
    )[:TRACES_NEAR]
    quoting = Q(pk__in=list(near.values_list("pk", flat=True)))
    for word in _words(withdrawal):
        quoting |= Q(prompt_text__icontains=_in_json(word))
    for memory in gone:
        quoting |= Q(recalled_text__contains=memory)
    return list(
        traces.annotate(
            prompt_text=Cast("prompt", TextField()), recalled_text=Cast("recalled", TextField())
        ).filter(quoting)
    )


def _words(withdrawal: Withdrawal) -> Iterator[str]:
    """Yield the rarest words to look for; SQLite knows capitals of ASCII alone."""
    for word in withdrawal.quotations.words[:WORDS_LOOKED_FOR]:
        yield from {word, word.lower(), word.upper(), word.capitalize()}


def _in_json(word: str) -> str:
    """Return a word as the database keeps it in JSON; SQLite has escapes for other letters."""
    return json.dumps(word)[1:-1] if connection.vendor == "sqlite" else word


_changed = prepared(lambda pk: Message.objects.filter(pk=pk).values_list("deleted_at", "edited_at"))


def was_withdrawn(message_pk: int, edited_at: str) -> bool:
    """Return whether a message was deleted, or edited after what was known as its last edit."""
    row = _changed.first(message_pk)
    if row is None:
        return False
    deleted, edited = row
    return deleted is not None or (edited.isoformat() if edited else "") != edited_at
