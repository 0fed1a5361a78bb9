"""Train the emotion classifier on GoEmotions. Needs scikit-learn (dependency group `train`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from profiles.emotions.features import features
from profiles.emotions.labels import EKMAN, LABELS, POLARITY
from profiles.emotions.model import Model

Say = Callable[[str], None]
Floats = npt.NDArray[np.float64]

FEWEST_TEXTS = 3  # A feature of fewer texts tells nothing.
KEPT_FEATURES = 60_000
REGULARISATION = 4.0
FIRST_REGULARISATION = 2.0
WORKERS = -1
SEED = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the data: texts, and a 0/1 matrix of shape (texts, 28)."""

    texts: Sequence[str]
    labels: npt.NDArray[np.bool_]


def read_part(path: Path) -> Part:
    """Read one of train.tsv, dev.tsv and test.tsv: text, comma-separated label numbers, id.

    Raises:
        OSError: it can't be read.
        ValueError: a line is not of that form.
    """
    texts: list[str] = []
    rows: list[list[int]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        columns = line.split("\t")
        try:
            text, labels = columns[0], [int(label) for label in columns[1].split(",")]
        except (IndexError, ValueError):
            raise ValueError(f"{path.name}, line {number}: not text, labels, id") from None
        texts.append(text)
        rows.append(labels)
    matrix = np.zeros((len(texts), len(LABELS)), np.bool_)
    for row, labels in enumerate(rows):
        matrix[row, labels] = True
    return Part(texts, matrix)


def train(folder: Path, say: Say) -> Model:
    """Return a model trained on train.tsv with thresholds chosen on dev.tsv."""
    part, dev = read_part(folder / "train.tsv"), read_part(folder / "dev.tsv")
    counted = [features(text) for text in part.texts]
    vocabulary = _vocabulary(counted)
    say(f"{len(part.texts)} texts, {len(vocabulary)} features")
    weights, _ = _fit(counted, part.labels, vocabulary, FIRST_REGULARISATION)
    best = np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:KEPT_FEATURES]
    kept = [vocabulary[index] for index in sorted(best)]
    say(f"keep the {len(kept)} features with the largest weights, fit again")
    weights, intercepts = _fit(counted, part.labels, kept, REGULARISATION)
    model = Model.quantised(kept, _idf(counted, kept), weights, intercepts)
    return model.with_thresholds(_thresholds(scores(model, dev.texts), dev.labels))


def scores(model: Model, texts: Iterable[str]) -> Floats:
    """Return the probability of each label, shape (texts, 28)."""
    return np.array([model.probabilities(text) for text in texts])


def evaluate(model: Model, part: Part) -> dict[str, float]:
    """Return macro-F1 on 28 labels, micro-F1, macro-F1 on Ekman's 7 groups, and polarity accuracy.

    Polarity is judged where all true labels are of one sign: the larger sum of probabilities wins.
    """
    probabilities = scores(model, part.texts)
    chosen = _chosen(probabilities, model.thresholds)
    groups = list(dict.fromkeys(EKMAN.values()))
    to_group = np.array([[EKMAN[label] == group for group in groups] for label in LABELS])
    sign = np.array([POLARITY[label] for label in LABELS])
    true_signs = [set(sign[row]) - {0} for row in part.labels]
    judged = [
        i
        for i, signs in enumerate(true_signs)
        if len(signs) == 1 and not any(sign[part.labels[i]] == 0)
    ]
    margin = probabilities @ sign
    right = sum((margin[i] > 0) == (1 in true_signs[i]) for i in judged)
    return {
        "macro-F1, 28 labels": float(np.mean(_f1(chosen, part.labels))),
        "micro-F1, 28 labels": float(_f1(chosen.reshape(-1, 1), part.labels.reshape(-1, 1))[0]),
        "macro-F1, Ekman 7": float(np.mean(_f1(chosen @ to_group, part.labels @ to_group))),
        "polarity accuracy": right / len(judged),
    }


def _chosen(probabilities: Floats, thresholds: Floats) -> npt.NDArray[np.bool_]:
    """Return the labels above their thresholds; where there is none, the one nearest to its own."""
    chosen = probabilities >= thresholds
    nearest = np.argmax(probabilities / thresholds, axis=1)
    empty = ~chosen.any(axis=1)
    chosen[empty, nearest[empty]] = True
    return chosen


def _f1(chosen: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> Floats:
    hits = (chosen & true).sum(axis=0)
    both = chosen.sum(axis=0) + true.sum(axis=0)
    return 2 * hits / np.maximum(both, 1)


def _thresholds(probabilities: Floats, labels: npt.NDArray[np.bool_]) -> Floats:
    """Return, for each label, the threshold with the best F1."""
    grid = np.linspace(0.03, 0.7, 68)
    best = []
    for column in range(labels.shape[1]):
        true = labels[:, [column]]
        found = [_f1(probabilities[:, [column]] >= value, true)[0] for value in grid]
        best.append(grid[int(np.argmax(found))])
    return np.array(best)


def _vocabulary(counted: Sequence[Counter[str]]) -> list[str]:
    texts = Counter(feature for counts in counted for feature in counts)
    return sorted(feature for feature, count in texts.items() if count >= FEWEST_TEXTS)


def _idf(counted: Sequence[Counter[str]], vocabulary: Sequence[str]) -> Floats:
    texts = Counter(feature for counts in counted for feature in counts)
    found = np.array([texts[feature] for feature in vocabulary])
    return np.asarray(np.log((1 + len(counted)) / (1 + found)) + 1)


def _fit(
    counted: Sequence[Counter[str]],
    labels: npt.NDArray[np.bool_],
    vocabulary: Sequence[str],
    regularisation: float,
) -> tuple[Floats, Floats]:
    """Return weights of shape (features, 28) and intercepts of one logistic regression a label."""
    from joblib import Parallel, delayed

    matrix = _matrix(counted, vocabulary)

    def one(column: int) -> tuple[Floats, float]:
        from sklearn.linear_model import LogisticRegression

        regression = LogisticRegression(
            C=regularisation, solver="liblinear", random_state=SEED, max_iter=200
        )
        regression.fit(matrix, labels[:, column])
        return regression.coef_[0], float(regression.intercept_[0])

    # Without a limit joblib would share the matrix read-only, which liblinear refuses.
    parallel = Parallel(n_jobs=WORKERS, max_nbytes=None)
    fitted = parallel(delayed(one)(column) for column in range(labels.shape[1]))
    return np.array([row for row, _ in fitted]).T, np.array([bias for _, bias in fitted])


def _matrix(counted: Sequence[Counter[str]], vocabulary: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix
    from sklearn.preprocessing import normalize

    places = {feature: index for index, feature in enumerate(vocabulary)}
    idf = _idf(counted, vocabulary)
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for counts in counted:
        for feature, count in counts.items():
            if (place := places.get(feature)) is not None:
                columns.append(place)
                values.append((1 + np.log(count)) * idf[place])
        ends.append(len(columns))
    matrix = csr_matrix((values, columns, ends), shape=(len(counted), len(vocabulary)))
    return normalize(matrix)
