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
    "I can't find anything about that in what you've told me.",
)
UNREAD = (
    "I can't find it. Without a language model I keep what you write in other languages as it is,"
    " but can't look it up well.",
)
ONLY_KNOWN = ("I can't find that in what you've told me. What I know: {said}",)
UNKNOWN_FORGETFUL = (
    "You haven't told me in the last few minutes, and I don't keep anything longer until you agree "
    "to it: /privacy changes that.",
    "You haven't told me in the last few minutes, and I can't look further back.",
    "I don't know. I only have the last few minutes in mind; with /privacy you can change that.",
)
NOTHING_KNOWN = (
    "Nothing yet. Tell me where you live, what you do, who matters to you.",
    "I don't know anything about you yet: you haven't told me anything I could note.",
)
NO_MOODS = (
    "I don't have any moods of yours that I could share here.",
    "I haven't noticed any moods lately that I could share here.",
)
NO_TALK = ("We haven't talked about anything yet.",)
NO_PLANS = (
    "You haven't told me about any plans for then.",
    "I don't know of any plans: you haven't told me about them.",
)
NO_PLANS_THEN = ("Nothing for then, as far as I know. What comes next: {next}",)
NEXT_PLAN = ("I can't find that in what you've told me. The next plan I know of: {next}",)
NO_NEWS = ("You haven't told me anything new this week.",)
# Where others read along: what was told elsewhere isn't repeated there.
WHERE_OTHERS_READ: Mapping[Sequence[str], Sequence[str]] = {
    UNKNOWN: (
        "You haven't told me that here.",
        "I can't tell you anything about that here.",
    ),
    ONLY_KNOWN: ("You haven't told me that here. What I know: {said}",),
    NOT_SAID: ("You didn't say {what} here. {said}",),
    NO_MORE: ("You haven't told me more than that here.",),
    NOTHING_KNOWN: ("I don't know anything about you that I could share here.",),
    NO_PLANS: ("You haven't told me about any plans for then here.",),
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
