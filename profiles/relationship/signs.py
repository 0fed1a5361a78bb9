"""What a message shows of trust, and what it wishes: patterns of English.

Labels alone are kept, never the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

# Of a longer text the rest says no more.
MOST_CHARACTERS = 4_000
MOST_SIGNS = 12
# Who asks for a follow-up without a time means the next talk.
NEXT_TALK = timedelta(hours=6)


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(alternatives)})", re.IGNORECASE)


_NOT = r"(?<!not )(?<!n't )(?<!never )"
_ANYBODY = r"any(?:one|body)"
_KEEP = r"(?:let's|let us|can we|could we|please|i'd (?:rather|prefer to)|i want to|we should)"
_WENT = r"(?:went|goes|turned out|was|is going)"
_WHAT = r"(?:it|that|this|things|the \w+|my [\w ]{2,30}?)"
_TIME = r"(?:tomorrow|tonight|later|next week|next time|in (?:a|an|\d+) (?:few )?\w+)"

TRUST: dict[str, re.Pattern[str]] = {
    "confided something": _pattern(
        r"\bi(?:'ve| have)? never (?:told|said this to|shared this with|admitted this to) "
        rf"{_ANYBODY}",
        rf"\b(?:haven't|have not) told {_ANYBODY}(?: else)?\b",
        r"\byou(?:'re| are) the (?:first|only) (?:one|person) (?:i|who knows|that knows)\b",
        r"\b(?:nobody|no one) (?:else )?knows (?:about )?(?:this|that i|it)\b",
        rf"\b(?:don't|do not|please don't) tell {_ANYBODY}\b",
        r"\bjust between (?:us|you and me)\b",
        r"\bi (?:have|need|want) to (?:confess|get (?:this|something) off my chest)\b",
    ),
    "thanked for listening": _pattern(
        r"\bthank(?:s| you)(?: so much| a lot)? for (?:just )?(?:listening|hearing me out"
        r"|being there|understanding|letting me (?:vent|talk)|your support)\b",
    ),
    "asked for advice": _pattern(
        r"\bwhat (?:should|would) (?:i do|you do (?:in my|if you))\b",
        rf"\b{_NOT}(?:could use|need|want|'d like|would like|would love) "
        r"(?:some|your|a bit of) advice\b",
        r"\b(?:do you have|can you give me|got) (?:any|some) advice\b",
        r"\bwhat do you think i should\b",
    ),
    "said they trust": _pattern(
        r"\bi (?:really |do |fully |completely )*trust you\b",
        r"\bi know i can (?:trust|count on|rely on) you\b",
        r"\bi can (?:always )?(?:count|rely) on you\b",
        r"\bi can tell you (?:anything|everything)\b",
    ),
    "feels understood": _pattern(
        r"\bi feel (?:so |really )?(?:safe|comfortable|understood|heard)"
        r" (?:with|around|by|talking to|when i talk to) you\b",
        r"\byou (?:always |really )?(?:understand|get) me(?= (?:so|better|like|more)\b|[.!]|$)",
        r"\bglad i can talk to you\b",
        rf"\b{_NOT}(?:so |really )?(?:easy|good) to talk to you\b",
    ),
}

_DISTANCE = _pattern(
    rf"\b{_KEEP} (?:please )?keep (?:this|it|things|our (?:talks|conversations)) "
    r"(?:strictly |more |purely )?(?:professional|formal|businesslike|impersonal)\b",
    r"\bkeep (?:your|some) distance\b(?! from)",
    r"\bi(?:'d like| want| need| would like) (?:some |more )?distance (?:from you|between us)\b",
    r"\b(?:don't|do not|stop) (?:be|being) so (?:familiar|personal|chummy|intimate) with me\b",
    r"\bstop (?:acting|behaving|talking) (?:like|as if) (?:(?:you|we)(?:'re| are)|my) "
    r"(?:my |a )?(?:best )?friends?\b",
    r"\b(?:we(?:'re| are) not|you(?:'re| are) not my) friends?\b(?=[^?]*$)",
    r"\bdon't get (?:so |too )?(?:personal|close) with me\b",
)
_CLOSENESS = _pattern(
    r"\b(?:we|you) can (?:be|get|talk) (?:a bit )?(?:more )?"
    r"(?:friends|personal|closer|familiar) again\b",
    r"\b(?:no need|you don't (?:need|have)) to (?:be|stay|keep it) so "
    r"(?:formal|professional|distant)\b",
)
_FOLLOW_UP = _pattern(
    r"\b(?<!n't )(?<!not )(?:ask me|check (?:in|up)(?: with me| on me)?|follow up(?: with me)?)\b"
    rf"[^.?!]{{0,40}}?\b(?:how {_WHAT} {_WENT}|how i(?:'m| am) (?:doing|feeling)"
    rf"|about {_WHAT}\b|{_TIME})\b",
    r"\b(?:can|could|will|would) you (?:please )?(?:ask|check (?:in|up)|follow up)\b"
    rf"[^.!]{{0,40}}?\b{_TIME}\b",
)
_NO_FOLLOW_UP = _pattern(
    r"\b(?:don't|do not|no need to|stop) "
    r"(?:ask(?:ing)? me (?:about|how)|check(?:ing)? (?:in|up) on me)\b"
)

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WHEN = re.compile(
    r"\b(?:(?P<tomorrow>tomorrow)|(?P<evening>tonight|this evening|later)|(?P<week>next week)"
    r"|in (?P<count>a|an|\d{1,2}|a few|a couple of) (?P<unit>hour|day|week)s?"
    rf"|on (?P<weekday>{'|'.join(_WEEKDAYS)}))\b",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "an": 1, "a few": 3, "a couple of": 2}


class FollowUp(NamedTuple):
    """A wish to be asked how something went.

    Args:
        wanted: False takes an earlier wish back.
        at: not before this time.
    """

    wanted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Signs:
    """What one message shows.

    Args:
        trust: labels of `TRUST`.
        distance: True for a wish for distance, False for one for closeness, None for neither.
    """

    trust: tuple[str, ...] = ()
    distance: bool | None = None
    follow_up: FollowUp | None = None

    def __bool__(self) -> bool:
        """Return whether it shows anything."""
        return bool(self.trust) or self.distance is not None or self.follow_up is not None


def signs_in(text: str, *, said_at: datetime) -> Signs:
    """Return what a message shows.

    Args:
        said_at: with the zone in which “tomorrow” begins.
    """
    text = " ".join(text[:MOST_CHARACTERS].replace("’", "'").split())
    distance = True if _DISTANCE.search(text) else False if _CLOSENESS.search(text) else None
    trust = tuple(label for label, pattern in TRUST.items() if pattern.search(text))
    return Signs(() if distance else trust, distance, _follow_up(text, said_at))


def with_signs(known: object, new: Sequence[str]) -> list[str]:
    """Return distinct signs of trust, latest last; of too many the oldest go."""
    before = [one for one in known if isinstance(one, str)] if isinstance(known, list) else []
    signs = dict.fromkeys(one for one in before if one not in new)
    return [*signs, *dict.fromkeys(new)][-MOST_SIGNS:]


def _follow_up(text: str, said_at: datetime) -> FollowUp | None:
    if _NO_FOLLOW_UP.search(text):
        return FollowUp(wanted=False, at=said_at)
    wish = _FOLLOW_UP.search(text)
    if wish is None:
        return None
    # The time stands within the wish or right after it: “ask me how it went tomorrow”.
    when = _WHEN.search(text, wish.start(), wish.end() + 30)
    return FollowUp(wanted=True, at=_time(when, said_at))


def _time(when: re.Match[str] | None, said_at: datetime) -> datetime:
    """Return when to ask at the earliest; days begin at five in the morning."""
    if when is None or when["evening"]:
        return said_at + NEXT_TALK
    if when["unit"] == "hour":
        return said_at + timedelta(hours=_number(when["count"]))
    morning = said_at.replace(hour=5, minute=0, second=0, microsecond=0)
    if when["weekday"]:
        wait = (_WEEKDAYS.index(when["weekday"].lower()) - said_at.weekday() - 1) % 7 + 1
        return morning + timedelta(days=wait)
    if when["count"]:
        days = _number(when["count"]) * (7 if when["unit"] == "week" else 1)
    else:
        days = 7 if when["week"] else 1
    return morning + timedelta(days=days)


def _number(word: str) -> int:
    return _COUNTS.get(word.lower()) or int(word)
