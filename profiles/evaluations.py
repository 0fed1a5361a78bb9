"""Evaluations of moods and of danger."""

from __future__ import annotations

from pathlib import Path

from profiles.emotions import classify
from profiles.emotions.danger import language_of_danger
from profiles.emotions.moods import agreement, read_moods
from whisper.evaluations import Options, Outcome, Share, evaluation, outcome, read_lines, reading


@evaluation("moods", "whether the state of a message is named, or at least good, bad or neither")
def moods(path: Path, options: Options) -> Outcome:
    """Judge labelled messages: lines with `text` and `emotion`."""
    with reading("moods", path):
        labelled = read_moods(path)
    return outcome(agreement(lambda text: classify(text).emotion, labelled))


@evaluation("danger", "whether danger to a person is recognised")
def danger(path: Path, options: Options) -> Outcome:
    """Judge labelled messages: lines with `text`, `danger` (true or false) and maybe `language`."""
    with reading("danger", path):
        rows = [
            (str(row["text"]), bool(row["danger"]), str(row.get("language", "")))
            for row in read_lines(path)
        ]
    heard = [
        (language_of_danger(text) is not None, danger, language) for text, danger, language in rows
    ]
    languages = sorted({language for *_, language in rows} - {""})
    return outcome(
        _danger_shares([(hit, danger) for hit, danger, _ in heard]),
        by_language={
            language: {
                name: share.percent
                for name, share in _danger_shares(
                    [(hit, danger) for hit, danger, its in heard if its == language]
                ).items()
            }
            for language in languages
        },
    )


def _danger_shares(heard: list[tuple[bool, bool]]) -> dict[str, Share]:
    """Return precision and recall.

    Args:
        heard: for each line whether danger was heard, and whether it was there.
    """
    hits = [danger for hit, danger in heard if hit]
    dangers = [hit for hit, danger in heard if danger]
    return {
        "precision": Share(sum(hits), len(hits)),
        "recall": Share(sum(dangers), len(dangers)),
    }
