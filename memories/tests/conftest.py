"""The engines that search memories, for tests of what all of them do."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from conftest import require_service
from memories.index import reset
from memories.index.base import Query
from memories.index.engines import engine_names
from memories.tests.factories import DIMENSION, MODEL, axis
from memories.tests.indices import Searched
from memories.tests.legacy.with_chroma import require_chroma
from whisper.environment import environment

# One needs a server, and of one each test makes a store, which takes a tenth of a second.
MARKS = {"elasticsearch": pytest.mark.service, "chroma": pytest.mark.heavy}


@pytest.fixture
def elasticsearch(monkeypatch):
    """Let the test use Elasticsearch, with an empty index of its own; falling back is an error."""
    monkeypatch.setattr(
        environment, "elasticsearch_url", [SecretStr(require_service("elasticsearch"))]
    )
    from memories.index.elasticsearch.engine import ElasticsearchIndex
    from memories.index.elasticsearch.temporary import temporary_index

    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    monkeypatch.setattr(ElasticsearchIndex, "local", property(_no_fallback))
    reset()
    with temporary_index(MODEL, DIMENSION):
        yield Searched()
    reset()


@pytest.fixture
def local(monkeypatch):
    """Let the test use the engine in this process."""
    monkeypatch.setattr(environment, "memory_index", "local")
    reset()
    yield Searched()
    reset()


@pytest.fixture
def chroma(monkeypatch, settings, tmp_path):
    """Let the test use the older bot's engine, in a folder of its own; falling back is an error."""
    require_chroma()
    from memories.index.chroma.engine import ChromaIndex

    monkeypatch.setattr(environment, "memory_index", "chroma")
    monkeypatch.setattr(ChromaIndex, "local", property(_no_fallback_of_chroma))
    settings.DATA_DIR = tmp_path
    reset()
    yield Searched()
    reset()


@pytest.fixture(params=[pytest.param(name, marks=MARKS.get(name, ())) for name in engine_names()])
def index(request, transactional_db):
    """Let the test use each engine in turn, by the fixture of its name."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def meaning(monkeypatch):
    """Let every query of a search mean the first axis."""
    monkeypatch.setattr(
        "memories.search.engines.embedded", lambda text: Query(text, axis(0), MODEL)
    )


def _no_fallback_of_chroma(index):
    raise AssertionError("ChromaDB was not used")


def _no_fallback(index):
    raise AssertionError(f"Elasticsearch was not used: {index.breaker.last_error}")
