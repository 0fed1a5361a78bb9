"""What Elasticsearch holds of a memory, and how.

The document class is for mappings and for queries of the console. Its package's app is not
installed and its signals stay off: they write before the database has committed. The outbox writes.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

import numpy as np
from django_elasticsearch_dsl import Document, fields
from django_elasticsearch_dsl.registries import registry
from elasticsearch.dsl import Date, Keyword

from memories.index.elasticsearch.names import read_alias
from memories.models import Memory
from memories.wording.words import STOP_WORDS, counted_terms, in_pairs
from whisper.environment import environment

# Raised when the mapping changes; an index of another one has to be rebuilt.
SCHEMA = 2

ANALYSIS = {
    "filter": {
        "stop_words": {"type": "stop", "stopwords": sorted(STOP_WORDS)},
        "possessive": {"type": "stemmer", "language": "possessive_english"},
        "stems": {"type": "stemmer", "language": "english"},
    },
    "analyzer": {
        "english_text": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": ["lowercase", "possessive", "stop_words", "stems"],
        },
        "exact_text": {"type": "custom", "tokenizer": "standard", "filter": ["lowercase"]},
    },
}
HNSW = {"m": 16, "ef_construction": 100}


class _Id(fields.KeywordField):  # type: ignore[misc]
    """An id: JavaScript would round a number."""

    def get_value_from_instance(self, instance: Any, field_value_to_ignore: Any = None) -> Any:
        value = super().get_value_from_instance(instance, field_value_to_ignore)
        return None if value is None else str(value)


class _Time(fields.DateField):  # type: ignore[misc]
    def get_value_from_instance(self, instance: Any, field_value_to_ignore: Any = None) -> Any:
        value = super().get_value_from_instance(instance, field_value_to_ignore)
        return None if value is None else value.isoformat()


@registry.register_document
class MemoryDocument(Document):  # type: ignore[misc]
    """A memory as it is searched; the vector is a field of its own for each model."""

    id = _Id()
    partition = fields.KeywordField(attr="partition_key")
    person_id = _Id()
    guild_id = _Id()
    channel_id = _Id()
    place = fields.KeywordField()
    hidden = fields.BooleanField()
    kind = fields.KeywordField()
    category = fields.KeywordField()
    slot = fields.KeywordField()
    emotion = fields.KeywordField()
    speaker = fields.KeywordField()
    origin = fields.KeywordField()
    text = fields.TextField(
        analyzer="english_text", fields={"exact": fields.TextField(analyzer="exact_text")}
    )
    context = fields.TextField(analyzer="english_text")
    # Made here, so that figures of words are the same without Elasticsearch.
    terms = fields.KeywordField()
    confidence = fields.FloatField()
    importance = fields.FloatField()
    said_at = _Time()
    valid_from = _Time()
    valid_to = _Time()
    created_at = _Time()
    model = fields.KeywordField(attr="embedding_model")
    revision = fields.LongField()
    # These two are not fields of the model.
    digest = Keyword(index=False, doc_values=False)
    # Of what was removed only id, revision and this are left, so that no late write brings it back.
    removed_at = Date()

    class Index:
        """Named by the read alias, so that the console's queries go where recall goes."""

        name = read_alias()

    class Django:
        """What it is a copy of."""

        model = Memory

    def prepare_text(self, memory: Memory) -> str:
        """Return the text; of Thai, the standard tokenizer would take all for one word."""
        return in_pairs(memory.text)

    def prepare_context(self, memory: Memory) -> str:
        """Return what stands around a memory, as `local` searches it: the turn before, the date."""
        said = memory.said_at
        return f"{in_pairs(memory.context)} {said:%A} {said.day} {said:%B %Y}"

    def prepare_terms(self, memory: Memory) -> list[str]:
        """Return the text's words as figures count them."""
        return sorted(counted_terms(memory.text))


# Taken by hand: under elasticsearch 9.5 the package's own `prepare` misses them.
_FIELDS = MemoryDocument().init_prepare()


@cache
def vector_field(model: str, dimension: int) -> str:
    """Return the field of a model's vectors: a query of another model finds none, by its name."""
    return "vector_" + hashlib.sha256(f"{model}:{dimension}".encode()).hexdigest()[:12]


def index_body(model: str, dimension: int) -> dict[str, Any]:
    """Return settings and mapping of a new index whose vectors are of a model."""
    mapping = MemoryDocument._doc_type.mapping.to_dict()
    properties = {name: dict(field) for name, field in mapping["properties"].items()}
    kind = environment.elasticsearch_vector_type
    properties[vector_field(model, dimension)] = {
        "type": "dense_vector",
        "dims": dimension,
        "similarity": "cosine",
        "index": True,
        "index_options": {"type": kind} | (HNSW if kind.endswith("hnsw") else {}),
    }
    return {
        "settings": {
            "number_of_shards": environment.elasticsearch_shards,
            "number_of_replicas": environment.elasticsearch_replicas,
            # Written out: with the default, an index that is not searched is not refreshed at all.
            "refresh_interval": "1s",
            # What is deleted leaves the disk when it is asked for, however little of it there is.
            "merge.policy.expunge_deletes_allowed": 0,
            # As `local` weighs words.
            "similarity": {"default": {"type": "BM25", "k1": 0.9, "b": 0.4}},
            "analysis": ANALYSIS,
        },
        "mappings": {
            "dynamic": "strict",
            # They would be stored twice; Elasticsearch does this itself since 9.2.
            "_source": {"excludes": ["vector_*"]},
            "_meta": {"schema": SCHEMA, "model": model, "dimension": dimension},
            "_routing": {"required": True},
            "properties": properties,
        },
    }


def source_of(memory: Memory, model: str, dimension: int) -> dict[str, Any]:
    """Return the document of a memory for an index whose vectors are of a model.

    A vector of another model is left out: the memory is then found by words alone.
    """
    source: dict[str, Any] = {name: value_of(memory) for name, _, value_of in _FIELDS}
    vector = _vector(memory, model, dimension)
    content = json.dumps(source, sort_keys=True).encode()
    source["digest"] = hashlib.sha256(content + b"".join(vector[:1])).hexdigest()
    for packed in vector:
        source[vector_field(model, dimension)] = np.frombuffer(packed, "<f4").tolist()
    return source


def _vector(memory: Memory, model: str, dimension: int) -> list[bytes]:
    """Return the vector's bytes; none where it is of another model, or points nowhere."""
    packed = bytes(memory.embedding or b"")
    if memory.embedding_model != model or len(packed) != 4 * dimension:
        return []
    length = float(np.linalg.norm(np.frombuffer(packed, "<f4")))
    return [packed] if np.isfinite(length) and length > 0 else []
