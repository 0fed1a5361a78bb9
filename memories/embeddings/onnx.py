"""A packaged model in ONNX Runtime: no torch, no download, one thread."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from memories.embeddings import build_mpnet, build_onnx
from memories.embeddings.base import EmbeddingError, Vectors
from memories.embeddings.build_onnx import STATES
from whisper.environment import environment

logger = logging.getLogger(__name__)

# What all-MiniLM-L6-v2 was trained on (its sentence_bert_config.json); more tokens are cut off.
MOST_TOKENS = 256
# Far more than those tokens have in any language; the rest need not be looked at.
MOST_CHARACTERS = 20_000
# Padding included. More is slower, as activations fall out of the processor's cache (512: 195 texts
# a second and 320 MB resident, 4096: 155 and 530 MB).
TOKENS_A_BATCH = 512


# Texts whose states are kept for a moment, and the most tokens of one (together 6 MB at most).
MOST_RECENT, LONGEST_RECENT = 64, 64


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What MiniLM made of each token of a text.

    Args:
        offsets: the characters of the text that each token stands for.
        states: half precision, shape (tokens, 768): those of a middle and of the last layer.
        vector: the text's unit vector, shape (384,).
    """

    offsets: list[tuple[int, int]]
    states: npt.NDArray[np.float16]
    vector: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model whose weights packages bring.

    Args:
        name: vectors are kept under it.
        dimension: length of a vector.
        build: writes the ONNX file. It raises OSError if it can't.
        tokenizer: returns the tokenizer's file, which is there once the model is.
    """

    name: str
    dimension: int
    build: Callable[[Path], None]
    tokenizer: Callable[[], Path]

    @property
    def path(self) -> Path:
        """Return the folder of the converted model."""
        return environment.models_folder / f"{self.name}.onnx"


def _build_minilm(target: Path) -> None:
    build_onnx.build(build_onnx.packaged_model(), target)


def _tokenizer_of_minilm() -> Path:
    return build_onnx.packaged_model() / "tokenizer.json"


def _build_mpnet(target: Path) -> None:
    build_mpnet.build(target, _tokenizer_of_mpnet())


def _tokenizer_of_mpnet() -> Path:
    return environment.models_folder / f"{build_mpnet.MODEL}.json"


MODELS = {
    "minilm": PackagedModel(build_onnx.MODEL, 384, _build_minilm, _tokenizer_of_minilm),
    "mpnet": PackagedModel(build_mpnet.MODEL, 768, _build_mpnet, _tokenizer_of_mpnet),
}


def chosen_model() -> PackagedModel:
    """Return the model that `EMBEDDING_MODEL` names."""
    return MODELS[environment.embedding_model]


class OnnxEmbedder:
    """The default embedder."""

    def __init__(self, packaged: PackagedModel | None = None) -> None:
        """Load the model; it is converted first where that has not been done.

        Args:
            packaged: another model than the chosen one.

        Raises:
            EmbeddingError: weights or a place to write them are missing.
        """
        self._packaged = packaged or chosen_model()
        self.model, self.dimension = self._packaged.name, self._packaged.dimension
        try:
            self._session = _session(self._packaged)
            self._tokenizer = Tokenizer.from_file(str(self._packaged.tokenizer()))
        except OSError as error:
            raise EmbeddingError(f"the embedder can't be built: {error}", permanent=True) from error
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

        self._recent: OrderedDict[str, TokenStates] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def has_states(self) -> bool:
        """Return whether the model gives the states of tokens: MiniLM does."""
        return self.model == build_onnx.MODEL

    def token_states(self, text: str) -> TokenStates:
        """Return the states of a text's tokens, and its vector from the same run.

        What was read a moment ago is not run again.
        """
        with self._lock:
            if known := self._recent.get(text):
                return known
        encoding = self._tokenizer.encode(_clean(text))
        (hidden, mask), states = self._hidden([encoding.ids], ["last_hidden_state", STATES])
        # The tokenizer does not see the space that a text begins with.
        shift = len(text) - len(text.lstrip())
        offsets = [(start + shift, end + shift) for start, end in encoding.offsets]
        found = TokenStates(offsets, states[0].astype(np.float16), _means(hidden, mask)[0])
        if len(encoding.ids) <= LONGEST_RECENT:
            self._keep(text, found)
        return found

    def states_of_many(self, texts: Sequence[str]) -> list[TokenStates]:
        """Return the states of many texts' tokens, those of one length run together."""
        found: dict[int, TokenStates] = {}
        encodings = self._tokenizer.encode_batch(list(map(_clean, texts)))
        for chosen in _batches([one.ids for one in encodings]):
            (hidden, mask), states = self._hidden(
                [encodings[index].ids for index in chosen], ["last_hidden_state", STATES]
            )
            vectors = _means(hidden, mask)
            for row, index in enumerate(chosen):
                count = len(encodings[index].ids)
                shift = len(texts[index]) - len(texts[index].lstrip())
                offsets = [(start + shift, end + shift) for start, end in encodings[index].offsets]
                kept = states[row, :count].astype(np.float16)
                found[index] = TokenStates(offsets, kept, vectors[row])
        return [found[index] for index in range(len(texts))]

    def _keep(self, text: str, found: TokenStates) -> None:
        with self._lock:
            self._recent[text] = found
            while len(self._recent) > MOST_RECENT:
                self._recent.popitem(last=False)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, dimension)."""
        if len(texts) == 1 and (known := self._recent.get(texts[0])):
            return known.vector[None].copy()
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        tokens = [one.ids for one in self._tokenizer.encode_batch(list(map(_clean, texts)))]
        for chosen in _batches(tokens):
            ((hidden, mask),) = self._hidden(
                [tokens[index] for index in chosen], ["last_hidden_state"]
            )
            vectors[chosen] = _means(hidden, mask)
        return vectors

    def _hidden(self, tokens: Sequence[Sequence[int]], outputs: list[str]) -> list[Any]:
        """Return outputs of the model; the first one with the mask of what isn't padding."""
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(tokens):
            ids[row, : len(line)] = line
            mask[row, : len(line)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        first, *more = self._session.run(outputs, inputs)
        return [(first, mask), *more]


def _clean(text: str) -> str:
    return text.lstrip()[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _means(hidden: Vectors, mask: npt.NDArray[np.int64]) -> Vectors:
    """Return one unit vector a text: the mean of its tokens' last states."""
    weights = mask[:, :, None].astype(np.float32)
    means = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    unit: Vectors = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    return unit


def _session(packaged: PackagedModel) -> onnxruntime.InferenceSession:
    path = packaged.path
    if not (path.exists() and packaged.tokenizer().exists()):
        packaged.build(path)
    try:
        return _load(packaged)
    except Exception:  # The runtime's errors have no common base.
        logger.warning("embedder: can't read the converted model, converting it again")
        packaged.build(path)
        return _load(packaged)


def _load(packaged: PackagedModel) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = environment.embedding_threads
    options.inter_op_num_threads = 1
    # Threads that spin between two texts take the core from everybody else.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = str(packaged.path)
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    outputs = {output.name for output in session.get_outputs()}
    if packaged.name == build_onnx.MODEL and STATES not in outputs:
        raise ValueError("it was converted by an earlier version")
    return session


def _batches(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Yield indices of texts to run together: alike in length, so that little is padded."""
    batch: list[int] = []
    for index in sorted(range(len(tokens)), key=lambda one: len(tokens[one])):
        full = (len(batch) + 1) * len(tokens[index]) > TOKENS_A_BATCH
        if batch and (full or len(batch) >= environment.embedding_batch_size):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
