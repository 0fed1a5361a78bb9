"""How a text feels: 28 labels of an offline classifier, folded into ten states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from profiles.emotions.care import in_crisis
from profiles.emotions.labels import LABELS, POLARITY, STATE, STATES
from profiles.emotions.lexicon import hints, sign_words
from profiles.emotions.model import NAME as MODEL_NAME
from profiles.emotions.model import Floats, Reading, shipped
from profiles.emotions.scores import GROUPINGS, grouped
from profiles.models import Emotion

# Scores below it are noise and are not kept.
SMALLEST_SCORE = 0.05
MOST_TRIGGERS = 3
# Who speaks of dying is sad, whatever the words around it: the classifier sees «want» in it.
CRISIS_INTENSITY = 0.9
# What a sign of the lexicon adds to its state's margin, on top of what it adds to its label's.
SIGN_BONUS = 1.0
# The same where nothing but signs is there: a lone emoji means its mood.
LONE_SIGN_BONUS = 8.0
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
_SIGN = np.array([POLARITY[label] for label in LABELS])
_NEUTRAL = LABELS.index("neutral")


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
    model = shipped()
    reading = model.read(text)
    signs = hints(reading.tokens) > 0
    if not len(reading.rows) or not (any(_tells(word) for word in reading.tokens) or signs.any()):
        return NEUTRAL
    labels = model.probabilities(reading)
    states = grouped(labels, GROUPINGS["states"])
    # Each state is measured against its own threshold: rare ones are improbable even when right.
    margins = _logit(states) - _logit(model.thresholds["states"])
    spoken = any(word[0].isalnum() for word in reading.tokens)
    bonus = SIGN_BONUS if spoken else LONE_SIGN_BONUS
    emotion = STATES[int(np.argmax(margins + bonus * (signs @ GROUPINGS["states"])))]
    intensity, valence = 1 - float(labels[_NEUTRAL]), _valence(labels)
    if in_crisis(text):
        emotion = Emotion.SAD
        intensity, valence = max(intensity, CRISIS_INTENSITY), min(valence, -CRISIS_INTENSITY)
    return Feeling(
        emotion=emotion,
        scores={
            label: round(float(score), 3)
            for label, score in zip(LABELS, labels, strict=True)
            if score >= SMALLEST_SCORE
        },
        intensity=0.0 if emotion == Emotion.NEUTRAL else round(intensity, 3),
        confidence=round(float(states[STATES.index(emotion)]), 3),
        valence=valence,
        triggers=() if emotion == Emotion.NEUTRAL else _triggers(reading, emotion, labels),
    )


def _tells(word: str) -> bool:
    """Tell whether a token is a word or an emoji, not mere punctuation or half a character."""
    return word[0].isalnum() or (ord(word[0]) > 0x2000 and not "\ud800" <= word[0] <= "\udfff")


def _logit(probability: Floats) -> Floats:
    within = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(within / (1 - within)))


def _valence(labels: Floats) -> float:
    good, bad = float(labels[_SIGN > 0].sum()), float(labels[_SIGN < 0].sum())
    return round((good - bad) / max(good + bad + float(labels[_NEUTRAL]), 1e-9), 3)


def _triggers(reading: Reading, emotion: Emotion, labels: Floats) -> tuple[str, ...]:
    """Return the words that add most to the state's likeliest label."""
    label = max(
        (index for index, name in enumerate(LABELS) if STATE[name] == emotion),
        key=lambda index: float(labels[index]),
    )
    signs = sign_words(LABELS[label])
    weights = {
        word: added + (word in signs)
        for word, added in shipped().contributions(reading, label).items()
        if _tells(word) and word not in _FUNCTION_WORDS
    }
    decisive = sorted((word for word in weights if weights[word] > 0), key=lambda w: -weights[w])
    return tuple(decisive[:MOST_TRIGGERS])


__all__ = ["MODEL_NAME", "NEUTRAL", "Feeling", "classify"]
