"""How a text feels: 28 labels of an offline classifier, folded into ten states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from profiles.emotions.features import features
from profiles.emotions.labels import LABELS, POLARITY, STATE
from profiles.emotions.model import NAME as MODEL_NAME
from profiles.emotions.model import shipped
from profiles.models import Emotion

# Scores below it are noise and are not kept.
SMALLEST_SCORE = 0.05
MOST_TRIGGERS = 3
_SIGN = np.array([POLARITY[label] for label in LABELS])
_NEUTRAL = LABELS.index("neutral")


@dataclass(frozen=True, slots=True)
class Feeling:
    """How one text feels.

    Args:
        emotion: the state of mind.
        scores: probability of each label that is more than noise, 0 to 1.
        intensity: how strong, 0 to 1: the probability that it is not neutral.
        confidence: how sure the classifier is of the state, 0 to 1.
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
    """Return how a text feels; text without words or emoji is neutral. It never raises."""
    model = shipped()
    if not any(character.isalnum() or ord(character) > 0x2000 for character in text):
        return NEUTRAL
    if not any(feature in model.places for feature in features(text)):
        return NEUTRAL
    probabilities = model.probabilities(text)
    states = dict.fromkeys(Emotion, 0.0)
    for label, probability, threshold in zip(LABELS, probabilities, model.thresholds, strict=True):
        # A state is as likely as its strongest label, measured against that label's own threshold:
        # rare labels have low probabilities even when they are right.
        states[STATE[label]] = max(states[STATE[label]], probability / threshold)
    emotion = max(states, key=lambda state: states[state])
    strongest = max(
        (index for index, label in enumerate(LABELS) if STATE[label] == emotion),
        key=lambda index: probabilities[index] / model.thresholds[index],
    )
    total = sum(states.values())
    return Feeling(
        emotion=emotion,
        scores={
            label: round(float(score), 3)
            for label, score in zip(LABELS, probabilities, strict=True)
            if score >= SMALLEST_SCORE
        },
        intensity=_intensity(emotion, float(probabilities[_NEUTRAL])),
        confidence=round(states[emotion] / total, 3) if total else 0.0,
        valence=_valence(probabilities),
        triggers=_triggers(text, strongest) if emotion != Emotion.NEUTRAL else (),
    )


def _intensity(emotion: Emotion, neutral: float) -> float:
    return 0.0 if emotion == Emotion.NEUTRAL else round(1 - neutral, 3)


def _valence(probabilities: np.ndarray) -> float:
    good = float(probabilities[_SIGN > 0].sum())
    bad = float(probabilities[_SIGN < 0].sum())
    neutral = float(probabilities[_NEUTRAL])
    return round((good - bad) / max(good + bad + neutral, 1e-9), 3)


def _triggers(text: str, label: int) -> tuple[str, ...]:
    added = shipped().contributions(text, label)
    words = {
        feature[2:]: value
        for feature, value in added.items()
        if feature.startswith("w ") and value > 0 and len(feature) > 3
    }
    return tuple(sorted(words, key=lambda word: -words[word])[:MOST_TRIGGERS])


__all__ = ["MODEL_NAME", "NEUTRAL", "Feeling", "classify"]
