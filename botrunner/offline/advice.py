"""Says honestly that advice and reasons are beyond the assistant."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import asked, is_question
from botrunner.offline.nearest import SURE, nearest
from botrunner.offline.notes import Notes
from botrunner.offline.phrases import choose, itself
from botrunner.offline.quoting import (
    clue,
    quote,
)

_ADVICE = re.compile(
    r"\bshould (?:i|we)\b|\bwhat i should\b|\bdo you (?:think|reckon|figure|suppose)\b"
    r"|^\W*(?:so |and |but )*you"
    r" (?:think|reckon|figure|suppose) (?:i|we|he|she|they|it)\b|\bwhat (?:would|can|could) (?:i"
    r"|you) do\b"
    r"|\bwhat do i do\W*$|\bany (?:advice|tips|ideas|wisdom|thoughts|suggestions)\b"
    r"|\b(?:anything|something|what else) (?:else )?(?:that )?i can do\b|\bwhat (?:would"
    r"|will) you (?:do|say)\b"
    r"|\bhow (?:can|could) i\b|\b(?:can|could) you help\b|^help me\b"
    r"|(?<!n't )(?<!not )(?<!dont )\b(?:need|want|give me|got any) (?:\w+ )?advice\b"
    r"(?! (?:i|that i) (?:didn't|never|don't))|^(?:\w+ )?(?:some )?advice\W*$"
    r"|\bwhat(?:'s| is) your (?:\w+ )?advice\b",
    re.IGNORECASE,
)
# What is right, and what kind of a person somebody is: “is it wrong to go?”, “am I being silly?”
_JUDGEMENT = re.compile(
    r"\bam i (?:just )?(?:being (?:\w+ )?(?:paranoid|silly|stupid|selfish|mean|unfair|unreasonable"
    r"|daft|dramatic|needy|clingy|rude|horrible|weird|ridiculous|difficult|harsh|petty|oversensitive"
    r"|too \w+)|overreacting|going (?:mad|crazy|insane)|the (?:problem|bad)"
    r"|a (?:bad|terrible|horrible|monster|failure)|paranoid|crazy|stupid|selfish)\b"
    r"|\bis it (?:really |so |too )?(?:wrong|disloyal|ok|okay|normal|bad|weird|mean|selfish|unfair)"
    r" (?:to|that|if|of me)\b(?! i (?:ask|tell|talk))",
    re.IGNORECASE,
)
# “Do you think she's mad at me”
_VIEW = re.compile(
    r"\W*(?:(?:so|and|but|well|ok|honestly)\W+)*(?:do )?(?:you|u) (?:think|reckon|suppose"
    r"|figure) (?:that )?"
    r"(?:i|we|he|she|they|it)\b",
    re.IGNORECASE,
)
_OF_FACTS = re.compile(
    r"\b(?:names?|called|age|old|birthday|what|who|when|where|which|how)\b", re.IGNORECASE
)
_WHAT_I_DO = re.compile(r"(?i)\bwhat do i do\W*$")
_REASON = re.compile(
    r"\bwhy (?:am i|are we|do i|does my|is my|can't i|do they|does (?:he|she|it)|is it|me"
    r"|always)\b",
    re.IGNORECASE,
)


def judgement(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say honestly that to judge somebody is beyond it, whatever is known of them."""
    asks_a_view = _VIEW.match(text) and not _OF_FACTS.search(text)
    return choose(itself.ADVICE, context) if asks_a_view or _JUDGEMENT.search(text) else None


def advice(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Say honestly that advice and reasons are beyond it."""
    if _ADVICE.search(text):
        if _WHAT_I_DO.search(text) and (told := clue(context, asked("what is my job?"), notes)):
            return told
        return choose(itself.ADVICE, context)
    if is_question(text) and _REASON.search(text):
        found = quote(context, text, notes) or nearest(context, text, notes, least=SURE)
        return found or choose(itself.ADVICE, context)
    return None
