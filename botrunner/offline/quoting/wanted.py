"""What a question asks for, and what shows that a line has it."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from botrunner.offline.asked import ASKS_WHEN
from botrunner.offline.notes import Line
from memories.facts.dates import dates_in

DATE = re.compile(
    r"(?i)\b(?:\d{4}|(?:1st|2nd|3rd|\d+(?:th)?)\b(?! years?)|(?:mon|tues|wednes|thurs|fri"
    r"|satur|sun)days?|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|today|tomorrow|yesterday|ago"
    r"|(?:last|next|this) (?:night|week|weekend|month|year|spring"
    r"|summer|autumn|winter)|since"
    r"|new years?|easter|christmas|xmas|halloween"
    r"|(?:for|in|within) \w+ (?:days|weeks|months|years))\b"
)
# “Eleven years”, “since May”
SPAN = re.compile(
    r"(?i)\b(?:since|(?:for )?(?:ages|ever)|always|all my life|until|till|from \d{4}"
    r"|(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty"
    r"|thirty|forty|fifty|few|several|couple of) (?:good |long )?(?:days?|weeks?|months?|years?"
    r"|yrs?|hours?|minutes?)(?!\W+(?:old|of age)))\b"
)
ASKS_HOW_LONG = re.compile(r"\bhow long\b(?! until| till)")
_OFTEN = re.compile(
    r"(?i)\b(?:every|each|once|twice|times|daily|weekly|monthly|always|never|(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)days)\b"
)
_NUMBER = re.compile(r"(?i)\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twins?)\b")
_PLACE = re.compile(
    r"(?i)\b(?:in|at|near|from|to(?! (?:see|be|go|get|do|have|make|visit|buy|meet|eat|work|learn"
    r"|play"
    r"|watch|help|take|find|keep|start|stop|try|talk|say|tell|ask|pay|me)\b)) (?:the |a |my )?"
    r"(?!january|february|march|april|may\b|june|july"
    r"|august|september|october|november|december|morning|evening|afternoon|(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)day|be\b|an? (?:hour|week|month|year))[^\W\d]"
)
ASKS_NOW = re.compile(r"\b(?:now|still|currently|at the moment|these days|nowadays|any ?more|rn)\b")
_LIVES = re.compile(r"\balive\b|\bdied?\b|\bdead\b|\bpass(?:ed)? away\b")
_DIED = re.compile(
    r"(?i)\b(?:died|passed away|dead|alive|funeral|buried|late (?:wife|husband"
    r"|\w+))\b"
)
_COLOUR = re.compile(
    r"(?i)\b(?:black|white|gr[ea]y|red|blue|green|yellow|orange|purple|pink|brown|beige|cream|gold(?:en)?"
    r"|silver|turquoise|navy|maroon|teal|violet|ginger|blonde?|tabby|auburn)\b"
)
# What a question asks for, and what shows that a line has it.
WANTED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (ASKS_HOW_LONG, SPAN),
    (re.compile(rf"^(?!.*{ASKS_HOW_LONG.pattern}).*{ASKS_WHEN.pattern}"), DATE),
    (re.compile(r"\bhow (?:many|much)\b|\bwhat time\b"), _NUMBER),
    (re.compile(r"\bhow often\b"), _OFTEN),
    (re.compile(r"\b(?:what|which) colours?\b"), _COLOUR),
    (re.compile(r"\bwhere\b|\b(?:city|town|country|place)\b"), _PLACE),
    (re.compile(r"\bwhy\b|\bhow come\b"), re.compile(r"(?i)\bbecause\b|\bcuz\b|\bso\b|,")),
    (re.compile(r"\bwho\b"), re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+")),
    (re.compile(r"\bcalled\b|\bnames?\b"), re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+")),
    (_LIVES, _DIED),
    (re.compile(r"\bpronouns\b"), re.compile(r"(?i)\b(?:they|she|he)\W+(?:them|her|him)\b")),
)


# What few lines have, so that one that has it surely answers.
RARE: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\bmy (?:\w+ )?(?:dreams?|goals?|ambitions?)\b|\bdream of\b"),
        re.compile(r"(?i)\b(?:want to|wanna|would love to|'d love to|one day|dream|saving)\b"),
    ),
    (
        re.compile(r"\b(?:scared|afraid|fears?|phobias?|frightens?)\b"),
        re.compile(r"(?i)\bphobia|\bscared\b|\bafraid\b|\bfear|\bterrif|\bfreaks? me out\b"),
    ),
)
# What a line must have to be preferred to all others.
_NEEDED = tuple(one for one in WANTED if one[1] in {DATE, SPAN, _NUMBER, _OFTEN, _DIED})

_BACK = re.compile(
    r"(?i)\b(?:last|ago|yesterday|was|were|did|had|went|began|moved|started|finished|bought"
    r"|met|born|died|(?<!getting )(?<!get )married|since)\b|\b(?:i|we|he|she|they"
    r"|just) got\b(?! to\b)"
    # “My wife left in January”
    r"|\b(?:i|we|he|she|they|(?:my|our|the) [\w-]+) (?:left|came|saw|flew|drove|sold|gave|took|won"
    r"|lost|broke|split|ran|fell|quit|stopped|gave up|began|sent|paid|read|wrote)\b"
    # “I planted garlic on Sunday”, though “I booked the dentist on Friday” looks ahead.
    r"|\b(?:i|we|he|she|they) (?!booked|scheduled|planned|arranged|agreed|decided|wanted|needed"
    r"|postponed|reserved)\w{3,}ed\b"
)
# “I haven't seen them in five weeks” names no date.
_LASTED = re.compile(
    r"(?i)\b(?:haven'?t|hasn'?t|hadn'?t|not|never)\b.*\bin (?:\w+ )?(?:days|weeks|months|years"
    r"|ages)\b"
)
# “I signed up for a class, starts next Wednesday”
_AHEAD = re.compile(
    r"(?i)\b(?:next|coming|upcoming|till|until|starts|starting|begins|will|going to|due|tomorrow)\b"
)
# Dates that mean something else on another day.
_RELATIVE = re.compile(
    r"(?i)\b(?:last|ago|yesterday|today|tonight|tomorrow|next|this|in (?:an?|two|three|\d+) \w+"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?!,? \d{4})|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)


_SINCE = re.compile(r"(?i)\bsince (?:last )?$")
_EVERY_WEEK = re.compile(r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\bevery\b")


def looks_back(text: str) -> bool:
    """Return whether a text seems to speak of what has been."""
    return bool(_BACK.search(text))


def dated_words(line: Line, zone: ZoneInfo) -> str:
    """Return the date that a line's words mean, in brackets; empty if it has no date.

    “I moved last week” says little some weeks later.
    """
    if _LASTED.search(line.text):
        return ""
    past = looks_back(line.text) and not _AHEAD.search(line.text)
    named = dates_in(line.text, line.said_at, zone, past=past)
    # “The first time since Christmas”
    found = [one for one in named if not _SINCE.search(line.text[: one.start])]
    if len({one.first for one in found}) > 1 and _EVERY_WEEK.search(line.text):
        # “Swimming on Mondays and dance on Saturdays” names no one day.
        return ""
    if not found or not (found[0].is_day or _RELATIVE.search(line.text)):
        return ""
    said = found[0].said().removeprefix("on ")
    return "" if said in line.text else f" ({said})"


def has_wanted(line: Line, asked: str) -> bool | None:
    """Return whether a line has what is asked for; None if that isn't a date or the like."""
    wanted = [has.search(line.text) for pattern, has in WANTED if pattern.search(asked)]
    return any(wanted) if wanted else None


def has_needed(line: Line, asked: str) -> bool:
    wanted = [has.search(line.text) for pattern, has in _NEEDED if pattern.search(asked)]
    return bool(wanted) and all(wanted)


def has_rare(line: Line, asked: str) -> bool:
    """Return whether a line has something rare that is asked for: a dream, a fear."""
    return any(asks.search(asked) and has.search(line.text) for asks, has in RARE)


def wants(asked: str, has: re.Pattern[str]) -> bool:
    return any(pattern.search(asked) for pattern, found in WANTED if found is has)
