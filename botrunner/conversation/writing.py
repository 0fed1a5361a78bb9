"""What a reply says: the model's words, and what is added to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from botrunner.conversation.base import Incoming, Surface
from botrunner.conversation.fates import has_kept
from botrunner.conversation.received import Received
from botrunner.conversation.reminding import remarks_on_reminders
from botrunner.conversation.rewriting import Rewriting
from botrunner.conversation.unkept import remark_on
from botrunner.llm.base import LanguageModel, ModelError, ReplyContext, joined
from whisper.database.access import in_database
from whisper.personal_data.quotations import Quotations

logger = logging.getLogger(__name__)

SORRY = "I'm sorry, I can't find the words right now. Please try again soon."
SORRY_KEPT = (
    "I'm sorry, I can't find the words right now. I've kept what you said. Please try again soon."
)


def is_apology(text: str) -> bool:
    """Return whether a reply only says that the model gave none."""
    return text.startswith((SORRY, SORRY_KEPT))


@dataclass(frozen=True, slots=True)
class Written:
    """What a reply says.

    Args:
        error: why the model gave no reply; empty if it did.
        keep: false if it says again what must not be kept.
        reminders: keys of those that it delivers.
    """

    text: str
    error: str
    keep: bool
    reminders: Sequence[int] = ()


async def write(
    turn: Sequence[Incoming],
    said: Incoming,
    received: Received,
    context: ReplyContext,
    surface: Surface,
    model: LanguageModel,
) -> Written:
    """Have a reply written, and show it on the surface as it comes.

    Args:
        turn: the messages that it replies to.
        said: the last of them, with the text of all.
        received: the last of them, as it was received.
    """
    text, error = await _words(model, context, surface, said.rewriting)
    if error:
        text = await _apology(said, received)
    keep = not await asyncio.to_thread(_quotes, text, context.unkept)
    reminders = await in_database(remarks_on_reminders, said, received, text)
    for remark in filter(None, (remark_on(turn, text), *reminders.remarks)):
        text = f"{text}\n\n{remark}"
        await surface.show(f"\n\n{remark}")
    return Written(text, error, keep, reminders.told)


def _quotes(text: str, unkept: Sequence[Quotations]) -> bool:
    """Return whether a reply quotes words that aren't kept."""
    return any(words.is_in(text) for words in unkept)


async def _words(
    model: LanguageModel, context: ReplyContext, surface: Surface, rewriting: Rewriting | None
) -> tuple[str, str]:
    """Return what the model writes; if it failed, only the reason."""
    beginning = rewriting.beginning if rewriting else ""
    pieces: list[str] = []
    try:
        if beginning:
            await surface.show(beginning)
        async for piece in model.reply(context):
            pieces.append(piece)
            if piece:
                await surface.show(piece)
    except ModelError as error:
        logger.warning("conversation: no answer from %s: %s", model.name, error)
        return "", str(error) or type(error).__name__
    text = joined(pieces).strip()
    return (f"{beginning}{text}", "") if text else ("", "the model said nothing")


async def _apology(said: Incoming, received: Received) -> str:
    """Return what is said where the model gave no reply; it tells what was kept if that is true."""
    if said.rewriting:
        return said.rewriting.failed(SORRY)
    kept = await in_database(has_kept, received.message.pk, said.person_id)
    return SORRY_KEPT if kept else SORRY
