"""Reminders that a person asks for, as plans with their day and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from memories.facts.dates import When, dates_in
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement

LONGEST_TASK = 120

_REMIND_ME = re.compile(r"(?i)\bremind me\s+(?:(?:to|about|that|of)\s+)?(?P<task>[^\n.!?]+)")
_TO_DO = re.compile(r"(?i)\bremind me (?:[\w ]{0,25}? )?to\b")
_CLOCK = re.compile(
    r"(?i)\b(?:at|by) \d{1,2}(?:[:.]\d\d)?(?: ?(?:am|pm|o'clock))?(?!\w)"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'clock)\b"
)
_PART_OF_DAY = re.compile(r"(?i)^\s*(?:morning|lunchtime|afternoon|evening|night)\b")
# “At 5” is in the afternoon.
_AS_IN_THE_DAY = re.compile(r"(?i)\b[1-6](?:[:.]\d\d)?(?!\d| ?[ap]\.?m|[:.]| ?o'clock)\b")
_LEFT_OVER = re.compile(r"(?i)^(?:(?:to|about|that|of|and)\s+)+|\s+(?:on|at|by|in|for)\s*$")


def with_reminders(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return statements with what a message asks to be reminded of as its plan.

    A reminder that names neither day nor clock isn't a plan.
    """
    reminded = _reminders(said)
    return [*(one for one in stated if not reminded or one.predicate != "plan"), *reminded]


def _reminders(said: Said) -> list[Statement]:
    match = _REMIND_ME.search(said.text)
    if match is None:
        return []
    zone = ZoneInfo(said.zone)
    when = next(iter(dates_in(said.text, said.at, zone)), None) or _next(said, zone)
    if when is None:
        return []
    task = _task(said.text, match, when)
    if not task or len(task) > LONGEST_TASK:
        return []
    return [Statement(SELF, "plan", task, when=when, start=match.start("task"))]


def _next(said: Said, zone: ZoneInfo) -> When | None:
    """Return the next time that the clock shows a time without a day: “at 5”."""
    clock = _CLOCK.search(said.text)
    if clock is None:
        return None
    for day in ("today", "tomorrow"):
        timed = _AS_IN_THE_DAY.sub(r"\g<0>pm", clock.group())
        for when in dates_in(f"{day} {timed}", said.at, zone):
            if when.at is not None and when.begins(zone) > said.at:
                return replace(when, start=clock.start(), end=clock.end())
    return None


def _task(text: str, match: re.Match[str], when: When) -> str:
    """Return what is to be done, without its day and clock, in words about the person."""
    before = text[match.start("task") : when.start]
    after = _PART_OF_DAY.sub("", text[when.end : match.end("task")])
    whole = when.end <= match.start("task") or when.start >= match.end("task")
    said = match["task"] if whole else f"{before} {after}"
    bare = " ".join(_CLOCK.sub(" ", said).split()).strip(" ,")
    bare = _LEFT_OVER.sub("", _LEFT_OVER.sub("", bare)).strip(" ,")
    doing = "to " if bare and _TO_DO.search(text) else ""
    return doing + re.sub(r"(?i)\bmy\b", "their", bare)
