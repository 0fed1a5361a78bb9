"""Intents of telling: what a message states is noted in words, so that mistakes are seen."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.notes import Notes, lowered, of_fact, second_person
from botrunner.offline.phrases import choose
from memories.facts.dates import dates_in
from memories.facts.ledger import Added, Ended, Why, parts
from memories.facts.predicates import SELF
from profiles.models import Emotion

LONG_TEXT = 1500
MOST_NOTED = 8

_GOOD_NEWS = re.compile(
    r"\b(?:i|we) (?:just |finally |actually )*(?:got (?:the job|accepted|promoted|engaged"
    r"|married|a raise|an offer)|passed(?! (?:out|away|by|on))|won(?!')|did it|made it"
    r"|graduated|aced)\b",
    re.IGNORECASE,
)
_BAD_NEWS = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:failed|lost|got (?:fired|dumped|rejected|laid off))\b"
    r"|\bbroke up\b|\bnobody (?:came|cares|called)\b|\b(?:is|was|are|were|been) (?:so )?(?:ill"
    r"|sick|hell|awful|horrible|terrible|in hospital|a nightmare)\b|\b(?:can't|couldn't) sleep\b"
    r"|\bcancer\b|\b(?:died|passed away)\b|\b(?:worst|rough|awful|horrible|terrible) (?:day|week"
    r"|night)\b",
    re.IGNORECASE,
)
_WORRIED = re.compile(r"\b(?:nervous|scared|worried|anxious|stressed|afraid)\b", re.IGNORECASE)
_REMEMBER = re.compile(
    r"^(?:please |pls |can you |could you )?(?:remember|don't forget|keep in mind|note)\b", re.I
)
_REMIND = re.compile(
    r"\b(?:remind me (?:to|about|that|on|at|in)|set (?:a |an )?(?:reminder|alarm))\b", re.I
)
_DONT_KEEP = re.compile(
    r"\b(?:don't|do not|dont|never) (?:remember|save|store|keep|write down|note) (?:this|that|it)\b"
    r"|\boff the record\b",
    re.I,
)
_LOSSES = frozenset({"death"})


def dont_keep(context: ReplyContext, text: str) -> str | None:
    """Say how something isn't kept: a message is kept before it is read."""
    return choose(phrases.DONT_KEEP, context) if _DONT_KEEP.search(text) else None


def statement_of_fact(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say in words what was noted, corrected or has ended."""
    if not re.search(r"[^\W\d_]{2}", text):
        return None
    added = [one for one in notes.changes.added if one.fact.predicate != "note"]
    ended = [one for one in notes.changes.ended if one.by is None]
    if not added and not ended:
        return None
    name = _new_name(added)
    corrected = [one for one in notes.changes.ended if one.why is Why.CORRECTED and one.by]
    said = [*(_added(one, context, notes) for one in added), *map(_over, ended)]
    told = [one for one in dict.fromkeys(said) if one][:MOST_NOTED]
    if _is_loss(added, ended):
        return f"I'm so sorry. {_recorded(context, told)}"
    opening = f"Nice to meet you, {name}. " if name and not corrected else ""
    if opening and len(told) > 1:
        told = [one for one in told if not one.startswith("your name is")]
    elif opening:
        return f"{opening}{_noted(context, told, bool(corrected))}"
    sorry = "I'm sorry. " if _parted(added) else ""
    return f"{opening}{sorry}{_noted(context, told, bool(corrected))}{_wish(text, added)}"


def reminder(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Take a reminder as a plan with its time, and say honestly what becomes of it."""
    if not _REMIND.search(text):
        return None
    when = next(iter(dates_in(text, context.now, notes.zone)), None)
    if not context.person.remembers:
        return choose(phrases.NOTED_FORGETFUL, context)
    day = f" for {when.said().removeprefix('on ')}" if when else ""
    return (
        f"I've kept that{day}. I can't remind you by myself yet, but you can ask me what's"
        " coming up."
    )


def wish_to_remember(context: ReplyContext, text: str) -> str | None:
    """Promise to remember, where that is allowed."""
    if not _REMEMBER.match(text) or text.endswith("?"):
        return None
    known = context.person.remembers
    return choose(phrases.NOTED if known else phrases.NOTED_FORGETFUL, context)


def chat(context: ReplyContext, text: str) -> str:
    """Answer anything else briefly: good or bad news in a word, the rest as heard."""
    if _BAD_NEWS.search(text):
        return choose(phrases.BAD_NEWS, context)
    if _GOOD_NEWS.search(text) and context.person.emotion not in phrases.DISTRESS:
        return choose(phrases.GOOD_NEWS, context)
    if len(text) > LONG_TEXT:
        known = context.person.remembers
        return choose(phrases.LONG if known else phrases.LONG_FORGETFUL, context)
    if context.person.emotion == Emotion.SAD:
        return choose(phrases.BAD_NEWS, context)
    known = context.person.remembers
    return choose(phrases.HEARD if known else phrases.HEARD_FORGETFUL, context)


def _added(one: Added, context: ReplyContext, notes: Notes) -> str:
    known = of_fact(one.fact, context.now, notes.zone, until=one.until)
    return known.lower.rstrip(".")


def _over(one: Ended) -> str:
    """Return a sentence that says that something is no longer true."""
    said = lowered(second_person(one.fact.text())).rstrip(".")
    return f"it's no longer so that {said}" if one.why is Why.OVER else f"it's not so that {said}"


def _noted(context: ReplyContext, told: list[str], corrected: bool) -> str:
    if not context.person.remembers:
        return choose(phrases.NOTED_FORGETFUL, context)
    return f"{'Corrected' if corrected else 'Noted'}: {_listed(told)}."


def _recorded(context: ReplyContext, told: list[str]) -> str:
    if not context.person.remembers:
        return choose(phrases.NOTED_FORGETFUL, context)
    return f"I've noted that {_listed(told)}."


def _listed(told: list[str]) -> str:
    if len(told) < 2:
        return "".join(told)
    return f"{', '.join(told[:-1])}{',' if len(told) > 2 else ''} and {told[-1]}"


def _new_name(added: list[Added]) -> str:
    return next(
        (
            one.fact.value
            for one in added
            if one.fact.entity == SELF and one.fact.predicate == "name" and not one.fact.until
        ),
        "",
    )


def _is_loss(added: list[Added], ended: list[Ended]) -> bool:
    return any(one.fact.predicate in _LOSSES for one in added)


def _parted(added: list[Added]) -> bool:
    return any(one.fact.predicate == "relationship" and parts(one.fact.value) for one in added)


def _wish(text: str, added: list[Added]) -> str:
    plans = any(one.fact.predicate == "plan" and one.fact.until is None for one in added)
    return " I hope it goes well." if plans and _WORRIED.search(text) else ""
