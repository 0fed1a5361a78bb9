"""Intents of telling: what a message states is noted in words, so that mistakes are seen."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.asked import asking, is_question
from botrunner.offline.courtesies import first_name, greeting_and_more
from botrunner.offline.grouping import told
from botrunner.offline.notes import Notes, lowered, of_fact, second_person
from botrunner.offline.phrases import choose
from botrunner.reminders.asking import request_in
from memories.facts.ledger import Added, Ended, Why, parts
from memories.facts.predicates import SELF
from memories.facts.wording import is_love, until_words
from memories.wording.memorable import asks_not_to_keep, worth_remembering
from memories.wording.words import terms
from profiles.models import Emotion

LONG_TEXT = 1500
MOST_NOTED = 8
LONGEST_QUESTION = 120

_GOOD_NEWS = re.compile(
    r"\b(?:i|we|guess who) (?:just |finally |actually )*(?:got (?:the job|a (?:new )?job"
    r"|accepted|promoted"
    r"|engaged"
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
_NOT_SO = r"(?<!not )(?<!n't )(?<!no )(?<!never )(?<!without )"
_HARD = re.compile(
    _NOT_SO
    + r"\b(?:lonely|hopeless|depressed|heartbroken|crying|cried|hurts?|in pain|feel (?:so |really"
    r" |like )*(?:bad|sad|down|awful|terrible|stupid|shit|crap|sick|empty|alone|lost|useless"
    r"|a failure)"
    r"|miss (?:him|her|them|my)|cheated|dumped|rejected|ghosted|fever|(?:rough|tough|hard|bad"
    r"|long|shit)"
    r" (?:day|night|week|few|time|year|month)|bad news|left me on read|went (?:so "
    r"|really"
    r" )?bad(?:ly)?|trouble|surgery|hospital)\b|(?:so|really) sad\b|😭|💔",
    re.IGNORECASE,
)
_AFRAID = re.compile(
    _NOT_SO + r"\b(?:nervous|scared|frightened|worried|anxious|stressed|afraid|terrified|panick"
    r"\w+|dreading|freaking out)\b",
    re.IGNORECASE,
)
_ANNOYED = re.compile(
    _NOT_SO
    + r"\b(?:annoy\w+|(?:on|get on) my nerves|can'?t stand|pisse[sd] me off|frustrat\w+|so (?:mad"
    r"|angry)|furious|detention|fed up|sick of|ridiculous|unfair)\b|🙄|😤|😡",
    re.IGNORECASE,
)
_ROUGH = re.compile(
    _NOT_SO + r"\b(?:so mid|sucks|(?:rough|tough|hard|bad|long|shit|terrible|worst) day)\b",
    re.IGNORECASE,
)
_NICE = re.compile(
    _NOT_SO
    + r"\b(?:so happy|best (?:day|night|week)|(?:good|great|lovely|nice|amazing|wonderful|fun)"
    r" (?:day|night|time|news|weekend)|went (?:\w+ )?(?:well|great|fine|amazing)"
    r"|felt (?:so )?good|relief"
    r"|relieved|so proud|loved (?:it|that|every)|can'?t wait|so excited|happy tears|so much fun"
    r"|texted"
    r" (?:me )?back|goated|finally|better now|feeling better)\b|🎉|🥳|❤️|🥰|🤩",
    re.IGNORECASE,
)
_DRAINED = re.compile(
    _NOT_SO + r"\b(?:so done|over it|fed up|had it|drained|worn out|burnt? out|overwhelmed"
    r"|dead on my feet|killing me|can'?t anymore|double shift|twelve hours|no sleep)\b",
    re.IGNORECASE,
)
# How a message sounds; the mood that has to go with it (cheerful, not cheerful, None: any); what
# to say.
_SOUNDS: tuple[tuple[re.Pattern[str], bool | None, tuple[str, ...]], ...] = (
    (_BAD_NEWS, None, phrases.BAD_NEWS),
    (_GOOD_NEWS, True, phrases.GOOD_NEWS),
    (_NICE, True, phrases.GLAD),
    (_ROUGH, None, phrases.ROUGH),
    (_AFRAID, None, phrases.WORRIED),
    (_DRAINED, None, phrases.DRAINED),
    (_HARD, False, phrases.HARD),
    (_ANNOYED, None, phrases.ANNOYED),
)
TELLING_WORDS = 5
# Words that a message may have besides what it repeats.
MOST_BESIDES = 1


def dont_keep(context: ReplyContext, text: str) -> str | None:
    """Say that something isn't kept: what asks for that is not."""
    return choose(phrases.DONT_KEEP, context) if asks_not_to_keep(text) else None


def statement_of_fact(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say in words what was noted, corrected or has ended."""
    if not re.search(r"[^\W\d_]{2}", text) or _merely_asks(text):
        return None
    added = [one for one in notes.changes.added if one.fact.predicate != "note"]
    ended = [one for one in notes.changes.ended if one.by is None]
    if not added and not ended:
        return _known(context, text, notes)
    if dead := _dead(added):
        return f"I'm so sorry{dead}."
    corrected = any(one.why is Why.CORRECTED and one.by for one in notes.changes.ended)
    name = "" if corrected else first_name(_new_name(added))
    said = _said(added, ended, context, notes, but_name=bool(name))
    opening = f"Nice to meet you, {name}. " if name else _opening(text, added)
    if not said:
        return opening.strip() or None
    return f"{opening}{_noted(context, said, corrected)}{_wish(text, added)}"


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
    sentences = [lowered(one).rstrip(".") for one in told(known)]
    past = {one.fact.value.casefold() for one in known if one.over}
    over = [_over(one, context, notes) for one in ended if one.fact.value.casefold() not in past]
    return list(dict.fromkeys([*parted, *sentences, *over]))[:MOST_NOTED]


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
    if _parted(added):
        return "I'm sorry. "
    if _GOOD_NEWS.search(text) and not _BAD_NEWS.search(text):
        return "Congratulations! "
    return ""


def reminder(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say when a reminder will come, or ask when it is to come."""
    if not _REMIND.search(text):
        return None
    if not context.person.remembers:
        return choose(phrases.NOTED_FORGETFUL, context)
    zone = context.now.tzinfo if isinstance(context.now.tzinfo, ZoneInfo) else notes.zone
    request = request_in(text, context.now, zone)
    return request.confirmation() if request else phrases.REMIND_WHEN


def wish_to_remember(context: ReplyContext, text: str) -> str | None:
    """Promise to remember, if that is allowed."""
    if not _REMEMBER.match(text) or text.endswith("?"):
        return None
    known = context.person.remembers
    return choose(phrases.NOTED if known else phrases.NOTED_FORGETFUL, context)


def chat(context: ReplyContext, text: str) -> str:
    """Answer anything else briefly: good or bad news in a word, the rest as heard."""
    known = context.person.remembers
    for pattern, cheerful, said in _SOUNDS:
        if _fits(context.person.emotion, cheerful) and pattern.search(text):
            return choose(said, context)
    if greeted := greeting_and_more(context, text):
        return greeted
    if len(text) > LONG_TEXT:
        return choose(phrases.LONG if known else phrases.LONG_FORGETFUL, context)
    if not known:
        return choose(phrases.HEARD_FORGETFUL, context)
    tells = len(text.split()) >= TELLING_WORDS and worth_remembering(text)
    return choose(phrases.KEPT if tells else phrases.HEARD, context)


def _fits(emotion: Emotion, cheerful: bool | None) -> bool:
    """Return whether a mood goes with a cheerful word, or with one that is not."""
    if cheerful is None:
        return True
    return emotion not in phrases.DISTRESS if cheerful else emotion.traits.valence <= 0


def _over(one: Ended, context: ReplyContext, notes: Notes) -> str:
    """Return a sentence that says that something is no longer true."""
    if one.why is Why.OVER and one.fact.predicate != "plan":
        past = replace(one.fact, until=one.at)
        until = one.until or until_words(one.at, None)
        said = of_fact(past, context.now, notes.zone, until=until).sentence
        return lowered(said).rstrip(".")
    said = lowered(second_person(one.fact.text())).rstrip(".")
    return f"it's no longer so that {said}" if one.why is Why.OVER else f"it's not so that {said}"


def _noted(context: ReplyContext, told: list[str], corrected: bool) -> str:
    if not context.person.remembers:
        return choose(phrases.NOTED_FORGETFUL, context)
    return f"{'Corrected' if corrected else 'Noted'}: {_listed(told)}."


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
