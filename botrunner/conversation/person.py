"""What the prompt says about who is talking, and how to be with them."""

from __future__ import annotations

from datetime import datetime

from botrunner.conversation.received import Received
from botrunner.llm.tokens import clip
from profiles.models import Profile, Relationship
from profiles.preferences import wishes
from profiles.relationship.rules import SESSION_GAP
from whisper.names import quoted_name, quoted_text, safe_name

WISH_TOKENS = 60

CLOSENESS = {
    Relationship.STRANGER: "",
    Relationship.ACQUAINTANCE: "You know each other a little: be friendly.",
    Relationship.FRIEND: "You are friends: be warm, and refer to what you know about them.",
    Relationship.CLOSE_FRIEND: "You are close friends: be open and familiar with them.",
}
DISTANCE = (
    "They asked for distance: be polite and matter-of-fact, without familiarity, and don't speak "
    "of closeness."
)
STYLES = {
    "brief": "They write briefly: so do you.",
    "detailed": "They write at length: take your time too.",
    "casual": "Their tone is casual.",
    "formal": "Their tone is formal.",
}
UNKNOWN = (
    "You are talking with somebody who has not agreed to be remembered: you know nothing of them, "
    "and won't remember what they say. Don't promise to."
)
FOLLOW_UP = "They asked you{date} to ask them how it went{words}. Do so now, once."


def introduction(received: Received) -> str:
    """Return who is talking, how close they are, and how they write."""
    profile = received.profile
    if profile is None:
        return UNKNOWN
    lines = [
        _who(profile, received.name),
        _closeness(profile),
        _style(profile),
        wishes(profile),
    ]
    return " ".join(line for line in lines if line)


def due_notes(received: Received, now: datetime) -> str:
    """Return what holds for this reply alone: a long silence, and what is to be asked."""
    lines = [_last_seen(received.last_seen, now), _follow_up(received)]
    return " ".join(line for line in lines if line)


def _who(profile: Profile, name: str) -> str:
    called = quoted_name(name) if safe_name(name) else "someone who hasn't told you their name"
    since = profile.first_interaction
    count = profile.interaction_count
    known = f", whom you have known since {since:%d %B %Y}" if since and count > 1 else ""
    return f"You are talking with {called}{known}."


def _last_seen(at: datetime | None, now: datetime) -> str:
    return f"You last talked here on {at:%d %B %Y}." if at and now - at > SESSION_GAP else ""


def _closeness(profile: Profile) -> str:
    if profile.distance_wished_at is not None:
        return DISTANCE
    return CLOSENESS[Relationship(profile.relationship_level)]


def _style(profile: Profile) -> str:
    """Return how to suit the way they write; the rest of a personality does not guide answers."""
    found = profile.personality.get("communication")
    words = found.split(" and ") if isinstance(found, str) else []
    return " ".join(STYLES[word] for word in words if word in STYLES)


def _follow_up(received: Received) -> str:
    wish = received.follow_up
    if wish is None:
        return ""
    date = f" on {wish.said_at:%d %B %Y}" if wish.said_at else ""
    words = f": {quoted_text(clip(wish.text, WISH_TOKENS))}" if wish.text else ""
    return FOLLOW_UP.format(date=date, words=words)
