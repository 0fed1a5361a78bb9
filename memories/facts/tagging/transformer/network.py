"""Two upper layers of MiniLM, trained further to tell what words say of a person.

Reads what the embedder's third layer makes of each token, so that the lower half of the model is
run only once for both. In numpy; training runs the same code in JAX.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from memories.facts.tagging.network import MODEL, Judgement, TaggerError
from memories.facts.tagging.words import FEATURES, TAGS, Floats, Indices

FILE = MODEL / "transformer.npz"
# Of MiniLM: the network continues after the first of these layers, with the weights of the next
# ones as a beginning.
BELOW, LAYERS = 3, 2
WIDTH, HEADS = 384, 12
# As in MiniLM; and what hides padding from attention.
_EPSILON, _MASKED = 1e-12, -1e9

# By name, those of a layer with its number in front; numpy's, or JAX's in training.
Weights = Mapping[str, Any]


class Tokens(NamedTuple):
    """What the network sees of some texts.

    Args:
        states: after the embedder's third layer, shape (texts, tokens, 384).
        mask: 1 for tokens, 0 for padding, shape (texts, tokens).
        shapes: how each token's word is written, which the embedder does not see; from
            `words.shapes`, 0 for tokens of no word, shape (texts, tokens, 8).
        pooling: the share of each token in a word, shape (texts, words, tokens).
    """

    states: Any
    mask: Any
    shapes: Any
    pooling: Any


def empty_tokens(texts: int, tokens: int, *, words: int) -> Tokens:
    """Return room for some texts, to be filled by `place`."""
    return Tokens(
        np.zeros((texts, tokens, WIDTH), np.float32),
        np.zeros((texts, tokens), np.float32),
        np.zeros((texts, tokens, FEATURES), np.float32),
        np.zeros((texts, words, tokens), np.float32),
    )


def place(tokens: Tokens, row: int, states: Any, words: Indices, shapes: Floats) -> None:
    """Fill in one text.

    Args:
        states: of its tokens, shape (tokens, 384).
        words: from `words_of_tokens`.
        shapes: of its words; what there is no room for is left out.
    """
    tokens.states[row, : len(states)] = states
    tokens.mask[row, : len(states)] = 1
    (of_words,) = np.nonzero((words >= 0) & (words < tokens.pooling.shape[1]))
    words = words[of_words]
    tokens.shapes[row, of_words] = shapes[words]
    tokens.pooling[row, words, of_words] = 1 / np.bincount(words)[words]


def judge(weights: Weights, tokens: Tokens) -> Judgement:
    """Judge the words of one text.

    Args:
        tokens: of this text alone.
    """
    tags, flags = scores(weights, tokens)
    chances = np.exp(tags[0] - tags[0].max(axis=1, keepdims=True))
    owners = 1 / (1 + np.exp(-flags[0]))
    return Judgement(chances / chances.sum(axis=1, keepdims=True), owners[:, 0], owners[:, 1])


def _as_it_is(values: Any) -> Any:
    return values


def scores(
    weights: Weights,
    tokens: Tokens,
    *,
    dropped: Callable[[Any], Any] = _as_it_is,
    np: ModuleType = np,
) -> tuple[Any, Any]:
    """Return the scores of each word's tags, and of whether it is another's and over.

    Args:
        dropped: leaves some values out, in training.
        np: the library that counts, numpy or `jax.numpy`.

    Returns:
        Shapes (texts, words, tags) and (texts, words, 2).
    """
    hidden = dropped(tokens.states) + tokens.shapes @ weights["shapes"]
    hidden_from = ((1 - tokens.mask) * _MASKED)[:, None, None, :]
    for number in range(LAYERS):
        of = {
            name.partition(".")[2]: values
            for name, values in weights.items()
            if name.startswith(f"{number}.")
        }
        attended = _attention(of, hidden, hidden_from, dropped, np)
        hidden = _normalised(hidden + dropped(attended), of, "norm", np)
        inner = _linear(of, hidden, "inner")
        # The tanh form of GELU (Hendrycks and Gimpel 2016, arXiv 1606.08415): numpy has no erf.
        inner = inner / 2 * (1 + np.tanh(0.7978846 * (inner + 0.044715 * inner * inner * inner)))
        hidden = _normalised(hidden + dropped(_linear(of, inner, "outer")), of, "last", np)
    words = dropped(tokens.pooling @ hidden)
    return _linear(weights, words, "tags"), _linear(weights, words, "flags")


def _attention(
    of: Weights, hidden: Any, hidden_from: Any, dropped: Callable[[Any], Any], np: ModuleType
) -> Any:
    texts, tokens, width = hidden.shape
    query, key, value = (
        _linear(of, hidden, part).reshape(texts, tokens, HEADS, -1).transpose(0, 2, 1, 3)
        for part in ("query", "key", "value")
    )
    raw = query @ key.transpose(0, 1, 3, 2) * (width // HEADS) ** -0.5 + hidden_from
    shares = np.exp(raw - raw.max(axis=-1, keepdims=True))
    shares = shares / shares.sum(axis=-1, keepdims=True)
    mixed = (dropped(shares) @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, width)
    return _linear(of, mixed, "attended")


def _linear(of: Weights, values: Any, name: str) -> Any:
    return values @ of[name] + of[f"{name}.bias"]


def _normalised(values: Any, of: Weights, name: str, np: ModuleType) -> Any:
    values = values - values.mean(axis=-1, keepdims=True)
    scale = np.sqrt((values * values).mean(axis=-1, keepdims=True) + _EPSILON)
    return values / scale * of[name] + of[f"{name}.bias"]


# Names of a layer's weights, and what MiniLM calls them; those of products lie transposed there.
_PRODUCTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attended": "attention.output.dense",
    "inner": "intermediate.dense",
    "outer": "output.dense",
}
_NORMS = {"norm": "attention.output.LayerNorm", "last": "output.LayerNorm"}


def fresh(seed: int) -> dict[str, Floats]:
    """Return weights to start training from: those of MiniLM's layers.

    Raises:
        OSError: the embedder's weights can't be read.
    """
    from safetensors.numpy import load_file

    from memories.embeddings.build_onnx import packaged_model

    stored = load_file(packaged_model() / "model.safetensors")
    found: dict[str, Any] = {}
    for number in range(LAYERS):
        for name, theirs in (_PRODUCTS | _NORMS).items():
            there = f"encoder.layer.{BELOW + number}.{theirs}"
            found[f"{number}.{name}"] = stored[f"{there}.weight"].T
            found[f"{number}.{name}.bias"] = stored[f"{there}.bias"]
    random = np.random.default_rng(seed)
    found["shapes"] = np.zeros((FEATURES, WIDTH))
    for name, count in (("tags", len(TAGS)), ("flags", 2)):
        found[name] = random.standard_normal((WIDTH, count)) * 0.03
        found[f"{name}.bias"] = np.zeros(count)
    return {name: np.asarray(values, np.float32) for name, values in found.items()}


def save(weights: Weights, path: Path) -> None:
    """Write weights in half precision, with the names of the tags they are for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {"tag_names": np.array(TAGS)}
    arrays |= {name: np.asarray(values, np.float16) for name, values in weights.items()}
    np.savez_compressed(path, **arrays)


@cache
def shipped(path: Path = FILE) -> dict[str, Floats]:
    """Return the weights in a file, those that come with the code.

    Raises:
        TaggerError: they were trained for other tags.
    """
    with np.load(path, allow_pickle=False) as stored:
        if tuple(stored["tag_names"]) != TAGS:
            raise TaggerError("the tagger knows other tags: run manage.py train_transformer")
        names = set(stored.files) - {"tag_names"}
        return {name: stored[name].astype(np.float32) for name in names}
