"""Tests of vectors of queries that are kept for some minutes."""

from __future__ import annotations

import base64

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.core.cache import caches

from memories import embeddings
from memories.embeddings.queries import query_vector
from memories.tests.factories import said
from whisper import outbox

TEXT = "what is my cat called?"


@pytest.fixture
def asked(monkeypatch):
    """Return the texts that the embedder is asked for."""
    caches["vectors"].clear()
    by, texts = embeddings.embedder(), []
    embed = by.embed

    def counted(given):
        texts.extend(given)
        return embed(given)

    monkeypatch.setattr(by, "embed", counted)
    yield texts
    caches["vectors"].clear()


def test_what_is_asked_again_is_not_embedded_again(asked):
    first, model = query_vector(TEXT)
    again, same_model = query_vector(TEXT)
    assert asked == [TEXT]
    assert np.array_equal(first, again)
    assert model == same_model


def test_another_text_has_another_vector(asked):
    assert not np.array_equal(query_vector(TEXT)[0], query_vector("where do I live?")[0])


def test_another_model_s_vector_is_not_taken(asked, monkeypatch):
    query_vector(TEXT)
    monkeypatch.setattr(embeddings.embedder(), "model", "another", raising=False)
    query_vector(TEXT)
    assert asked == [TEXT, TEXT]


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_is_remembered_with_the_vector_of_the_question(asked):
    query_vector(TEXT)
    memory = said(TEXT)
    async_to_sync(outbox.drain)()
    memory.refresh_from_db()
    assert asked == [TEXT]
    assert np.array_equal(np.frombuffer(memory.embedding, "<f4"), query_vector(TEXT)[0])


@pytest.mark.django_db(transaction=True)
def test_what_is_remembered_unasked_is_not_kept(asked):
    said(TEXT)
    async_to_sync(outbox.drain)()
    query_vector(TEXT)
    assert asked == [TEXT, TEXT]


SHORT = base64.b64encode(np.array([1, 0, 0], "<f4").tobytes()).decode()


@pytest.mark.parametrize("planted", [5, SHORT, "", "no base64!", "AAAA", ["x"], "AACAPwAAgD8="])
def test_a_planted_value_is_a_miss_and_one_line(asked, planted, monkeypatch, caplog):
    expected, _ = query_vector(TEXT)
    monkeypatch.setattr(caches["vectors"], "get_many", lambda keys: dict.fromkeys(keys, planted))
    found, _ = query_vector(TEXT)
    assert np.array_equal(found, expected)
    assert asked == [TEXT, TEXT]
    assert [one.message for one in caplog.records] == ["vectors: recomputed an unreadable one"]


def test_any_text_can_be_asked(asked):
    for text in ("", "\ud800", "x" * 100_000, "🙂"):
        assert np.isfinite(query_vector(text)[0]).all()
