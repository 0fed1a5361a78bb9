"""Trains the transformer: AdamW on whole messages, gradients by JAX (dependency group "train")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memories.embeddings.onnx import TokenStates
from memories.facts.tagging.corpus import Example
from memories.facts.tagging.tagger import token_states_of_texts
from memories.facts.tagging.transformer.network import (
    WIDTH,
    Tokens,
    empty_tokens,
    fresh,
    place,
    scores,
)
from memories.facts.tagging.words import Floats, shapes, words_of_tokens

PROGRESS_EACH, STEPS_TOLD = 4_000, 100
# Of the layers that MiniLM begins with, and of what stands on top of them.
LAYERS_RATE, TOP_RATE = 4e-4, 1.5e-3
WARM_UP_STEPS = 200
WEIGHT_DECAY = 0.01
LARGEST_GRADIENT = 1.0
DROPPED = 0.1
# Share of certainty that is spread over all tags (Szegedy and others 2016, arXiv 1512.00567).
SMOOTHED = 0.03
# Messages are padded to one of these lengths, as JAX compiles each; longer ones are left out.
LENGTHS = (16, 24, 40, 96)
TOKENS_PER_STEP = 1_536

Ints = npt.NDArray[np.int64]


class Batch(NamedTuple):
    """Some messages padded to one length, with the right answers.

    Args:
        tags, others, over: as in `Example`, shape (texts, words).
        there: 1 for words, 0 for padding, shape (texts, words).
    """

    tokens: Tokens
    tags: Any
    others: Any
    over: Any
    there: Any


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Examples as arrays; the tokens of all messages stand one after the other, and the words.

    Args:
        states: after the embedder's third layer, half precision, shape (tokens, 384).
        words: which word of its message each token belongs to, -1 for none, shape (tokens,).
        shapes: shape (words, 8).
        tags, others, over: as in `Example`, shape (words,).
        starts: each message's first token, and the number of tokens, shape (messages + 1,).
        word_starts: the same of words.
    """

    states: npt.NDArray[np.float16]
    words: Ints
    shapes: Floats
    tags: Ints
    others: Ints
    over: Ints
    starts: Ints
    word_starts: Ints

    @classmethod
    def of(cls, examples: Sequence[Example], read: Sequence[TokenStates]) -> TrainingSet:
        """Return the arrays of examples and what the embedder made of them."""
        return cls(
            np.concatenate([one.states[:, :WIDTH] for one in read]),
            np.concatenate(
                [
                    words_of_tokens(one.words, states.offsets)
                    for one, states in zip(examples, read, strict=True)
                ]
            ),
            np.concatenate([shapes(one.text, one.words) for one in examples]),
            np.array([tag for one in examples for tag in one.tags]),
            np.array([flag for one in examples for flag in one.others]),
            np.array([flag for one in examples for flag in one.over]),
            np.cumsum([0, *(len(states.offsets) for states in read)]),
            np.cumsum([0, *(len(one.words) for one in examples)]),
        )


def read_examples(examples: Sequence[Example], progress: Callable[[str], None]) -> TrainingSet:
    """Return examples with the states of their tokens.

    Raises:
        EmbeddingError: the embedder can't be loaded.
    """
    read: list[TokenStates] = []
    for at in range(0, len(examples), PROGRESS_EACH):
        read += token_states_of_texts([one.text for one in examples[at : at + PROGRESS_EACH]])
        progress(f"{len(read)} of {len(examples)} messages read")
    return TrainingSet.of(examples, read)


def train(
    data: TrainingSet, *, epochs: float, seed: int, progress: Callable[[str], None]
) -> dict[str, Floats]:
    """Return weights trained on a set; the same for the same seed.

    Args:
        epochs: times that each message is seen.

    Raises:
        ImportError: JAX or Optax isn't installed.
        OSError: the embedder's weights can't be read.
        ValueError: there are too few messages.
    """
    import jax
    import optax

    jax.config.update("jax_platforms", "cpu")
    steps = max(1, int(epochs * data.starts[-1] / TOKENS_PER_STEP))
    weights: Any = fresh(seed)
    optimizer = _optimizer(weights, steps)
    state = optimizer.init(weights)

    def stepped(weights: Any, state: Any, batch: Any, key: Any) -> tuple[Any, Any, Any]:
        loss, gradients = jax.value_and_grad(_loss)(weights, batch, key)
        updates, state = optimizer.update(gradients, state, weights)
        return optax.apply_updates(weights, updates), state, loss

    step = jax.jit(stepped)
    random, key = np.random.default_rng(seed), jax.random.key(seed)
    losses: list[float] = []
    while len(losses) < steps:
        for batch in _batches(data, random):
            key, used = jax.random.split(key)
            weights, state, loss = step(weights, state, batch, used)
            losses.append(float(loss))
            if not len(losses) % STEPS_TOLD:
                mean = np.mean(losses[-STEPS_TOLD:])
                progress(f"step {len(losses):,} of {steps:,}: loss {mean:.4f}")
            if len(losses) == steps:
                break
        if not losses:
            raise ValueError("these are too few messages to train on")
    return {name: np.asarray(values, np.float32) for name, values in weights.items()}


def _optimizer(weights: dict[str, Any], steps: int) -> Any:
    """Return AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101), with a rate for each part."""
    import optax

    def adam(rate: float) -> Any:
        falling = optax.warmup_cosine_decay_schedule(
            0.0, rate, min(WARM_UP_STEPS, steps // 5), max(steps, 2)
        )
        return optax.adamw(falling, weight_decay=WEIGHT_DECAY)

    parts = {name: "layers" if name[0].isdigit() else "top" for name in weights}
    rates = {"layers": adam(LAYERS_RATE), "top": adam(TOP_RATE)}
    return optax.chain(
        optax.clip_by_global_norm(LARGEST_GRADIENT), optax.multi_transform(rates, parts)
    )


def _loss(weights: Any, batch: Batch, key: Any) -> Any:
    """Return the mean cross entropy of the tags of words, and of what tagged words are said of."""
    import jax
    from jax import numpy as jnp

    keys = iter(jax.random.split(key, 32))

    def dropped(values: Any) -> Any:
        kept = jax.random.bernoulli(next(keys), 1 - DROPPED, values.shape)
        return jnp.where(kept, values / (1 - DROPPED), 0)

    of_tags, flags = scores(weights, batch.tokens, dropped=dropped, np=jnp)
    logs = jax.nn.log_softmax(of_tags)
    right = jnp.take_along_axis(logs, batch.tags[..., None], axis=-1)[..., 0]
    of_words = -(1 - SMOOTHED) * right - SMOOTHED * logs.mean(axis=-1)
    of_flags = sum(
        jnp.logaddexp(0, flags[..., column]) - flags[..., column] * answers
        for column, answers in enumerate((batch.others, batch.over))
    )
    of_words += of_flags * (batch.others >= 0)
    return (of_words * batch.there).sum() / batch.there.sum()


def _batches(data: TrainingSet, random: np.random.Generator | None) -> Iterator[Batch]:
    """Yield some messages at a time, those of about one length together.

    Args:
        random: shuffles them, and what doesn't fill a batch is left out; None: all in order.
    """
    counts = np.diff(data.starts)
    waiting: dict[int, list[int]] = {length: [] for length in LENGTHS}
    for message in random.permutation(len(counts)) if random else range(len(counts)):
        length = next((one for one in LENGTHS if counts[message] <= one), 0)
        if not length:
            continue
        waiting[length].append(int(message))
        if len(waiting[length]) == TOKENS_PER_STEP // length:
            yield _batch(data, waiting[length], length)
            waiting[length] = []
    if random is None:
        yield from (_batch(data, some, length) for length, some in waiting.items() if some)


def _batch(data: TrainingSet, messages: Sequence[int], length: int) -> Batch:
    shape = len(messages), length
    tokens = empty_tokens(*shape, words=length)
    tags, others, over = (np.full(shape, filler, np.int64) for filler in (0, -1, -1))
    for row, message in enumerate(messages):
        first, last = data.starts[message], data.starts[message + 1]
        word_first, word_last = data.word_starts[message], data.word_starts[message + 1]
        shape_of_words = data.shapes[word_first:word_last]
        place(tokens, row, data.states[first:last], data.words[first:last], shape_of_words)
        count = min(word_last - word_first, length)
        for made, right in ((tags, data.tags), (others, data.others), (over, data.over)):
            made[row, :count] = right[word_first : word_first + count]
    there = (tokens.pooling.sum(axis=-1) > 0).astype(np.float32)
    return Batch(tokens, tags, others, over, there)


def accuracy(weights: dict[str, Floats], data: TrainingSet) -> float:
    """Return the share of words whose tag is right, 0 to 1, as a check that training worked."""
    right = count = 0
    for batch in _batches(data, None):
        found, _flags = scores(weights, batch.tokens)
        right += int(((found.argmax(axis=-1) == batch.tags) * batch.there).sum())
        count += int(batch.there.sum())
    return right / count if count else 0.0
