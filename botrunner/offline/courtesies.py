"""Intents of small talk: meeting, parting, and questions about the companion itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from botrunner.llm.base import ReplyContext
from botrunner.offline.jokes import joking
from botrunner.offline.notes import Notes
from botrunner.offline.phrases import choose, hearing, itself, meeting
from botrunner.offline.set_phrases import WHOLE
from botrunner.offline.tongues import in_other_tongue
from botrunner.offline.when import daytime, gap
from profiles.emotions.care import crisis_reply

LONG_ABSENCE = timedelta(days=2)
SHORT_TEXT, LONGEST_GREETING = 80, 120

# “Goodnightttt”
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_HAS_WORD = re.compile(r"[^\W_]")
_GREETING = re.compile(
    r"^(?:(?:omg|oh|ok(?:ay)?|well|aww+|um+|erm?)\W+)?(?:hi+|he+y+|hello+|heya|hiya|yo+|howdy|sup"
    r"|greetings|good (?:mornin[g']?|afternoon|evenin[g']?"
    r"|day)|hallo"
    r"|salut|hola|moin|mornin[g']?|afternoon|evenin[g']?|[ae]y up|wagwan|wsg+|how far(?=\W*$|!)"
    r"|al+ ?right(?= (?:mate"
    r"|bro|love"
    r"|pal|all"
    r"|there))|(?:is )?(?:any(?:one|body)|some(?:one|body)) (?=there|here|home|around)"
    r")\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_NAMED_TIME = re.compile(r"\W*(?:good )?(?P<time>mornin|afternoo|evenin)[gn]?\b", re.IGNORECASE)
_TIMES = {"mornin": "morning", "afternoo": "afternoon", "evenin": "evening"}
_GREETED = re.compile(
    r"^\W*(?:there|again|everyone|all|you|friend|buddy|mate|dear|love|bro|pal|darling|sweetheart"
    r"|sweetie|honey|hun|babe|machine|robot|my (?:friend|dear)"
    r"|to you|here|home|around)?(?:\W*(?:(?:is )?(?:any(?:one|body)|some(?:one|body))|are you)"
    r" (?:there|here|home|around))?\W*$",
    re.I,
)
_BIRTHDAY = re.compile(
    r"\b(?:it's|it is|its|today(?:'s| is)) my (?:birthday|bday)\b"
    r"(?! (?:on|in|next|soon|tomorrow|this|week|weekend|month|party|coming|after|the)\b)",
    re.IGNORECASE,
)
# “Morning meeting got cancelled” greets nobody.
_GREETS_NOBODY = re.compile(
    r"(?i)^(?:morning|afternoon|evening)"
    r"(?! (?:all|everyone|mate|love|there|to you|whisper|bot|i|darling|dear|sweetheart|hun"
    r"|my)\b) [a-z]"
)
_FINE = re.compile(
    r"^(?:(?:i'm |im |i am |all |pretty |quite |very |doing )*(?:fine|good|great|not bad)"
    r"|(?:i'm |im |i am |all |pretty |quite |very |doing )+(?:ok|okay|well))"
    r"(?:\W+(?:thanks|thank you|and you))*\W*$",
    re.IGNORECASE,
)
_SELF_REPROACH = re.compile(
    r"\bi (?:hate|despise|can't stand) (?:myself|my life|my body)\b|\b(?:nobody|no one) (?:loves"
    r"|likes"
    r"|cares about|needs) me\b|\bi(?:'m| am) (?:so |such |just |all )*(?:a |an )?(?:worthless"
    r"|useless"
    r"|failure|loser|idiot|burden|not good enough)\b(?! (?:at|with|in|on|before|without)\b)",
    re.IGNORECASE,
)
# “I'm such an idiot lol” is said lightly.
_LAUGHING = re.compile(r"(?i)\b(?:lo+l|lmf?ao+|(?:ha){2,}h?|jk)\b|😂|🤣")
_SAD_SIGNS = re.compile(r"[😔😞😢😭😟🙁☹😩😫💔🥺😣😖😓😥😰]|:'?-?\(")
_TITLE = re.compile(r"(?i)(?:mr|mrs|ms|miss|dr|prof|sir|lady|father|sister)\b")

_COURTESIES = tuple(
    (re.compile(rf"^(?:{pattern})$", re.IGNORECASE), said) for pattern, said in WHOLE
)


def crisis(context: ReplyContext, text: str) -> str | None:
    """Answer somebody in danger, before anything else."""
    return crisis_reply(text) or None


def self_reproach(context: ReplyContext, text: str) -> str | None:
    """Reply gently to people who run themselves down, whatever else they say."""
    if not _SELF_REPROACH.search(text) or _LAUGHING.search(text):
        return None
    return choose(hearing.SELF_REPROACH, context)


def emoji(context: ReplyContext, text: str) -> str | None:
    """Answer silence and emoji."""
    if _HAS_WORD.search(text):
        return None
    if not text:
        return choose(itself.EMPTY, context)
    if _SAD_SIGNS.search(text):
        return choose(hearing.SAD_EMOJI, context)
    emotion = context.person.emotion
    if emotion in hearing.DISTRESS:
        return choose(hearing.A_LOT, context)
    happy = emotion.traits.valence > 0
    return choose(hearing.EMOJI if happy else hearing.PLAIN_EMOJI, context)


def other_tongue(context: ReplyContext, text: str) -> str | None:
    """Answer people who write in another language with a sentence in it."""
    said = [one.text for one in context.history if one.from_companion]
    return in_other_tongue(text, remembers=context.person.remembers, said=said) or None


def greeting(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Greet back by name, time of day and how long it has been."""
    match = _GREETING.match(text)
    if match is None or not _is_mere_greeting(match["rest"], context, notes):
        return None
    return _greeting(context)


def _greeting(context: ReplyContext) -> str:
    values = {"name": comma_name(context), "daytime": _daytime(context)}
    seen = context.person.last_seen
    if context.person.interaction_count <= 1 and not context.history:
        known, unknown = meeting.FIRST_MEETING, meeting.FIRST_MEETING_FORGETFUL
        return choose(known if context.person.remembers else unknown, context, **values)
    if seen and context.now - seen > LONG_ABSENCE:
        return choose(meeting.LONG_TIME, context, gap=gap(context.now - seen), **values)
    return choose(meeting.GREETINGS, context, **values)


def _daytime(context: ReplyContext) -> str:
    """Return the greeting for the time of day that somebody names, else by the clock."""
    named = _NAMED_TIME.match(context.text)
    return f"Good {_TIMES[named['time'].lower()]}" if named else daytime(context.now)


def courtesies(context: ReplyContext, text: str) -> str | None:
    """Answer thanks, goodbyes, laughter and the like."""
    if _BIRTHDAY.search(text) and not text.endswith("?"):
        return choose(meeting.BIRTHDAY, context, name=comma_name(context))
    if len(text) > SHORT_TEXT:
        return None
    if _FINE.match(text):
        return choose(hearing.GLAD, context)
    if joked := joking(context, text):
        return joked
    squeezed = (_DRAWN_OUT.sub(kept, text) for kept in (r"\1\1", r"\1"))
    fitting = (
        first_that_fits(_COURTESIES, context, one) for one in dict.fromkeys([text, *squeezed])
    )
    return next(filter(None, fitting), None)


def comma_name(context: ReplyContext) -> str:
    """Return “, Ann”, or nothing if the name is unknown."""
    name = first_name(context.person.name)
    return f", {name}" if name else ""


def first_name(name: str) -> str:
    """Return what somebody is addressed by: "Ruth" of "Ruth Abernathy"; with a title, all of it."""
    first = name if _TITLE.match(name) else name.split(" ")[0]
    return first.capitalize() if first.islower() else first


def first_that_fits(
    table: Sequence[tuple[re.Pattern[str], tuple[str, ...]]], context: ReplyContext, text: str
) -> str | None:
    for pattern, said in table:
        if pattern.search(text):
            return choose(said, context, name=comma_name(context))
    return None


def greeting_and_more(context: ReplyContext, text: str) -> str | None:
    """Greet back where nothing else in a message that begins with a greeting got an answer."""
    greets = _GREETING.match(text) and not _GREETS_NOBODY.match(text)
    if not greets or len(text) > LONGEST_GREETING:
        return None
    return _greeting(context)


def _is_mere_greeting(rest: str, context: ReplyContext, notes: Notes) -> bool:
    without_name = re.sub(re.escape(context.bot_name), "", rest, flags=re.IGNORECASE)
    return bool(_GREETED.match(without_name)) and not notes.changes.added
