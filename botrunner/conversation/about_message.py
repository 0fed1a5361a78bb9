"""A question about a message, answered for the one who asks: nothing of it is kept."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace

from django.utils import timezone

from botrunner.conversation.base import Incoming
from botrunner.conversation.context import RECALLED, budget_of
from botrunner.conversation.person import introduction
from botrunner.conversation.persona import persona_in
from botrunner.conversation.prompt import PromptParts, build_prompt, prompt_tokens
from botrunner.conversation.queries import name_in
from botrunner.conversation.received import Received
from botrunner.conversation.surroundings import Quoted, Surroundings
from botrunner.conversation.unkept import without_secrets
from botrunner.conversation.writing import SORRY
from botrunner.llm import chat_model
from botrunner.llm.base import (
    LanguageModel,
    ModelError,
    PersonView,
    Promptless,
    ReplyContext,
    joined,
)
from botrunner.llm.tokens import count_tokens
from memories.actions import clean_to_keep
from memories.models import Message
from memories.queries import known_facts
from memories.recall import Recalled, recall
from profiles.emotions.state import crisis_line
from profiles.preferences import zone_of
from profiles.privacy import ways_of
from profiles.queries import consent_of, profile_of
from whisper.database.access import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

KNOWN_FACTS = 30
HOW = "they ask about this message"
NO_MODEL = "Without a language model I can't say anything about a message of somebody else."


@dataclass(frozen=True, slots=True)
class Told:
    """An answer.

    Args:
        tokens: how many a language model read and wrote for it.
    """

    text: str
    tokens: int = 0


async def answer_about(question: Incoming, about: Quoted) -> Told:
    """Answer a question about a message.

    Args:
        question: what is asked, where it is answered; it is not stored.
        about: the message; whoever wrote it doesn't mind that it is read.
    """
    model = await asyncio.to_thread(chat_model)
    if isinstance(model, Promptless):
        return Told(NO_MODEL)
    question = replace(question, text=clean_to_keep(question.text))
    received = await in_database(_received, question)
    words = f"{question.text}\n{about.text}"
    recalled = await recall(words, received.scope, k=RECALLED) if received.profile else []
    persona = await in_database(
        persona_in,
        question.guild_id,
        (question.channel_id, question.parent_id),
        question.person_id,
        for_adults=question.for_adults,
    )
    danger = await asyncio.to_thread(crisis_line, question.text)
    context = _context(question, received, recalled, persona, danger, about, model)
    try:
        text = joined([piece async for piece in model.reply(context)]).strip()
    except ModelError as error:
        logger.warning("conversation: no answer from %s: %s", model.name, error)
        text = ""
    return Told(text or SORRY, prompt_tokens(context.messages) + count_tokens(text))


def _received(question: Incoming) -> Received:
    """Return what an answer needs to know of the person who asks, without keeping anything."""
    consent = consent_of(question.person_id)
    scope = question.scope.opened(ways_of(consent))
    agrees = consent is not None and consent.allows_remembering
    profile = profile_of(question.person_id) if agrees else None
    if profile is None:
        return Received(Message(), False, None, scope)
    facts = known_facts(scope, limit=KNOWN_FACTS, zone=zone_of(profile))
    return Received(Message(), False, profile, scope, name=name_in(profile, scope), facts=facts)


def _context(
    question: Incoming,
    received: Received,
    recalled: list[Recalled],
    persona: str,
    danger: str,
    about: Quoted,
    model: LanguageModel,
) -> ReplyContext:
    now = timezone.now().astimezone(zone_of(received.profile))
    parts = PromptParts(
        persona=persona,
        person=introduction(received),
        notes=[danger] if danger else [],
        scope=received.scope,
        facts=received.facts,
        recalled=recalled,
        history=(),
        text=question.text,
        now=now,
        budget=budget_of(model),
        around=without_secrets(Surroundings(pointed_at=[replace(about, how=HOW)])),
    )
    prompt = build_prompt(parts)
    return ReplyContext(
        messages=prompt.messages,
        left_out=prompt.left_out,
        text=question.text,
        person=PersonView(question.person_id, received.name or question.person_name),
        now=now,
        bot_name=environment.bot_name,
        recalled=recalled,
        facts=received.facts,
        scope=received.scope,
    )
