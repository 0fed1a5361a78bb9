"""Intents of telling: what a message states is noted in words, so that mistakes are seen."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import asking, is_question
from botrunner.offline.courtesies import first_name
from botrunner.offline.grouping import told
from botrunner.offline.notes import Notes, lowered, of_fact
from botrunner.offline.phrases import choose, hearing
from botrunner.offline.sounds import BAD_NEWS, GOOD_NEWS, LONG_TEXT, SAD
from botrunner.reminders.asking import (
    REPEATED,
    Request,
    corrected,
    may_correct,
    names_reminder,
    request_in,
)
from botrunner.reminders.queries import JUST_BEFORE
from memories.facts.dates import dates_in
from memories.facts.ledger import Added, Ended, Fact, Why, parts
from memories.facts.predicates import SELF
from memories.facts.wording import is_love, until_words
from memories.wording.addressing import second_person
from memories.wording.memorable import asks_not_to_keep
from memories.wording.words import terms

MOST_NOTED = 8
LONGEST_QUESTION = 120

_WORRIED = re.compile(r"\b(?:nervous|scared|worried|anxious|stressed|afraid)\b", re.IGNORECASE)
_REMEMBER = re.compile(
    r"^(?:please |pls |can you |could you )?(?:don't forget|keep in mind|note"
    r"|remember(?! (?:when|how|the time|that time|me|the day)\b))\b",
    re.IGNORECASE,
)
_REMIND = re.compile(
    r"\b(?:remind me (?:to|about|that|on|at|in|every|each|daily|weekly|monthly)|set (?:a "
    r"|an )?(?:reminder|alarm))\b",
    re.I,
)
TELLING_WORDS = 5
_MOVES = re.compile(
    r"\b(?:moved(?! (?:out|in|into|away|house|home|back|abroad|here|there|on|up|down)\b)"
    r"|postponed|rescheduled|pushed|bumped|shifted|put (?:it|them|(?:the"
    r"|my) .{1,40}) (?:back"
    r"|off)|brought (?:it|(?:the|my) .{1,40}) forward|put back)\b",
    re.IGNORECASE,
)
# “A maths test”, not “flying to Rome”.
_EVENT = re.compile(r"(?:an? |the |their )?(?P<what>(?!\w+ing\b|to )[\w'-]+(?: [\w'-]+){0,2})")
GOING = "you are going to "
# Words that a message may have besides what it repeats.
MOST_BESIDES = 1


def dont_keep(context: ReplyContext, text: str) -> str | None:
    """Say that something isn't kept: what asks for that is not."""
    return choose(hearing.DONT_KEEP, context) if asks_not_to_keep(text) else None


def statement_of_fact(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say in words what was noted, corrected or has ended."""
    if not re.search(r"[^\W\d_]{2}", text) or _merely_asks(text):
        return None
    added = [one for one in notes.changes.added if one.fact.predicate != "note"]
    ended = [one for one in notes.changes.ended if one.by is None]
    if not added and not ended:
        return _known(context, text, notes)
    if not ended and _is_reminder(context, text, added, notes):
        # Its confirmation says the same of it.
        return None
    if dead := _dead(added):
        return f"I'm so sorry{dead}."
    corrected = any(one.why is Why.CORRECTED and one.by for one in notes.changes.ended)
    moved = _moved(added, notes)
    ended = [one for one in ended if not (moved and one.fact.predicate == "plan")]
    name = "" if corrected else first_name(_new_name(added))
    said = _said(added, ended, context, notes, but_name=bool(name))
    opening = f"Nice to meet you, {name}. " if name else _opening(text, added)
    if not said:
        return opening.strip() or None
    lead = "Moved" if moved else "Corrected" if corrected else "Noted"
    return f"{opening}{_noted(context, said, lead)}{_wish(text, added)}"


def _is_reminder(context: ReplyContext, text: str, added: list[Added], notes: Notes) -> bool:
    """Return whether all that a message states is what the person wants to be reminded of."""
    if not context.person.remembers or any(one.fact.predicate != "plan" for one in added):
        return False
    zone = _zone_of(context, notes)
    return names_reminder(text) and request_in(text, context.now, zone) is not None


def _zone_of(context: ReplyContext, notes: Notes) -> ZoneInfo:
    """Return the person's time zone."""
    zone = context.now.tzinfo
    return zone if isinstance(zone, ZoneInfo) else notes.zone


def _moved(added: list[Added], notes: Notes) -> bool:
    """Return whether all that a message states is that plans known before have other days."""
    ended = [one.fact for one in notes.changes.ended if one.fact.predicate == "plan"]
    return bool(added and ended) and all(
        one.fact.predicate == "plan" and any(_is_same_plan(one.fact, old) for old in ended)
        for one in added
    )


def _is_same_plan(new: Fact, old: Fact) -> bool:
    return new.when != old.when and new.value.lower().split()[-1:] == old.value.lower().split()[-1:]


def moved_somehow(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Ask what has moved where a message moves something and no plan was heard to be it."""
    if not _MOVES.search(text) or is_question(text) or notes.changes.added:
        return None
    days = dates_in(text, context.now, notes.zone)
    coming = [
        one
        for one in notes.facts
        # Of “to send the invoice” it can't be asked in the words below.
        if one.fact.predicate == "plan" and not one.over and _EVENT.match(one.fact.value)
    ]
    if not days or not coming:
        return None
    said = set(terms(text))
    plan = max(coming, key=lambda one: (len(said & set(terms(one.fact.value))), one.said_at))
    what = plan.fact.value.removeprefix("a ").removeprefix("an ")
    return choose(hearing.NOT_MOVED, context, plan=plan.lower.rstrip("."), what=what)


def _merely_asks(text: str) -> bool:
    """Return whether a message is one question and states nothing beside it."""
    return asking(text) == text and is_question(text) and len(text) <= LONGEST_QUESTION


def _said(
    added: list[Added],
    ended: list[Ended],
    context: ReplyContext,
    notes: Notes,
    *,
    but_name: bool,
) -> list[str]:
    """Return what a message changed as sentences for the middle of another one."""
    known = [of_fact(one.fact, context.now, notes.zone, until=one.until) for one in added]
    if but_name and len(known) > 1:
        known = [one for one in known if not (one.own and one.fact.predicate == "name")]
    parted = [
        f"you and {one.fact.value} are no longer together"
        for one in notes.changes.ended
        if one.fact.predicate == "name" and is_love(one.fact.subject) and one.why is Why.OVER
    ]
    if parted:
        known = [one for one in known if one.fact.predicate != "relationship"]
        ended = [one for one in ended if not is_love(one.fact.subject)]
    sentences = _of_one_together([lowered(one).rstrip(".") for one in told(known)])
    past = {one.fact.value.casefold() for one in known if one.over}
    over = [_over(one, context, notes) for one in ended if one.fact.value.casefold() not in past]
    return list(dict.fromkeys([*parted, *sentences, *over]))[:MOST_NOTED]


# “Your wife Ana works”, not “your wife is called”
_OF_NAMED = re.compile(
    r"your [\w -]+? (?-i:[A-Z])[\w'-]* (?=(?:works?|lives?|comes|is|has|speaks)\b)"
)


def _of_one_together(sentences: list[str]) -> list[str]:
    """Return sentences with what is said of the same named person joined.

    “Your wife Ana works as a nurse and lives in Bath”, not “and your wife Ana lives in Bath”.
    """
    joined: list[str] = []
    whom = ""
    for one in sentences:
        named = _OF_NAMED.match(one)
        if named and named[0] == whom:
            joined[-1] += f" and {one.removeprefix(whom)}"
        else:
            joined.append(one)
            whom = named[0] if named else ""
    return joined


def _known(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say what was known already of what a message states."""
    again = [one for one in notes.again if one.fact.predicate != "note"]
    if not again or is_question(text) or len(text) > LONG_TEXT:
        return None
    sentences = told(again)
    if len(set(terms(text)) - set(terms(" ".join(sentences)))) > MOST_BESIDES:
        return None
    return f"I know: {_listed([lowered(one).rstrip('.') for one in sentences][:MOST_NOTED])}."


def _opening(text: str, added: list[Added]) -> str:
    """Return a short human word before what was noted."""
    if _parted(added) or SAD.search(text):
        return "I'm sorry. "
    if GOOD_NEWS.search(text) and not BAD_NEWS.search(text):
        return "Congratulations! "
    return ""


# “What time did I ask you to remind me?” asks for no reminder.
_OF_REMINDERS = re.compile(r"(?i)\W*(?:what|when|which|did|have|do|is|are|how)\b")


def reminder(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say when a reminder will come, or ask when it is to come."""
    zone = _zone_of(context, notes)
    if may_correct(text) and context.person.remembers and (earlier := _just_asked(context, zone)):
        mended = corrected(text, context.now.astimezone(zone), earlier)
        return mended.confirmation() if mended else None
    request = request_in(text, context.now, zone) if names_reminder(text) else None
    if request is None and not _REMIND.search(text):
        return None
    if not context.person.remembers:
        return choose(hearing.NOTED_FORGETFUL, context)
    if request:
        return request.confirmation()
    if _OF_REMINDERS.match(text):
        return None
    return hearing.REMIND_ONCE if REPEATED.search(text) else hearing.REMIND_WHEN


def _just_asked(context: ReplyContext, zone: ZoneInfo) -> Request | None:
    """Return the reminder that the person's message before this one asked for."""
    said = [one for one in context.history if one.person_id == context.person.id]
    own = [one for one in said if not one.from_companion and one.text != context.text]
    if not own or context.now - own[-1].sent_at > JUST_BEFORE:
        return None
    return request_in(own[-1].text, own[-1].sent_at, zone)


def wish_to_remember(context: ReplyContext, text: str) -> str | None:
    """Promise to remember, if that is allowed."""
    if not _REMEMBER.match(text) or text.endswith("?"):
        return None
    known = context.person.remembers
    return choose(hearing.NOTED if known else hearing.NOTED_FORGETFUL, context)


def _over(one: Ended, context: ReplyContext, notes: Notes) -> str:
    """Return a sentence that says that something is no longer true."""
    if one.why is Why.OVER and one.fact.predicate != "plan":
        past = replace(one.fact, until=one.at)
        until = one.until or until_words(one.at, None)
        said = of_fact(past, context.now, notes.zone, until=until).sentence
        return lowered(said).rstrip(".")
    said = lowered(second_person(one.fact.text())).rstrip(".")
    if one.fact.predicate == "plan" and said.startswith(GOING):
        return f"you are not going to {said.removeprefix(GOING)}"
    if one.fact.predicate == "plan" and (event := _EVENT.fullmatch(one.fact.value)):
        what = event["what"].removesuffix(" is")
        return f"your {what} is {'over' if one.why is Why.OVER else 'off'}"
    return f"it's no longer so that {said}" if one.why is Why.OVER else f"it's not so that {said}"


def _noted(context: ReplyContext, told: list[str], lead: str) -> str:
    if not context.person.remembers:
        return choose(hearing.NOTED_FORGETFUL, context)
    return f"{lead}: {_listed(told)}."


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


def _dead(added: list[Added]) -> str:
    """Return who has died by what a message states: " about Rex"; empty if nobody has."""
    losses = [one.fact for one in added if one.fact.predicate == "death"]
    if not losses:
        return ""
    names = {one.fact.entity: one.fact.name or one.fact.value for one in added
             if one.fact.predicate == "name" or one.fact.name}  # fmt: skip
    fact = losses[0]
    return f" about {fact.name or names.get(fact.entity) or f'your {fact.subject}'}"


def _parted(added: list[Added]) -> bool:
    return any(one.fact.predicate == "relationship" and parts(one.fact.value) for one in added)


def _wish(text: str, added: list[Added]) -> str:
    plans = any(one.fact.predicate == "plan" and one.fact.until is None for one in added)
    return " I hope it goes well." if plans and _WORRIED.search(text) else ""
