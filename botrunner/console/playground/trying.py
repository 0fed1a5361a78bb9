"""Make a reply as the companion would, with other settings, and store nothing of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from django.utils import timezone

from botrunner.console.conversations.prompts import Section, sections_of
from botrunner.console.conversations.reading import KINDS
from botrunner.conversation.context import MISSED, RECALLED, budget_of
from botrunner.conversation.person import introduction
from botrunner.conversation.persona import persona_in, with_name
from botrunner.conversation.prompt import Prompt, PromptParts, build_prompt, prompt_tokens
from botrunner.conversation.queries import name_in
from botrunner.conversation.received import Received
from botrunner.llm import chat_model
from botrunner.llm.base import (
    LanguageModel,
    ModelError,
    PersonView,
    Promptless,
    ReplyContext,
    joined,
)
from botrunner.llm.endpoints import client, endpoint
from botrunner.offline import OfflineCompanion
from memories.access import Scope
from memories.index.base import Entry
from memories.models import Memory, Message, Place
from memories.queries import known_facts
from memories.recall import NOTHING, Explanation
from memories.recall.recalling import explained_for, query_for
from memories.recall.weights import Weights, weights
from memories.wording.phrasing import is_small_talk
from profiles.models import Profile
from profiles.preferences import zone_of
from profiles.privacy import ways_of
from profiles.queries import consent_of, profile_of
from whisper.database.access import in_database
from whisper.environment import environment

SECONDS = 60.0
KNOWN_FACTS = 100
OFFLINE = "offline"
TOO_LATE = f"The model took longer than {SECONDS:.0f} seconds."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is tried.

    Args:
        person_id: who says it; None for an invented person.
        facts: what is known of the invented person.
        place: where it is said: a channel that replies there are read in; None for alone.
    """

    text: str
    person_id: int | None
    facts: Sequence[str] = ()
    place: Message | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """How a reply is made.

    Args:
        persona: its text; empty for the one in use.
        factors: what weights of each kind are multiplied by; `p1` to `p4`.
        model: name of a model on the configured server, or `OFFLINE`; empty for the one in use.
        replies: whether the model is asked, or the prompt only made.
    """

    persona: str = ""
    factors: Mapping[str, float] | None = None
    model: str = ""
    replies: bool = True


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it.

    Args:
        sections: of the prompt; empty for a model that reads none.
        fault: why there is no reply; empty if there is one.
    """

    text: str
    fault: str
    model: str
    found: Explanation
    left_out: frozenset[UUID]
    sections: Sequence[Section]
    tokens: int
    seconds: float


async def try_both(asked: Asked, first: Variant, second: Variant) -> tuple[Tried, Tried]:
    """Return what comes of two ways to reply to the same."""
    received = await in_database(_received, asked)
    return await _tried(asked, received, first), await _tried(asked, received, second)


async def _tried(asked: Asked, received: Received, variant: Variant) -> Tried:
    began = time.perf_counter()
    found = await _recalled(asked, received, variant)
    model = await asyncio.to_thread(_model, variant)
    now = timezone.now().astimezone(zone_of(received.profile))
    own = with_name(variant.persona)
    scope = received.scope
    usual = await in_database(persona_in, scope.guild_id, (scope.channel_id,))
    parts = PromptParts(
        persona=own or usual,
        person=introduction(received),
        notes=[],
        scope=received.scope,
        facts=received.facts,
        recalled=found.found,
        history=[],
        text=asked.text,
        now=now,
        budget=budget_of(model),
    )
    prompt = await asyncio.to_thread(build_prompt, parts)
    if isinstance(model, Promptless):
        prompt = replace(prompt, messages=[])
    context = _context(received, found, parts, prompt)
    text, fault = await _reply(model, context) if variant.replies else ("", "")
    return Tried(
        text=text,
        fault=fault,
        model=model.name,
        found=found,
        left_out=prompt.left_out,
        sections=sections_of(prompt.messages) if prompt.messages else [],
        tokens=prompt_tokens(prompt.messages) if prompt.messages else 0,
        seconds=time.perf_counter() - began,
    )


def _context(
    received: Received, found: Explanation, parts: PromptParts, prompt: Prompt
) -> ReplyContext:
    """Return what the model replies to."""
    return ReplyContext(
        messages=prompt.messages,
        left_out=prompt.left_out,
        text=parts.text,
        person=PersonView(
            id=received.scope.person_id,
            name=received.name,
            remembers=received.profile is not None,
        ),
        now=parts.now,
        bot_name=environment.bot_name,
        recalled=found.found,
        missed=found.missed,
        facts=received.facts,
        scope=received.scope,
    )


async def _reply(model: LanguageModel, context: ReplyContext) -> tuple[str, str]:
    """Return a reply, or why there is none."""
    try:
        async with asyncio.timeout(SECONDS):
            pieces = [piece async for piece in model.reply(context)]
    except TimeoutError:
        return "", TOO_LATE
    except ModelError as error:
        return "", str(error) or type(error).__name__
    return joined(pieces).strip(), ""


async def _recalled(asked: Asked, received: Received, variant: Variant) -> Explanation:
    if received.profile is None or asked.person_id is None or is_small_talk(asked.text):
        return NOTHING
    query = await query_for(asked.text, received.scope)
    by = None if variant.factors is None else scaled(weights(), variant.factors)
    return await explained_for(query, received.scope, k=RECALLED, missed=MISSED, by=by)


def scaled(by: Weights, factors: Mapping[str, float]) -> Weights:
    """Return weights with those of each kind multiplied."""

    def changed(held: Mapping[str, float]) -> dict[str, float]:
        return {
            name: value * factors.get(KINDS.get(name, "p4"), 1.0) for name, value in held.items()
        }

    return replace(
        by,
        learned=changed(by.learned),
        fixed=changed(by.fixed),
        statement=changed(by.statement),
    )


def _model(variant: Variant) -> LanguageModel:
    where = endpoint("chat")
    if variant.model == OFFLINE or where is None:
        return OfflineCompanion()
    return client(replace(where, model=variant.model)) if variant.model else chat_model()


def _received(asked: Asked) -> Received:
    """Return what a reply would know; the message is not in the database."""
    now, place = timezone.now(), asked.place
    person_id = asked.person_id or 0
    scope = Scope.direct(person_id)
    if place is not None and place.place != Place.DIRECT:
        channel = place.parent_id or place.channel_id
        scope = Scope(person_id, Place(place.place), channel, place.guild_id)
    message = Message(text=asked.text, sent_at=now)
    if asked.person_id is None:
        facts = [_fact(text, scope) for text in asked.facts]
        profile = None if not facts else Profile(person_id=0, name="Somebody")
        return Received(message, True, profile, scope, facts=facts)
    consent = consent_of(person_id)
    if consent is None or not consent.allows_remembering:
        return Received(message, True, None, scope)
    scope, profile = scope.opened(ways_of(consent)), profile_of(person_id)
    return Received(
        message,
        True,
        profile,
        scope,
        level=consent.level,
        name=name_in(profile, scope) if profile else "",
        facts=known_facts(scope, limit=KNOWN_FACTS),
    )


def _fact(text: str, scope: Scope) -> Entry:
    return Entry(
        id=uuid4(),
        person_id=scope.person_id,
        kind=Memory.Kind.USER_FACT,
        text=text,
        context="",
        speaker="",
        place=scope.place,
        guild_id=None,
        channel_id=scope.channel_id,
        said_at=timezone.now(),
        category="",
        slot="",
        importance=0.5,
        confidence=1.0,
        revision=0,
    )
