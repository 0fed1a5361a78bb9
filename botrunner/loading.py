"""Load at the start what the first message would otherwise wait for."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from django.utils import timezone

from botrunner.llm import chat_model
from botrunner.llm.base import Promptless
from botrunner.llm.tokens import count_tokens
from memories.embeddings import EmbeddingError, embedder
from memories.facts.hearing import heard
from memories.facts.statements import Said
from profiles.emotions import classify
from profiles.emotions.care import crisis_line
from whisper.multilingual import wait_until_unpacked
from whisper.processes import garbage_collection

logger = logging.getLogger(__name__)


# A message that waits already, as in a pipe, is answered first.
AFTER_START_SECONDS = 1.0


async def load_models(stop: asyncio.Event) -> None:
    """Load the models in a background thread; return when `stop` is set."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), AFTER_START_SECONDS)
    if not stop.is_set():
        await asyncio.to_thread(_load)
    await stop.wait()


def _load() -> None:
    wait_until_unpacked()
    text = "Hello there"
    model = chat_model()
    if not isinstance(model, Promptless):
        count_tokens(text)
    classify(text)
    crisis_line(text)
    try:
        embedder()
        # The rules that hear facts are compiled at the first message.
        heard(Said("I like tea", timezone.now(), "UTC"), [])
    except EmbeddingError as error:
        logger.warning("start: no embedder, words alone decide what is recalled (%s)", error)
    garbage_collection.exclude()
    garbage_collection.give_back()
