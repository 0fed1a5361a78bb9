"""Types of variables whose text needs reading, or more checks than its type makes.

What a value has to be is said by the `ValueError` of its reader, in words that follow the name of
the variable.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import NoDecode

# What admins who sign in with Discord can be: groups that a migration makes, or a superuser.
ROLES = frozenset({"viewer", "moderator", "data officer", "operator", "owner"})


def system_zone() -> str:
    """Return the zone that the machine's clock shows, as `TZ` or the linked file names it."""
    path = Path("/etc/localtime").resolve().as_posix()
    for name in (os.environ.get("TZ", ""), path.rpartition("/zoneinfo/")[2]):
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, ZoneInfoNotFoundError):
            continue
    return "UTC"


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _separated(value: object) -> object:
    return _parts(value) if isinstance(value, str) else value


def _database_address(value: SecretStr | None) -> SecretStr | None:
    import dj_database_url

    try:
        config = dj_database_url.parse(value.get_secret_value() if value else "sqlite:///file")
    except ValueError:
        config = {}
    engine = config.get("ENGINE", "").rpartition(".")[2]
    # A database in memory is another one for each thread.
    if engine not in ("postgresql", "sqlite3") or config.get("NAME") in (None, "", ":memory:"):
        raise ValueError("must be a URL such as postgres://user@host:5432/name or sqlite:///path")
    return value


def _redis_address(value: SecretStr | None) -> SecretStr | None:
    from redis.asyncio.connection import parse_url

    try:
        parse_url(value.get_secret_value() if value else "redis://")
    except ValueError:
        raise ValueError("must be a URL such as redis://host:6379/0") from None
    return value


def _node_addresses(value: list[SecretStr]) -> list[SecretStr]:
    for node in value:
        if not re.match(r"https?://[^/\s]+:\d+/?$", node.get_secret_value()):
            raise ValueError("must be a URL with a port, such as http://localhost:9200")
    if not value:
        raise ValueError("must name at least one URL")
    return value


def _web_address(value: str | None) -> str | None:
    if value is not None and not re.match(r"https?://[^/\s]", value):
        raise ValueError("must be a URL such as http://localhost:1234/v1")
    return value


def _certificate(value: Path | None) -> Path | None:
    if value is not None and not value.is_file():
        raise ValueError("must be a file that exists")
    return value


def _persona(value: Path | None) -> Path | None:
    try:
        text = value is None or value.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        text = ""
    if not text:
        raise ValueError("must be a text file (UTF-8) that describes the companion")
    return value


def _texts_by_language(value: object) -> object:
    try:
        texts = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        texts = None
    if not isinstance(texts, dict) or not all(
        re.fullmatch("[a-z]{2}", str(code)) and isinstance(text, str) and text.strip()
        for code, text in texts.items()
    ):
        raise ValueError('must be a JSON object such as {"de": "…"}: language code and text')
    return texts


def _shards(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = [re.fullmatch(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", part) for part in _parts(value)]
    runs = [range(int(one[1]), int(one[2] or one[1]) + 1) for one in found if one]
    if None in found or not all(runs):
        raise ValueError("must be shards such as 0-3 or 0, 5")
    return sorted({one for run in runs for one in run})


def _roles(value: object) -> object:
    if not isinstance(value, str):
        return value
    pairs = [re.fullmatch(r"([1-9]\d{0,18})\s*=\s*(.+)", part) for part in _parts(value)]
    people = {pair[1]: pair[2].lower() for pair in pairs if pair}
    if None in pairs or not set(people.values()) <= ROLES:
        raise ValueError(f"must be Discord ids, each with one of: {', '.join(sorted(ROLES))}")
    return people


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _known_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise ValueError("must be the name of a time zone, such as Europe/Berlin") from None


DatabaseAddress = Annotated[SecretStr | None, AfterValidator(_database_address)]
RedisAddress = Annotated[SecretStr | None, AfterValidator(_redis_address)]
NodeAddresses = Annotated[
    list[SecretStr], NoDecode, BeforeValidator(_separated), AfterValidator(_node_addresses)
]
WebAddress = Annotated[str | None, AfterValidator(_web_address)]
Certificate = Annotated[Path | None, AfterValidator(_certificate)]
Persona = Annotated[Path | None, AfterValidator(_persona)]
TextsByLanguage = Annotated[dict[str, str], NoDecode, BeforeValidator(_texts_by_language)]
PersonIds = Annotated[
    list[Annotated[int, Field(gt=0, lt=2**63)]], NoDecode, BeforeValidator(_separated)
]
ShardIds = Annotated[list[Annotated[int, Field(ge=0)]], NoDecode, BeforeValidator(_shards)]
RoleOfPerson = Annotated[dict[str, str], NoDecode, BeforeValidator(_roles)]
Hosts = Annotated[list[str], NoDecode, BeforeValidator(_separated)]
Networks = Annotated[list[IPvAnyNetwork], NoDecode, BeforeValidator(_separated)]
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_upper)
]
ZoneName = Annotated[str, AfterValidator(_known_zone)]
