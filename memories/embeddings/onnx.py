"""A packaged model in ONNX Runtime: no torch, no download, one thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from memories.embeddings import build_mpnet, build_onnx
from memories.embeddings.base import EmbeddingError, Vectors
from whisper.environment import environment

logger = logging.getLogger(__name__)

# What all-MiniLM-L6-v2 was trained on (its sentence_bert_config.json); more tokens are cut off.
MOST_TOKENS = 256
# Far more than those tokens have in any language; the rest need not be looked at.
MOST_CHARACTERS = 20_000
# Padding included. More is slower, as activations fall out of the processor's cache (512: 195 texts
# a second and 320 MB resident, 4096: 155 and 530 MB).
TOKENS_A_BATCH = 512


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model whose weights packages bring.

    Args:
        name: vectors are kept under it.
        dimension: length of a vector.
        build: writes the ONNX file. It raises OSError where it can't.
        tokenizer: returns the tokenizer's file, which is there once the model is.
    """

    name: str
    dimension: int
    build: Callable[[Path], None]
    tokenizer: Callable[[], Path]

    @property
    def path(self) -> Path:
        """Return where the converted model is kept."""
        return environment.whisper_data_dir / "models" / f"{self.name}.onnx"


def _build_minilm(target: Path) -> None:
    build_onnx.build(build_onnx.packaged_model(), target)


def _tokenizer_of_minilm() -> Path:
    return build_onnx.packaged_model() / "tokenizer.json"


def _build_mpnet(target: Path) -> None:
    build_mpnet.build(target, _tokenizer_of_mpnet())


def _tokenizer_of_mpnet() -> Path:
    return environment.whisper_data_dir / "models" / f"{build_mpnet.MODEL}.json"


MODELS = {
    "minilm": PackagedModel(build_onnx.MODEL, 384, _build_minilm, _tokenizer_of_minilm),
    "mpnet": PackagedModel(build_mpnet.MODEL, 768, _build_mpnet, _tokenizer_of_mpnet),
}


def chosen_model() -> PackagedModel:
    """Return the model that `EMBEDDING_MODEL` names."""
    return MODELS[environment.embedding_model]


class OnnxEmbedder:
    """The default embedder."""

    def __init__(self) -> None:
        """Load the model; it is converted first where that has not been done.

        Raises:
            EmbeddingError: weights or a place to write them are missing.
        """
        self._packaged = chosen_model()
        self.model, self.dimension = self._packaged.name, self._packaged.dimension
        try:
            self._session = _session(self._packaged)
            self._tokenizer = Tokenizer.from_file(str(self._packaged.tokenizer()))
        except OSError as error:
            raise EmbeddingError(f"the embedder can't be built: {error}", permanent=True) from error
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, dimension)."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        cleaned = [
            text.lstrip()[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
            for text in texts
        ]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(cleaned)]
        for chosen in _batches(tokens):
            vectors[chosen] = self._run([tokens[index] for index in chosen])
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, tokens))
        ids = np.zeros((len(tokens), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(tokens):
            ids[row, : len(line)] = line
            mask[row, : len(line)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(["last_hidden_state"], inputs)[0]
        weights = mask[:, :, None].astype(np.float32)
        means = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: Vectors = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
        return unit


def _session(packaged: PackagedModel) -> onnxruntime.InferenceSession:
    path = packaged.path
    if not (path.exists() and packaged.tokenizer().exists()):
        packaged.build(path)
    try:
        return _load(path)
    except Exception:  # The runtime's errors have no common base.
        logger.warning("embedder: the converted model can't be read, it is converted again")
        packaged.build(path)
        return _load(path)


def _load(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = environment.embedding_threads
    options.inter_op_num_threads = 1
    # Threads that spin between two texts take the core from everybody else.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


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
