"""Marks a message by the embedder's token states: two readers tag its words, and are compared."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from memories.facts.tagging.agreement import agreed
from memories.facts.tagging.network import LOTS, Judgement, all_shipped
from memories.facts.tagging.second_look import believed
from memories.facts.tagging.spans import LEAST, Tagged, tagged
from memories.facts.tagging.transformer import network as transformer
from memories.facts.tagging.words import Floats, Span, shapes, word_spans, words_of_tokens

if TYPE_CHECKING:
    from memories.embeddings.onnx import OnnxEmbedder, TokenStates

logger = logging.getLogger(__name__)

# What is longer is a story or a paste.
MOST_CHARACTERS = 6_000
# Characters that hold few enough tokens in most languages; the model reads 256.
PIECE = 500
_BREAKS = re.compile(r"[\n.!?…]\s+|\n+")

_lock = threading.Lock()
_own: OnnxEmbedder | None = None


def tags(text: str) -> list[Tagged]:
    """Return the marked words of a text, in their order; none of what follows 6,000 characters.

    It blocks: call it in a thread.

    Raises:
        EmbeddingError: the model can't be loaded.
    """
    found: list[Tagged] = []
    for start, piece in _pieces(text[:MOST_CHARACTERS]):
        if words := word_spans(piece):
            read = _embedder().token_states(piece)
            marks = agreed(_by_windows(piece, words, read), _by_transformer(piece, words, read))
            found += [replace(one, start=one.start + start, end=one.end + start) for one in marks]
    return found


def _by_transformer(text: str, words: Sequence[Span], read: TokenStates) -> list[Tagged]:
    tokens = transformer.empty_tokens(1, len(read.offsets), words=len(words))
    whose = words_of_tokens(words, read.offsets)
    states = read.states[:, : transformer.WIDTH]
    transformer.place(tokens, 0, states, whose, shapes(text, words))
    return tagged(words, transformer.judge(transformer.shipped(), tokens))


def _by_windows(text: str, words: Sequence[Span], read: TokenStates) -> list[Tagged]:
    states, shape = word_states(words, read), shapes(text, words)
    judged = [one.judge(states, shape) for one in all_shipped()]
    return believed(text, words, states, judged, marked(words, judged))


def marked(words: Sequence[Span], judged: Sequence[Judgement]) -> list[Tagged]:
    """Return the marks of a text's words.

    Args:
        judged: what the networks of each lot say of the words.
    """
    first, *more = (tagged(words, one) for one in judged)
    for lot, others in zip(LOTS[1:], more, strict=True):
        first = together(first, others, lot.sure)
    return first


def together(first: Sequence[Tagged], second: Sequence[Tagged], sure_from: float) -> list[Tagged]:
    """Return what the first networks are sure of, what else the second are, and then guesses.

    Averaged, lots that were trained on other sentences would all become unsure.

    Args:
        sure_from: confidence from which a mark counts that only the second made, 0 to 1.
    """
    sure = [one for one in first if one.confidence >= LEAST]
    sure += [one for one in second if one.confidence >= sure_from and not _overlaps(one, sure)]
    guessed = [one for one in first if not _overlaps(one, sure)]
    return sorted([*sure, *guessed], key=lambda one: one.start)


def _overlaps(mark: Tagged, marks: Sequence[Tagged]) -> bool:
    return any(one.overlaps(mark) for one in marks)


def token_states_of_texts(texts: Sequence[str]) -> list[TokenStates]:
    """Return the states of the tokens of many texts.

    Raises:
        EmbeddingError: the model can't be loaded.
    """
    return _embedder().states_of_many(texts)


def states_of_texts(texts: Sequence[tuple[str, Sequence[Span]]]) -> list[Floats]:
    """Return the states of the words of many texts, each of shape (words, width).

    Raises:
        EmbeddingError: the model can't be loaded.
    """
    read = token_states_of_texts([text for text, _ in texts])
    return [word_states(words, states) for (_, words), states in zip(texts, read, strict=True)]


def word_states(words: Sequence[Span], read: TokenStates) -> Floats:
    """Return the mean of the states of each word's tokens, shape (words, width)."""
    totals = np.zeros((len(words), read.states.shape[1]), np.float32)
    counts = np.zeros((len(words), 1), np.float32)
    for word, state in zip(words_of_tokens(words, read.offsets), read.states, strict=True):
        if word >= 0:
            totals[word] += state
            counts[word] += 1
    return np.asarray(totals / np.maximum(counts, 1), np.float32)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield parts of a long text with where they start, cut between sentences where it can be."""
    start = 0
    while start < len(text):
        end = start + PIECE
        if end < len(text):
            breaks = [found.end() for found in _BREAKS.finditer(text, start, end)]
            end = breaks[-1] if breaks else end
        yield start, text[start:end]
        start = end


def _embedder() -> OnnxEmbedder:
    """Return the process's embedder where it can give states, else one of our own."""
    global _own
    from memories.embeddings import embedder
    from memories.embeddings.onnx import MODELS, OnnxEmbedder

    with _lock:
        if _own is None:
            chosen = embedder()
            if isinstance(chosen, OnnxEmbedder) and chosen.has_states:
                _own = chosen
            else:
                _own = OnnxEmbedder(MODELS["minilm"])
        return _own
