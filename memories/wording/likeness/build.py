"""Make the table of stem vectors from what MiniLM's first layer holds of whole words."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from memories.wording.words import terms

DIMENSION = 64
_EMBEDDINGS = "embeddings.word_embeddings.weight"
_WORD = re.compile(r"[a-z]{2,}")

Floats = npt.NDArray[np.float32]


def build(model: Path, target: Path) -> int:
    """Write the table; return how many stems it has.

    Args:
        model: folder with `model.safetensors` and `tokenizer.json`.

    Raises:
        OSError: one of the files can't be read or written.
    """
    from safetensors.numpy import load_file

    embeddings = load_file(str(model / "model.safetensors"))[_EMBEDDINGS].astype(np.float32)
    read = json.loads((model / "tokenizer.json").read_text("utf-8"))
    stems, vectors = stem_vectors(read["model"]["vocab"], embeddings)
    whole = np.round(vectors / np.abs(vectors).max(axis=1, keepdims=True) * 127).astype(np.int8)
    np.savez_compressed(target, stems=np.array("\n".join(stems)), vectors=whole)
    return len(stems)


def stem_vectors(vocabulary: Mapping[str, int], embeddings: Floats) -> tuple[list[str], Floats]:
    """Return the stems of the words of a vocabulary, and a unit vector of each.

    The words of one stem are averaged; the more common ones, which have lower numbers, count more.
    What all vectors share is taken off, and their main directions are kept.

    Args:
        vocabulary: number of each piece.
        embeddings: of the pieces, shape (pieces, dimension).

    Returns:
        Stems, and vectors of shape (stems, `DIMENSION` or as many as there are).
    """
    of_stem: dict[str, list[int]] = defaultdict(list)
    for word, number in sorted(vocabulary.items(), key=lambda item: item[1]):
        if _WORD.fullmatch(word):
            for stem in terms(word):
                of_stem[stem].append(number)
    commonness = 1 / (np.arange(len(embeddings)) + 1)
    means = np.stack(
        [
            np.average(embeddings[numbers], axis=0, weights=commonness[numbers])
            for numbers in of_stem.values()
        ]
    )
    means -= means.mean(axis=0)
    _, _, directions = np.linalg.svd(means, full_matrices=False)
    kept = means @ directions[:DIMENSION].T
    kept /= np.maximum(np.linalg.norm(kept, axis=1, keepdims=True), 1e-9)
    return list(of_stem), kept.astype(np.float32)
