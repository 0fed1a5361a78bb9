"""Tests of vectors of what was asked, kept for some minutes in this process alone."""

from __future__ import annotations

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.utils.module_loading import import_string

from memories import embeddings
from memories.embeddings.queries import VECTORS, query_vector
from memories.tests.factories import ANN, said
from whisper import outbox
from whisper.personal_data.registry import erase_person
from whisper.settings import redis as redis_settings

TEXT = "what is my cat called?"


@pytest.fixture
def asked(monkeypatch):
    """Return the texts that the embedder is asked for."""
    caches[VECTORS].clear()
    by, texts = embeddings.embedder(), []
    embed = by.embed

    def counted(given):
        texts.extend(given)
        return embed(given)

    monkeypatch.setattr(by, "embed", counted)
    yield texts
    caches[VECTORS].clear()


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


@pytest.mark.django_db(transaction=True)
def test_an_erasure_forgets_what_was_asked(asked):
    query_vector(TEXT)
    async_to_sync(erase_person)(ANN)
    query_vector(TEXT)
    assert asked == [TEXT, TEXT]


def test_with_redis_too_vectors_stay_in_this_process():
    """Much of a text can be told from its vector, also of one that is off the record."""
    backend = redis_settings.caches("redis://127.0.0.1")[VECTORS]["BACKEND"]
    assert issubclass(import_string(backend), LocMemCache)


def test_any_text_can_be_asked(asked):
    for text in ("", "\ud800", "x" * 100_000, "🙂"):
        assert np.isfinite(query_vector(text)[0]).all()
