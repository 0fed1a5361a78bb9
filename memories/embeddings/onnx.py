"""all-MiniLM-L6-v2 in ONNX Runtime: no torch, no download, one thread."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from memories.embeddings.base import EmbeddingError, Vectors
from memories.embeddings.build_onnx import MODEL, build, packaged_model
from whisper.environment import environment

logger = logging.getLogger(__name__)

DIMENSION = 384
# What the model was trained on (its sentence_bert_config.json); more tokens are cut off.
MOST_TOKENS = 256
# Far more than those tokens have in any language; the rest need not be looked at.
MOST_CHARACTERS = 20_000
# Padding included. More is slower, as activations fall out of the processor's cache (512: 195 texts
# a second and 320 MB resident, 4096: 155 and 530 MB).
TOKENS_A_BATCH = 512


def model_path() -> Path:
    """Return where the converted model is kept."""
    return environment.whisper_data_dir / "models" / f"{MODEL}.onnx"


class OnnxEmbedder:
    """The default embedder."""

    model = MODEL
    dimension = DIMENSION

    def __init__(self) -> None:
        """Load the model; it is converted first where that has not been done.

        Raises:
            EmbeddingError: weights or a place to write them are missing.
        """
        try:
            source, path = packaged_model(), model_path()
            if not path.exists():
                build(source, path)
            self._session = _session(source, path)
        except OSError as error:
            raise EmbeddingError(f"the embedder can't be built: {error}", permanent=True) from error
        self._tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, 384)."""
        vectors = np.zeros((len(texts), DIMENSION), np.float32)
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


def _session(source: Path, path: Path) -> onnxruntime.InferenceSession:
    try:
        return _load(path)
    except Exception:  # The runtime's errors have no common base.
        logger.warning("embedder: the converted model can't be read, it is converted again")
        build(source, path)
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
