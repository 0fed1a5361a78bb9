"""Search requests to Elasticsearch: every part says whose memories, and from where."""

from __future__ import annotations

from datetime import datetime

from memories.index.elasticsearch import query as parts
from memories.index.elasticsearch.query import Body
from memories.search.base import Asked, Mode
from memories.search.matching import EXPANSIONS
from memories.search.scopes import places_of
from memories.wording.words import in_pairs

# In each of two fields, of the 1,024 that a small node takes.
MOST_TERMS = 500


def listing(asked: Asked) -> Body:
    """Return the search for a page by words, or of all that the filters let through."""
    clauses: Body = {"filter": allowed(asked)}
    if asked.query.text:
        clauses["must"] = _words(asked)
    return {
        "query": {"bool": clauses},
        # One more shows whether there is a next page.
        "size": asked.size + 1,
        "sort": [{"_score": "desc"}, {"said_at": "desc"}, {"id": "asc"}],
        "_source": False,
        "track_total_hits": True,
        "aggs": _whose(asked),
    }


def words_that_begin(word: str, asked: Asked) -> Body:
    """Return the search for completions of the beginning of a word."""
    begins: list[Body] = [
        {"prefix": {"text.exact": {"value": word}}},
        {"prefix": {"category": {"value": word, "case_insensitive": True}}},
    ]
    held: Body = {"bool": {"should": begins, "minimum_should_match": 1}}
    return {
        "query": {"bool": {"filter": [*allowed(asked), held]}},
        "size": asked.size,
        "sort": [{"said_at": "desc"}],
        "_source": False,
        "track_total_hits": False,
    }


def allowed(asked: Asked) -> list[Body]:
    """Return what lets through only what may be found and passes the filters."""
    filters = asked.query.filters
    found = [
        parts.in_places(places_of(asked.scope)),
        parts.still_true(asked.at),
        *({"term": {name: str(value)}} for name, value in filters.equal().items()),
    ]
    if asked.scope.partition_keys:
        found.append(parts.owner_filter(asked.scope))
    if asked.query.as_of is not None:
        found += [_range("valid_from", lte=asked.at), _range("said_at", lte=asked.at)]
    if filters.confidence_at_least is not None:
        found.append({"range": {"confidence": {"gte": filters.confidence_at_least}}})
    if filters.since is not None:
        found.append(_range("said_at", gte=filters.since))
    if filters.until is not None:
        found.append(_range("said_at", lt=filters.until))
    if filters.source:
        found.append({"prefix": {"origin": f"{filters.source}:"}})
    return found


def _words(asked: Asked) -> Body:
    text = asked.query.text
    if asked.query.mode is Mode.PHRASE:
        return {"match_phrase": {"text.exact": in_pairs(text)}}
    words = parts.asked(text, ())
    how: Body = {"query": words}
    if asked.query.mode is Mode.FUZZY:
        # Elasticsearch refuses a query of too many terms.
        most = max(1, min(EXPANSIONS, MOST_TERMS // (1 + words.count(" "))))
        how |= {"fuzziness": "AUTO", "prefix_length": 1, "max_expansions": most}
    matches = [{"match": {name: how}} for name in ("text", "context")]
    return {"bool": {"should": matches, "minimum_should_match": 1}}


def _whose(asked: Asked) -> Body:
    """Return the part that says whose memories were counted, for `_look_whose`."""
    keys = asked.scope.partition_keys
    if not keys:
        return {}
    return {"whose": {"terms": {"field": "partition", "size": len(keys) + 1}}}


def _range(field: str, **limits: datetime) -> Body:
    return {"range": {field: {name: limit.isoformat() for name, limit in limits.items()}}}
