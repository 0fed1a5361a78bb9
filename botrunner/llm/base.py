"""What every language model offers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypedDict, runtime_checkable
from uuid import UUID

from botrunner.history.base import CachedMessage
from memories.access import Scope
from memories.index.base import Entry
from memories.recall import Recalled
from profiles.models import Emotion
from whisper.personal_data.quotations import Quotations


class ChatMessage(TypedDict):
    """One message of a prompt, as OpenAI-compatible servers take it."""

    role: Literal["system", "user", "assistant"]
    content: str


class ModelError(Exception):
    """The model did not answer.

    Args:
        reason: a short phrase for logs and traces, without anything a person said.
        permanent: whether trying again is pointless (a wrong key, an unknown model).
        away: whether the server can't be reached, takes too long, or can't answer anybody now.
    """

    def __init__(self, reason: str, *, permanent: bool = False, away: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.away = away


class TakenBack(str):
    """An empty piece of a reply: all pieces before it were thoughts, not the reply."""

    __slots__ = ()


def joined(pieces: Iterable[str]) -> str:
    """Return the text of a reply that came in pieces."""
    kept: list[str] = []
    for piece in pieces:
        if isinstance(piece, TakenBack):
            kept.clear()
        kept.append(piece)
    return "".join(kept)


@dataclass(frozen=True, slots=True)
class PersonView:
    """What a reply may know of the person: empty if they have not agreed to be remembered.

    Args:
        emotion: how the message feels.
        certainty: how likely that is, 0 to 1.
    """

    id: int
    name: str = ""
    remembers: bool = False
    emotion: Emotion = Emotion.NEUTRAL
    certainty: float = 1.0
    interaction_count: int = 0
    last_seen: datetime | None = None


@dataclass(slots=True)
class Report:
    """What became of a request.

    Args:
        messages: the prompt as it was sent at last: a server may take less, or another form of it.
        cut: why the answer is not whole: "length" or "content_filter"; else empty.
    """

    messages: Sequence[ChatMessage] = ()
    cut: str = ""


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """Everything that a reply is made from.

    Args:
        messages: the prompt: exactly one system message, then alternating user and assistant, a
            user message last. Empty if the model is `Promptless`.
        text: what the person just said.
        person: who they are.
        history: recent messages before this one, oldest first.
        recalled: memories, best first.
        missed: the next best, which were not recalled.
        facts: what is known of the person whatever they speak of, most important first.
        now: the present, in the configured time zone.
        bot_name: what the companion calls itself.
        left_out: facts and memories that the prompt had no room for, or says otherwise.
        scope: what may be told where the reply is read; None if nothing is looked up.
        kept_messages: the prompt without words that aren't kept; empty if it has none.
        pictures: images that the person sent with it, for models that are `Seeing`.
        hashes: SHA-256 of each file that was read for it, by its address.
        unkept: finds these words in a reply.
        report: filled by the model.
    """

    messages: Sequence[ChatMessage]
    text: str
    person: PersonView
    now: datetime
    bot_name: str
    history: Sequence[CachedMessage] = ()
    recalled: Sequence[Recalled] = field(default=())
    missed: Sequence[Recalled] = field(default=())
    facts: Sequence[Entry] = ()
    left_out: frozenset[UUID] = frozenset()
    scope: Scope | None = None
    kept_messages: Sequence[ChatMessage] = ()
    pictures: Sequence[Picture] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    unkept: Sequence[Quotations] = ()
    report: Report = field(default_factory=Report, compare=False)


@runtime_checkable
class Limited(Protocol):
    """A model whose server has told how long a prompt may be."""

    @property
    def prompt_limit(self) -> int | None:
        """Return how many tokens a prompt may take; None while that isn't known."""


@runtime_checkable
class Seeing(Protocol):
    """A model that may take images."""

    async def sees(self) -> bool:
        """Return whether it does."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as a model gets it."""

    name: str
    type: str
    content: bytes = field(repr=False)


@runtime_checkable
class Promptless(Protocol):
    """A model that answers by rules from the rest of the context: no prompt is built for it."""

    reads_no_prompt: Literal[True]


class LanguageModel(Protocol):
    """Writes replies."""

    @property
    def name(self) -> str:
        """Return what the trace calls it."""

    def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        """Yield the reply piece by piece; `joined` makes one text of them.

        Raises:
            ModelError: it did not answer, or stopped in the middle.
        """

    async def aclose(self) -> None:
        """Close connections."""
