"""What a row of the older bot's ChromaDB means."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from memories.legacy.chroma_reader import Metadata, StoredRow, as_json
from whisper.ids import snowflake

NO_TIME = "no time: the time of storing is used"
BAD_TIME = "invalid date and time: the time of storing is used"
IMPORT_TIME = "its time is that of the older bot's import"
IMAGE = "the older bot stored a picture's description by a program as text: noted as a picture"
IMAGE_NOTE = "[Image]"

_IMAGE = re.compile(r"^\{'content_type': '(?:image|audio|video|real_time)\w*_asset_pointer'")
_TALK = re.compile(r"User: (?P<said>.*?)(?:\n(?:Assistant|Bot): (?P<reply>.*))?", re.DOTALL)
_FACT = re.compile(
    r"(?:User fact|Global fact|Auto-extracted fact): (?P<fact>.*?)(?:\nContext: .*)?", re.DOTALL
)
# Key of a field in which `exporting.py` keeps what the older bot has no field for.
OURS = "whisper"
# All that telling a row apart from others needs.
TELLING = (
    "user_id",
    "timestamp",
    "channel_id",
    "server_id",
    "emotional_guild_id",
    "type",
    "doc_type",
    "extraction_method",
    "fact",
    "user_message",
    "bot_response",
    "message_content",
    "response_content",
    OURS,
)

_IMPORTED_ID = re.compile(r"(?:^|_)imported_\d+$")


class RowKind(StrEnum):
    """Who wrote a row, and what it is."""

    CONVERSATION_DM = "conversation_dm"
    CONVERSATION_GUILD = "conversation_guild"
    DM_IMPORT = "dm_import"
    CHATGPT_IMPORT = "chatgpt_import"
    HTTP_CONVERSATION = "http_conversation"
    CLI_CONVERSATION = "cli_conversation"
    USER_FACT_MANUAL = "user_fact_manual"
    USER_FACT_AUTO = "user_fact_auto"
    USER_FACT_AUTO_OLD = "user_fact_auto_confidence_score"
    HTTP_USER_FACT = "http_user_fact"
    CLI_USER_FACT = "cli_user_fact"
    CLI_USER_FACT_KEPT_ID = "cli_user_fact_kept_id"
    GLOBAL_FACT_MANUAL = "global_fact_manual"
    GLOBAL_FACT_AUTO = "global_fact_auto"
    HTTP_GLOBAL_FACT = "http_global_fact"
    CLI_GLOBAL_FACT = "cli_global_fact"

    @property
    def is_talk(self) -> bool:
        """Return whether it is something said and the answer to it."""
        return self in _TALKS

    @property
    def is_global(self) -> bool:
        """Return whether it has no owner."""
        return "global" in self

    @property
    def is_copy(self) -> bool:
        """Return whether it was brought into the older bot from elsewhere."""
        return self in _COPIES


_TALKS = {kind for kind in RowKind if "fact" not in kind}
_COPIES = {
    RowKind.DM_IMPORT,
    RowKind.CHATGPT_IMPORT,
    RowKind.CLI_CONVERSATION,
    RowKind.CLI_USER_FACT,
    RowKind.CLI_GLOBAL_FACT,
}


class RowError(Exception):
    """A row can't be a person's memory; the text is a constant phrase that says why."""


@dataclass(frozen=True)
class LegacyRow:
    """A row as it is understood.

    Args:
        number: the row's number in its store.
        user_id: whose it is; None for what belongs to all.
        text: what was said, or the fact.
        reply: what the older bot answered; empty for facts.
        at: when it was said, in UTC.
        channel_id: where, if it was a channel of Discord.
        guild_id: the server, if known.
        repaired: what is not taken as it was written, as constant phrases.
    """

    number: int
    key: str
    kind: RowKind
    user_id: int | None
    text: str
    reply: str
    at: datetime
    channel_id: int | None
    guild_id: int | None
    emotion: str
    intensity: float
    category: str
    confidence: float
    repaired: tuple[str, ...]
    document: str
    metadata: Metadata

    @cached_property
    def ours(self) -> dict[str, Any]:
        """Return what was kept of a memory that was written back by `exporting.py`."""
        if OURS not in self.metadata:
            return {}
        try:
            found = json.loads(str(self.metadata[OURS]))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of all that makes it what it is."""
        parts = (self.document, as_json(self.metadata), str(self.guild_id))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()

    @property
    def content(self) -> bytes:
        """Return a digest of whose it is and of the words, by which repeats are known."""
        words = (str(self.user_id), str(self.kind.is_talk), self.text.strip(), self.reply.strip())
        return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).digest()[:16]


def understand(
    row: StoredRow, *, shared: bool, guilds: Mapping[str, str], zone: ZoneInfo
) -> LegacyRow:
    """Return what a row means.

    Args:
        shared: it lies in the collection of facts that belong to all.
        guilds: the server of each channel that some row names one for.
        zone: of the older bot's host: its times carry none.

    Raises:
        RowError: it has no text, no time, or no Discord user.
    """
    metadata = _plain(row.metadata)
    document = _clean(row.document or "")
    guild_id = None if shared else _guild(metadata, guilds)
    kind = _global_kind(row.key, metadata) if shared else _kind(row.key, document, metadata)
    if kind is RowKind.CONVERSATION_DM and guild_id is not None:
        kind = RowKind.CONVERSATION_GUILD
    text, reply = _words(kind, document, metadata)
    repaired = []
    if _IMAGE.match(text):
        text = IMAGE_NOTE
        repaired.append(IMAGE)
    if not text:
        raise RowError("it holds no text")
    at, why = _time(metadata.get("timestamp"), zone, row.created_at)
    if why or kind in {RowKind.DM_IMPORT, RowKind.CHATGPT_IMPORT}:
        repaired.append(why or IMPORT_TIME)
    return LegacyRow(
        number=row.number,
        key=row.key,
        kind=kind,
        user_id=None if shared else _user(metadata.get("user_id")),
        text=text,
        reply=reply,
        at=at,
        channel_id=_id(metadata.get("channel_id")),
        guild_id=guild_id,
        emotion=str(metadata.get("detected_emotion", "")) if kind.is_talk else "",
        intensity=_fraction(metadata.get("intensity"), 0.0),
        category="" if kind.is_talk else str(metadata.get("category", "")),
        confidence=1.0 if kind.is_talk else _confidence(metadata),
        repaired=tuple(repaired),
        document=document,
        metadata=metadata,
    )


def _kind(key: str, document: str, metadata: Metadata) -> RowKind:
    made = metadata.get("doc_type")
    if made is not None:
        return RowKind.HTTP_USER_FACT if made == "user_fact" else RowKind.HTTP_CONVERSATION
    if metadata.get("type") == "user_fact" or "fact" in metadata:
        return _user_fact_kind(key, document, metadata)
    channel = str(metadata.get("channel_id", ""))
    if _IMPORTED_ID.search(key):
        return RowKind.CLI_CONVERSATION
    if channel.startswith("chatgpt_import"):
        return RowKind.CHATGPT_IMPORT
    return RowKind.DM_IMPORT if channel == "dm" else RowKind.CONVERSATION_DM


def _user_fact_kind(key: str, document: str, metadata: Metadata) -> RowKind:
    method = metadata.get("extraction_method")
    if _IMPORTED_ID.search(key):
        return RowKind.CLI_USER_FACT
    if not _FACT.fullmatch(document) and document:
        return RowKind.CLI_USER_FACT_KEPT_ID
    if method != "automatic" and "_auto_fact_" not in key:
        return RowKind.USER_FACT_MANUAL
    return RowKind.USER_FACT_AUTO_OLD if "confidence_score" in metadata else RowKind.USER_FACT_AUTO


def _global_kind(key: str, metadata: Metadata) -> RowKind:
    if "doc_type" in metadata:
        return RowKind.HTTP_GLOBAL_FACT
    method = metadata.get("extraction_method")
    if method == "imported" or _IMPORTED_ID.search(key):
        return RowKind.CLI_GLOBAL_FACT
    return RowKind.GLOBAL_FACT_AUTO if method == "automatic" else RowKind.GLOBAL_FACT_MANUAL


def _words(kind: RowKind, document: str, metadata: Metadata) -> tuple[str, str]:
    """Return what was said, or the fact, and the reply."""
    if not kind.is_talk:
        fact = _FACT.fullmatch(document)
        return _text(metadata.get("fact")) or (fact["fact"] if fact else document), ""
    said = _text(metadata.get("user_message")) or _text(metadata.get("message_content"))
    reply = _text(metadata.get("bot_response")) or _text(metadata.get("response_content"))
    if said:
        return said, reply
    talk = _TALK.fullmatch(document)
    return (talk["said"], talk["reply"] or reply) if talk else (document, reply)


def _time(value: object, zone: ZoneInfo, created_at: datetime | None) -> tuple[datetime, str]:
    """Return a time in UTC and why it is not what was written."""
    try:
        if isinstance(value, str) and value:
            found = datetime.fromisoformat(value)
            if found.tzinfo is None:
                found = _nearest(found, zone, created_at)
            return found.astimezone(UTC), ""
        why = NO_TIME
    except (ValueError, OverflowError):
        why = BAD_TIME
    if created_at is None:
        raise RowError("it has no time")
    return created_at, why


def _nearest(local: datetime, zone: ZoneInfo, created_at: datetime | None) -> datetime:
    """Return a local time; of the two in the hour that clocks repeat, the one near the storing."""
    early, late = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if created_at is None or early.utcoffset() == late.utcoffset():
        return early
    return min(early, late, key=lambda one: abs((one.astimezone(UTC) - created_at).total_seconds()))


def _guild(metadata: Metadata, guilds: Mapping[str, str]) -> int | None:
    """Return the server; the row's words on how private it is are known to be wrong."""
    for name in ("server_id", "emotional_guild_id"):
        found = _id(metadata.get(name))
        if found is not None:
            return found
    return _id(guilds.get(str(metadata.get("channel_id", ""))))


def _user(value: object) -> int:
    if value is None or value == "":
        raise RowError("it names no user")
    if str(value).startswith("test_"):
        raise RowError("it belongs to a test user")
    found = _id(value)
    if found is None:
        raise RowError("its user isn't a Discord id")
    return found


def _id(value: object) -> int | None:
    """Return an id; it never passes through a float, which would round it."""
    return None if isinstance(value, float) else snowflake(str(value))


def _confidence(metadata: Metadata) -> float:
    given = metadata.get("confidence", metadata.get("confidence_score"))
    return _fraction(given, 1.0)


def _fraction(value: object, otherwise: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    return min(1.0, max(0.0, float(value)))


def _text(value: object) -> str:
    return value if isinstance(value, str) and value.strip() else ""


def _plain(metadata: Metadata) -> Metadata:
    """Return metadata as every database takes it."""
    return {
        _clean(name): _clean(value) if isinstance(value, str) else value
        for name, value in metadata.items()
        if not isinstance(value, float) or math.isfinite(value)
    }


def _clean(text: str) -> str:
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
