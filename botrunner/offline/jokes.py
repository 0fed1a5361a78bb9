"""Laughs, and plays its part in jokes."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.phrases import choose

_LAUGH = re.compile(r"^(?:(?:a?(?:ha|he){2,}h?|lol|lmao|rofl|xd)\W*)+$", re.I)

_ON_A_JOKE = re.compile(
    r"\b(?:another|one more|more|again|your turn|bad|terrible|awful|good one|funny|lame|cringe"
    r"|lol|haha"
    r"|lmao+|trash|mid)\b"
    r"|😂|🤣|😆",
    re.IGNORECASE,
)
# “Got dumped today lol” says nothing of a joke.
_OF_SELF = re.compile(r"\b(?:i|i'?m|my|me|we|got|today)\b", re.IGNORECASE)


def joking(context: ReplyContext, text: str) -> str:
    """Answer laughter, a groan at a joke, and the turns of a knock-knock joke; nothing else."""
    if _has_just_joked(context) and _ON_A_JOKE.search(text) and not _OF_SELF.search(text):
        again = re.search(r"\b(?:another|more|again|your turn)\b", text, re.IGNORECASE)
        return choose(phrases.JOKES if again else phrases.OWN_JOKE, context)
    if _LAUGH.match(text):
        return choose(phrases.LAUGHS, context)
    return _knocked(context, text)


def _has_just_joked(context: ReplyContext) -> bool:
    jokes = {*phrases.JOKES, *phrases.OWN_JOKE, *phrases.RIDDLE, *phrases.PUNCHLINE}
    return _last_reply(context) in jokes


def _last_reply(context: ReplyContext) -> str:
    return next((one.text for one in reversed(context.history) if one.from_companion), "")


def _knocked(context: ReplyContext, text: str) -> str:
    """Play one's part in a knock-knock joke; return nothing if there is none."""
    before = _last_reply(context)
    if before in phrases.KNOCK_KNOCK:
        return phrases.WHO.format(who=text.rstrip(".!?").capitalize())
    is_punchline = any(one.text in phrases.KNOCK_KNOCK for one in context.history[-4:])
    return choose(phrases.PUNCHLINE, context) if is_punchline and before.endswith(" who?") else ""
