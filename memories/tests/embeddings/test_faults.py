"""Tests of embedders where model files are damaged or an endpoint answers nonsense."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from memories import embeddings
from memories.embeddings.api import ApiEmbedder
from memories.embeddings.base import EmbeddingError
from memories.embeddings.onnx import OnnxEmbedder, chosen_model
from memories.tests.embeddings.embedding_server import DIMENSION, embedding_server
from whisper.environment import environment

pytestmark = pytest.mark.heavy

TEXT = "Ann likes tea"


@pytest.fixture
def server(monkeypatch):
    """A running endpoint."""
    with embedding_server() as running:
        monkeypatch.setattr(environment, "llm_embedding_api_url", running.url)
        yield running


@pytest.fixture
def data_dir(monkeypatch, tmp_path):
    """A data folder without a model."""
    monkeypatch.setattr(environment, "whisper_models_dir", tmp_path / "models")
    return tmp_path


def answer(*rows):
    """Return the JSON of an answer with these vectors."""
    data = [{"index": number, "embedding": row} for number, row in enumerate(rows)]
    return json.dumps({"object": "list", "data": data})


def test_a_damaged_model_is_converted_again(data_dir):
    OnnxEmbedder()
    whole = chosen_model().path.read_bytes()
    chosen_model().path.write_bytes(whole[: len(whole) // 2])
    assert OnnxEmbedder().embed([TEXT]).shape == (1, 384)
    assert chosen_model().path.read_bytes() == whole


def test_a_conversion_that_fails_leaves_nothing_behind(data_dir, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("memories.embeddings.build_onnx.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        chosen_model().build(chosen_model().path)
    assert list(chosen_model().path.parent.iterdir()) == []


def test_threads_share_the_model():
    by = OnnxEmbedder()
    texts = [f"Thread {number} likes tea. " * (1 + number % 3) for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        found = np.concatenate(list(pool.map(lambda text: by.embed([text]), texts)))
    assert np.allclose(found, by.embed(texts), atol=1e-4)


def test_texts_too_long_for_the_model_are_shortened_and_the_others_are_not(server):
    short = ApiEmbedder().embed(["cat", "dog"])
    server.longest = 2000
    found = ApiEmbedder().embed(["cat", "word " * 20_000, "dog"])
    assert np.allclose(found[[0, 2]], short)
    assert np.linalg.norm(found[1]) == pytest.approx(1, abs=1e-5)


def test_a_refusal_of_every_text_ends_soon(server):
    server.behaviours = ["400"]
    with pytest.raises(EmbeddingError, match="400") as caught:
        ApiEmbedder().embed([TEXT] * 100)
    assert caught.value.permanent
    assert len(server.asked) < 10


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        '{"data": null}',
        '{"data": []}',
        '{"data": [{"index": 0}]}',
        answer("words"),
        answer([1.0, None]),
        answer([]),
        answer([0.0, 0.0]),
        answer([float("nan"), 1.0]),
        answer([1.0], [1.0]),
    ],
)
def test_nonsense_is_an_error_that_does_not_quote_the_person(server, body):
    server.behaviours = [body]
    with pytest.raises(EmbeddingError) as caught:
        ApiEmbedder().embed([TEXT])
    assert TEXT not in str(caught.value)


def test_another_dimension_in_mid_run_is_refused(server):
    by = ApiEmbedder()
    assert by.dimension == DIMENSION
    server.behaviours = [answer([1.0, 0.0])]
    with pytest.raises(EmbeddingError, match="2 dimensions") as caught:
        by.embed([TEXT])
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("sentence-transformers/all-MiniLM-L6-v2", "all-MiniLM-L6-v2"),
        ("all-minilm-l6-v2", "all-MiniLM-L6-v2"),
        ("BAAI/bge-small-en", "BAAI/bge-small-en"),
    ],
)
def test_names_of_one_model_are_kept_as_one(monkeypatch, given, kept):
    monkeypatch.setattr(environment, "embedding_backend", "sentence-transformers")
    monkeypatch.setattr(environment, "llm_local_embedding_model", given)
    assert embeddings.configured_model() == kept


def test_a_folder_goes_by_its_own_name(monkeypatch, tmp_path):
    (tmp_path / "my-model").mkdir()
    monkeypatch.setattr(environment, "embedding_backend", "sentence-transformers")
    monkeypatch.setattr(environment, "llm_local_embedding_model", f"{tmp_path}/my-model/")
    assert embeddings.configured_model() == "my-model"


def test_another_configuration_loads_another_embedder(server, monkeypatch):
    monkeypatch.setattr(environment, "embedding_backend", "onnx")
    first = embeddings.embedder()
    monkeypatch.setattr(environment, "embedding_backend", "api")
    assert embeddings.embedder() is not first
    assert embeddings.embedder().model == embeddings.configured_model()
    embeddings.reset()
