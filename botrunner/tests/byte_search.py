"""Search everything that is held for words: rows, caches, files and a person's export."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from redis import Redis

from botrunner.history import conversation_cache
from memories.access import Scope
from memories.index import memory_index
from memories.index.base import Query
from whisper.database.access import in_database
from whisper.personal_data import registry
from whisper.personal_data.purging import empty_sqlite_log
from whisper.redis.connections import redis_url


async def where(words: str, person_id: int) -> list[str]:
    """Return each place where words are held, whatever their case; vectors hold none."""
    wanted = words.lower()
    found = await in_database(tables_with, wanted)
    found += await in_export([wanted], person_id)
    found += await _in_cache(wanted)
    found += _in_redis(wanted)
    return found


def tables_with(words: str) -> list[str]:
    """Return each row that holds words, whatever their case."""
    wanted, found = words.lower(), []
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.values():
            shown = json.dumps(_readable(row), cls=DjangoJSONEncoder, ensure_ascii=False)
            if wanted in shown.lower():
                found.append(f"{model._meta.label}: {shown}")
    return found


def _readable(row):
    return {
        name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value
        for name, value in row.items()
    }


def in_database_files(words: Collection[str]) -> list[str]:
    """Return the words whose bytes are in SQLite's files, deleted or not.

    Of PostgreSQL, `tables_with` looks at the rows alone: a deleted one stays in its files until
    they are rewritten.
    """
    if connection.vendor != "sqlite":
        return []
    # What was deleted is overwritten in the file, and stands in the log until that is emptied.
    assert empty_sqlite_log()
    file = str(connection.settings_dict["NAME"])
    paths = [path for path in (Path(file), Path(f"{file}-wal")) if path.exists()]
    content = b"".join(path.read_bytes() for path in paths).lower()
    return [word for word in words if word.lower().encode() in content]


async def in_export(words: Collection[str], person_id: int) -> list[str]:
    """Return each file of a person's export that holds a word."""
    archive = zipfile.ZipFile(BytesIO(await registry.export_archive(person_id)))
    contents = {name: archive.read(name) for name in archive.namelist()}
    return [
        f"export: {name}: {word}"
        for name, content in contents.items()
        for word in words
        if _has(content, word.lower())
    ]


async def in_index(words: Collection[str], person_id: int) -> list[str]:
    """Return what the index finds of a person that holds a word."""
    scope = Scope.access(person_id)
    return [
        f"index: {one.entry.text}"
        for word in words
        for one in await memory_index().candidates(Query(word, None, ""), scope)
        if word.lower() in f"{one.entry.text} {one.entry.context}".lower()
    ]


async def _in_cache(wanted: str) -> list[str]:
    cache, found = conversation_cache(), []
    stores = {"cache": cache.memory, "private cache": cache.private}
    for name, store in stores.items():
        for channel in store._channels.values():
            found += [
                f"{name}: {one.text}" for one in channel.messages if wanted in one.text.lower()
            ]
    return found


def _in_redis(wanted: str) -> list[str]:
    url = redis_url()
    if url is None:
        return []
    client = Redis.from_url(url)
    try:
        return [
            f"redis: {key.decode()}"
            for key in client.scan_iter(count=500)
            if _has(client.dump(key) or b"", wanted) or _has(_plain(client, key), wanted)
        ]
    finally:
        client.close()


def _plain(client: Redis, key: bytes) -> bytes:
    """Return a hash's values, which a dump compresses."""
    if client.type(key) != b"hash":
        return b""
    return b"\n".join(value for value in client.hvals(key) if isinstance(value, bytes))


def _has(content: bytes, wanted: str) -> bool:
    # JSON has escapes for letters that are not ASCII.
    text = content.decode(errors="replace").lower()
    return wanted in text or json.dumps(wanted)[1:-1].lower() in text
