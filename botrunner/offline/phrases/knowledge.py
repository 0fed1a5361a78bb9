"""Replies about what it knows and what it doesn't know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

QUOTES = ("You told me {when}: “{text}”",)
NEAREST = (
    "I'm not sure, but the nearest I have: {said}",
    "Not sure, but this comes nearest: {said}",
)
# The reply lacks what a question asks for: "when", "how much".
NOT_SAID = (
    "You didn't say {what}, as far as I can find. {said}",
    "I can't see {what} in what you told me. {said}",
)
NO_MORE = (
    "You didn't tell me more than that, as far as I can find.",
    "That's all I can find of it.",
)
UNKNOWN = (
    "I can't find that in what you've told me.",
    "I don't have that, as far as I can find.",
    "I find nothing about that in what you've told me.",
)
UNREAD = (
    "I can't find it. Without a language model I keep what you write in other languages as it is,"
    " but can't look it up well.",
)
ONLY_KNOWN = ("I can't find that in what you've told me. What I know: {said}",)
UNKNOWN_FORGETFUL = (
    "You haven't told me in the last few minutes, and I don't keep anything longer, so long as you "
    "haven't said yes to it: /privacy changes that.",
    "You haven't told me in the last few minutes, and I can't look further back.",
    "I don't know. I only have the last few minutes in mind; with /privacy you can change that.",
)
NOTHING_KNOWN = (
    "Nothing yet. Tell me where you live, what you do, who matters to you.",
    "I know nothing about you yet: you haven't told me anything I could note.",
)
NO_MOODS = (
    "I have no moods of yours on record that I could tell here.",
    "I noticed no moods lately that I could tell you of here.",
)
NO_TALK = ("We haven't talked about anything yet.",)
NO_PLANS = (
    "You haven't told me of any plans for then.",
    "I know of no plans: you haven't told me any.",
)
NO_NEWS = ("You haven't told me anything new this week.",)
# Where others read, too: something may have been told elsewhere that isn't repeated here.
WHERE_OTHERS_READ: Mapping[Sequence[str], Sequence[str]] = {
    UNKNOWN: (
        "You haven't told me that here.",
        "I can't tell you anything about that here.",
    ),
    ONLY_KNOWN: ("You haven't told me that here. What I know: {said}",),
    NOT_SAID: ("You didn't say {what} here. {said}",),
    NO_MORE: ("You haven't told me more than that here.",),
    NOTHING_KNOWN: ("I know nothing about you that I could tell here.",),
    NO_PLANS: ("You haven't told me here of any plans for then.",),
    NO_NEWS: ("You haven't told me anything new here this week.",),
}
VAGUE = (
    "I'm not sure what to look for. Ask it with another word or two, and I'll look.",
    "I can't tell what you're after. Could you ask it in other words?",
)
WHICH_ONE = (
    "I'm not sure whom or what you mean. Could you ask it with the name?",
    "I can't tell what that refers to. Ask it in full, and I'll look.",
)
