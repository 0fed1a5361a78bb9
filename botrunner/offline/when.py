"""Times, as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta

DAYTIMES = ((5, "Good evening"), (11, "Good morning"), (18, "Hello"), (24, "Good evening"))
SPANS = ((365, "a year", "years"), (30, "a month", "months"), (7, "a week", "weeks"))


def daytime(now: datetime) -> str:
    """Return a greeting for the hour."""
    return next(text for end, text in DAYTIMES if now.hour < end)


def gap(since: timedelta) -> str:
    """Return a rough length of time: "3 days", "a month"."""
    days = since.days
    for size, one, many in SPANS:
        if days >= size:
            count = days // size
            return one if count == 1 else f"{count} {many}"
    return "a day" if days <= 1 else f"{days} days"


def on(said_at: datetime, now: datetime) -> str:
    """Return when something was said, for the middle of a sentence: "yesterday", "on 3 May"."""
    said = said_at.astimezone(now.tzinfo)
    days = (now.date() - said.date()).days
    if days <= 0:
        return "just now" if now - said < timedelta(minutes=10) else "earlier today"
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"on {said:%A}"
    return f"on {said.day} {said:%B}" if said.year == now.year else f"on {said.day} {said:%B %Y}"
