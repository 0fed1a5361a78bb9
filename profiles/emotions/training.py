"""Train the classifiers of labels and of states. Needs scikit-learn (dependency group `train`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from profiles.emotions.examples import examples
from profiles.emotions.features import features, tokens
from profiles.emotions.labels import LABELS, STATES
from profiles.emotions.marks import marks
from profiles.emotions.meaning import Meaning
from profiles.emotions.model import Floats, Model
from profiles.emotions.scores import GROUPINGS, best_thresholds, grouped, probabilities
from whisper.multilingual import encoder

Say = Callable[[str], None]
Bools = npt.NDArray[np.bool_]

FEWEST_TEXTS = 2  # A feature of fewer texts says nothing.
KEPT_FEATURES = 60_000
REGULARISATION = 2.0
# Of the states: features, regularisation, and what a text of GoEmotions weighs beside a sentence
# that was written for them.
KEPT_MOOD_FEATURES = 40_000
MOOD_REGULARISATION = 3.0
REDDIT_WEIGHT = 0.05
# The same of the states by meaning, and how many texts of GoEmotions stand beside the sentences.
MEANING_REGULARISATION = 30.0
MEANING_REDDIT_WEIGHT = 0.1
MOST_REDDIT = 15_000
PARTS = 3
WORKERS = -1
SEED = 0


@dataclass(frozen=True, slots=True)
class Split:
    """One part of the data: texts, and a 0/1 matrix of shape (texts, 28)."""

    texts: Sequence[str]
    labels: Bools

    def __add__(self, other: Split) -> Split:
        return Split([*self.texts, *other.texts], np.vstack([self.labels, other.labels]))

    def __getitem__(self, chosen: Bools) -> Split:
        texts = [text for text, taken in zip(self.texts, chosen, strict=True) if taken]
        return Split(texts, self.labels[chosen])


def read_part(path: Path) -> Split:
    """Read one of train.tsv, dev.tsv and test.tsv: text, comma-separated label numbers, id.

    Raises:
        OSError: it can't be read.
        ValueError: a line is not of that form.
    """
    texts: list[str] = []
    rows: list[list[int]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line:
            continue
        columns = line.split("\t")
        try:
            text, labels = columns[0], [range(len(LABELS))[int(n)] for n in columns[1].split(",")]
        except (IndexError, ValueError):
            raise ValueError(f"{path.name}, line {number}: not text, labels, id") from None
        texts.append(text)
        rows.append(labels)
    matrix = np.zeros((len(texts), len(LABELS)), np.bool_)
    for row, labels in enumerate(rows):
        matrix[row, labels] = True
    return Split(texts, matrix)


def train(folder: Path, say: Say) -> Model:
    """Return a model trained on train.tsv and dev.tsv; test.tsv is not looked at.

    Thresholds are chosen on what models of the other parts say of each part: dev.tsv alone has
    13 texts of the rarest label.
    """
    part = read_part(folder / "train.tsv") + read_part(folder / "dev.tsv")
    judged = np.zeros((len(part.texts), len(LABELS)))
    turns = np.random.default_rng(SEED).integers(PARTS, size=len(part.texts))
    for turn in range(PARTS):
        say(f"part {turn + 1} of {PARTS}: judged by a model of the others")
        judged[turns == turn] = probabilities(fit(part[turns != turn]), part[turns == turn].texts)
    say(f"all {len(part.texts)} texts")
    return fit(part).with_thresholds(thresholds(judged, part.labels))


def thresholds(judged: Floats, labels: Bools) -> Mapping[str, Floats]:
    """Return the thresholds of labels and of groups that fit probabilities of shape (texts, 28)."""
    return {
        kind: best_thresholds(grouped(judged, groups), labels @ groups)
        for kind, groups in GROUPINGS.items()
    }


def train_moods(folder: Path, say: Say) -> Model:
    """Return a model of the states of mind, trained on sentences written for them.

    GoEmotions' texts whose labels agree on one state stand beside them, with less weight.
    """
    own, texts, true = _felt(folder)
    say(f"states: {own} sentences and {len(texts) - own} texts of GoEmotions")
    weights = np.where(np.arange(len(texts)) < own, 1.0, REDDIT_WEIGHT)

    def regression(matrix: Any) -> tuple[Floats, Floats]:
        from sklearn.linear_model import LogisticRegression

        regression = LogisticRegression(C=MOOD_REGULARISATION, max_iter=300, tol=1e-3)
        regression.fit(matrix, true, sample_weight=weights)
        return regression.coef_.T, regression.intercept_

    counted = [_with_marks(text) for text in texts]
    return _fit([str(state) for state in STATES], counted, KEPT_MOOD_FEATURES, regression)


def train_meaning(folder: Path, say: Say) -> Meaning:
    """Return a model of the states by the vectors of the same texts, fewer of GoEmotions."""
    from sklearn.linear_model import LogisticRegression

    own, texts, true = _felt(folder)
    reddit = own + np.random.default_rng(SEED).permutation(len(texts) - own)[:MOST_REDDIT]
    kept = np.concatenate([np.arange(own), reddit])
    say(f"states by meaning: {len(kept)} vectors")
    vectors = np.array([encoder().vector(texts[index]) for index in kept])
    weights = np.where(kept < own, 1.0, MEANING_REDDIT_WEIGHT)
    regression = LogisticRegression(C=MEANING_REGULARISATION, max_iter=150)
    regression.fit(vectors, np.array(true)[kept], sample_weight=weights)
    classes = tuple(str(STATES[index]) for index in regression.classes_)
    return Meaning(classes, regression.coef_.T, regression.intercept_)


def _felt(folder: Path) -> tuple[int, list[str], list[int]]:
    """Return texts and their states by number, after the number of those written for Whisper."""
    reddit = read_part(folder / "train.tsv") + read_part(folder / "dev.tsv")
    states = reddit.labels @ GROUPINGS["states"]
    clear = states.sum(axis=1) == 1
    own = examples(SEED)
    texts = [one.text for one in own] + list(reddit[clear].texts)
    true = [STATES.index(one.emotion) for one in own] + states[clear].argmax(axis=1).tolist()
    return len(own), texts, true


def fit(part: Split) -> Model:
    """Return a model of labels without thresholds, of the features with the largest weights."""
    counted = [features(tokens(text)) for text in part.texts]
    return _fit(LABELS, counted, KEPT_FEATURES, lambda matrix: _regressions(matrix, part.labels))


def _with_marks(text: str) -> Counter[str]:
    words = tokens(text)
    found = features(words)
    found.update(marks(text, words))
    return found


def _fit(
    classes: Sequence[str],
    counted: Sequence[Counter[str]],
    kept_features: int,
    regression: Callable[[Any], tuple[Floats, Floats]],
) -> Model:
    """Return a model of the features that matter most to a regression of all of them.

    Args:
        counted: how often each feature occurs in each text.
        regression: fits rows of features; returns weights of shape (features, classes) and
            intercepts.
    """
    texts = Counter(feature for counts in counted for feature in counts)
    known = sorted(feature for feature, count in texts.items() if count >= FEWEST_TEXTS)
    idf = np.log((1 + len(counted)) / (1 + np.array([texts[feature] for feature in known]))) + 1
    weights, _ = regression(_matrix(counted, known, idf))
    best = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:kept_features])
    kept = [known[index] for index in best]
    weights, intercepts = regression(_matrix(counted, kept, idf[best]))
    return Model.quantised(classes, kept, idf[best], weights, intercepts)


def _regressions(matrix: Any, labels: Bools) -> tuple[Floats, Floats]:
    """Return weights of shape (features, 28) and intercepts of one logistic regression a label."""
    from joblib import Parallel, delayed

    def one(column: int) -> tuple[Floats, float]:
        from sklearn.linear_model import LogisticRegression

        regression = LogisticRegression(
            C=REGULARISATION, solver="liblinear", dual=True, tol=1e-3, random_state=SEED
        )
        regression.fit(matrix, labels[:, column])
        return regression.coef_[0], float(regression.intercept_[0])

    # Processes: liblinear's chance is one to all threads, and models would differ from run to run.
    fitted = Parallel(n_jobs=WORKERS)(delayed(one)(column) for column in range(labels.shape[1]))
    return np.array([row for row, _ in fitted]).T, np.array([bias for _, bias in fitted])


def _matrix(counted: Sequence[Counter[str]], known: Sequence[str], idf: Floats) -> Any:
    """Return the texts as sparse rows: words with their pairs of length 1, and runs likewise."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.preprocessing import normalize

    runs = np.array([feature[0] == "c" for feature in known])
    places = {feature: index for index, feature in enumerate(known)}
    columns: list[int] = []
    counts: list[int] = []
    ends = [0]
    for text in counted:
        found = [(places[feature], count) for feature, count in text.items() if feature in places]
        columns.extend(place for place, _ in found)
        counts.extend(count for _, count in found)
        ends.append(len(columns))
    values = (1 + np.log(counts)) * idf[columns]
    matrix = csr_matrix((values, columns, ends), shape=(len(counted), len(known)))
    order = np.argsort(np.concatenate([np.flatnonzero(runs), np.flatnonzero(~runs)]))
    blocks = hstack([normalize(matrix[:, runs]), normalize(matrix[:, ~runs])], format="csr")
    rows = blocks[:, order]
    # Workers get it read-only and could not put it in order themselves.
    rows.sort_indices()
    return rows
