"""Intents of asking: what is known of the person, what they said, and what nobody told."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.knowledge import (
    about,
    facts_at_hand,
    is_related,
    of_slots,
    quoted,
    statement_about,
    statements,
    tell,
)
from botrunner.offline.phrases import choose
from botrunner.offline.questions import asked_slots, asks_for_former
from memories.recall import Recalled

FACTS_TOLD = 12

_QUESTION = re.compile(
    r"\?\s*$|^(?:so |and |but |hey |ok |okay |well |now )?(?:what|where|when|who|whose|why|how"
    r"|which|is"
    r"|are|am|do|does|did|can|could|will|would|tell me|remind me)\b",
    re.IGNORECASE,
)
_ABOUT_ME = re.compile(
    r"\bwhat (?:else )?do you (?:know|remember)(?: (?:about|of) me)?\W*$"
    r"|\btell me (?:something )?about (?:me|myself)\b|\bwhat (?:all )?have i told you\W*$"
    r"|\bdo you (?:still )?(?:know|remember) me\b"
    r"|\bwhat do you (?:know|remember) (?:about|of) me\b|\bdescribe me\b",
    re.IGNORECASE,
)
_ABOUT_TOPIC = re.compile(
    r"\bwhat did i (?:tell|say|mention)\b|\b(?:do|can|don't) you (?:still )?remember\b"
    r"|\bwhat do you (?:know|remember) (?:about|of)\b|\bdid i (?:ever |already )?(?:tell|mention"
    r"|say)\b"
    r"|\bhave i (?:ever |already )?(?:told|mentioned|said)\b|\bremind me\b|\bdo you (?:still"
    r" )?know\b",
    re.IGNORECASE,
)
_ABOUT_SELF = re.compile(r"\b(?:i|i'm|my|me|mine|we|our)\b", re.IGNORECASE)
_ADVICE = re.compile(
    r"\bshould (?:i|we)\b|\bdo you think\b|\bwhat (?:would|can|could) (?:i|you) do\b|\bwhat do i"
    r" do\b"
    r"|\bhow (?:can|could) i\b|\b(?:can|could) you help\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\bwhy (?:am i|are we|do i|does my|is my|can't i|do they|does (?:he|she|it)|is it|me"
    r"|always)\b",
    re.IGNORECASE,
)
_TO_COMPANION = re.compile(r"\b(?:can|could|would|will|should|may) (?:you|i|we)\b", re.IGNORECASE)


def about_person(context: ReplyContext, text: str) -> str | None:
    """Answer a direct question about a fact, or about all that is known."""
    if not is_asking(text):
        return None
    if _ABOUT_ME.search(text):
        return _all_known(context)
    slots = asked_slots(text, by_name=bool(_ABOUT_TOPIC.search(text)))
    if not slots:
        return None
    found = of_slots(slots, facts_at_hand(context))
    if asks_for_former(text):
        return _former(context, found[0].sentence if found else "")
    if found:
        return tell(found, context)
    if "name" in slots and context.person.name:
        return f"You're {context.person.name}, of course."
    return _quote_or_unknown(context, text)


def about_topic(context: ReplyContext, text: str) -> str | None:
    """Tell or quote what was said about something that is asked for."""
    asks = _ABOUT_TOPIC.search(text)
    personal = is_asking(text) and _ABOUT_SELF.search(text) and not _TO_COMPANION.search(text)
    if not asks and not personal:
        return None
    if asks_for_former(text):
        return _former(context, "")
    found = about(text, facts_at_hand(context))
    return tell(found[:1], context) if found else _quote_or_unknown(context, text)


def other_question(context: ReplyContext, text: str) -> str | None:
    """Answer a question about the world from what was told, or honestly not at all."""
    if not text.endswith("?"):
        return None
    shared = [one.entry.text for one in context.recalled if is_related(one) and _is_shared(one)]
    if shared:
        return shared[0]
    said = statement_about(text, context)
    if said is not None:
        return choose(phrases.QUOTES, context, **quoted(said, context))
    if context.person.emotion in phrases.DISTRESS:
        return None
    return choose(phrases.NO_MODEL, context)


def advice(context: ReplyContext, text: str) -> str | None:
    """Give a question back to who has to decide it, or knows better."""
    if not is_asking(text):
        return None
    for pattern, said in ((_ADVICE, phrases.ADVICE), (_REASON, phrases.REASONS)):
        if pattern.search(text):
            return choose(said, context)
    return None


def is_asking(text: str) -> bool:
    """Tell whether a message is a question, with or without its mark."""
    return bool(_QUESTION.search(text) or _ABOUT_TOPIC.search(text))


def _all_known(context: ReplyContext) -> str:
    facts = [fact for fact in facts_at_hand(context) if fact.own]
    if not facts:
        said = statements(context.recalled)
        if said:
            return choose(phrases.QUOTES, context, **quoted(said[0], context))
        known = context.person.remembers
        return choose(phrases.NOTHING_KNOWN if known else phrases.UNKNOWN_FORGETFUL, context)
    lines = [f"- {fact.sentence}" for fact in facts[:FACTS_TOLD]]
    return "\n".join([choose(phrases.ALL_KNOWN, context), *lines])


def _former(context: ReplyContext, current: str) -> str:
    said = statement_about(context.text, context)
    if said is not None:
        return choose(phrases.QUOTES, context, **quoted(said, context))
    if not current:
        return choose(phrases.FORMER_UNKNOWN, context)
    return choose(phrases.FORMER, context, lower=current[0].lower() + current[1:])


def _quote_or_unknown(context: ReplyContext, text: str) -> str:
    said = statement_about(text, context)
    if said is not None:
        return choose(phrases.QUOTES, context, **quoted(said, context))
    known = context.person.remembers
    return choose(phrases.UNKNOWN if known else phrases.UNKNOWN_FORGETFUL, context)


def _is_shared(one: Recalled) -> bool:
    return one.entry.person_id is None
