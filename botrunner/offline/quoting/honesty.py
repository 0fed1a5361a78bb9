"""Says of a quotation what it lacks, so that it isn't taken for the answer."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.phrases import choose, knowledge

# What a question asks for, what any answer to it has, and what to call that if it is missing. A
# word too many among the answers does no harm: a quotation then stays as it is.
_FIGURE = (
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|dozens?|couple|half|twice"
    r"|once|first|second|third|fourth|fifth|last|every\w*)\b"
)
_NUMBER = (
    rf"{_FIGURE}|\b(?:millions?|few|several|many|much|lots?|loads|both|all|none|no|nothing|only"
    r"|single|double|thrice|pair|twins?|triplets?|quid|grand)\b"
)
_TIME = (
    r"\b(?:at|by|till?|until|from|around|about|before|after|since|on|the|for|in|of) (?:\d|one|two"
    r"|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half)|\d(?:st|nd|rd|th)\b|\d[:./-]\d"
    r"|\d ?[ap]\.?m\b|\b(?:19|20)\d\d\b|\b(?:twice|once|first|last|every\w*|times?)\b"
    r"|\b(?:(?:mon|tues?|wednes|weds?|thurs?|fri|satur|sun)(?:days?)?|jan(?:uary)?"
    r"|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|to-?(?:day|night|morrow)|tmrw?|tomoz|tn|rn"
    r"|yesterday|mornings?|afternoons?|evenings?|nights?|noon|midday|midnight|dawn|dusk|lunch\w*"
    r"|dinner\w*|breakfast|weeks?|weekends?|weekly|days?|daily|months?|monthly|years?|yearly"
    r"|decades?|hours?|hourly|minutes?|mins?|seconds?|secs?|ages|forever|springs?|summers?"
    r"|autumns?|falls?|winters?|term|semester|easter|christmas|xmas|eid|ramadan|diwali"
    r"|new year\w*|halloween|birthdays?|ago|since|until|till?|before|after|during|while|when"
    r"|whenever|always|never|ever|often|sometimes|usually|regularly|soon|later?|lately|recently"
    r"|now|just|early|already|still|child\w*|kid|young|born|school)\b"
)
_PLACE = (
    r"\b(?:in|at|near|from|to|into|onto|on|off|by|under|behind|inside|outside|opposite|next|beside"
    r"|between|around|round|above|below|across|along|past|over|home|here|there|abroad|upstairs"
    r"|downstairs|away|up|down|nearby|online|with)\b"
)
_REASON = r"\b(?:because|cause|c[ou]z|cos|since|so|due|for|as|to|after|why|reason|thanks|by)\b"
_LACKING: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = tuple(
    (re.compile(asks), re.compile(has, re.IGNORECASE), lack)
    for asks, has, lack in (
        (r"\bhow often\b", _TIME, "how often"),
        (r"\bhow long\b", _TIME, "how long"),
        (r"\bsince when\b", _TIME, "since when"),
        (r"\bwhat time\b", _TIME, "at what time"),
        (r"\b(?:when|(?:what|which) (?:date|day|month|year))\b", _TIME, "when"),
        (r"\bhow old\b|\b(?:what|my|'s) age\b", _NUMBER, "how old"),
        (r"\bhow much\b", _NUMBER, "how much"),
        (r"\bhow many\b", rf"{_NUMBER}|\ban?\b", "how many"),
        (r"\bwhere\b", _PLACE, "where"),
        (r"^(?:and |so |but )*(?:why|how come)\b", _REASON, "why"),
    )
)
_ASKS_NAME = re.compile(r"\b(?:called|names?|named)\b")
_HAS_NAME = re.compile(r"\w[^.!?\w]+[A-Z]\w|(?i:\b(?:names?|named|call(?:ed|s)?)\b)")
# Who writes capitals writes them in names.
_CAPITAL = re.compile(r"[^\w]*[A-Z]")
_WHEN_TOLD = re.compile(r"\bYou told me (?:just now|earlier today|yesterday|on [\w ]+)[:.]")
# These already say that something isn't known.
_DENIES = re.compile(
    r"^(?:I can't find|I know of no|I don't know of|You haven't told|On \w+, \d+ \w+ you told me)"
)
_QUOTED = re.compile(r"“([^”]+)”")
# “Which wrist?”
_WHICH = re.compile(r"^(?:and |so |ok |but )*(?:which|what) (?P<what>[\w-]+)\W*$")


def in_honesty(context: ReplyContext, question: str, said: str) -> str:
    """Return a reply that also says what it lacks of what was asked.

    A line that was quoted just before isn't quoted again if the question asks on: “which wrist?”

    Args:
        question: in lower case and everyday spellings.
        said: the reply; empty for none.
    """
    if not said or _DENIES.match(said):
        return said
    quotations = _QUOTED.findall(said)
    if (
        quotations
        and all(one in _last(context) for one in quotations)
        and _leaves_open(question, quotations[0])
    ):
        return choose(knowledge.NO_MORE, context)
    lack = lacking(question, said)
    return choose(knowledge.NOT_SAID, context, what=lack, said=said) if lack else said


def lacking(question: str, said: str) -> str:
    """Return what a question asks for and a reply surely lacks: "when"; empty for nothing."""
    told = _WHEN_TOLD.sub("", said)
    for asks, has, lack in _LACKING:
        if asks.search(question):
            return "" if has.search(told) else lack
    if _ASKS_NAME.search(question) and _CAPITAL.match(told) and not _HAS_NAME.search(told):
        return "the name"
    return ""


def _leaves_open(question: str, said: str) -> bool:
    """Return whether a line has of what is asked for only that there is one.

    “Which wrist?” isn't answered by “her wrist”, though “which flat?” is by “flat 4”.
    """
    asks = _WHICH.match(question)
    return asks is not None and bool(
        re.search(rf"(?i:\b(?:an?|my|our|his|her|the|their) {asks['what']}\b)(?! \d| [A-Z])", said)
    )


def _last(context: ReplyContext) -> str:
    return next((one.text for one in reversed(context.history) if one.from_companion), "")
