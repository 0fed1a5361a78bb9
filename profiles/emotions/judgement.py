"""How likely each state of mind is: by the words of a text and by its meaning, together."""

from __future__ import annotations

import numpy as np

from profiles.emotions.labels import STATES
from profiles.emotions.meaning import margins
from profiles.emotions.model import Model, Reading
from profiles.models import Emotion

# What the meaning weighs beside the words, and where hardly any word is known; chosen on the tuning
# set and on lines in other languages.
MEANING = 0.4
MEANING_OF_UNKNOWN_WORDS = 0.9
# The share of a text's words that must be known for it to be judged by them.
KNOWN = 0.5


def states_of(text: str, moods: Model, reading: Reading) -> dict[Emotion, float]:
    """Return how likely each state is; one that the models don't know yet never is.

    Args:
        moods: the model of words.
        reading: what it sees of the text.
    """
    states = dict.fromkeys(STATES, 0.0)
    for name, share in zip(moods.classes, _shares(text, moods, reading), strict=True):
        if name in Emotion.values:
            states[Emotion(name)] = share
    return states


def _shares(text: str, moods: Model, reading: Reading) -> list[float]:
    by_words = np.log(moods.shares(reading) + 1e-9)
    by_meaning = margins(text, moods.classes)
    if by_meaning is None:
        return list(map(float, np.exp(by_words)))
    weight = MEANING if moods.known_share(reading) >= KNOWN else MEANING_OF_UNKNOWN_WORDS
    by_meaning = by_meaning - np.logaddexp.reduce(by_meaning)
    mixed = (1 - weight) * by_words + weight * by_meaning
    shares = np.exp(mixed - mixed.max())
    return list(map(float, shares / shares.sum()))
