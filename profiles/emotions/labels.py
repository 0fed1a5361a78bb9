"""The 28 labels of GoEmotions and what they are folded into."""

from __future__ import annotations

from profiles.models import Emotion

# Label, its state of mind, Ekman's group and sign (Demszky et al. 2020), why this state.
TABLE: tuple[tuple[str, Emotion, str, int, str], ...] = (
    ("admiration", Emotion.HAPPY, "joy", 1, "Pleased about someone or something"),
    ("amusement", Emotion.HAPPY, "joy", 1, "Laughing"),
    ("anger", Emotion.ANGRY, "anger", -1, "The state itself"),
    ("annoyance", Emotion.FRUSTRATED, "anger", -1, "Milder than anger, at obstacles"),
    ("approval", Emotion.HAPPY, "joy", 1, "Agreeing, mildly pleased"),
    ("caring", Emotion.HAPPY, "joy", 1, "Warm towards someone"),
    ("confusion", Emotion.CURIOUS, "surprise", 0, "Wants to understand"),
    ("curiosity", Emotion.CURIOUS, "surprise", 0, "The state itself"),
    (
        "desire",
        Emotion.NEUTRAL,
        "joy",
        1,
        "A wish can be glad or sad, so it says nothing about the mood",
    ),
    ("disappointment", Emotion.DISAPPOINTED, "sadness", -1, "The state itself"),
    ("disapproval", Emotion.FRUSTRATED, "anger", -1, "Wants something to be different"),
    ("disgust", Emotion.ANGRY, "disgust", -1, "Strong rejection"),
    ("embarrassment", Emotion.WORRIED, "sadness", -1, "Afraid of how one looks"),
    ("excitement", Emotion.EXCITED, "joy", 1, "The state itself"),
    ("fear", Emotion.WORRIED, "fear", -1, "Worry at its strongest"),
    ("gratitude", Emotion.GRATEFUL, "joy", 1, "The state itself"),
    ("grief", Emotion.SAD, "sadness", -1, "Sadness at its strongest"),
    ("joy", Emotion.HAPPY, "joy", 1, "The state itself"),
    ("love", Emotion.HAPPY, "joy", 1, "Warm towards someone or something"),
    ("nervousness", Emotion.WORRIED, "fear", -1, "The state itself"),
    ("optimism", Emotion.HAPPY, "joy", 1, "Hopeful"),
    ("pride", Emotion.HAPPY, "joy", 1, "Pleased with oneself"),
    ("realization", Emotion.CURIOUS, "surprise", 0, "Just understood something"),
    ("relief", Emotion.HAPPY, "joy", 1, "A worry has gone"),
    ("remorse", Emotion.SAD, "sadness", -1, "Sorry for what one did"),
    ("sadness", Emotion.SAD, "sadness", -1, "The state itself"),
    (
        "surprise",
        Emotion.CURIOUS,
        "surprise",
        0,
        "Wants to know more; sharing excitement over a bad surprise would hurt",
    ),
    ("neutral", Emotion.NEUTRAL, "neutral", 0, "The state itself"),
)
LABELS = tuple(row[0] for row in TABLE)
STATE = {row[0]: row[1] for row in TABLE}
EKMAN = {row[0]: row[2] for row in TABLE}
POLARITY = {row[0]: row[3] for row in TABLE}
EKMAN_GROUPS = tuple(dict.fromkeys(EKMAN.values()))
STATES = tuple(Emotion)
