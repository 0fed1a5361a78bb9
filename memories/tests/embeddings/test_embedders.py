"""One contract for all embedders, and what is particular to each."""

from __future__ import annotations

import os
from importlib.util import find_spec

import numpy as np
import pytest

from memories import embeddings
from memories.embeddings import EmbeddingError
from memories.embeddings.api import RETRIES_OF_ONE
from memories.tests.embeddings.embedding_server import DIMENSION, embedding_server, vector
from whisper.environment import environment

pytestmark = pytest.mark.heavy

ODD = ["", "   ", "🙂🙂", "\ud800 alone", "a\x00b", "مرحبا", "word " * 20_000, "x" * 100_000]
SUBJECTS = ["My cat", "The old nurse", "Our train to Porto", "Nobody", "A friend of Ben's"]
VERBS = ["sleeps on", "has forgotten", "is afraid of", "talks about", "would never sell"]
OBJECTS = [
    "the red sofa",
    "her birthday in May",
    "thunder, mostly at night",
    "1,234 stamps & two boats",
    "what we said yesterday; twice!",
    "l'été à Lyon",
    "nothing",
    "an exam on Friday 😬",
]
SENTENCES = [f"{s} {v} {o}" for s in SUBJECTS for v in VERBS for o in OBJECTS]


def need_full() -> None:
    if find_spec("sentence_transformers") is None:
        if os.environ.get("REQUIRE_FULL") == "1":
            pytest.fail("REQUIRE_FULL=1, but sentence-transformers is not installed")
        pytest.skip("sentence-transformers is not installed")


@pytest.fixture
def server(monkeypatch):
    with embedding_server() as running:
        monkeypatch.setattr(environment, "llm_embedding_api_url", running.url)
        monkeypatch.setattr(environment, "llm_request_timeout", 0.5)
        yield running


@pytest.fixture(
    params=[
        "onnx",
        "api",
        pytest.param("sentence-transformers", marks=[pytest.mark.full, pytest.mark.long]),
    ]
)
def backend(request, monkeypatch):
    if request.param == "sentence-transformers":
        need_full()
    if request.param == "api":
        request.getfixturevalue("server")
    monkeypatch.setattr(environment, "embedding_backend", request.param)
    embeddings.reset()
    yield embeddings.embedder()
    embeddings.reset()


@pytest.fixture
def api(server, monkeypatch):
    monkeypatch.setattr(environment, "embedding_backend", "api")
    embeddings.reset()
    yield embeddings.embedder()
    embeddings.reset()


def test_each_text_gets_a_unit_vector(backend):
    vectors = backend.embed(SENTENCES[:7])
    assert vectors.shape == (7, backend.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(backend):
    assert backend.embed([]).shape == (0, backend.dimension)


def test_any_text_gets_a_vector(backend):
    assert np.isfinite(backend.embed(ODD)).all()


def test_a_vector_does_not_depend_on_the_other_texts(backend):
    together = backend.embed(SENTENCES[:40])
    alone = np.concatenate([backend.embed([text]) for text in SENTENCES[:40]])
    assert np.allclose(together, alone, atol=1e-5)


def test_the_model_has_a_name(backend):
    assert backend.model


def test_the_process_keeps_one_embedder(backend):
    assert embeddings.embedder() is backend


def test_sentences_of_one_meaning_are_near(monkeypatch):
    monkeypatch.setattr(environment, "embedding_backend", "onnx")
    embeddings.reset()
    one, same, other = embeddings.embedder().embed(
        ["My cat is ill", "The kitten is not feeling well", "The stock market rose"]
    )
    assert one @ same > 0.5 > 0.2 > one @ other


@pytest.mark.full
def test_onnx_and_sentence_transformers_give_the_same_vectors(monkeypatch):
    need_full()
    found = {}
    for backend in ("onnx", "sentence-transformers"):
        monkeypatch.setattr(environment, "embedding_backend", backend)
        embeddings.reset()
        found[backend] = embeddings.embedder().embed([*SENTENCES, *ODD[3:]])
    embeddings.reset()
    cosines = (found["onnx"] * found["sentence-transformers"]).sum(axis=1)
    assert cosines.min() >= 0.9999


@pytest.mark.full
def test_a_model_that_is_not_here_is_not_downloaded(monkeypatch):
    need_full()
    monkeypatch.setattr(environment, "embedding_backend", "sentence-transformers")
    monkeypatch.setattr(environment, "llm_local_embedding_model", "no-such-model-anywhere")
    embeddings.reset()
    with pytest.raises(EmbeddingError, match="not on this machine") as caught:
        embeddings.embedder()
    assert caught.value.permanent


def test_onnx_is_built_where_its_file_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "embedding_backend", "onnx")
    monkeypatch.setattr(environment, "whisper_models_dir", tmp_path / "models")
    embeddings.reset()
    assert embeddings.embedder().embed(["hello"]).shape == (1, 384)
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["all-MiniLM-L6-v2.onnx"]
    embeddings.reset()


def test_a_place_that_cannot_be_written_is_a_lasting_error(monkeypatch, tmp_path):
    (tmp_path / "models").write_text("a file where the folder should be")
    monkeypatch.setattr(environment, "embedding_backend", "onnx")
    monkeypatch.setattr(environment, "whisper_models_dir", tmp_path / "models")
    embeddings.reset()
    with pytest.raises(EmbeddingError) as caught:
        embeddings.embedder()
    assert caught.value.permanent
    embeddings.reset()


def test_the_endpoint_is_asked_in_batches_with_the_key(api, server, monkeypatch):
    monkeypatch.setattr(environment, "embedding_batch_size", 3)
    assert api.embed(SENTENCES[:7]).shape == (7, DIMENSION)
    assert [len(body["input"]) for body in server.asked] == [3, 3, 1]


def test_answers_are_put_into_the_order_of_the_texts(api, server):
    server.behaviours = ["reversed"]
    given = np.array([vector(text) for text in SENTENCES[:3]])
    found = api.embed(SENTENCES[:3])
    assert np.allclose(found, given / np.linalg.norm(given, axis=1, keepdims=True), atol=1e-5)


@pytest.mark.parametrize("passing", ["429", "500", "503"])
def test_a_passing_refusal_is_tried_again(api, server, passing):
    server.behaviours = [passing, "right"]
    assert api.embed(["hello"]).shape == (1, DIMENSION)


@pytest.mark.parametrize("fault", ["garbage", "one too few", "500"])
def test_an_endpoint_that_misbehaves_is_an_error_that_may_pass(api, server, fault):
    server.behaviours = [fault]
    with pytest.raises(EmbeddingError) as caught:
        api.embed(["hello", "there"])
    assert not caught.value.permanent


@pytest.mark.parametrize("refusal", ["401", "404", "400"])
def test_a_refusal_is_a_lasting_error(api, server, refusal):
    server.behaviours = [refusal]
    with pytest.raises(EmbeddingError, match=refusal) as caught:
        api.embed(["hello"])
    assert caught.value.permanent


def test_an_endpoint_that_stalls_is_asked_once_more_and_given_up(api, server):
    server.behaviours = ["stall"]
    with pytest.raises(EmbeddingError, match="Timeout"):
        api.embed(["hello"])
    assert len(server.asked) == 1 + RETRIES_OF_ONE


def test_without_an_address_the_endpoint_is_a_lasting_error(monkeypatch):
    monkeypatch.setattr(environment, "embedding_backend", "api")
    monkeypatch.setattr(environment, "llm_embedding_api_url", None)
    embeddings.reset()
    with pytest.raises(EmbeddingError, match="LLM_EMBEDDING_API_URL"):
        embeddings.embedder()
    embeddings.reset()
