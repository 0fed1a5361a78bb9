"""Intents of small talk: meeting, parting, and questions about the companion itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.notes import Notes
from botrunner.offline.phrases import choose
from botrunner.offline.tongues import in_other_tongue
from botrunner.offline.when import daytime, gap
from profiles.emotions.care import crisis_reply

LONG_ABSENCE = timedelta(days=2)
SHORT_TEXT = 80

_HAS_WORD = re.compile(r"[^\W_]")
_GREETING = re.compile(
    r"^(?:hi+|hey+|hello+|heya|hiya|yo|howdy|greetings|good (?:morning|afternoon|evening|day)|hallo"
    r"|salut|hola|moin|morning|evening)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_GREETED = re.compile(r"^\W*(?:there|again|everyone|all|you|friend|buddy|mate|dear)?\W*$", re.I)
_BIRTHDAY = re.compile(r"\b(?:it's|it is|its|today(?:'s| is)) my (?:birthday|bday)\b", re.I)
_FINE = re.compile(
    r"^(?:i'm |im |i am |all |pretty |quite |very |doing )*(?:fine|good|great|ok|okay|well|not bad)"
    r"(?:\W+(?:thanks|thank you|and you))*\W*$",
    re.IGNORECASE,
)
_SELF_REPROACH = re.compile(
    r"\bi (?:hate|despise|can't stand) (?:myself|my life|my body)\b|\b(?:nobody|no one) (?:loves"
    r"|likes"
    r"|cares about|needs) me\b|\bi(?:'m| am) (?:so |such |just |all )*(?:a |an )?(?:worthless"
    r"|useless"
    r"|failure|loser|idiot|lonely|alone|burden|not good enough)\b",
    re.IGNORECASE,
)
_LAUGH = re.compile(r"^(?:(?:a?(?:ha|he){2,}h?|lol|lmao|rofl|xd)\W*)+$", re.I)

# What the whole message looks like, and the answers.
_WHOLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"(?:good ?night|night|nighty night|gn|sleep well|off to bed)\b.{0,30}", phrases.GOOD_NIGHTS),
    (
        r"(?:bye|good ?bye|see you|see ya|cya|later|ciao|take care|ttyl|i have to go|gotta go)\b"
        r".{0,40}",
        phrases.FAREWELLS,
    ),
    (
        r"(?:many |ok |okay |great |oh )?(?:thanks|thank you|thx|ty|cheers|much appreciated)\b"
        r"(?!.*\bbut\b).{0,50}",
        phrases.THANKS,
    ),
    (r"(?:i'm |im )?(?:so |very )?sorry\W*", phrases.SORRY_ACCEPTED),
    (
        r"(?:you(?:'re| are)|this is|what a) (?:so |such |really |very |an? )*(?:stupid|dumb"
        r"|useless|bad"
        r"|boring|idiot|annoying|terrible|silly)(?: bot)?\W*|you(?:'re| are) not (?:very |so |that"
        r" )?(?:smart|clever|helpful|good|funny)\W*",
        phrases.INSULTED,
    ),
    (
        r"(?:i don't know|i dunno|dunno|idk|not sure|nothing(?: much)?|not much|never mind|nvm)\W*",
        phrases.UNSURE,
    ),
    (
        r"(?:good (?:bot|job)|well done|you're (?:great|awesome|nice|sweet|the best)|i like you"
        r"|i love you)\W*",
        phrases.PRAISE,
    ),
    (
        r"(?:ok(?:ay)?|yes|yeah|yep|no|nope|nah|sure|maybe|perhaps|right|true|cool|nice|hmm+|well"
        r"|i see"
        r"|really|indeed|exactly|alright|all right|fine|k)\W*",
        phrases.SHORT_ANSWERS,
    ),
)
_COURTESIES = tuple((re.compile(rf"^{pattern}$", re.IGNORECASE), said) for pattern, said in _WHOLE)


def crisis(context: ReplyContext, text: str) -> str | None:
    """Answer somebody in danger, before anything else."""
    return crisis_reply(text) or None


def self_reproach(context: ReplyContext, text: str) -> str | None:
    """Answer gently who speaks badly of themselves: their anger is not one to share."""
    if not _SELF_REPROACH.search(text):
        return None
    return choose(phrases.SELF_REPROACH, context)


def emoji(context: ReplyContext, text: str) -> str | None:
    """Answer silence and emoji."""
    if _HAS_WORD.search(text):
        return None
    return choose(phrases.EMOJI if text else phrases.EMPTY, context)


def other_tongue(context: ReplyContext, text: str) -> str | None:
    """Answer in a sentence of their own language whoever writes in another than English."""
    return in_other_tongue(text, remembers=context.person.remembers) or None


def greeting(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Greet back by name, time of day and how long it has been."""
    match = _GREETING.match(text)
    if match is None or not _is_mere_greeting(match["rest"], context, notes):
        return None
    values = {"name": comma_name(context), "daytime": daytime(context.now)}
    seen = context.person.last_seen
    if context.person.interaction_count <= 1 and not context.history:
        known, unknown = phrases.FIRST_MEETING, phrases.FIRST_MEETING_FORGETFUL
        return choose(known if context.person.remembers else unknown, context, **values)
    if seen and context.now - seen > LONG_ABSENCE:
        return choose(phrases.LONG_TIME, context, gap=gap(context.now - seen), **values)
    return choose(phrases.GREETINGS, context, **values)


def courtesies(context: ReplyContext, text: str) -> str | None:
    """Answer thanks, goodbyes, laughter and the like."""
    if _BIRTHDAY.search(text) and not text.endswith("?"):
        return choose(phrases.BIRTHDAY, context, name=comma_name(context))
    if len(text) > SHORT_TEXT:
        return None
    if _FINE.match(text):
        return choose(phrases.GLAD, context)
    if _LAUGH.match(text):
        return choose(phrases.LAUGHS, context)
    return first_that_fits(_COURTESIES, context, text)


def comma_name(context: ReplyContext) -> str:
    """Return «, Ann», or nothing where the name is unknown."""
    return f", {context.person.name}" if context.person.name else ""


def first_that_fits(
    table: Sequence[tuple[re.Pattern[str], tuple[str, ...]]], context: ReplyContext, text: str
) -> str | None:
    for pattern, said in table:
        if pattern.search(text):
            return choose(said, context, name=comma_name(context))
    return None


def _is_mere_greeting(rest: str, context: ReplyContext, notes: Notes) -> bool:
    without_name = re.sub(re.escape(context.bot_name), "", rest, flags=re.IGNORECASE)
    return bool(_GREETED.match(without_name)) and not notes.changes.added
