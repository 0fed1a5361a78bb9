"""Intents of telling: facts, wishes to remember, and whatever else somebody says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.knowledge import (
    Known,
    facts_at_hand,
    is_related,
    quoted,
    second_person,
    statements,
)
from botrunner.offline.phrases import choose
from botrunner.offline.topics import TAKEN_UP, TOPICS
from memories.facts.base import FactDraft
from memories.facts.rules import extract

LONG_TEXT = 1500
OLD = timedelta(hours=12)
SHORT_TEXT = 160
# Facts of these categories are taken up as they are: «call me Annie» has no mood.
PLAIN = {"name", "birthday", "like", "dislike"}

_GOOD_NEWS = re.compile(
    r"\b(?:i|we) (?:just |finally |actually )*(?:got (?:the job|accepted|promoted|engaged"
    r"|married"
    r"|a raise)|passed(?! (?:out|away|by|on))|won(?!')|did it|made it"
    r"|graduated|aced)\b",
    re.IGNORECASE,
)
_BAD_NEWS = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:failed|lost|got (?:fired|dumped|rejected|laid off))\b"
    r"|\bbroke up\b|\bnobody (?:came|cares|called)\b|\b(?:is|was|are|were|been) (?:so )?(?:ill"
    r"|sick|hell"
    r"|awful|horrible|terrible|in hospital|a nightmare)\b|\b(?:can't|couldn't) sleep\b|\bcancer\b",
    re.IGNORECASE,
)
_REMEMBER = re.compile(
    r"^(?:please |can you |could you )?(?:remember|don't forget|keep in mind|note)\b", re.I
)


def statement_of_fact(context: ReplyContext, text: str) -> str | None:
    """Take up a fact that was just stated."""
    drafts = extract(text)
    if not drafts or len(text) > LONG_TEXT:
        return None
    known = {fact.slot or fact.text: fact for fact in facts_at_hand(context)}
    news = [draft for draft in drafts if not _is_known(draft, known)]
    if not news:
        return _already_known(context, known[_key(drafts[0])])
    draft = max(news, key=lambda one: (_is_loss(one), one.slot.endswith("name")))
    if _is_loss(draft):
        return _taken_up(draft, context)
    parts = [_taken_up(draft, context)]
    if draft.category not in PLAIN:
        parts = [*_mood(context, text), *parts]
    if context.person.remembers:
        before = known.get(draft.slot)
        old = before.sentence.rstrip(".") if before else ""
        parts.append(choose(phrases.CORRECTED if old else phrases.NOTED, context, old=old))
    if draft.category == "plan":
        parts.append(choose(phrases.PLANS, context))
    return " ".join(_with_ends(parts))


def wish_to_remember(context: ReplyContext, text: str) -> str | None:
    """Promise to remember, where that is allowed."""
    if not _REMEMBER.match(text) or text.endswith("?"):
        return None
    known = context.person.remembers
    return choose(phrases.NOTED if known else phrases.NOTED_FORGETFUL, context)


def chat(context: ReplyContext, text: str) -> str:
    """Answer anything else: take up the mood, link to what is remembered, ask a little."""
    if len(text) > LONG_TEXT:
        known = context.person.remembers
        return choose(phrases.LONG if known else phrases.LONG_FORGETFUL, context)
    parts = _mood(context, text) or [choose(phrases.HEARD, context)]
    if reminder := _reminder(context):
        parts.append(reminder)
    elif not parts[0].endswith("?"):
        parts.append(_follow_up(context, text))
    return " ".join(parts)


def _mood(context: ReplyContext, text: str) -> list[str]:
    """Return a sentence on the mood; plain news is good or bad whatever the classifier says."""
    distressed = context.person.emotion in phrases.DISTRESS
    if _GOOD_NEWS.search(text) and not distressed:
        return [choose(phrases.GOOD_NEWS, context)]
    said = phrases.MOODS.get(context.person.emotion)
    if _BAD_NEWS.search(text) and not distressed:
        said = phrases.BAD_NEWS
    return [choose(said, context)] if said else []


def _key(draft: FactDraft) -> str:
    return draft.slot or draft.text


def _is_known(draft: FactDraft, known: Mapping[str, Known]) -> bool:
    before = known.get(_key(draft))
    return before is not None and before.text == draft.text


def _is_loss(draft: FactDraft) -> bool:
    return draft.slot.endswith(".death")


def _already_known(context: ReplyContext, fact: Known) -> str:
    lower = fact.sentence[0].lower() + fact.sentence[1:]
    return choose(phrases.ALREADY_KNOWN, context, fact=fact.sentence, lower=lower)


def _taken_up(draft: FactDraft, context: ReplyContext) -> str:
    for pattern, said in TAKEN_UP:
        if match := pattern.fullmatch(draft.text):
            values = {name: value for name, value in match.groupdict().items() if value}
            line = choose(said, context, **values)
            return line[0].upper() + line[1:]
    return second_person(draft.text)


def _with_ends(parts: list[str]) -> list[str]:
    return [part if part[-1] in ".!?»…" else f"{part}." for part in parts]


def _follow_up(context: ReplyContext, text: str) -> str:
    if context.person.emotion in phrases.DISTRESS:
        return choose(phrases.CARING_FOLLOW_UPS, context)
    # In a long text a word in passing is not what it is about.
    for pattern, said in TOPICS if len(text) <= SHORT_TEXT else ():
        if pattern.search(text):
            return choose(said, context)
    return choose(phrases.FOLLOW_UPS, context)


def _reminder(context: ReplyContext) -> str | None:
    """Return a sentence on an earlier day that is like this one, unless it was just told."""
    said = "\n".join(one.text for one in context.history)
    for one in statements(context.recalled):
        is_old = context.now - one.entry.said_at > OLD
        if is_old and is_related(one) and one.entry.text[:40] not in said:
            return choose(phrases.REMINDERS, context, **quoted(one, context))
    return None
