"""Figures counted by Elasticsearch; whose memories they count is checked once more."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from memories.analytics.base import (
    EVERYWHERE,
    FigureKind,
    Figures,
    Question,
    Tally,
    Word,
)
from memories.analytics.significance import jlh
from memories.index.base import UnansweredError
from memories.index.elasticsearch.client import FAULTS, connected, reason, refusal
from memories.index.elasticsearch.document import SCHEMA
from memories.index.elasticsearch.names import read_alias
from memories.index.elasticsearch.query import Body, in_places, still_true
from memories.models import Place

logger = logging.getLogger(__name__)

SECONDS = 5.0
# How many buckets one search may have altogether (search.max_buckets is 65,536), five people in
# each of a server's words.
MOST_WORDS, MOST_NAMES = 10_000, 1_000
# Of a list of ids in a filter (index.max_terms_count).
MOST_IDS = 65_536


async def figures(question: Question) -> Figures:
    """Count by Elasticsearch.

    Raises:
        UnansweredError: it is away, has another mapping, or found what is not of the view.
    """
    try:
        async with asyncio.timeout(SECONDS):
            client = await connected()
            indices = (await client.indices.get_mapping(index=read_alias())).values()
            if any(one["mappings"].get("_meta", {}).get("schema") != SCHEMA for one in indices):
                raise UnansweredError("the index has another mapping: run memory_index rebuild")
            found = (await client.msearch(searches=_searches(question)))["responses"]
    except FAULTS as error:
        raise UnansweredError(reason(error)) from error
    for one in found:
        if "error" in one:
            raise UnansweredError(refusal(one["status"], one["error"]["type"]))
    counted, words = found
    _look_whose(counted["aggregations"], question)
    result = _figures(counted, question)
    result.words = list(_words(words["aggregations"]["words"]))
    result.notes = _notes(counted["aggregations"], words)
    return result


def _searches(question: Question) -> list[Body]:
    """Return two searches as `_msearch` takes them: all counts, and the words."""
    allowed = _filters(question)
    lately = [] if question.words_since is None else [_range("said_at", gte=question.words_since)]
    header = {"index": read_alias(), "allow_partial_search_results": False}
    routing = {}
    if question.view.kind is FigureKind.PERSON:
        routing = {"routing": f"person:{question.view.of}"}
    # Words are compared with those of all, on every shard.
    return [
        header | routing,
        _body(allowed, _counts(question) | _whose(question)),
        header,
        _body(allowed + lately, {"words": _significant(question)}),
    ]


def _filters(question: Question) -> list[Body]:
    view = question.view
    found = [in_places(view.places), still_true(question.now)]
    if view.kind is FigureKind.PERSON:
        found.append({"term": {"partition": f"person:{view.of}"}})
    if question.until is not None:
        found.append(_range("said_at", lt=question.until))
    if question.people is not None:
        found.append(_of_people(sorted(question.people)))
    return found


def _of_people(people: Sequence[int]) -> Body:
    """Return the filter for memories of these people, or of nobody."""
    ids = [str(one) for one in people]
    parts = [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]
    nobodys: Body = {"bool": {"must_not": {"exists": {"field": "person_id"}}}}
    theirs: list[Body] = [{"terms": {"person_id": part}} for part in parts]
    return {"bool": {"should": [nobodys, *theirs], "minimum_should_match": 1}}


def _counts(question: Question) -> Body:
    people = _people(question)
    hours = _histogram("said_at", "hour", question)
    moods = _histogram("said_at", "month", question)
    return {
        "lately": {"filter": _range("said_at", gte=question.since), "aggs": {"hours": hours}},
        "kinds": _terms("kind", MOST_NAMES),
        "categories": _terms("category", MOST_NAMES) | people,
        "months": moods | {"aggs": {"moods": _terms("emotion", MOST_NAMES) | people}},
        "growth": _histogram("created_at", "month", question),
    }


def _whose(question: Question) -> Body:
    """Return the aggregation that says whose memories were counted, for `_look_whose`."""
    fields = {name: _terms(name, len(values) + 1) for name, values in _expected(question).items()}
    owned = {"filter": {"exists": {"field": "person_id"}}, "aggs": fields}
    return {"hidden": _terms("hidden", 2)} | ({"owned": owned} if fields else {})


def _look_whose(found: Mapping[str, Any], question: Question) -> None:
    """Refuse counts of memories that are not of the view, whatever the filters let through."""
    expected = _expected(question)
    outside = [name for name in expected if not _keys(found["owned"][name]) <= expected[name]]
    if outside or 1 in _keys(found["hidden"]):
        logger.error("elasticsearch: figures of memories outside their view were dropped")
        raise UnansweredError("it counted memories outside the view")


def _expected(question: Question) -> dict[str, set[str]]:
    """Return the values that fields of owned memories may hold."""
    view = question.view
    if view.kind is FigureKind.PERSON:
        return {"person_id": {str(view.of)}}
    if view.kind is FigureKind.SERVER:
        people = {str(one) for one in question.people or ()}
        # If there are more, those with the most memories.
        owners = {"person_id": people} if len(people) < MOST_WORDS else {}
        return owners | {"guild_id": {str(view.of)}, "place": {Place.PUBLIC_CHANNEL.value}}
    return {}


def _significant(question: Question) -> Body:
    clause = {
        "field": "terms",
        "jlh": {},
        "background_filter": {
            "bool": {"filter": [in_places(EVERYWHERE), still_true(question.now)]}
        },
        "min_doc_count": question.view.least_memories,
        # All of them: among equal ones Elasticsearch would choose by chance.
        "size": MOST_WORDS,
        "shard_size": MOST_WORDS,
    }
    return {"significant_terms": clause} | _people(question)


def _people(question: Question) -> Body:
    """Return the part that counts distinct people, exact up to the number that matters."""
    least = question.view.least_people
    return {"aggs": {"people": _terms("person_id", least)}} if least else {}


def _figures(found: Mapping[str, Any], question: Question) -> Figures:
    counted = found["aggregations"]
    result = Figures(total=found["hits"]["total"]["value"])
    for bucket in counted["lately"]["hours"]["buckets"]:
        at = datetime.fromtimestamp(bucket["key"] / 1000, question.zone)
        result.days[at.date()] += bucket["doc_count"]
        result.hours[at.hour] += bucket["doc_count"]
    result.kinds = _counter(counted["kinds"])
    result.categories = _tallies(counted["categories"])
    result.moods = {
        (month["key_as_string"], emotion): tally
        for month in counted["months"]["buckets"]
        for emotion, tally in _tallies(month["moods"]).items()
    }
    for month in counted["growth"]["buckets"]:
        result.growth[month["key_as_string"]] = month["doc_count"]
    return result


def _words(found: Mapping[str, Any]) -> Iterator[Word]:
    for bucket in found["buckets"]:
        count, everywhere = bucket["doc_count"], bucket["bg_count"]
        # Its own score, with all digits.
        score = jlh(count, found["doc_count"], everywhere, found["bg_count"])
        yield Word(bucket["key"], count, everywhere, _people_in(bucket), score)


def _notes(counted: Mapping[str, Any], words: Mapping[str, Any]) -> list[str]:
    """Return what is not exact."""
    notes = []
    names = [counted["kinds"], counted["categories"]]
    names += [month["moods"] for month in counted["months"]["buckets"]]
    if any(one["doc_count_error_upper_bound"] or one["sum_other_doc_count"] for one in names):
        notes.append("Some names are left out, or counted too low: there are too many.")
    if words["_shards"]["total"] > 1:
        notes.append("Words are an estimate: the index has several shards.")
    if len(words["aggregations"]["words"]["buckets"]) >= MOST_WORDS:
        notes.append("Words of equal weight may be missing: there are too many.")
    return notes


def _keys(found: Mapping[str, Any]) -> set[Any]:
    return {bucket["key"] for bucket in found["buckets"]}


def _counter(found: Mapping[str, Any]) -> Counter[str]:
    return Counter({one: tally.count for one, tally in _tallies(found).items()})


def _tallies(found: Mapping[str, Any]) -> dict[str, Tally]:
    return {
        bucket["key"]: Tally(bucket["doc_count"], _people_in(bucket))
        for bucket in found["buckets"]
        if bucket["key"]
    }


def _people_in(bucket: Mapping[str, Any]) -> int:
    return len(bucket["people"]["buckets"]) if "people" in bucket else 0


def _terms(field: str, size: int) -> Body:
    return {"terms": {"field": field, "size": size}}


def _histogram(field: str, interval: str, question: Question) -> Body:
    clause = {
        "field": field,
        "calendar_interval": interval,
        "time_zone": question.zone.key,
        "min_doc_count": 1,
    }
    return {"date_histogram": clause | ({"format": "yyyy-MM"} if interval == "month" else {})}


def _range(field: str, **limits: datetime) -> Body:
    return {"range": {field: {name: limit.isoformat() for name, limit in limits.items()}}}


def _body(allowed: Sequence[Body], aggregations: Body) -> Body:
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": list(allowed)}},
        "aggs": aggregations,
    }
