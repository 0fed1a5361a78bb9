"""Requests to Elasticsearch: every part of every search contains the access rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import numpy as np

from memories.access import Fields, Scope, visible_places
from memories.index.base import Query
from memories.index.elasticsearch.document import vector_field
from memories.index.elasticsearch.names import read_alias
from memories.wording.words import STOP_WORDS, terms, words

LONGEST_QUERY = 256
DIGITS = 7
# Of an owner with fewer memories the vectors are compared exactly; of one with more, the graph is
# searched with as many candidates.
NUM_CANDIDATES = 1_024
# Vectors are held in few bits: this many times the hits are compared again with all of theirs.
OVERSAMPLE = 2.0
# In the search by words the cosine is only told, and the words in that by vector: so that what is
# told does not change the order, it counts next to nothing.
TOLD = 1e-6

Body = dict[str, Any]


class Hit(NamedTuple):
    """A memory that Elasticsearch found, with its scores as `Candidate` has them."""

    id: str
    dense: float | None
    bm25: float
    bm25_context: float


class Partitioned(Protocol):
    """Who searches some partitions."""

    @property
    def partition_keys(self) -> tuple[str, ...]: ...


def owner_filter(scope: Partitioned) -> Body:
    """Return the filter that no search goes without: whose memories."""
    return {"terms": {"partition": list(scope.partition_keys)}}


def filters(scope: Scope, now: datetime) -> list[Body]:
    """Return what lets through only memories that may be recalled in a scope and are still true."""
    return [owner_filter(scope), in_places(visible_places(scope)), still_true(now)]


def in_places(places: Iterable[Fields]) -> Body:
    """Return the filter that one of these holds in all fields."""
    return {"bool": {"should": [_all(fields) for fields in places], "minimum_should_match": 1}}


def still_true(now: datetime) -> Body:
    """Return the filter that lets through only what is true at a time."""
    return {"bool": {"must_not": {"range": {"valid_to": {"lte": now.isoformat()}}}}}


def routing(scope: Scope) -> str:
    """Return which shards hold anything of a scope."""
    return ",".join(scope.partition_keys)


def searches(bodies: Iterable[Body], scope: Scope) -> list[Body]:
    """Return the searches of one recall as `_msearch` takes them."""
    header = {
        "index": read_alias(),
        "routing": routing(scope),
        # A shard that is missing is a failure, not fewer memories.
        "allow_partial_search_results": False,
    }
    return [part for body in bodies for part in (header, body)]


def proposals(
    query: Query, allowed: list[Body], *, names: Collection[str] = (), limit: int
) -> list[Body]:
    """Return the searches for what is near a query: by vector, and by words.

    Args:
        allowed: what lets through only what may be found.
    """
    text = asked(query.words, names)
    found: list[Body] = []
    vector = _usable_vector(query)
    if vector is not None:
        exactly = {"rescore_vector": {"oversample": OVERSAMPLE}}
        near = _near(query, vector, allowed, limit, _name="dense", **exactly)
        told = _matches(text, "told_", boost=TOLD)
        found.append(_body({"must": near, "should": told}, allowed, limit))
    if text:
        by_words: Body = {"must": {"bool": {"should": _matches(text), "minimum_should_match": 1}}}
        if vector is not None:
            by_words["should"] = _near(
                query, vector, allowed, NUM_CANDIDATES, _name="told_dense", boost=TOLD
            )
        found.append(_body(by_words, allowed, limit))
    return found


def counting(query: Query, allowed: list[Body], names: Collection[str]) -> Body:
    """Return the search that counts what the scope may see, and what of it holds each term."""
    terms_of = stems(query.words, names)
    counted = {
        f"{name}:{stem}": {"filter": {"match": {name: word}}}
        for name in ("text", "context")
        for stem, word in terms_of.items()
    }
    return {
        "query": {"bool": {"filter": allowed}},
        "size": 0,
        "track_total_hits": True,
        "aggs": counted,
    }


def counts_of(response: Mapping[str, Any]) -> tuple[int, dict[str, dict[str, int]]]:
    """Return how many memories were counted, and how many hold each term, by field."""
    holding: dict[str, dict[str, int]] = {"text": {}, "context": {}}
    for name, found in response.get("aggregations", {}).items():
        field, _, stem = name.partition(":")
        holding[field][stem] = found["doc_count"]
    return response["hits"]["total"]["value"], holding


def hits_of(response: Mapping[str, Any]) -> dict[str, Hit]:
    """Return what one search found, best first."""
    found = {}
    for hit in response["hits"]["hits"]:
        scores: dict[str, float] = hit.get("matched_queries", {})
        dense = _score(scores, "dense", "told_dense")
        # Elasticsearch scores are positive: (1 + cosine) / 2.
        cosine = None if dense is None else 2 * dense - 1
        text = _score(scores, "text", "told_text") or 0.0
        context = _score(scores, "context", "told_context") or 0.0
        for one in hit.get("fields", {}).get("id", ()):
            found[one] = Hit(one, cosine, text, context)
    return found


def _score(scores: Mapping[str, float], name: str, told: str) -> float | None:
    score = scores.get(name)
    if score is not None or told not in scores:
        return score
    return scores[told] / TOLD


def asked(text: str, names: Collection[str]) -> str:
    """Return the words to look for, each once, without stop words."""
    return " ".join(stems(text, names).values())


def stems(text: str, names: Collection[str]) -> dict[str, str]:
    """Return the stems to look for, each with the word that it is of.

    As in `local`, names of the speakers are left out if the query has other words.
    """
    by_stem: dict[str, str] = {}
    for word in words(text):
        if word not in STOP_WORDS:
            for stem in terms(word):
                by_stem.setdefault(stem, word)
    telling = [(stem, word) for stem, word in by_stem.items() if stem not in names]
    return dict((telling or list(by_stem.items()))[:LONGEST_QUERY])


def _matches(text: str, prefix: str = "", boost: float = 1.0) -> list[Body]:
    if not text:
        return []
    return [
        {"match": {name: {"query": text, "_name": prefix + name, "boost": boost}}}
        for name in ("text", "context")
    ]


def _usable_vector(query: Query) -> list[float] | None:
    if query.vector is None:
        return None
    length = float(np.linalg.norm(query.vector))
    if not np.isfinite(length) or length == 0:
        return None
    # Half as long to send and read as all digits, and as near.
    found: list[float] = query.vector.astype(float).round(DIGITS).tolist()
    return found


def _near(query: Query, vector: list[float], allowed: list[Body], k: int, **how: object) -> Body:
    knn: Body = {
        "field": vector_field(query.model, len(vector)),
        "query_vector": vector,
        "k": k,
        "num_candidates": max(k, NUM_CANDIDATES),
        "filter": allowed,
    }
    return {"knn": knn | how}


def _body(clauses: Body, allowed: list[Body], limit: int) -> Body:
    return {
        "query": {"bool": clauses | {"filter": allowed}},
        "size": limit,
        "_source": False,
        # The id is read where it lies in a column: `_id` would have whole documents unpacked, which
        # takes a third of the search.
        "stored_fields": "_none_",
        "docvalue_fields": ["id"],
        "track_total_hits": False,
    }


def _all(fields: Mapping[str, int | str | bool | None]) -> Body:
    """Return the clause that all fields hold what they must, None for empty."""
    held: list[Body] = []
    empty: list[Body] = []
    for name, value in fields.items():
        if value is None:
            empty.append({"exists": {"field": name}})
        else:
            held.append({"term": {name: value if isinstance(value, bool) else str(value)}})
    return {"bool": {"filter": held, "must_not": empty}}
