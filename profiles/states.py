"""The states of mind that prompts and the console speak of: one table.

To add a state, add a member, write its lines in `emotions/sentences/`, and run `makemigrations` and
`train_emotions`. Nothing else names them one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

# For a state that was removed.
UNKNOWN_SHADE = "#d1d5db"


@dataclass(frozen=True, slots=True)
class Traits:
    """What Whisper knows of a state.

    Args:
        valence: how it feels, -1 (bad) to 1 (good).
        weight: how heavily it weighs on a person, 1 or more; 0 if it isn't distress.
        escalates: what one such message adds to the distress that piles up.
        shade: of its part of a chart. Good states are blue to teal, hard ones ochre to brown, so
            that people who see colours differently can tell them apart.
        dark_shade: the same on a dark page.
        shape: of its mark in a chart, one of the console's; with it a state is told by more than
            its colour.
        guidance: how the prompt asks the companion to treat it; empty to say nothing.
        emoji: what people type with it, for training sentences.
    """

    valence: float = 0.0
    weight: int = 0
    escalates: int = 0
    shade: str = UNKNOWN_SHADE
    dark_shade: str = UNKNOWN_SHADE
    shape: str = "bar"
    guidance: str = ""
    emoji: tuple[str, ...] = ("",)


# From this valence on a state counts as good, and from its opposite as bad.
CLEAR = 0.5


class Emotion(models.TextChoices):
    """How a message feels: value, traits, label."""

    NEUTRAL = (
        "neutral",
        Traits(
            shade="#76808f",
            dark_shade="#8d97a8",
            emoji=("", "", "lol", "👍", "🤷", "haha"),
        ),
        "Neutral",
    )
    HAPPY = (
        "happy",
        Traits(
            valence=0.8,
            escalates=-1,
            shade="#0b7fb5",
            dark_shade="#4db3e6",
            shape="circle",
            guidance="They seem happy: be glad with them.",
            emoji=("😊", "😂", "❤️", "🥰", ":)", "😄", "haha", "lol", "hehe"),
        ),
        "Happy",
    )
    EXCITED = (
        "excited",
        Traits(
            valence=0.7,
            escalates=-1,
            shade="#1d4f91",
            dark_shade="#7ea6f5",
            shape="star",
            guidance="They seem excited: share it.",
            emoji=("🎉", "🤩", "🥳", "🔥", "!!!", "aaaa", "omg", "🙌", "✨"),
        ),
        "Excited",
    )
    FRUSTRATED = (
        "frustrated",
        Traits(
            valence=-0.6,
            weight=1,
            escalates=1,
            shade="#cf4a1c",
            dark_shade="#f5794e",
            shape="cross",
            guidance="They seem frustrated: acknowledge it before anything else.",
            emoji=("🙄", "😤", "🙃", "ugh", "ffs", "😒", "argh"),
        ),
        "Frustrated",
    )
    ANGRY = (
        "angry",
        Traits(
            valence=-0.8,
            weight=3,
            escalates=1,
            shade="#a11b14",
            dark_shade="#f0605a",
            shape="square",
            guidance="They seem angry: stay calm, take it seriously, don't argue.",
            emoji=("😡", "🤬", "😠", "wtf", "🖕", "!!"),
        ),
        "Angry",
    )
    SAD = (
        "sad",
        Traits(
            valence=-0.8,
            weight=5,
            escalates=1,
            shade="#6d4a1f",
            dark_shade="#c9a06e",
            shape="drop",
            guidance="They seem sad: listen and be gentle; no advice unless they ask for it.",
            emoji=("😢", "😭", "💔", ":(", "😔", "🥺"),
        ),
        "Sad",
    )
    DISAPPOINTED = (
        "disappointed",
        Traits(
            valence=-0.6,
            weight=2,
            escalates=1,
            shade="#b3661a",
            dark_shade="#e0995a",
            shape="wedge",
            guidance="They seem disappointed: acknowledge it before anything else.",
            emoji=("😕", "😞", ":/", "oh well", "meh", "☹️"),
        ),
        "Disappointed",
    )
    CURIOUS = (
        "curious",
        Traits(
            valence=0.2,
            shade="#5a7db0",
            dark_shade="#9db4d8",
            shape="diamond",
            emoji=("🤔", "👀", "🧐", "hmm", "?"),
        ),
        "Curious",
    )
    WORRIED = (
        "worried",
        Traits(
            valence=-0.6,
            weight=4,
            shade="#a17400",
            dark_shade="#e3b53c",
            shape="triangle",
            guidance="They seem worried: take it seriously and help them feel less alone.",
            emoji=("😰", "😬", "😟", "😨", "omg", "😥"),
        ),
        "Worried",
    )
    GRATEFUL = (
        "grateful",
        Traits(
            valence=0.8,
            escalates=-1,
            shade="#0b7d78",
            dark_shade="#3fc0b4",
            shape="heart",
            guidance="They are grateful: take it warmly, without fuss.",
            emoji=("🙏", "💕", "<3", "❤️", "🥺", "😊"),
        ),
        "Grateful",
    )

    traits: Traits

    def __new__(cls, value: str, traits: Traits | None = None) -> Emotion:
        """Make a member of its value and traits."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.traits = traits or Traits()
        return member

    @property
    def sign(self) -> int:
        """Return 1 for a good state, -1 for a bad one, 0 for neither."""
        return (self.traits.valence >= CLEAR) - (self.traits.valence <= -CLEAR)
