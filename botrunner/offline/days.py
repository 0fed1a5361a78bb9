"""Answers on days: what was planned or said on one, what is to come, and what is new."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import Asked
from botrunner.offline.choosing import is_of
from botrunner.offline.gathering import past_day
from botrunner.offline.grouping import told
from botrunner.offline.notes import Known, Line, Notes, lowered
from botrunner.offline.phrases import choose, knowledge
from botrunner.offline.quoting import (
    best_line,
    looks_back,
    quote,
    quoted,
    settled,
    shortened,
    stems,
    telling,
)
from botrunner.offline.telling import MOST_TOLD, current_first, lacks
from botrunner.offline.when import on
from memories.facts.dates import When, dates_in
from memories.facts.kinship import means
from memories.facts.predicates import SELF
from memories.wording.memorable import worth_remembering
from memories.wording.words import terms

NEW = timedelta(days=14)
# How far back plans are looked for in what was said.
LATELY = timedelta(days=60)
MOST_LINES = 4
MOST_NEWS = 3
LONGEST_SPAN = 40

_NEWS = re.compile(
    r"^(?:so |hey |ok |and )*(?:what(?: is|'s)|is there anything|anything|any"
    r"|tell me)(?: has)?(?: been)?"
    r" (?:new|news|changed|happening|going on)"
    r"(?: (?:with|about|in|for) (?:me|my (?:life|world|family)))?(?: lately| recently"
    r"| these days)?\W*$"
)
_DID = re.compile(
    r"\b(?:what|where|who|which|anything)\b.*\b(?:did|was|were"
    r"|have(?! (?:i|we) (?:got|to|planned|booked)\b))\b.*\b(?:i|we|my)\b"
    r"|\bdid (?:i|we)\b|\bwhat happened\b|\bhow was\b"
)
_PLANS = re.compile(
    r"\bmy (?:next |upcoming )?(?:plans?|appointments?|schedule|agenda|calendar|events?)\b"
    r"|\bplanned\b|\bcoming up\b|\bup to\b"
    r"|\bdo (?:i|we) have (?:anything|something|any plans|to do|to|on)\b|\bwhat (?:do|am|are|have)"
    r" (?:i|we) (?:have|got|doing|need|do on)\b|\bam i (?:free|busy|doing)\b"
    r"|\bwhat is up (?:in|on|for)\b|^(?:and |so )*who is (?:coming|visiting|arriving|here)\b"
    r"|\bwhere (?:am|are) (?:i|we) going\b"
    r"|\banything (?:on|planned|happening)\b|\bwhat is (?:on|happening|up next)\b|\bplans\b"
    r"|\bwhat (?:did|have|do) you (?:note|noted|write down|written down|put down|save|saved|got)\b"
    r"|^(?:so |and )*what (?:plans |appointments )?(?:i|we) (?:have|got)(?: planned| coming)?"
    r"(?: (?:on|for|this|next|today|tonight|tomorrow|in)\b.*)?\W*$"
    r"|\bwhat (?:i|we) do on\b|\bgoing to do\b|^what is (?:(?:in|on) \w+(?: \w+)?"
    r"|for (?:\w+day|tomorrow|tonight|(?:next|this) \w+))\W*$"
    r"|^what is (?:(?:next|this) (?:\w+day|week|weekend|month)|tomorrow|tonight|\w+day)\W*$"
)
_HOW_IT_WENT = re.compile(r"\bhow (?:did|was|were)\b")
_OF_PLANS = frozenset(
    terms(
        "plan plans planned appointment appointments schedule agenda calendar event events coming"
        " up upcoming doing do need anything something free busy happening future trips"
    )
)
_ASKS_WHAT_WAS_SAID = re.compile(r"\b(?:tell|told|say|said|mention\w*) (?:you )?(?:about|of)\b")
_GOES = re.compile(r"\b(?:going|flying|travelling|moving|driving|trip|holiday)\b")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b")
_WHEN = re.compile(
    r"^\W*(?:\w+ )?(?:when|what (?:day|date|time)|which (?:day|date)|how (?:long until"
    r"|many days))\b|\bwhen (?:is|was|are|were|am|do|does|did|will)\b|^where\b"
)


def news(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer “what's new with me?” from the facts of the last days."""
    if not _NEWS.search(question.text):
        return None
    fresh = [
        one
        for one in notes.facts
        if context.now - one.said_at <= NEW or _ended_lately(one, context)
    ]
    heard = {one.source for one in notes.facts}
    lines = [
        line
        for line in notes.lines
        if context.now - line.said_at <= NEW
        and worth_remembering(line.text)
        and " ".join(line.text.split()) not in heard
    ][-MOST_NEWS:]
    parts = [*told(fresh[-MOST_TOLD:]), *(quoted(line, context) for line in lines)]
    return " ".join(parts) or choose(knowledge.NO_NEWS, context)


def _ended_lately(known: Known, context: ReplyContext) -> bool:
    until = known.fact.until
    return until is not None and context.now - until <= NEW


def on_a_day(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer “what did I do on Tuesday?” from plans of that day and what was said on it."""
    if not _DID.search(question.text) or question.subjects != (SELF,):
        return None
    when = past_day(question.text, context.now, notes.zone)
    if when is None or (when.last - when.first).days > LONGEST_SPAN:
        return None
    zone = notes.zone
    of_then = [
        line
        for line in notes.lines
        if when.begins(zone) <= line.said_at < when.ends(zone) and worth_remembering(line.text)
    ] or [line for line in notes.lines if _names_day(line, when, notes)]
    lines = _about(question, of_then)
    if habits := _habits(question, notes):
        return habits
    plans = [one.sentence for one in notes.facts if _overlaps(one, when)]
    parts = list(dict.fromkeys(plans))
    if lines:
        said = " ".join(f"“{shortened(line.text)}”" for line in lines[-MOST_LINES:])
        then = any(when.begins(zone) <= line.said_at < when.ends(zone) for line in lines)
        parts.append(f"{_on(when) if then else 'Of then'} you told me: {said}")
    # “What did I give up in January?” may have been said on another day.
    return " ".join(parts) or None


def _names_day(line: Line, when: When, notes: Notes) -> bool:
    """Return whether a line speaks of a day or days gone by: “we broke up in December”."""
    return any(
        day.first <= when.last and when.first <= day.last
        for day in dates_in(line.text, line.said_at, notes.zone, past=True)
    )


def day_without_words(context: ReplyContext, question: Asked, notes: Notes) -> str:
    """Say that nothing was said on a day that is asked for; empty if none is asked for."""
    when = past_day(question.text, context.now, notes.zone)
    if when is None or not _DID.search(question.text):
        return ""
    return f"{_on(when)} you told me nothing that I still have."


def _on(when: When) -> str:
    return f"On {when.first:%A}, {when.first.day} {when.first:%B}" if when.is_day else "Then"


def _about(question: Asked, lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines that share the most words with a question, all where none shares any."""
    words = telling(question.text)
    near = [line for line in lines if words & stems(line.text)]
    return near or lines


def _habits(question: Asked, notes: Notes) -> str:
    """Return what is done on each of a weekday: “what do I do on Tuesdays?”"""
    asked = re.search(r"\b(\w+day)s\b", question.text)
    if not asked:
        return ""
    said = {
        one.source: one
        for one in notes.facts
        if not one.over and re.search(rf"(?i)\b{asked[1]}s?\b", one.source)
    }
    return " ".join(told(list(said.values())))


def _overlaps(known: Known, when: When) -> bool:
    plan = known.fact.when
    return plan is not None and plan.first <= when.last and when.first <= plan.last


def plans(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer on plans: one that is named, those of a day, or all that are to come."""
    listed = [one for one in notes.facts if one.fact.predicate == "plan"]
    named = _named(context, question, listed, notes)
    if named:
        return named
    if not asks_plans(question):
        return None
    if habits := _habits(question, notes):
        return habits
    days = dates_in(question.text, context.now, notes.zone)
    if not days and _beyond(question) and (said := quote(context, question.text, notes)):
        # “What are we doing for my mum's sixtieth?”
        return said
    if days:
        return _of_day(context, question.text, days[0], listed, notes)
    coming = [one for one in listed if not one.over]
    if question.text.startswith("where"):
        coming = [one for one in coming if _GOES.search(one.sentence)]
    ordered = sorted(coming, key=lambda one: one.fact.when.first if one.fact.when else date.max)
    parts = [one.sentence for one in ordered]
    parts += [_line(line, context) for line in _dated_lines(context, notes, coming)]
    return " ".join(dict.fromkeys(parts)) or None


def no_plans(context: ReplyContext, question: Asked, notes: Notes) -> str:
    """Say that no plans are known for then, and which comes next; empty if none are asked for."""
    if not asks_plans(question):
        return ""
    soonest = _soonest(notes)
    if soonest is None:
        return choose(knowledge.NO_PLANS, context)
    return choose(knowledge.NO_PLANS_THEN, context, next=soonest.lower)


def next_plan(context: ReplyContext, notes: Notes) -> str:
    """Say that a day that is asked for isn't known, and which plan is next; empty if none is."""
    soonest = _soonest(notes)
    return choose(knowledge.NEXT_PLAN, context, next=soonest.lower) if soonest else ""


def _soonest(notes: Notes) -> Known | None:
    coming = [
        (one.fact.when.first, one)
        for one in notes.facts
        if one.fact.predicate == "plan" and not one.over and one.fact.when
    ]
    return min(coming, key=lambda found: found[0])[1] if coming else None


def asks_plans(question: Asked) -> bool:
    """Return whether a question asks what is planned."""
    return bool(_PLANS.search(question.text)) and not question.predicates


def _beyond(question: Asked) -> set[str]:
    """Return the words of a question on plans that ask for some of them alone."""
    return telling(question.text) - _OF_PLANS


def _named(
    context: ReplyContext, question: Asked, listed: Sequence[Known], notes: Notes
) -> str | None:
    if _ASKS_WHAT_WAS_SAID.search(question.text):
        return None
    # “Am I an only child?” isn't about a concert of the Stray Kids.
    words = telling(question.text) - stems(" ".join(map(means, question.subjects)))
    near = [one for one in listed if words & _words_of(one) and _is_of_them(one, question)]
    if not near or not (_WHEN.search(question.text) or not question.predicates):
        return None
    best = max(len(words & _words_of(one)) for one in near)
    found = current_first([one for one in near if len(words & _words_of(one)) == best], past=False)[
        :3
    ]
    today = context.now.astimezone(notes.zone).date()
    said = " ".join(_dated(one, today, question.text) for one in found)
    if _HOW_IT_WENT.search(question.text):
        # “How did my audition go?”: what was said of it after it was planned.
        later = [
            line
            for line in notes.lines
            if line.said_at > found[0].said_at and words & stems(line.text)
        ]
        if later:
            return f"{said} {_line(later[-1], context)}"
    if lacks(question, said) and found[0].source:
        return f"{said} {_line(Line(found[0].source, found[0].said_at), context)}"
    if telling(question.text) - stems(said):
        # “Did I pass my test?”: what was said of it afterwards.
        line = best_line(context, question.text, notes, besides=said, about=found)
        return f"{said} {_line(line, context)}" if line else said
    return said


def _is_of_them(plan: Known, question: Asked) -> bool:
    """Return whether a plan is of those whom a question names, or of the person if of none.

    “Has my brother visited?” isn't about the person's own visit.
    """
    if question.subjects == (SELF,) or is_of(plan, question.subjects):
        return True
    return bool(stems(" ".join(map(means, question.subjects))) & stems(plan.sentence))


def _words_of(plan: Known) -> set[str]:
    return stems(f"{plan.fact.value} {plan.fact.name}")


def _a_week_before(when: When) -> When:
    week = timedelta(days=7)
    return replace(when, first=when.first - week, last=when.last - week)


def _of_day(
    context: ReplyContext, text: str, when: When, listed: Sequence[Known], notes: Notes
) -> str | None:
    found = [one for one in listed if _overlaps(one, when)]
    if not found and _WEEKDAY.search(text):
        # On a Thursday, “Thursday” is today as well.
        found = [one for one in listed if _overlaps(one, _a_week_before(when))]
    found += [one for one in notes.facts if _is_birthday_in(one, when)]
    if found:
        return " ".join(dict.fromkeys(one.sentence for one in found))
    comes = when.last >= context.now.astimezone(notes.zone).date()
    lines = [
        line
        for line in notes.lines
        if not (comes and looks_back(line.text))
        and any(
            day.first <= when.last and when.first <= day.last and _is_as_near(day, when)
            for day in dates_in(line.text, line.said_at, notes.zone)
        )
    ]
    return " ".join(_with_end(line, context, notes) for line in lines[-2:]) or None


def _with_end(line: Line, context: ReplyContext, notes: Notes) -> str:
    """Return a line as a quotation, with what was said later of what became of it."""
    later = settled(line, notes)
    return f"{_line(line, context)}{f' “{shortened(later.text)}”' if later else ''}"


def _is_birthday_in(known: Known, when: When) -> bool:
    """Return whether a fact is a birthday in some days."""
    if known.fact.predicate != "birthday" or known.over:
        return False
    noon = datetime.combine(when.first, time(12), UTC)
    return any(
        when.first <= day.first and day.last <= when.last
        for day in dates_in(f"on {known.fact.value}", noon, ZoneInfo("UTC"))
    )


def _is_as_near(day: When, when: When) -> bool:
    """Return whether a date is as exact as what is asked for: "this year" names no Tuesday."""
    return (day.last - day.first) <= max(when.last - when.first, timedelta(days=6))


def _dated_lines(context: ReplyContext, notes: Notes, coming: Sequence[Known]) -> list[Line]:
    """Return what the person said about days to come, beyond plans."""
    today = context.now.astimezone(notes.zone).date()
    heard = {one.source for one in coming}
    return [
        line
        for line in notes.lines
        if context.now - line.said_at <= LATELY
        and " ".join(line.text.split()) not in heard
        and not looks_back(line.text)
        and any(day.last >= today for day in dates_in(line.text, line.said_at, notes.zone))
    ][-2:]


def _line(line: Line, context: ReplyContext) -> str:
    return f"You told me {on(line.said_at, context.now)}: “{shortened(line.text)}”"


_NEAR_DAYS = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}


_COUNTS_DAYS = re.compile(
    r"\bhow (?:long|many (?:days|weeks|sleeps))\b(?: is it| is there| do (?:i|we) have| left)*"
    r" (?:until|till?|to|before)\b"
)


def _dated(known: Known, today: date, text: str = "") -> str:
    """Return a plan with its day in relation to today, if that is near or asked for.

    Args:
        text: the question.
    """
    when = known.fact.when
    if when and _COUNTS_DAYS.search(text) and (days := (when.first - today).days) > 1:
        return f"In {days} days: {lowered(known.sentence)}"
    near = _NEAR_DAYS.get((when.first - today).days) if when and when.is_day else None
    return f"{near}: {lowered(known.sentence)}" if near else known.sentence
