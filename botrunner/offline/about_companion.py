"""Intents of asking about the companion: what it is, what it can do, its clock and its commands."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.courtesies import first_that_fits
from botrunner.offline.phrases import choose

LONGEST_QUESTION = 160

# What a question about the companion has in it, and the answers.
_TABLE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"\b(?:language model|llm|chatgpt|gpt|openai|LLM_CHAT_API_URL|which model|what model"
        r"|are you offline)\b",
        phrases.MODEL_HELP,
    ),
    (
        r"\b(?:who|what) are you\b|\bwhat(?:'s| is) your name\b|\btell me about yourself\b"
        r"|\bare you (?:an? )?(?:\w+ )?(?:bot|robot|human|real|ai|person|program|alive)\b",
        phrases.WHO_ARE_YOU,
    ),
    (
        r"\bhow (?:are|r) (?:you|u)\b|\bhow's it going\b|\bwhat's up\b|^(?:and |what about |how"
        r" about"
        r" )?you\?*$",
        phrases.HOW_ARE_YOU,
    ),
    (r"\b(?:a|another|any) jokes?\b|\bmake me laugh\b|\bsomething funny\b", phrases.JOKES),
    (
        r"\b(?:do|can|could) you (?:\w+ )?(?:feel|love|dream|think|hurt)\b|\byour feelings\b"
        r"|\bdo you have (?:feelings|emotions|a soul)\b|\bare you (?:sad|happy|lonely|bored)\b",
        phrases.FEELINGS,
    ),
    (r"\bare you (?:there|listening|awake|still there|online)\b", phrases.EMPTY),
    (r"\bwho (?:made|built|wrote|created|programmed) you\b", phrases.MAKERS),
    (
        r"\bhow old are you\b|\bwhere (?:do you live|are you(?: from)?)\b|\byour birthday\b"
        r"|\bdo you have (?:an? )?(?:family|friends|home|body|job)\b",
        phrases.PLAIN_LIFE,
    ),
    (
        r"\bwhat(?:'s| is| are) your favou?rites?\b|\bdo you (?:\w+ )?(?:like|enjoy|prefer|eat|play"
        r"|watch|read)\b",
        phrases.NO_TASTE,
    ),
    (
        r"^(?:please |can you |could you |now )*(?:write|translate|summari[sz]e|explain|calculate"
        r"|compute"
        r"|draw|search|google|recommend|list|code|solve|compose|play)\b"
        r"|^[\d\s.()]+[+*/^x=-][\d\s.+*/^()x=-]*\??$",
        phrases.CANT_DO,
    ),
    (
        r"^(?:say|tell me|ask me|talk about) (?:something|anything|a story)\W*$|^i'?m (?:so"
        r" )?bored\W*$"
        r"|^entertain me\b",
        phrases.SUGGESTIONS,
    ),
    (r"^(?:i have|i've got|can i ask) (?:you )?a question\W*$", phrases.ASK_AWAY),
    (r"^(?:what|huh|what do you mean|i don't (?:understand|get it)|how so)\W*$", phrases.UNCLEAR),
    (r"^(?:but )?why(?: not| do you ask)?\W*$", phrases.CURIOUS),
)
_ASKED = tuple((re.compile(pattern, re.IGNORECASE), said) for pattern, said in _TABLE)
_ABILITIES = re.compile(
    r"\bwhat can (?:you|i) do\b|^/?help\b|\bhow do(?:es)? (?:you|this) work\b|\bwhat do you do\b",
    re.IGNORECASE,
)
_MEMORY = re.compile(
    r"\b(?:can|do|will|could) you (?:really |ever |always |also )?(?:remember|forget|keep|store"
    r"|save)"
    r" (?:things?|this|that|it|anything|everything|stuff|what i (?:say|tell you)|me)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\bwhat(?:'s| is) the time\b|\bwhat time (?:is it|it is)\b", re.IGNORECASE)
_DATE = re.compile(
    r"\b(?:what|which) (?:day|date) (?:is (?:it|today)|it is)\b"
    r"|\bwhat(?:'s| is) (?:the date|today's date)\b",
    re.IGNORECASE,
)
_FORGET = re.compile(r"^(?:please |can you |could you )?(?:forget|delete|erase)\b", re.IGNORECASE)
_COMMAND = re.compile(r"^[/!][a-z]\w*(?: |$)", re.IGNORECASE)


def about_companion(context: ReplyContext, text: str) -> str | None:
    """Answer what somebody wants to know of the companion, the clock or its commands."""
    if len(text) > LONGEST_QUESTION:
        return None
    known, now = context.person.remembers, context.now
    if _ABILITIES.search(text):
        return choose(phrases.ABILITIES if known else phrases.ABILITIES_FORGETFUL, context)
    if _MEMORY.search(text):
        return choose(phrases.MEMORY if known else phrases.NOTED_FORGETFUL, context)
    if _TIME.search(text):
        return choose(phrases.CLOCK, context, time=f"{now:%H:%M}")
    if _DATE.search(text):
        return choose(phrases.CALENDAR, context, date=f"{now:%A}, {now.day} {now:%B %Y}")
    if _FORGET.match(text):
        return choose(phrases.FORGET_HELP, context)
    return first_that_fits(_ASKED, context, text)


def command(context: ReplyContext, text: str) -> str | None:
    """Say of a command that came as a message that nothing was done, and where it is done."""
    return phrases.COMMAND if _COMMAND.match(text) else None
