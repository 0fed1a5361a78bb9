"""The dates in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from memories.facts.clock import clock_in
from memories.facts.dates.patterns import READERS
from memories.facts.dates.when import NO_DAY, When
from memories.facts.dates.words import WEEKDAY

_BARE_WEEKDAY = re.compile(rf"(?:on )?(?:(?:this|next) )?{WEEKDAY}", re.IGNORECASE)
_BEFORE_DAY = re.compile(r",? ?(?:the )?\(?", re.IGNORECASE)
# “may” is a month only after a number or a word of time; so are short weekdays.
_DOUBTFUL = re.compile(
    r"(?:this |next |last )?(?:may|march|mar|sat|sun|mon|wed|dec|jan)\.?", re.IGNORECASE
)


# “Sun at 4”, “mon 8:45”, “on sat”
_TIME_AFTER = re.compile(
    r"\s*,? ?(?:at (?:\d|noon|half)|@|\d{1,2}(?:[:.]\d\d)? ?[ap]m\b|\d{1,2}[:.]\d\d\b|half \w"
    r"|noon\b"
    r"|lunch|morning\b|afternoon\b|evening\b|night\b)",
    re.IGNORECASE,
)
_DAY_BEFORE = re.compile(r"\b(?:on|by|until|till|every|from|for|come|due)\s+$", re.IGNORECASE)
_SAT_DOWN = re.compile(r"\b(?:i|he|she|we|they|it|who|just|and|the|a)\s+$", re.IGNORECASE)


def dates_in(text: str, said: datetime, zone: ZoneInfo, *, past: bool = False) -> list[When]:
    """Return the dates that a text names, in their order; days that do not exist are left out.

    Args:
        said: when it was said.
        zone: where; “tomorrow” shortly before midnight depends on it.
        past: whether a day without a year is the latest one gone by, not the next one.
    """
    today = local_day(said, zone)
    found = sorted(_found(text, today, past), key=lambda one: (one.start, -one.end))
    kept: list[When] = []
    for one in found:
        if kept and _goes_with(text, kept[-1], one):
            kept[-1] = When(one.first, one.last, one.at, kept[-1].start, one.end)
        elif not kept or one.start >= kept[-1].end:
            kept.append(one)
    kept = [one for one in kept if one.first != NO_DAY]
    clock = clock_in(text)
    if clock and len(kept) == 1 and kept[0].is_day:
        kept = [When(kept[0].first, kept[0].last, clock, kept[0].start, kept[0].end)]
    return kept


def _goes_with(text: str, weekday: When, day: When) -> bool:
    """Return whether a date follows its weekday: “Friday 13 March”, “Friday the 13th”."""
    return (
        bool(_BARE_WEEKDAY.fullmatch(text[weekday.start : weekday.end]))
        and day.is_day
        and day.first != NO_DAY
        and bool(_BEFORE_DAY.fullmatch(text[weekday.end : day.start]))
    )


def _is_doubtful(text: str, match: re.Match[str]) -> bool:
    """Return whether a short word is more likely no day or month: “the sun”, “he sat”, “may”."""
    words = match.group()
    if not _DOUBTFUL.fullmatch(words.strip()) or words[:1].isupper():
        return False
    before = text[: match.start()]
    is_day = words.strip()[:3].lower() in {"sat", "sun", "mon", "wed"}
    beside = _TIME_AFTER.match(text, match.end()) or _DAY_BEFORE.search(before)
    return not (is_day and beside and not _SAT_DOWN.search(before))


def local_day(said: datetime, zone: ZoneInfo) -> date:
    """Return the day that a moment belongs to where the person is."""
    return said.astimezone(zone).date()


def _found(text: str, today: date, past: bool) -> Iterator[When]:
    for pattern, reader in READERS:
        for match in pattern.finditer(text):
            if _is_doubtful(text, match):
                continue
            try:
                first, last = reader(match, today, past)
            except (ValueError, OverflowError):
                first = last = NO_DAY
            yield When(first, last, None, match.start(), match.end())
