"""The model card, written beside the model files by the command that trains them."""

from __future__ import annotations

from collections.abc import Mapping

from profiles.emotions.examples import written
from profiles.emotions.labels import EKMAN_GROUPS, LABELS, STATES
from profiles.emotions.model import LABELS_FILE, MOODS_FILE, NAME, Model
from profiles.models import Emotion
from whisper.evaluations import Share

_TEXT = """# {name}

Three classifiers that judge how a text feels, offline, with numpy alone: `{moods_file}` names one
of {states} states of mind by the words of a text in English, `meaning.npz` by its multilingual
sentence vector; their judgements are averaged. `{labels_file}` gives the probabilities of 28
emotions.
This page is written by `manage.py train_emotions FOLDER`, which makes the same models each time.

- **Data:** {lines:,} lines written for Whisper in the tone of a chat (`../sentences/`), filled in
  and varied by chance; and GoEmotions: 58,009 Reddit comments with 27 emotions or neutral. Dorottya
  Demszky, Dana Movshovitz-Attias, Jeongwoo Ko, Alan Cowen, Gaurav Nemade, Sujith Ravi: “GoEmotions:
  A Dataset of Fine-Grained Emotions”, ACL 2020, arXiv 2005.00547.
- **Licence:** the lines are under Whisper's own licence. GoEmotions is under CC BY 4.0
  (https://creativecommons.org/licenses/by/4.0/). Both models are made from it: keep this
  attribution with them. The files hold no text of it, but vocabulary: words, pairs of words and
  runs of 2 to 4 characters.
- **Method:** logistic regression over TF-IDF of the features with the largest weights ({moods:,}
  for the states, {labels:,} for the labels), weights in 8 bits, and a small written lexicon of
  words and emoji (lexicon.py). The states also see what is denied, marks of sarcasm, capitals and
  how short a text is (marks.py).
- **Parts:** trained on train.tsv and dev.tsv. The labels' thresholds are chosen on texts that the
  judging model had not seen (three turns). For the states the lines weigh most; a text of
  GoEmotions counts a twentieth. test.tsv and the labelled moods in `../sets/` are for scores alone.
- **Meaning:** multinomial logistic regression over vectors of the Universal Sentence Encoder,
  multilingual, version 3 (whisper/multilingual), trained on the same lines and on a part of
  GoEmotions.
- **Limits:** Words in English, as people type it; meaning in sixteen languages. Moods that only
  circumstances tell (“Nobody remembered my birthday”) are found where a similar one was written.
  It describes texts. It can't tell how somebody is.

## States: agreement with labelled messages

| set | messages | state agrees, % (95 % interval) | good, bad or neither agrees, % |
|---|---|---|---|
{agreement}

## Labels: scores on GoEmotions' test.tsv

| | |
|---|---|
{scores}

## Thresholds of the labels

{thresholds}
"""
_NAMES: Mapping[str, tuple[str, ...]] = {
    "labels": LABELS,
    "states": tuple(str(state) for state in STATES),
    "ekman": EKMAN_GROUPS,
}


def card(
    labels: Model,
    moods: Model,
    scores: Mapping[str, float],
    agreement: Mapping[str, Mapping[str, Share]],
) -> str:
    """Return the card of both models in Markdown.

    Args:
        scores: of the labels, by name.
        agreement: of the states, by name of the set.
    """
    return _TEXT.format(
        name=NAME,
        labels_file=LABELS_FILE,
        moods_file=MOODS_FILE,
        states=len(STATES),
        lines=sum(len(written(emotion)) for emotion in Emotion),
        labels=len(labels.places),
        moods=len(moods.places),
        scores="\n".join(f"| {name} | {value:.3f} |" for name, value in scores.items()),
        agreement="\n".join(_agreement(name, shares) for name, shares in agreement.items()),
        thresholds="\n".join(
            f"- {kind}: "
            + ", ".join(
                f"{name} {value:.2f}"
                for name, value in zip(_NAMES[kind], labels.thresholds[kind], strict=True)
            )
            for kind in _NAMES
        ),
    )


def _agreement(name: str, shares: Mapping[str, Share]) -> str:
    figures = (
        f"{share.percent:.1f} ({share.interval[0]:.1f} – {share.interval[1]:.1f})"
        for share in shares.values()
    )
    return f"| {name} | {shares['agree'].of} | {' | '.join(figures)} |"
