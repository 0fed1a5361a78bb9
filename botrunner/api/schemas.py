"""What requests and answers of the API hold. Ids are strings: JavaScript rounds numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from botrunner.conversation.telling import LONGEST as LONGEST_FACT
from memories.models import Memory
from memories.search.base import LONGEST_TEXT, Mode

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Given(Schema):
    """What is sent: a name that is not known is an error, most often a typing mistake."""

    model_config = ConfigDict(extra="forbid")


class Fault(Schema):
    """What went wrong."""

    code: str = Field(description="Names the kind of error, for programs.")
    message: str = Field(description="What went wrong, for people.")
    details: list[str] = Field([], description="Of a request that makes no sense, each fault.")


class Failure(Schema):
    """The one shape of all errors."""

    error: Fault


class TokenOut(Schema):
    """The token that was shown."""

    name: str
    scopes: list[str]
    person_id: str | None = Field(description="Whom it acts for; null for an account's rights.")
    expires_at: datetime


class MemoryOut(Schema):
    """A memory."""

    id: UUID
    kind: str
    text: str
    category: str
    place: str = Field(description="What kind of place it was said in.")
    said_at: datetime
    pinned: bool


class RecalledOut(MemoryOut):
    """A memory that was recalled or found."""

    score: float = Field(description="Comparable within one answer only.")


class RecallIn(_Given):
    """What is said or asked."""

    text: Annotated[Text, StringConstraints(max_length=4_000)]
    limit: int = Field(10, ge=1, le=50)


class RecallOut(Schema):
    """What a text brings to mind, best first."""

    memories: list[RecalledOut]


class FactsOut(Schema):
    """Facts, the most important first."""

    facts: list[MemoryOut]


class SearchIn(_Given):
    """What is looked for; without text, all that the filters let through, the newest first."""

    text: str = Field("", max_length=LONGEST_TEXT)
    mode: Mode = Mode.HYBRID
    kind: Memory.Kind | None = None
    category: str = Field("", max_length=32)
    since: datetime | None = Field(None, description="Said then or later; with a time zone.")
    until: datetime | None = Field(None, description="Said before then; with a time zone.")
    as_of: datetime | None = Field(None, description="What was true then; with a time zone.")
    size: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2_000, description="`next` of the page before.")


class SearchOut(Schema):
    """A page of what was found."""

    memories: list[RecalledOut]
    total: int
    next: str | None


class RememberIn(_Given):
    """A fact about the person, in their words."""

    text: Annotated[Text, StringConstraints(max_length=LONGEST_FACT)]


class Remembered(Schema):
    """That it was kept."""

    kept: bool


class ProfileOut(Schema):
    """Who a person is to the companion."""

    person_id: str
    name: str
    relationship: str
    mood: str
    moods_lately: str
    preferences: dict[str, str]
    first_interaction: datetime | None
    last_interaction: datetime | None
    remembered: bool = Field(description="Whether they agree that what they say is kept.")
    level: str = Field(description="How far what they say may travel.")


class EraseIn(_Given):
    """The person's id once more, so that nobody is erased by mistake."""

    confirm: str = Field(max_length=19, description="The id of the person who is erased.")


class CertificateOut(Schema):
    """What an erasure removed and what it left."""

    person_id: str
    at: datetime
    removed: dict[str, int]
    left: dict[str, int]


class PartOut(Schema):
    """How a part of Whisper is."""

    status: str
    detail: str


class HealthOut(Schema):
    """How Whisper is."""

    status: str
    checks: dict[str, PartOut]
