"""The model card, written beside the model file by the command that trains it."""

from __future__ import annotations

from collections.abc import Mapping

from profiles.emotions.labels import EKMAN_GROUPS, LABELS, STATES
from profiles.emotions.model import NAME, Model

_TEXT = """# {name}

Judges which of 28 emotions a text in English shows, offline, with numpy alone.
This page is written by `manage.py train_emotions FOLDER`, which makes the same model each time.

- **Data:** GoEmotions: 58,009 Reddit comments with 27 emotions or neutral. Dorottya Demszky, Dana
  Movshovitz-Attias, Jeongwoo Ko, Alan Cowen, Gaurav Nemade, Sujith Ravi: «GoEmotions: A Dataset of
  Fine-Grained Emotions», ACL 2020, arXiv 2005.00547.
- **Licence:** the data is under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/). The model
  is made from it: keep this attribution with it. The file holds no text of the data, but
  vocabulary: words, pairs of words and runs of 2 to 4 characters.
- **Method:** logistic regression for each label over TF-IDF of the {features:,} features with the
  largest weights, weights in 8 bits, and a small written lexicon of words and emoji (lexicon.py).
- **Parts:** trained on train.tsv and dev.tsv. Thresholds are chosen on texts that the judging model
  had not seen (three turns). test.tsv is for the scores below alone.
- **Limits:** English; Reddit's tone; what circumstances tell («Nobody remembered my birthday») and
  irony are mostly judged neutral. It describes texts. It can't tell how somebody is.

## Scores of the shipped file on test.tsv

| | |
|---|---|
{scores}

## Thresholds

{thresholds}
"""
_NAMES: Mapping[str, tuple[str, ...]] = {
    "labels": LABELS,
    "states": tuple(str(state) for state in STATES),
    "ekman": EKMAN_GROUPS,
}


def card(model: Model, scores: Mapping[str, float]) -> str:
    """Return the card of a model in Markdown."""
    return _TEXT.format(
        name=NAME,
        features=len(model.places),
        scores="\n".join(f"| {name} | {value:.3f} |" for name, value in scores.items()),
        thresholds="\n".join(
            f"- {kind}: "
            + ", ".join(
                f"{name} {value:.2f}"
                for name, value in zip(_NAMES[kind], model.thresholds[kind], strict=True)
            )
            for kind in _NAMES
        ),
    )
