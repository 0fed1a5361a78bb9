"""Train the classifier of danger. Needs scikit-learn (dependency group `train`)."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from profiles.emotions.danger.learned import BUCKETS, GAMMA, DangerModel, Floats, writing_of
from profiles.emotions.danger.phrases import LANGUAGES
from profiles.emotions.examples import written
from profiles.models import Emotion
from whisper.evaluations import read_lines
from whisper.multilingual import encoder

SENTENCES = Path(__file__).parent / "sentences"
TUNING = Path(__file__).parent.parent / "sets" / "danger-tuning.jsonl"
REGULARISATION = 10.0
LANGUAGE_REGULARISATION = 1000.0
# Everyday messages stand beside the sentences. Some that speak of death are left out: nobody read
# them one by one.
MOST_REDDIT = 4_000
SEED = 0
_ALARMING = re.compile(r"suicid|kill|\bdie|dead|death|cut|alive|gone|hurt|\{", re.IGNORECASE)


class Sentence(NamedTuple):
    """A sentence, whether somebody may be in danger, and its language."""

    text: str
    danger: bool
    language: str


def sentences() -> list[Sentence]:
    """Return what was written for training, and the tuning set."""
    found = [
        Sentence(line[2:].strip(), line[0] == "+", language)
        for language in LANGUAGES
        for line in (SENTENCES / f"{language}.txt").read_text("utf-8").splitlines()
        if line.strip()
    ]
    tuning = [
        Sentence(str(r["text"]), bool(r["danger"]), r["language"]) for r in read_lines(TUNING)
    ]
    return found + tuning


def everyday(goemotions: Path) -> list[str]:
    """Return everyday messages in English, none of which speaks of danger.

    Args:
        goemotions: the folder of GoEmotions' train.tsv.

    Raises:
        OSError: it can't be read.
    """
    lines = (goemotions / "train.tsv").read_text("utf-8").splitlines()
    reddit = [line.split("\t")[0] for line in lines]
    random.Random(SEED).shuffle(reddit)
    ours = [line for emotion in Emotion for line in written(emotion)]
    texts = [*ours, *reddit]
    return [text for text in texts if not _ALARMING.search(text)][: len(ours) + MOST_REDDIT]


def train(goemotions: Path) -> DangerModel:
    """Return a trained model.

    Args:
        goemotions: the folder of GoEmotions' train.tsv.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC

    own = sentences()
    texts = [*(one.text for one in own), *everyday(goemotions)]
    vectors = np.array([encoder().vector(text) for text in texts])
    danger = [one.danger for one in own] + [False] * (len(texts) - len(own))
    alarm = SVC(kernel="rbf", gamma=GAMMA, C=REGULARISATION).fit(vectors, danger)
    tongues = LogisticRegression(C=LANGUAGE_REGULARISATION, max_iter=200)
    tongues.fit(_matrix([one.text for one in own]), [one.language for one in own])
    examples, _ = _rounded(alarm.support_vectors_)
    return DangerModel(
        examples=examples,
        lengths=np.linalg.norm(examples.astype(np.float32), axis=1),
        weights=alarm.dual_coef_[0],
        intercept=float(alarm.intercept_[0]),
        languages=tuple(tongues.classes_.tolist()),
        by_language=tongues.coef_.T,
    )


def save(model: DangerModel, path: Path) -> None:
    """Write a model, its vectors and the weights of languages in 8 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    by_language, by_language_scale = _rounded(model.by_language)
    np.savez_compressed(
        path,
        examples=model.examples,
        weights=model.weights.astype(np.float32),
        intercept=np.float32(model.intercept),
        languages=np.array(model.languages),
        by_language=by_language,
        by_language_scale=by_language_scale,
    )


def _rounded(weights: Floats) -> tuple[np.ndarray[Any, np.dtype[np.int8]], np.float32]:
    scale = np.float32(np.abs(weights).max() / 127)
    return np.round(weights / scale).astype(np.int8), scale


def _matrix(texts: Sequence[str]) -> Any:
    """Return the hashed features of texts as sparse rows, shape (texts, BUCKETS)."""
    from scipy.sparse import csr_matrix

    found = [writing_of(text) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    columns = np.concatenate([places for places, _ in found])
    values = np.concatenate([values for _, values in found])
    return csr_matrix((values, columns, ends), shape=(len(texts), BUCKETS))
