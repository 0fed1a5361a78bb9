"""At the first start of an installation, no message waits for the multilingual model."""

from __future__ import annotations

import threading

import pytest

from whisper import multilingual


@pytest.fixture
def unpacking(monkeypatch):
    """Let the model's files be missing, and be written when the event is set."""
    ready = threading.Event()
    monkeypatch.setattr(multilingual, "_unpacking", None)
    monkeypatch.setattr(multilingual, "is_unpacked", lambda: False)
    monkeypatch.setattr(multilingual, "unpack_beside", ready.wait)
    yield ready
    ready.set()
    multilingual.wait_until_unpacked()


def test_texts_are_judged_without_the_model_until_it_is_there(unpacking):
    multilingual.unpack_in_background()
    assert multilingual.vector_or_none("hello") is None
    unpacking.set()
    multilingual.wait_until_unpacked()
    assert multilingual.vector_or_none("hello") is not None


def test_what_is_there_is_not_written_again(unpacking, monkeypatch):
    monkeypatch.setattr(multilingual, "is_unpacked", lambda: True)
    multilingual.unpack_in_background()
    assert multilingual._unpacking is None
