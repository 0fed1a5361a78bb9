"""The worker's part of remembering: vectors, an index that follows, moods judged once more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import numpy as np

from memories.actions import EMBED, FEEL, JUDGE_MOOD, judge_mood, store_embeddings, was_withdrawn
from memories.embeddings.queries import kept_vectors
from memories.embeddings.work import told_to_the_outbox
from memories.index import copied_index
from memories.index.changes import INDEX, changes_in, removals_in
from memories.models import Memory, Message
from memories.queries import text_of
from profiles.emotions import classify
from profiles.emotions.judging import JUDGE, JudgeError
from profiles.handlers import feeling_payload, record_moods
from profiles.queries import may_remember
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data.withdrawing import tells_withdrawn

logger = logging.getLogger(__name__)

# How often a model is asked in vain before the rest of a batch is done without it.
MOST_FAILURES = 3

tells_withdrawn(was_withdrawn)


@outbox.handles(EMBED, "vectors of memories", again_at_start=True, can_wait=True)
async def embed(payloads: Sequence[dict[str, Any]]) -> None:
    """Give memories their vectors; one that is gone meanwhile needs none."""
    memories = await in_database(_memories, [payload["memory"] for payload in payloads])
    if not memories:
        return
    with told_to_the_outbox():
        # Of what was just said, recall has made the vector already.
        texts = [memory.text for memory in memories]
        vectors, model = await asyncio.to_thread(kept_vectors, texts, keep=False)
    await in_database(store_embeddings, memories, np.array(vectors), model=model)


@outbox.handles(INDEX, "updates of the search index", again_at_start=True)
async def index(payloads: Sequence[dict[str, Any]]) -> None:
    """Bring changes to the index; if none holds a copy any more there is nothing to do."""
    to = copied_index()
    if to is not None:
        await to.follow(changes_in(payloads), removals_in(payloads))


@outbox.handles(JUDGE_MOOD, "second looks at moods", can_wait=True)
async def judge_moods(payloads: Sequence[dict[str, Any]]) -> None:
    """Judge once more how messages feel; where nobody answers, the classifier's feeling is kept."""
    failures = 0
    for payload in payloads:
        text = await in_database(_text, payload)
        # With a model that is away, each of them would wait for its timeout.
        if text and failures < MOST_FAILURES:
            try:
                payload = payload | await JUDGE.current(text)
            except JudgeError as error:
                logger.warning("emotion: the model did not answer (%s)", error)
                failures += 1
        await record_moods([payload])
        # Where the classifier's word stands, nothing changes.
        await in_database(judge_mood, int(payload["message"]), payload["emotion"])


@outbox.handles(FEEL, "moods of edited messages", can_wait=True)
async def feel_again(payloads: Sequence[dict[str, Any]]) -> None:
    """Judge how edited messages feel, of people who still agree to it."""
    for payload in payloads:
        message = await in_database(_to_feel, int(payload["message"]))
        if message is None or message.person_id is None:
            continue
        feeling = feeling_payload(
            await asyncio.to_thread(classify, message.text),
            person_id=message.person_id,
            message_pk=message.pk,
            felt_at=message.sent_at,
            edited_at=message.edited_at,
        )
        await judge_moods([feeling])


def _to_feel(pk: int) -> Message | None:
    """Return a message whose mood may be judged; None if it is gone or its author said no."""
    message = Message.objects.filter(pk=pk, deleted_at=None, from_companion=False).first()
    if message is None or message.person_id is None or not may_remember(message.person_id):
        return None
    return message


def _text(payload: dict[str, Any]) -> str:
    """Return what the message says; empty if its author does not agree any more."""
    return text_of(int(payload["message"])) if may_remember(int(payload["person"])) else ""


def _memories(ids: Sequence[str]) -> list[Memory]:
    return list(Memory.objects.filter(pk__in=ids))
