"""Intents of asking about the companion: what it is, what it can do, its clock and its commands."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.courtesies import first_that_fits
from botrunner.offline.phrases import choose, hearing, itself, knowledge, meeting
from botrunner.offline.quoting import shortened
from botrunner.offline.said_to_companion import TABLE
from botrunner.offline.spelling import spelled
from memories.wording.memorable import worth_remembering

LONGEST_QUESTION = 160
_SHORT_YOU = re.compile(r"\b[uU]\b")
_SHORT_ARE = re.compile(r"\b[rR]\b(?=\s+(?:you|we|they)\b)|(?<=you )\br\b")

_ASKED = tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in TABLE)
_INTRODUCTION = re.compile(
    r"\bwhat(?:'s| is) (?:this(?: thing| app| bot| channel| chat| server| room)?(?: all)?"
    r"(?: about| for)?|it (?:about|for))\W*$"
    r"|\bwhat(?:'?s| does)? (?:this|it|(?:this|the|that) (?:thing|app|bot)) do\b"
    r"|\bhow do i use (?:this|it|you)\b|\bwhat are you (?:for|good for)\b"
    r"|\b(?:just )?(?:installed|set) (?:you|this|it) up\b|\bjust installed you\b"
    r"|\bhow (?:do|does) (?:this|it|you) work\b|\bwhat(?:'s| is) the point of you\b",
    re.IGNORECASE,
)
_HELP_WITH = re.compile(
    r"^(?:(?:hey|hi|ok|so|and|please|pls|plz|bro|can|could|would|will|you|u|i|i'd|need|want|some"
    r"|your)\W+)*help (?:(?:me |us )?(?:with |w/? |w |out with |on )(?P<what>[^?.!]{3,40})"
    r"|me (?:to )?(?P<do>write|learn|study|understand|find|choose|decide|fix|solve|plan|cook"
    r"|make)\b)",
    re.IGNORECASE,
)
_LAST_TALK = re.compile(
    r"\bwhat (?:did|have) we (?:talk|talked|chat|chatted|discuss|discussed)\b(?: about)?"
    r"(?: so far| just now)?\W*$|\bwhat were we (?:talking|chatting) about\b|\bwhere were we\W*$"
    r"|\bwhat did i (?:just )?say\W*$"
    r"|\bwhat was i saying\b",
    re.IGNORECASE,
)
_ABILITIES = re.compile(
    r"\bwhat (?:else )?(?:can|could) (?:you|i) (?:actually |really |even |even actually )?do"
    r"(?: for me| here| with you| now)?\W*$|^/?help(?: me)?\W*$|\bwhat do you do\b",
    re.IGNORECASE,
)
_MEMORY = re.compile(
    r"\b(?:can|do|will|could) you (?:really |ever |always |also |actual+y )?(?:remember|forget"
    r"|keep|store"
    r"|save)(?: (?:any|all|some|my))?"
    r" (?:things?|this|that|it|anything|everything|stuff|what i (?:say|tell you)|me)"
    r"(?:,? (?:for|later|next|tomorrow|forever|too|please|i (?:say|tell you)"
    r"|or (?:is|are|not|just|do))\b.*)?\W*$"
    r"|\bdo you remember (?:in the (?:same )?way|like (?:i|we|people)|as (?:i|we|people))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\bwhat(?:'s| is) the time\b|\bwhat time (?:is it|it is)(?: now| please| there)?\W*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:what|which) (?:day|date) (?:is (?:it|today)|it is)\b"
    r"|\bwhat(?:'s| is) (?:the date|today's date)\b|^(?:\W*(?:so|and|hi|hey|good morning"
    r"|morning)\b)*"
    r"\W*what(?:'s| is) today\W*$",
    re.IGNORECASE,
)
_FORGET = re.compile(
    r"^(?:(?:please|pls|can you|could you|just|now|ok) )*(?:forget(?! (?:it|that)\W*$)|delete"
    r"|erase)\b"
    r"|^(?:please |pls )?(?:don'?t|do not) (?:keep|remember|store|save) (?:the|my|any|anything"
    r"|what)\b"
    r"|\b(?:i )?(?:don'?t|do not) want (?:you|u|this|it) to (?:remember|keep|know|store|save"
    r"|have)\b"
    r"|\byou (?:should|can|must|may) forget\b"
    r"|\bhow (?:do|can|could) i (?:(?:make|have|get) you (?:to )?forget|delete|erase|remove"
    r"|clear)\b|\bcan i (?:delete|erase)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(r"^[/!][a-z]\w*(?: |$)", re.IGNORECASE)


def about_companion(context: ReplyContext, text: str) -> str | None:
    """Answer questions about the companion, the clock or its commands."""
    if len(text) > LONGEST_QUESTION:
        return None
    plain = _plain(text)
    # “whats this channel for”
    readings = dict.fromkeys([plain, spelled(plain)])
    return next(filter(None, (_about_companion(context, one) for one in readings)), None)


def _about_companion(context: ReplyContext, text: str) -> str | None:
    known, now = context.person.remembers, context.now
    if _INTRODUCTION.search(text):
        return choose(meeting.INTRODUCTION if known else meeting.INTRODUCTION_FORGETFUL, context)
    if help_with := _HELP_WITH.search(text):
        return choose(itself.CANT_HELP, context, what=_to_you(help_with["what"] or "that"))
    if _LAST_TALK.search(text):
        return _last_said(context)
    if _ABILITIES.search(text):
        return choose(itself.ABILITIES if known else itself.ABILITIES_FORGETFUL, context)
    if _MEMORY.search(text):
        return choose(itself.MEMORY if known else hearing.NOTED_FORGETFUL, context)
    if _TIME.search(text):
        return choose(itself.CLOCK, context, time=f"{now:%H:%M}")
    if _DATE.search(text):
        return choose(itself.CALENDAR, context, date=f"{now:%A}, {now.day} {now:%B %Y}")
    if _FORGET.search(text):
        return choose(itself.FORGET_HELP, context)
    return first_that_fits(_ASKED, context, text)


def _to_you(what: str) -> str:
    return re.sub(r"\bmy\b", "your", what.strip(), flags=re.IGNORECASE)


def _plain(text: str) -> str:
    """Return a text with the shorthand of chats written out."""
    return _SHORT_ARE.sub("are", _SHORT_YOU.sub("you", text))


def _last_said(context: ReplyContext) -> str:
    """Quote what the person said before this message."""
    own = [one for one in context.history if not one.from_companion]
    own = [one for one in own if worth_remembering(one.text)] or own
    if not own:
        return choose(knowledge.NO_TALK, context)
    return f"You had just told me: “{shortened(own[-1].text)}”"


def command(context: ReplyContext, text: str) -> str | None:
    """Say of a command that came as a message that nothing was done, and where it is done."""
    return itself.COMMAND if _COMMAND.match(text) else None
