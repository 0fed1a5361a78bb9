"""One message in, one reply out. Surfaces call it; there are no Discord types here."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from botrunner.conversation import actions, metrics
from botrunner.conversation.base import Delivered, Incoming, Outgoing, Reply, Surface
from botrunner.conversation.caching import cache_reply, follow_fates, forget_if_erased
from botrunner.conversation.consent import whole_of
from botrunner.conversation.context import Moods, gather, not_told_here
from botrunner.conversation.fates import owes_reply
from botrunner.conversation.letting_go import let_go, read_again
from botrunner.conversation.prompt import prompt_tokens
from botrunner.conversation.received import Received, still_held
from botrunner.conversation.withdrawing import follow_wishes
from botrunner.conversation.writing import Written, write
from botrunner.history import conversation_cache
from botrunner.llm import chat_model
from botrunner.llm.base import ChatMessage, LanguageModel, ReplyContext
from botrunner.llm.prices import cost_of
from botrunner.llm.tokens import count_tokens
from memories.actions import begin_replies, clean, clean_to_keep, give_up_replies
from profiles.actions import release_question
from whisper import live
from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError, DatabaseUnavailableError
from whisper.environment import environment
from whisper.log_context import Name, about
from whisper.names import safe_name
from whisper.redis.rates import count
from whisper.redis.turns import Turn, conversation_lock
from whisper.tracing import span

logger = logging.getLogger(__name__)

MINUTE = 60
# In place of a channel's id, for what concerns a person wherever they talk.
ALL_CHANNELS = 0
MODEL_FAILED = "The language model gave no reply"
TOO_FAST = "You're faster than I can follow. Give me a minute, then I'm all yours."


@dataclass(slots=True)
class _Clock:
    """Time of each step, in milliseconds."""

    milliseconds: dict[str, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.milliseconds[step] = round((now - self._last) * 1000, 2)
        self._last = now


async def respond(
    incoming: Incoming, surface: Surface, *, model: LanguageModel | None = None
) -> Reply | None:
    """Answer a message; None if it was handled before, or needs no reply any more."""
    return await respond_to_turn([incoming], surface, model=model)


async def respond_to_turn(
    turn: Sequence[Incoming], surface: Surface, *, model: LanguageModel | None = None
) -> Reply | None:
    """Answer what a person said in one channel in quick messages, with one reply.

    They are stored before anything else, unless they are already. Turns of one person in one
    channel are answered one at a time, in the order of their coming.

    Args:
        turn: the messages, oldest first.

    Returns:
        None if they were handled before, or need no reply any more. What its person had erased
        meanwhile is left out.
    """
    latest = turn[-1]
    ids: dict[Name, int | str | None] = {
        "person": latest.person_id,
        "guild": latest.guild_id,
        "channel": latest.channel_id,
        "message_id": latest.platform_id,
    }
    with about(ids), span("message"):
        return await _respond_to_turn(turn, surface, model)


async def _respond_to_turn(
    turn: Sequence[Incoming], surface: Surface, model: LanguageModel | None
) -> Reply | None:
    clock = _Clock()
    turn = [_cleaned(one) for one in turn]
    await follow_wishes(turn)
    received = await in_database(actions.receive_all, turn)
    held = still_held(turn, received)
    if not held:
        await let_go(turn, surface)
        return None
    turn, latest = held, held[-1]
    metrics.MESSAGES.inc(sum(one.is_new for one in received))
    clock.lap("received")
    if not received[-1].is_new and not latest.again:
        return None
    if not latest.again and await _is_too_fast(latest, surface):
        pks = [one.message.pk for one in received]
        await in_database(give_up_replies, pks, reason="too many messages in a minute")
        return None
    async with conversation_lock(latest.person_id, latest.channel_id) as right:
        owed = await _owed(received)
        if not owed:
            await let_go(turn, surface)
            return None
        if len(owed) < len(received):
            await read_again(latest.channel_id)
            turn, received = _part(turn, received, owed)
        clock.lap("waited")
        try:
            if model is None:
                model = await asyncio.to_thread(chat_model)
            return await _answer(turn, received, surface, model, clock, right)
        finally:
            await forget_if_erased(received[0])


def _tokens(model: str, prompt: Sequence[ChatMessage], text: str) -> dict[str, int]:
    """Return what a model read and wrote, and count it and its cost."""
    tokens = {"prompt": prompt_tokens(prompt), "answer": count_tokens(text)}
    for kind, number in tokens.items():
        metrics.TOKENS[kind].inc(number)
    if cost := cost_of(model, tokens["prompt"], tokens["answer"]):
        metrics.MODEL_COST.labels(model).inc(cost)
    return tokens


def _turn_before(context: ReplyContext) -> str:
    """Return what was said before, as memories keep it for context; nothing of what isn't kept."""
    before = context.history[-1] if context.history else None
    return before.text if before is not None and before.agreed else ""


def _cleaned(incoming: Incoming) -> Incoming:
    name, text = safe_name(incoming.person_name), clean_to_keep(incoming.text)
    has_secret = incoming.has_secret or text != clean(incoming.text)
    return replace(incoming, text=text, person_name=name, has_secret=has_secret)


async def _owed(received: Sequence[Received]) -> Collection[int]:
    """Return the keys of the messages of a turn that still wait for a reply."""
    pks = [one.message.pk for one in received]
    if all(one.is_new for one in received):
        return pks
    return await in_database(begin_replies, pks)


def _part(
    turn: Sequence[Incoming], received: Sequence[Received], pks: Collection[int]
) -> tuple[list[Incoming], list[Received]]:
    """Return what of a turn has these keys."""
    kept = [(came, one) for came, one in zip(turn, received, strict=True) if one.message.pk in pks]
    return [came for came, _ in kept], [one for _, one in kept]


async def beyond_limit(incoming: Incoming, *, messages: int = 1) -> int:
    """Count messages and return how far their person is beyond what is answered in a minute.

    Who runs the companion is not limited. People hear of it at the first message beyond the limit.

    Args:
        incoming: the last of them.
        messages: how many are counted.
    """
    if incoming.local:
        return 0
    subject, limit = f"messages:{incoming.person_id}", environment.messages_per_minute
    times = await count(subject, seconds=MINUTE, channel_id=incoming.channel_id, times=messages)
    return max(0, times - limit)


async def _is_too_fast(incoming: Incoming, surface: Surface) -> bool:
    beyond = await beyond_limit(incoming)
    if beyond == 1:
        await surface.deliver(Outgoing(TOO_FAST))
    return beyond > 0


async def _answer(
    turn: Sequence[Incoming],
    received: Sequence[Received],
    surface: Surface,
    model: LanguageModel,
    clock: _Clock,
    right: Turn,
) -> Reply | None:
    incoming, latest = turn[-1], received[-1]
    said = replace(incoming, text="\n".join(one.text for one in turn if one.text))
    with span("prompt"):
        context, moods = await gather(turn, said, latest, surface, model)
    clock.lap("prompt")
    with span("model", model=model.name):
        written = await write(turn, said, latest, context, surface, model)
    clock.lap("model")
    metrics.MODEL_SECONDS.observe(clock.milliseconds["model"] / 1000)
    await surface.may_leave()
    # Who was paused for long may have lost the right, and another process may have answered.
    pks = [one.message.pk for one in received]
    if not await right.is_ours() and not await in_database(owes_reply, pks):
        await let_go(turn, surface)
        return None
    async with _what_is_due(latest) as latest:
        known = [*received[:-1], latest]
        delivered = await _deliver(turn, known, written, surface)
        if delivered is None:
            await let_go(turn, surface)
            return None
        clock.lap("delivered")
        (metrics.FAILED if written.error else metrics.ANSWERED).inc()
        made = _Made(context, moods, written, delivered)
        reply = await _sent(made, said, latest, model, clock)
        stored = await in_database(actions.store_reply, turn, known, reply)
    await cache_reply(stored, incoming, replaces=incoming.rewriting is not None)
    if latest.profile is not None and not stored.is_kept:
        # They declined meanwhile, perhaps before their message came into the cache.
        await conversation_cache().withdraw(incoming.person_id)
    await follow_fates(turn, received, delivered)
    clock.lap("kept")
    _tell(latest, reply, stored.trace)
    return Reply(
        written.text,
        context.recalled,
        moods.strongest.emotion,
        clock.milliseconds,
        stored.trace,
        written.error,
        sum(reply.tokens.values()),
    )


async def _deliver(
    turn: Sequence[Incoming], received: Sequence[Received], written: Written, surface: Surface
) -> Sequence[Delivered] | None:
    """Send a reply; None if what it replies to was deleted meanwhile, or has a reply."""
    latest = received[-1]
    outgoing = Outgoing(
        written.text, ask_consent=latest.consent_missing, tell_notice=latest.first_notice
    )
    whole = whole_of(outgoing)
    if await in_database(actions.begin_sending, received, turn[-1], whole, keep=written.keep):
        with span("delivery"):
            return await surface.deliver(outgoing)
    return None


@dataclass(frozen=True, slots=True)
class _Made:
    """A delivered reply, and what it was made from."""

    context: ReplyContext
    moods: Moods
    written: Written
    delivered: Sequence[Delivered]


async def _sent(
    made: _Made, said: Incoming, received: Received, model: LanguageModel, clock: _Clock
) -> actions.SentReply:
    """Return all of a reply that is kept where its person agreed."""
    context, written = made.context, made.written
    # The server may have got less than was meant for it.
    prompt = context.kept_messages or context.report.messages or context.messages
    return actions.SentReply(
        delivered=made.delivered,
        prompt=prompt,
        recalled=context.recalled,
        missed=context.missed,
        left_out=context.left_out,
        held_back=await not_told_here(said, received),
        feeling=made.moods.strongest,
        feelings=made.moods.by_message,
        milliseconds=clock.milliseconds,
        tokens=_tokens(model.name, prompt, written.text) if prompt else {},
        model=model.name,
        error=written.error,
        context=_turn_before(context),
        history=context.history,
        hashes=context.hashes,
        keep=written.keep,
        reminders=written.reminders,
    )


def _tell(received: Received, reply: actions.SentReply, trace: int | None) -> None:
    """Tell those who watch of a reply, and of the fault that it has in place of one."""
    took = round(sum(reply.milliseconds.values()), 1)
    event = live.Event(
        live.LiveKind.REPLY,
        reply.model,
        message=received.message.pk,
        trace=trace,
        milliseconds=took,
        length=sum(len(one.text) for one in reply.delivered),
        count=len(reply.recalled),
    )
    live.publish(event)
    if reply.error:
        failed = live.Event(
            live.LiveKind.FAULT, MODEL_FAILED, message=received.message.pk, trace=trace
        )
        live.publish(failed)


@asynccontextmanager
async def _what_is_due(received: Received) -> AsyncIterator[Received]:
    """Let one reply at a time ask a person for consent or tell them that they are remembered.

    Quick messages are received before the first of them is answered, in several channels too. The
    others then wait until that reply is kept, and find that nothing is left to ask or tell.
    """
    if not (received.consent_missing or received.first_notice):
        yield received
        return
    person_id = received.scope.person_id
    async with conversation_lock(person_id, ALL_CHANNELS):
        due, claim = await in_database(actions.claim_due, received)
        try:
            yield due
        finally:
            if claim is not None:
                # If the database is away, the claim ends by itself.
                with suppress(DatabaseUnavailableError, DatabaseBusyError):
                    await in_database(release_question, person_id, claim)
