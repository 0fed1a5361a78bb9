"""Search by Elasticsearch, in its state at the first page: it finds ids, the database has the rest.

Every part of every request says whose memories may be found, and this is checked once more in
what comes back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from elasticsearch import AsyncElasticsearch, BadRequestError, NotFoundError

from memories.index.base import Entry, Query, UnansweredError
from memories.index.elasticsearch import query as parts
from memories.index.elasticsearch import search_requests as requests
from memories.index.elasticsearch.breaker import ElasticsearchError
from memories.index.elasticsearch.client import FAULTS, connected, reason, refusal
from memories.index.elasticsearch.names import read_alias
from memories.index.elasticsearch.query import Body
from memories.search.base import BY_MEANING, WINDOW, Asked, CursorError, Found, Hit, Mode
from memories.search.cursors import TOO_OLD
from memories.search.database import Near, paged, ranked
from memories.search.matching import marks
from memories.search.narrowing import as_stored
from whisper.database.access import in_database

logger = logging.getLogger(__name__)

ENGINE = "elasticsearch"
SECONDS = 3.0
# How long its state is held for the next page.
KEPT = "2m"

Check = Callable[[AsyncElasticsearch], Awaitable[None]]


class RefusedError(UnansweredError):
    """Elasticsearch is there, but does not take this search."""


async def find(asked: Asked, check: Check) -> Found:
    """Return a page of what is found.

    Args:
        check: checks that the searched index has the right mapping.

    Raises:
        UnansweredError: it is away, has another mapping, or found what is not the asker's.
        CursorError: its state of the first page is gone.
    """
    with _told():
        async with asyncio.timeout(SECONDS):
            client = await connected()
            pit = asked.after["pit"] if asked.after else await _opened(client, asked, check)
            try:
                return await _page(client, pit, asked)
            except NotFoundError:
                if not asked.after:
                    raise
                raise CursorError(TOO_OLD) from None


async def beginning(word: str, asked: Asked) -> list[str]:
    """Return ids of the newest that hold a word, or are of a category, that begins so.

    Raises:
        UnansweredError: it is away.
    """
    with _told():
        async with asyncio.timeout(SECONDS):
            client = await connected()
            response = await client.search(
                index=read_alias(),
                routing=",".join(asked.scope.partition_keys),
                allow_partial_search_results=False,
                body=requests.words_that_begin(word, asked),
            )
    return [str(one["_id"]) for one in response["hits"]["hits"]]


@contextmanager
def _told() -> Iterator[None]:
    """Tell why Elasticsearch does not answer."""
    try:
        yield
    except ElasticsearchError as error:
        raise UnansweredError(str(error)) from error
    except BadRequestError as error:
        raise RefusedError(reason(error)) from error
    except FAULTS as error:
        raise UnansweredError(reason(error)) from error


async def _opened(client: AsyncElasticsearch, asked: Asked, check: Check) -> str:
    """Return the id of its state now, as far as the asker's memories go."""
    await check(client)
    keys = asked.scope.partition_keys
    state = await client.open_point_in_time(
        index=read_alias(), keep_alive=KEPT, routing=",".join(keys) or None
    )
    return str(state["id"])


async def _page(client: AsyncElasticsearch, pit: str, asked: Asked) -> Found:
    found = None
    try:
        if asked.query.text and asked.query.mode in BY_MEANING:
            found = await _near(client, pit, asked)
        else:
            found = await _listed(client, pit, asked)
        return found
    finally:
        if found is None or found.after is None:
            # Closed as soon as possible; Elasticsearch drops it after `KEPT`.
            with suppress(*FAULTS):
                await client.close_point_in_time(id=pit)


async def _listed(client: AsyncElasticsearch, pit: str, asked: Asked) -> Found:
    body = requests.listing(asked) | _held(pit)
    if asked.after:
        body["search_after"] = asked.after["sort"]
    response = (await client.search(body=body, allow_partial_search_results=False)).body
    _look_whose(response, asked)
    found = response["hits"]["hits"]
    more = len(found) > asked.size
    found = found[: asked.size]
    stored = await in_database(as_stored, [one["_id"] for one in found], asked)
    hits = [_hit(one, asked, stored) for one in found if one["_id"] in stored]
    # What the database no longer has is not counted either, as far as is known by now.
    total = response["hits"]["total"]["value"] - len(found) + len(hits)
    after = None
    if more:
        after = {"pit": response["pit_id"], "sort": found[-1]["sort"]}
    return Found(hits, total, ENGINE, after)


async def _near(client: AsyncElasticsearch, pit: str, asked: Asked) -> Found:
    query = asked.vector or Query(asked.query.text)
    if asked.query.mode is Mode.MEANING:
        query = replace(query, text="", also="")
    found: dict[str, Near] = {}
    searches: list[Body] = []
    for body in parts.proposals(query, requests.allowed(asked), limit=WINDOW):
        searches += [{"allow_partial_search_results": False}, body | _held(pit)]
    if searches:
        response = await client.msearch(searches=searches, include_named_queries_score=True)
        for one in response["responses"]:
            _look_for_error(one, asked)
            # What was found by vector and by words has both scores in either.
            for hit in parts.hits_of(one).values():
                found[hit.id] = Near(hit.id, hit.dense, hit.bm25, hit.bm25_context)
    order = await in_database(ranked, found.values(), asked)
    page = await in_database(paged, order, asked, ENGINE)
    return page if page.after is None else replace(page, after={**page.after, "pit": pit})


def _look_whose(response: Mapping[str, Any], asked: Asked) -> None:
    """Refuse a count of memories that are not the asker's, whatever the filters let through."""
    keys = asked.scope.partition_keys
    if not keys:
        return
    counted = {bucket["key"] for bucket in response["aggregations"]["whose"]["buckets"]}
    if not counted <= set(keys):
        logger.error("search: a count of memories outside the scope was dropped")
        raise RefusedError("it found memories outside the scope")


def _look_for_error(response: Mapping[str, Any], asked: Asked) -> None:
    if "error" not in response:
        return
    if response["status"] == HTTPStatus.NOT_FOUND and asked.after:
        raise CursorError(TOO_OLD)
    kind = RefusedError if response["status"] == HTTPStatus.BAD_REQUEST else UnansweredError
    raise kind(refusal(response["status"], response["error"]["type"]))


def _hit(found: Mapping[str, Any], asked: Asked, stored: Mapping[str, Entry]) -> Hit:
    entry = stored[found["_id"]]
    return Hit(entry, found["sort"][0] or 0.0, marks(asked.query, entry.text))


def _held(pit: str) -> Body:
    return {"pit": {"id": pit, "keep_alive": KEPT}}
