"""A few sentences on a session, so that a later one can continue from it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence

import numpy as np

from memories.embeddings import embedder
from memories.models import Message
from memories.wording.memorable import worth_remembering
from whisper.analysers import Analyser

# Of a session whose lines stay beside its summary, and of one whose lines have gone into it.
SENTENCES, ROLLED_SENTENCES = 3, 8
LONGEST_SENTENCE = 300

Summariser = Callable[[Sequence[Message]], Awaitable[str]]

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


async def extract_summary(messages: Sequence[Message], most: int = SENTENCES) -> str:
    """Return the person's sentences that stand for a session best, in order of time.

    Args:
        most: how many.

    They are those nearest to the mean of all sentence vectors, each unlike the ones chosen before
    (maximal marginal relevance; Carbonell and Goldstein 1998).

    Raises:
        EmbeddingError: the embedder did not answer.
    """
    sentences = [
        sentence[:LONGEST_SENTENCE]
        for message in messages
        if not message.from_companion
        for sentence in _SENTENCE_END.split(message.text)
        if worth_remembering(sentence)
    ]
    if len(sentences) <= most:
        return " ".join(sentences)
    by = await asyncio.to_thread(embedder)
    vectors = await asyncio.to_thread(by.embed, sentences)
    nearness = vectors @ vectors.mean(axis=0)
    chosen: list[int] = []
    for _ in range(most):
        likeness = (vectors @ vectors[chosen].T).max(axis=1) if chosen else np.zeros(len(sentences))
        value = nearness - likeness
        value[chosen] = -np.inf
        chosen.append(int(value.argmax()))
    return " ".join(sentences[index] for index in sorted(chosen))


SUMMARISER: Analyser[Summariser] = Analyser(extract_summary)
