"""The 28 labels of GoEmotions and what they are folded into."""

from __future__ import annotations

from profiles.models import Emotion

# Label, its state of mind, Ekman's group and sign (Demszky et al. 2020), why this state.
TABLE: tuple[tuple[str, Emotion, str, int, str], ...] = (
    ("admiration", Emotion.HAPPY, "joy", 1, "pleased about somebody or something"),
    ("amusement", Emotion.HAPPY, "joy", 1, "laughing"),
    ("anger", Emotion.ANGRY, "anger", -1, "the state itself"),
    ("annoyance", Emotion.FRUSTRATED, "anger", -1, "milder than anger, at obstacles"),
    ("approval", Emotion.HAPPY, "joy", 1, "agreeing, mildly pleased"),
    ("caring", Emotion.HAPPY, "joy", 1, "warm towards somebody"),
    ("confusion", Emotion.CURIOUS, "surprise", 0, "wants to understand"),
    ("curiosity", Emotion.CURIOUS, "surprise", 0, "the state itself"),
    ("desire", Emotion.NEUTRAL, "joy", 1, "a wish may be glad or sad: it tells no mood by itself"),
    ("disappointment", Emotion.DISAPPOINTED, "sadness", -1, "the state itself"),
    ("disapproval", Emotion.FRUSTRATED, "anger", -1, "wants it otherwise"),
    ("disgust", Emotion.ANGRY, "disgust", -1, "strong rejection"),
    ("embarrassment", Emotion.WORRIED, "sadness", -1, "afraid of how one looks"),
    ("excitement", Emotion.EXCITED, "joy", 1, "the state itself"),
    ("fear", Emotion.WORRIED, "fear", -1, "worry at its strongest"),
    ("gratitude", Emotion.GRATEFUL, "joy", 1, "the state itself"),
    ("grief", Emotion.SAD, "sadness", -1, "sadness at its strongest"),
    ("joy", Emotion.HAPPY, "joy", 1, "the state itself"),
    ("love", Emotion.HAPPY, "joy", 1, "warm towards somebody or something"),
    ("nervousness", Emotion.WORRIED, "fear", -1, "the state itself"),
    ("optimism", Emotion.HAPPY, "joy", 1, "hopeful"),
    ("pride", Emotion.HAPPY, "joy", 1, "pleased with oneself"),
    ("realization", Emotion.CURIOUS, "surprise", 0, "just understood something"),
    ("relief", Emotion.HAPPY, "joy", 1, "a worry has gone"),
    ("remorse", Emotion.SAD, "sadness", -1, "sorry for what one did"),
    ("sadness", Emotion.SAD, "sadness", -1, "the state itself"),
    ("surprise", Emotion.CURIOUS, "surprise", 0, "wants to know more; to share a bad one hurts"),
    ("neutral", Emotion.NEUTRAL, "neutral", 0, "the state itself"),
)
LABELS = tuple(row[0] for row in TABLE)
STATE = {row[0]: row[1] for row in TABLE}
EKMAN = {row[0]: row[2] for row in TABLE}
POLARITY = {row[0]: row[3] for row in TABLE}
EKMAN_GROUPS = tuple(dict.fromkeys(EKMAN.values()))
STATES = tuple(Emotion)
