"""Evaluations of moods and of danger."""

from __future__ import annotations

from pathlib import Path

from profiles.emotions import classify
from profiles.emotions.moods import agreement, read_moods
from whisper.evaluations import Options, Outcome, evaluation, outcome, reading


@evaluation("moods", "whether the state of a message is named, or at least good, bad or neither")
def moods(path: Path, options: Options) -> Outcome:
    """Judge labelled messages: lines with `text` and `emotion`."""
    with reading("moods", path):
        labelled = read_moods(path)
    return outcome(agreement(lambda text: classify(text).emotion, labelled))
