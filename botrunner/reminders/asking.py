"""What a message asks to be reminded of, and when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from memories.facts.clock import blanked, named_clock
from memories.facts.dates import When, dates_in

LONGEST_TASK = 200
# A longer message isn't a request.
LONGEST_MESSAGE = 1000
# A reminder for a day without a time comes in the morning.
MORNING = time(9)
# “Sorry, I meant at 10”
LONGEST_CORRECTION = 80

_REMIND_ME = re.compile(
    r"\bremind me\b"
    r"|\b(?:set|make|create|add)(?: me)? (?:a |an |another )?(?:reminder|alarm)\b(?: for me\b)?",
    re.IGNORECASE,
)
# “You remind me of my brother”, “don't remind me”, “she said: remind me”.
_NO_REQUEST = re.compile(
    r"(?:\b(?:don't|don’t|dont|do not|never|not|didn't|they|he|she|it|that|this|which|who|and i"
    r"|said|says)|[\"'“‘])[\s:,]*$"
    r"|(?<!you )\bto\s*$"
    r"|(?<!can )(?<!could )(?<!will )(?<!would )\byou\s*$",
    re.IGNORECASE,
)
# “Remind me what my sister is called” asks now.
_ASKS_NOW = re.compile(
    r"\s*(?:again\s+)?(?:of\s+|about\s+)?(?:what|who|whom|whose|where|when|why|how|which)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"\W*(?:(?:no|sorry|wait|oops|ah|oh|actually|hang on|argh|ok|and|correction|please|my bad)\b"
    r"\W*)*(?:i (?:meant|mean)|make (?:it|that)|it should be|change (?:it|that) to|better|rather"
    r"|(?<=\w )(?=at\b|\d|on\b|tomorrow\b|next\b))",
    re.IGNORECASE,
)
# “Make it 10:30”
_BARE_HOUR = re.compile(
    r"\b(?P<lead>it|that|to|meant|mean) (?=\d{1,2}(?:[:.]\d\d)?\W*(?:instead|please)?\W*$)",
    re.IGNORECASE,
)
REPEATED = re.compile(r"\b(?:every|each|daily|weekly|monthly)\b", re.IGNORECASE)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
            "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fifteen": 15, "twenty": 20,
            "thirty": 30, "forty": 40, "a couple of": 2, "a few": 3}  # fmt: skip
_IN_A_WHILE = re.compile(
    rf"\b(?:in|after)\s+(?:(?P<half>half an)|(?P<count>\d{{1,4}}|{'|'.join(_NUMBERS)}))"
    r"\s+(?P<unit>min(?:ute)?s?|h(?:ou)?rs?)\b(?P<and_half> and a half\b)?",
    re.IGNORECASE,
)
_PARTS = {
    "morning": MORNING,
    "noon": time(12),
    "lunchtime": time(12),
    "afternoon": time(15),
    "evening": time(19),
    "tonight": time(20),
    "night": time(20),
}
_PART = re.compile(
    r"\b(?:(?:in|at|this)\s+(?:the\s+)?)?(?P<part>morning|noon|lunchtime|afternoon|evening|tonight"
    r"|night)\b",
    re.IGNORECASE,
)
_EDGES = re.compile(
    r"^(?:(?:to|about|that|of|and|please|then|again|on|at|by|in|for)\s+|[\s,.:;!?-]+)+"
    r"|(?:[\s,.:;!?-]+|\s+(?:on|at|by|in|for|please|and|thanks|thank you))+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Request:
    """A reminder that is asked for.

    Args:
        task: what it is of, in words to the person; empty if none are given.
        due: when, in the person's zone.
    """

    task: str
    due: datetime

    def confirmation(self) -> str:
        """Return what the person reads: that it is set, and for when."""
        of = f": {self.task}" if self.task else ""
        return f"I'll remind you {in_words(self.due)}{of}."


def in_words(due: datetime) -> str:
    """Return a moment in words, in its own zone: “on Friday, 6 March 2026 at 09:00”."""
    return f"on {due:%A}, {due.day} {due:%B %Y} at {due:%H:%M}"


def names_reminder(text: str) -> bool:
    """Return whether a message may ask for a reminder; `request_in` looks closely."""
    return len(text) <= LONGEST_MESSAGE and _REMIND_ME.search(text) is not None


def may_correct(text: str) -> bool:
    """Return whether a message may correct when a reminder is to come: “sorry, I meant at 10”."""
    return len(text) <= LONGEST_CORRECTION and _CORRECTS.match(text) is not None


def corrected(text: str, now: datetime, earlier: Request) -> Request | None:
    """Return a reminder as a message corrects it; None if it names no other time to come.

    Args:
        now: when it was said, in the person's zone.
        earlier: what was asked for just before.
    """
    zone = now.tzinfo
    if not may_correct(text) or not isinstance(zone, ZoneInfo):
        return None
    text = _BARE_HOUR.sub(r"\g<lead> at ", text)
    when = next(iter(dates_in(text, now, zone)), None)
    clock = (when.at if when else None) or _clock(text)[0]
    if when is None and clock is None:
        return None
    day = when.first if when else earlier.due.astimezone(zone).date()
    at = clock or earlier.due.astimezone(zone).time()
    due = datetime.combine(day, at, zone)
    return replace(earlier, due=due) if due > now else None


def request_in(text: str, said_at: datetime, zone: ZoneInfo) -> Request | None:
    """Return what a message asks to be reminded of; None if it asks for nothing, or names no time.

    Args:
        zone: the person's; their clock and their days are meant.
    """
    found = _REMIND_ME.search(text) if names_reminder(text) else None
    if found is None or _NO_REQUEST.search(text[: found.start()]) or REPEATED.search(text):
        return None
    if _ASKS_NOW.match(text, found.end()):
        return None
    now = said_at.astimezone(zone)
    due, spans = _due(text, now, zone)
    if due is None or due <= now:
        return None
    return Request(_task(text, found, spans), due)


def _due(text: str, now: datetime, zone: ZoneInfo) -> tuple[datetime | None, list[tuple[int, int]]]:
    """Return the moment that a text names, and where it names it."""
    if soon := _IN_A_WHILE.search(text):
        return now + _length(soon), [soon.span()]
    when = next(iter(dates_in(text, now, zone)), None)
    clock, spans = _clock(text)
    if when is None and clock is None:
        return None, []
    if when is not None:
        spans.append((when.start, when.end))
    return _moment(when, clock, now, zone), spans


def _moment(when: When | None, clock: time | None, now: datetime, zone: ZoneInfo) -> datetime:
    if when is not None:
        return datetime.combine(when.first, when.at or clock or MORNING, zone)
    today = datetime.combine(now.date(), clock or MORNING, zone)
    return today if today > now else today + timedelta(days=1)


def _length(match: re.Match[str]) -> timedelta:
    count = _NUMBERS.get((match["count"] or "").lower()) or int(match["count"] or 0)
    one = timedelta(hours=1) if match["unit"].lower().startswith("h") else timedelta(minutes=1)
    return one / 2 if match["half"] else one * (count + (0.5 if match["and_half"] else 0))


def _clock(text: str) -> tuple[time | None, list[tuple[int, int]]]:
    """Return the time of day that a text names, and where."""
    if clock := named_clock(text):
        return clock.at, [(clock.start, clock.end)]
    part = _PART.search(text)
    return (_PARTS[part["part"].lower()], [part.span()]) if part else (None, [])


def _task(text: str, found: re.Match[str], spans: list[tuple[int, int]]) -> str:
    """Return what is to be remembered: what stands after the request, without its time."""
    rest = blanked(text, spans)[found.end() :].partition("\n")[0]
    rest = re.split(r"[.!?](?:\s|$)", rest.strip(" ,:;-"), maxsplit=1)[0]
    bare = " ".join(_EDGES.sub("", rest).split())
    bare = re.sub(r"\bmy\b", "your", bare, flags=re.IGNORECASE)
    return re.sub(r"\bI'm\b|\bI am\b", "you are", bare)[:LONGEST_TASK]
