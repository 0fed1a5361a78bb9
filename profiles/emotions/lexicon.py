"""Words and emoji that show a mood on their own, rare as they may be in the training data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from profiles.emotions.labels import LABELS

# What a sign adds to its label's margin; chosen on the dev part.
HINT = 1.5
# How many words before a sign a negation still takes it away: “not at all angry”.
REACH = 3
NEGATIONS = frozenset(
    ["not", "no", "never", "without", "nobody", "hardly", "cannot", "dont", "isnt"]
)

# Label: words and pairs of words, separated by commas. Emoticons are two tokens to the classifier.
_SIGNS = {
    "amusement": "lol, lmao, rofl, xd, haha, hahaha, hilarious, 😂, 🤣, 😆, 😄, 😹",
    "anger": "furious, livid, enraged, raging, outraged, infuriating, infuriated, so angry, "
    "pissed off, i hate, 😡, 🤬, 😠",
    "annoyance": "annoying, annoyed, frustrating, frustrated, ugh, irritating, irritated, "
    "ridiculous, keeps crashing, keeps failing, keeps breaking, "
    "nothing works, doesn't work, won't work, fed up, "
    "sick of, tired of, stuck, 😤, 🙄, 😒",
    "curiosity": "curious, i wonder, wondering, 🤔, 🧐",
    "disappointment": "disappointed, disappointing, disappointment, letdown, let down, "
    "unfortunately, underwhelming, nobody came, 😞, 😕, : /",
    "disgust": "disgusting, disgusted, gross, revolting, 🤢, 🤮",
    "embarrassment": "embarrassed, embarrassing, ashamed, mortified, 😳",
    "excitement": "excited, exciting, thrilled, hyped, pumped, stoked, can't wait, cant wait, "
    "looking forward, yay, woohoo, hooray, 🎉, 🤩, 🥳",
    "fear": "scared, afraid, terrified, frightened, panicking, panic, dread, dreading, 😱, 😨",
    "gratitude": "thanks, thank you, thankful, grateful, appreciate, appreciated, 🙏",
    "grief": "passed away, died, funeral, mourning, grieving",
    "joy": "happy, glad, delighted, joyful, lovely, cheerful, passed my, got promoted, "
    "😊, 😀, 😁, 🙂, ☺, : ), : d",
    "love": "i love, ❤, 💕, 💖, 😍, 🥰, 💙, 💜, 💚, 💛, 🧡, < 3",
    "nervousness": "nervous, anxious, anxiety, worried, worrying, overwhelmed, stressed, "
    "stressful, uneasy, restless, 😰, 😟, 😬",
    "pride": "proud",
    "relief": "relieved, phew, what relief, 😌",
    "remorse": "i'm sorry, my fault, i regret, feel guilty",
    "sadness": "sad, lonely, heartbroken, depressed, depressing, miserable, hopeless, pointless, "
    "worthless, crying, cried, unhappy, alone, empty inside, miss him, miss her, i miss, "
    "broken heart, got fired, broke up, dumped me, exhausted, bad day, rough day, hard day, "
    "horrible day, numb, "
    "😢, 😭, 💔, 😔, 🥺, : (, : '",
    "surprise": "wow, omg, 😮, 😲, 🤯",
}
_LABEL_OF = {sign.strip(): label for label, signs in _SIGNS.items() for sign in signs.split(", ")}


def hints(words: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return what the signs among a text's tokens add to each label's margin, shape (28,)."""
    found = np.zeros(len(LABELS), np.float32)
    for label in signs(words):
        found[LABELS.index(label)] = HINT
    return found


def signs(words: Sequence[str]) -> list[str]:
    """Return the labels whose signs are among a text's tokens, each once."""
    found: dict[str, None] = {}
    for place, word in enumerate(words):
        for sign in (word, " ".join(words[place : place + 2])):
            label = _LABEL_OF.get(sign)
            if label is not None and not _negated(words[max(0, place - REACH) : place]):
                found[label] = None
    return list(found)


def _negated(before: Sequence[str]) -> bool:
    for word in reversed(before):
        if not word[0].isalnum():
            return False
        if word in NEGATIONS or word.endswith("n't"):
            return True
    return False
