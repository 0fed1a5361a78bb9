"""Reminders that a person asks for, as plans with their day and time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from memories.facts.clock import blanked, end_of_day, named_clock
from memories.facts.dates import When, dates_in
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement

LONGEST_TASK = 120
# A plan has one day.
_REPEATED = re.compile(r"(?i)\bremind me (?:\S+ ){0,8}?(?:every|each|daily|weekly|monthly)\b")

_REMIND_ME = re.compile(r"(?i)\bremind me\s+(?:(?:to|about|that|of)\s+)?(?P<task>[^\n.!?]+)")
_TO_DO = re.compile(r"(?i)\bremind me (?:[\w'’:., ]{0,60}? )?to\b")
_LEFT_OVER = re.compile(r"(?i)^(?:(?:to|about|that|of|and)\s+)+|\s+(?:on|at|by|in|for)\s*$")


def with_reminders(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return statements with what a message asks to be reminded of as its plan.

    A reminder that names neither day nor clock isn't a plan.
    """
    reminded = _reminders(said)
    is_reminder = reminded or _REPEATED.search(said.text)
    return [
        *(one for one in stated if not is_reminder or one.predicate != "plan"),
        *reminded,
    ]


def _reminders(said: Said) -> list[Statement]:
    match = _REMIND_ME.search(said.text)
    if match is None or _REPEATED.search(said.text):
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
    clock = named_clock(said.text)
    if clock is None:
        return None
    now = said.at.astimezone(zone)
    day = now.date() + timedelta(days=clock.at <= now.time())
    return When(day, day, clock.at, clock.start, clock.end)


def _task(text: str, match: re.Match[str], when: When) -> str:
    """Return what is to be done, without its day and clock, in words about the person."""
    end = match.end("task")
    spans = [(when.start, end_of_day(text, when.end))]
    spans += [(clock.start, clock.end)] if (clock := named_clock(text)) else []
    bare = " ".join(blanked(text, spans)[match.start("task") : end].split()).strip(" ,")
    bare = _LEFT_OVER.sub("", _LEFT_OVER.sub("", bare)).strip(" ,")
    doing = "to " if bare and _TO_DO.search(text) else ""
    return doing + re.sub(r"(?i)\bmy\b", "their", bare)
