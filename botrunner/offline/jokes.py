"""Laughs, and plays its part in jokes."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.phrases import choose, meeting

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
        return choose(meeting.JOKES if again else meeting.OWN_JOKE, context)
    if _LAUGH.match(text):
        return choose(meeting.LAUGHS, context)
    return _knocked(context, text)


def _has_just_joked(context: ReplyContext) -> bool:
    jokes = {*meeting.JOKES, *meeting.OWN_JOKE, *meeting.RIDDLE, *meeting.PUNCHLINE}
    return _last_reply(context) in jokes


def _last_reply(context: ReplyContext) -> str:
    return next((one.text for one in reversed(context.history) if one.from_companion), "")


def _knocked(context: ReplyContext, text: str) -> str:
    """Play one's part in a knock-knock joke; return nothing if there is none."""
    before = _last_reply(context)
    if before in meeting.KNOCK_KNOCK:
        return meeting.WHO.format(who=text.rstrip(".!?").capitalize())
    is_punchline = any(one.text in meeting.KNOCK_KNOCK for one in context.history[-4:])
    return choose(meeting.PUNCHLINE, context) if is_punchline and before.endswith(" who?") else ""
