"""How well the states of mind are judged on labelled messages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from profiles.emotions.judgement import states_of
from profiles.emotions.model import Model
from profiles.models import Emotion
from whisper.evaluations import Share, read_lines

FOLDER = Path(__file__).parent / "sets"
# Errors of the first may be looked at; the second is for reporting alone.
SETS = (FOLDER / "moods-tuning.jsonl", FOLDER / "moods-report.jsonl")

Judge = Callable[[str], Emotion]


def read_moods(path: Path) -> list[tuple[str, Emotion]]:
    """Return texts with their states.

    Raises:
        OSError, ValueError, KeyError: it can't be read or has another form.
    """
    return [(str(row["text"]), Emotion(row["emotion"])) for row in read_lines(path)]


def agreement(judge: Judge, moods: list[tuple[str, Emotion]]) -> dict[str, Share]:
    """Return how often a judge names the state, and how often at least good, bad or neither."""
    judged = [(judge(text), emotion) for text, emotion in moods]
    return {
        "agree": Share(sum(found == true for found, true in judged), len(judged)),
        "polarity": Share(sum(found.sign == true.sign for found, true in judged), len(judged)),
    }


def judge_of(model: Model) -> Judge:
    """Return a judge that takes the likeliest state by a text's words and meaning."""

    def judge(text: str) -> Emotion:
        states = states_of(text, model, model.read(text))
        return max(states, key=lambda state: states[state])

    return judge
