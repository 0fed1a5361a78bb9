"""Answers to questions on what the person told: from all known facts, else from their own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.asked import Asked, asked, is_question
from botrunner.offline.gathering import past_day
from botrunner.offline.notes import Known, Notes
from botrunner.offline.phrases import choose
from botrunner.offline.quoting import quote
from botrunner.offline.themes import all_known
from botrunner.offline.when import on
from memories.facts.dates import When, dates_in
from memories.facts.kinship import LOVES, are_alike, is_animal, is_person
from memories.facts.predicates import PREDICATES, SELF, Cardinality
from memories.wording.words import terms

MOST_TOLD = 8
NEW = timedelta(days=7)

_ABOUT_ME = re.compile(
    r"\bwhat (?:else |all |exactly )?(?:do|have|can) you (?:know|remember|learn(?:ed|t)?|got"
    r"|tell me|store|keep|kept|saved)"
    r"(?: (?:about|of|on) (?:me|myself))?\W*$|\btell me (?:everything |something |all "
    r"|what you know )*about (?:me|myself)\b"
    r"|\bwhat (?:all )?have i (?:told|said to) you\W*(?:so far|about me|about myself)?\W*$"
    r"|\bdo you (?:still )?(?:know|remember) me\b|\bdescribe me\b|\beverything you (?:know"
    r"|remember)\b"
    r"|\b(?:know|remember) about me\b|\bwho am i to you\b|\bsum me up\b|\bwhat i(?: have"
    r"|'ve)? told you\W*$"
)
_FEELINGS = re.compile(
    r"\bhow (?:have|had) i been\b|\bhow (?:was|is) my (?:mood|week)\b|\bmy moods?\b|\bhow (?:did"
    r"|do|was) i (?:feel|feeling)\b"
    r"|\bhow am i (?:doing|feeling)\b|\bhave i been (?:\w+ )?(?:feeling|sad|happy|down|worried"
    r"|stressed|anxious|angry)\b"
)
_NEWS = re.compile(
    r"^(?:so |hey |ok )*(?:what is|anything|any) new(?: with me| about me| lately)?\W*$"
)
_DID = re.compile(
    r"\b(?:what|where|who|which|anything)\b.*\b(?:did|was|were|have)\b.*\bi\b|\bdid i\b"
    r"|\bwhat happened\b|\bhow was\b"
)
_PLANS = re.compile(
    r"\bmy (?:next |upcoming )?(?:plans?|appointments?|schedule|agenda|calendar|events?)\b"
    r"|\bplanned\b|\bcoming up\b|\bup to\b"
    r"|\bdo i have (?:anything|something|any plans|to do|on)\b|\bwhat (?:do|am) i (?:have|got"
    r"|doing|need)\b|\bam i (?:free|busy)\b"
    r"|\banything (?:on|planned|happening)\b|\bwhat is (?:on|happening|up next)\b|\bplans\b"
)
_WHEN = re.compile(
    r"^\W*(?:\w+ )?(?:when|what (?:day|date|time)|which (?:day|date)|how (?:long until"
    r"|many days))\b|\bwhen (?:is|was|are|were|do|does|did|will)\b"
)
_YES_NO = re.compile(
    r"^(?:so |and |but |hey |ok |okay |well |now |then |wait )*(?:am i|are|is|was|were|do|does|did"
    r"|have i|has|had i|can i|will)\b"
)
_TOPIC = re.compile(
    r"\bwhat (?:did i|have i|i) (?:tell|told|say|said|mention|mentioned)\b|\b(?:do|can"
    r"|don't) you (?:still )?(?:remember|know|recall)\b"
    r"|\bwhat do you (?:know|remember) (?:about|of)\b|\b(?:did|have) i (?:ever |already )?(?:tell"
    r"|told|mention|say|said)\b"
    r"|\bremind me (?:of|about|what|who|when|where)\b|\btell me about\b"
)
_ABOUT_SELF = re.compile(r"\b(?:i|me|mine|my|we|our|us|myself)\b")
_TO_COMPANION = re.compile(
    r"\b(?:can|could|would|will|should|may|shall) (?:you|i|we)\b|\bdo you think\b|\bhelp\b|\bwhy\b"
    r"|\bhow (?:do|can|should|could) i\b"
)
# Words of a question that tell nothing of what it is about.
_ASKING = frozenset(
    terms(
        "what which where when who whose why how long many much old name called tell told say said"
        " know remember do did have am is are was were my me i you still favourite live work like"
        " love hate kind thing any anything again mention about time day since ever go get"
    )
)
_LOVE_WORDS = frozenset(LOVES)


def about_person(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a question about the person and theirs from what is known."""
    if not is_question(text):
        return None
    question = asked(text)
    said = question.text
    if _ABOUT_ME.search(said):
        return all_known(context, notes)
    if _FEELINGS.search(said):
        return notes.lately or choose(phrases.NO_MOODS, context)
    if _NEWS.search(said):
        return _news(context, notes)
    for answer in (_on_a_day, _plans, _of_facts, _named, _by_words):
        if found := answer(context, question, notes):
            return found
    return None


def about_topic(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Quote what was said about something that is asked for, or say that it is not known."""
    if not is_question(text):
        return None
    question = asked(text)
    topic = _TOPIC.search(question.text)
    personal = _ABOUT_SELF.search(question.text) and not _TO_COMPANION.search(question.text)
    if not topic and not personal:
        return None
    return quote(context, text) or _unknown(context, question)


def _unknown(context: ReplyContext, question: Asked) -> str:
    if question.predicates[:1] == ("name",) and SELF in question.subjects and context.person.name:
        return f"You're {context.person.name}."
    known = context.person.remembers
    return choose(phrases.UNKNOWN if known else phrases.UNKNOWN_FORGETFUL, context)


def other_question(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a question about the world from what was told, or honestly not at all."""
    if not text.endswith("?") and not is_question(text):
        return None
    shared = quote(context, text, shared=True)
    return shared or quote(context, text) or choose(phrases.NO_MODEL, context)


# Facts ------------------------------------------------------------------------------------------


def _of_facts(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer from the facts of the subjects and predicates that a question names."""
    if question.subjects != (SELF,):
        return _of_others(context, question, notes)
    if not question.predicates:
        return None
    wanted = [name for name in question.predicates if name in PREDICATES]
    facts = [one for one in notes.facts if one.own]
    if "LOVE" in question.predicates:
        loves = [one for one in notes.facts if one.fact.subject in _LOVE_WORDS]
        facts, wanted = [*facts, *loves], [*wanted, "name"]
    if wanted[0] in {"favourite", "like", "dislike", "health", "hobby"}:
        if found := _taste(context, question, facts, wanted):
            return found
        if _YES_NO.search(question.text) or wanted[0] == "favourite":
            return None
    return _tell(context, question, _of_predicates(facts, wanted, past=question.past))


def _of_others(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    facts = [one for one in notes.facts if _is_of(one, question.subjects)]
    if not facts:
        return None
    named = [one for one in facts if one.fact.name and one.fact.name.lower() in question.text]
    facts = named or facts
    if not question.predicates:
        words = _content(question.text)
        near = [one for one in facts if words & set(terms(one.sentence))]
        return _tell(context, question, _current_first(near or facts, past=question.past))
    found = _of_predicates(facts, question.predicates, past=question.past)
    if found and any(one.fact.predicate == "death" for one in facts):
        found += [one for one in facts if one.fact.predicate == "death" and one not in found]
    if not found and question.predicates[0] not in {"name", "count"}:
        return None
    return _tell(context, question, found or _current_first(facts, past=question.past))


def _is_of(known: Known, subjects: Sequence[str]) -> bool:
    subject = known.fact.subject
    if subject == SELF:
        return "LOVE" in subjects and known.fact.predicate == "relationship"
    for one in subjects:
        if one == "PET" and is_animal(subject):
            return True
        if one == "FAMILY" and is_person(subject):
            return True
        if one == "LOVE" and subject in _LOVE_WORDS:
            return True
        if are_alike(subject, one):
            return True
    return False


def _of_predicates(facts: Sequence[Known], names: Sequence[str], *, past: bool) -> list[Known]:
    """Return the facts of the first predicates that anything is known of."""
    if past:
        over = [one for one in facts if one.over and one.fact.predicate in names]
        if over:
            return over
    for group in (names[:1], names):
        found = [one for one in facts if one.fact.predicate in group and not one.over]
        if found:
            return found
    return [one for one in facts if one.fact.predicate in names and one.over][-2:]


def _current_first(facts: Sequence[Known], *, past: bool) -> list[Known]:
    current = [one for one in facts if not one.over]
    over = [one for one in facts if one.over]
    return (over or current) if past else (current or over)


def _taste(
    context: ReplyContext, question: Asked, facts: Sequence[Known], wanted: Sequence[str]
) -> str | None:
    """Answer on likes and the like: whether one is there, or all of them."""
    words = _content(question.text)
    kinds = {*wanted, "like", "dislike", "favourite", "hobby", "health"}
    tastes = [one for one in facts if one.fact.predicate in kinds]
    near = [one for one in tastes if words & set(terms(f"{one.fact.thing} {one.fact.value}"))]
    if near:
        return _tell(context, question, _current_first(near, past=question.past), yes_no=True)
    if _YES_NO.search(question.text) and words - {"allerg", "allergi", "hobbi"}:
        return None
    if wanted[0] == "favourite":
        return None
    first = [one for one in tastes if one.fact.predicate == wanted[0]]
    also = [one for one in tastes if wanted[0] == "like" and one.fact.predicate == "favourite"]
    listed = [*first, *also] or [one for one in tastes if one.fact.predicate in wanted[:2]]
    return _tell(context, question, _current_first(listed, past=question.past))


def _named(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer about somebody who is named: «who is Tom?»"""
    words = set(re.findall(r"[\w'-]+", question.text.replace("'s", "")))
    named = {
        one.fact.entity
        for one in notes.facts
        if one.fact.name and one.fact.entity != SELF and set(one.fact.name.lower().split()) & words
    }
    facts = [one for one in notes.facts if one.fact.entity in named]
    if not facts:
        return None
    bare = Asked(
        question.text, ("?",), asked(f"my friend {question.text}").predicates, question.past, False
    )
    found = _of_predicates(facts, bare.predicates, past=question.past) if bare.predicates else []
    words_of = _content(question.text)
    near = [
        one
        for one in facts
        if words_of & set(terms(one.fact.value)) and one.fact.predicate != "name"
    ]
    return _tell(context, question, found or near or _current_first(facts, past=question.past))


def _by_words(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer with the facts that share the most telling words with a question."""
    words = _content(question.text)
    scored = [(len(words & set(terms(one.sentence))), one) for one in notes.facts]
    best = max((score for score, _ in scored), default=0)
    if not best:
        return None
    found = [one for score, one in scored if score == best]
    return _tell(context, question, _current_first(found, past=question.past)[:3])


def _content(text: str) -> set[str]:
    return set(terms(text)) - _ASKING


# Telling ----------------------------------------------------------------------------------------


def _tell(
    context: ReplyContext, question: Asked, found: Sequence[Known], *, yes_no: bool = False
) -> str | None:
    """Return facts as one answer, a single one with when it was told."""
    if not found:
        return None
    unique = list({one.sentence: one for one in found}.values())[-MOST_TOLD:]
    lead = _lead(question, unique) if yes_no or _YES_NO.search(question.text) else ""
    if len(unique) > 1:
        return f"{lead}{' '.join(one.sentence for one in unique)}"
    one = unique[0]
    when = on(one.said_at, context.now)
    if lead:
        return f"{lead}{one.lower} You told me {when}."
    return choose(
        phrases.TOLD, context, fact=one.sentence, lower=one.lower, when=when, When=_capital(when)
    )


def _lead(question: Asked, found: Sequence[Known]) -> str:
    """Return "Yes: " or "No: " where that is sure; empty where the facts may speak for"
    " themselves."""
    first = found[-1].fact
    if not _YES_NO.search(question.text):
        return ""
    words = _content(question.text)
    about = set(terms(f"{first.value} {first.name} {first.thing}"))
    negative = bool(re.search(r"\b(?:hate|dislike|don't)\b", question.text))
    if first.predicate in {"like", "dislike"} and words & about:
        agrees = (first.predicate == "dislike") == negative
        return "Yes, " if agrees and not found[-1].over else "No, "
    if found[-1].over and not question.past:
        return "No, not any more: "
    if words & about or (first.subject != SELF and question.subjects != (SELF,)):
        return "Yes, "
    one = PREDICATES[first.predicate].cardinality is Cardinality.ONE
    return (
        "No: " if one and words and len(found) == 1 and first.predicate in {"home", "job"} else ""
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


# Plans and days ---------------------------------------------------------------------------------


def _on_a_day(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer «what did I do on Tuesday?» from plans of that day and what was said on it."""
    if not _DID.search(question.text) or question.subjects != (SELF,):
        return None
    when = past_day(question.text, context.now, notes.zone)
    if when is None or (when.last - when.first).days > 40:
        return None
    plans = [one.sentence for one in notes.facts if _overlaps(one, when)]
    said = [f"«{line.text}»" for line in notes.lines]
    facts = [
        one.sentence
        for one in notes.facts
        if when.first <= one.said_at.astimezone(notes.zone).date() <= when.last
    ]
    parts = list(dict.fromkeys(plans))
    day = f"On {when.first:%A}, {when.first.day} {when.first:%B}" if when.is_day else "Then"
    if said:
        parts.append(f"{day} you told me: {' '.join(said)}")
    elif facts and not plans:
        parts.append(f"{day} you told me: {' '.join(facts[:MOST_TOLD])}")
    return " ".join(parts) or f"{day} you told me nothing that I still have."


def _overlaps(known: Known, when: When) -> bool:
    plan = known.fact.when
    return plan is not None and plan.first <= when.last and when.first <= plan.last


def _plans(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Answer on plans: one that is named, those of a day, or all that are to come."""
    plans = [one for one in notes.facts if one.fact.predicate == "plan"]
    words = _content(question.text)
    near = [one for one in plans if words & set(terms(one.fact.value))]
    today = context.now.astimezone(notes.zone).date()
    if near and (_WHEN.search(question.text) or not question.predicates):
        best = max(len(words & set(terms(one.fact.value))) for one in near)
        named = [one for one in near if len(words & set(terms(one.fact.value))) == best]
        return " ".join(_dated(one, today) for one in _current_first(named, past=False)[:3])
    if not _PLANS.search(question.text) or question.predicates:
        return None
    days = dates_in(question.text, context.now, notes.zone)
    coming = [one for one in plans if not one.over]
    if days:
        found = [one for one in plans if _overlaps(one, days[0])]
        return " ".join(one.sentence for one in found) or choose(phrases.NO_PLANS, context)
    ordered = sorted(coming, key=lambda one: one.fact.when.first if one.fact.when else date.max)
    return " ".join(one.sentence for one in ordered) or choose(phrases.NO_PLANS, context)


_NEAR_DAYS = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}


def _dated(known: Known, today: date) -> str:
    """Return a plan with its day in relation to today, where that is near."""
    when = known.fact.when
    near = _NEAR_DAYS.get((when.first - today).days) if when and when.is_day else None
    return f"{near}: {known.lower}" if near else known.sentence


def _news(context: ReplyContext, notes: Notes) -> str:
    fresh = [one for one in notes.facts if context.now - one.said_at <= NEW]
    if not fresh:
        return choose(phrases.NO_NEWS, context)
    return f"Lately you told me: {' '.join(one.sentence for one in fresh[-MOST_TOLD:])}"


Answer = Callable[[ReplyContext, Asked, Notes], str | None]


_ADVICE = re.compile(
    r"\bshould (?:i|we)\b|\bdo you think\b|\bwhat (?:would|can|could) (?:i|you) do\b"
    r"|\bwhat do i do\W*$"
    r"|\bhow (?:can|could) i\b|\b(?:can|could) you help\b|\badvice\b|^help me\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\bwhy (?:am i|are we|do i|does my|is my|can't i|do they|does (?:he|she|it)|is it|me"
    r"|always)\b",
    re.IGNORECASE,
)


def advice(context: ReplyContext, text: str) -> str | None:
    """Say honestly that advice and reasons are beyond it."""
    if _ADVICE.search(text) or (is_question(text) and _REASON.search(text)):
        return choose(phrases.ADVICE, context)
    return None
