"""How a text feels: 28 labels of an offline classifier, folded into the states of one table."""

from __future__ import annotations

from dataclasses import dataclass

from profiles.emotions.danger import is_certain
from profiles.emotions.judgement import states_of
from profiles.emotions.labels import LABELS
from profiles.emotions.lexicon import signs
from profiles.emotions.model import NAME as MODEL_NAME
from profiles.emotions.model import Reading, shipped, shipped_moods
from profiles.models import Emotion

# Scores below it are noise and are not kept.
SMALLEST_SCORE = 0.05
MOST_TRIGGERS = 3
# Who speaks of dying is sad, whatever the words around it: the classifier sees “want” in it.
CRISIS_INTENSITY = 0.9
# They carry sentences, not moods.
# fmt: off
_FUNCTION_WORDS = frozenset(
    [
        "a", "an", "and", "are", "as", "at", "be", "because", "but", "by", "for", "from", "had",
        "has", "have", "he", "her", "him", "his", "i", "i'm", "in", "is", "it", "it's", "its",
        "me", "my", "of", "on", "or", "she", "so", "that", "the", "their", "them", "they", "this",
        "to", "us", "was", "we", "were", "what", "will", "with", "you", "your",
    ]
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Feeling:
    """How one text feels.

    Args:
        emotion: the state of mind.
        scores: probability of each label that is more than noise, 0 to 1.
        intensity: how strong, 0 to 1: how likely the text is not neutral.
        confidence: how likely the state is, 0 to 1.
        valence: from -1 (bad) to 1 (good).
        triggers: words of the text that decided, strongest first.
    """

    emotion: Emotion
    scores: dict[str, float]
    intensity: float
    confidence: float
    valence: float
    triggers: tuple[str, ...]


NEUTRAL = Feeling(Emotion.NEUTRAL, {}, 0.0, 0.0, 0.0, ())


def classify(text: str) -> Feeling:
    """Return how a text feels; a long one is judged by its start and end. No words: neutral."""
    moods, labels = shipped_moods(), shipped()
    reading = moods.read(text)
    # Marks alone, as of shortness, tell nothing.
    spoken = any(_tells(word) for word in reading.tokens) or signs(reading.tokens)
    danger = is_certain(text)
    if not danger and not spoken:
        return NEUTRAL
    states = states_of(text, moods, reading)
    emotion = max(states, key=lambda state: states[state])
    intensity = 1 - states[Emotion.NEUTRAL]
    valence = sum(share * state.sign for state, share in states.items())
    if danger:
        emotion = Emotion.SAD
        intensity, valence = max(intensity, CRISIS_INTENSITY), min(valence, -CRISIS_INTENSITY)
    return Feeling(
        emotion=emotion,
        scores={
            label: round(float(score), 3)
            for label, score in zip(LABELS, labels.probabilities(labels.read(text)), strict=True)
            if score >= SMALLEST_SCORE
        },
        intensity=0.0 if emotion == Emotion.NEUTRAL else round(intensity, 3),
        confidence=round(states[emotion], 3),
        valence=round(valence, 3),
        triggers=() if emotion == Emotion.NEUTRAL else _triggers(reading, emotion),
    )


def _tells(word: str) -> bool:
    """Return whether a token is a word or an emoji, not mere punctuation or half a character."""
    return word[0].isalnum() or (ord(word[0]) > 0x2000 and not "\ud800" <= word[0] <= "\udfff")


def _triggers(reading: Reading, emotion: Emotion) -> tuple[str, ...]:
    """Return the words that add most to a state, strongest first."""
    moods = shipped_moods()
    # It may be a state that danger alone gave.
    if emotion not in moods.classes:
        return ()
    column = moods.classes.index(emotion)
    weights = {
        word: added
        for word, added in moods.contributions(reading, column).items()
        if _tells(word) and word not in _FUNCTION_WORDS
    }
    decisive = sorted((word for word in weights if weights[word] > 0), key=lambda w: -weights[w])
    return tuple(decisive[:MOST_TRIGGERS])


__all__ = ["MODEL_NAME", "NEUTRAL", "Feeling", "classify"]
