"""What conversations show: channels by name, their messages, and the trace of a reply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from botrunner.console.conversations.prompts import Section, parts_of, sections_of
from botrunner.console.drawing import Segment
from botrunner.llm.prices import cost_of
from memories.models import Memory, Message, Place, ReplyTrace
from memories.queries import names_of_places, with_texts
from profiles.models import Profile
from whisper.accounts.reading import Reading, hidden_in_words
from whisper.console.paging import mark_before, newest_first

# The latest messages, in which the channels that people talk in are looked for.
LOOKED_THROUGH = 3_000
# The page stays small on a server of hundreds of channels: the latest are listed.
MOST_CHANNELS = 250
SIZE = 50
# How many of the messages that follow the one looked for are on its page.
FOLLOWING = 10
SHOWN_OF_REPLIED = 120
# Of each message: the web chat takes 20,000 characters, and a page shows fifty messages.
SHOWN_OF_MESSAGE = 600
# What each feature of recall means to a reader; the others are of date and weight.
KINDS = {
    "meaning": "p1",
    "meaning_around": "p1",
    "words_around": "p2",
    "words_alike": "p2",
    "words_shared": "p2",
    "session": "p3",
    "same_session": "p3",
}
KIND_NAMES = {"p1": "meaning", "p2": "words", "p3": "said nearby", "p4": "date and weight"}
STEPS = {
    "received": "Received",
    "waited": "Waited for more",
    "prompt": "Recall and prompt",
    "model": "Model",
    "delivered": "Sent",
}


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that people talked in.

    Args:
        recent: how many of the latest messages are from there.
    """

    id: int
    name: str
    place: str
    last: datetime
    recent: int


def channels_by_server(reading: Reading) -> tuple[list[tuple[str, list[Channel]]], str]:
    """Return the channels that people talked in lately, and how many are hidden, in words.

    They come by server, direct messages last.

    Args:
        reading: what the admin may read; other channels are hidden.
    """
    fields = ("channel_id", "guild_id", "place", "person_id", "sent_at")
    looked = list(Message.objects.order_by("-sent_at").values(*fields)[:LOOKED_THROUGH])
    rows = [row for row in looked if reading.may_read(row["place"])]
    hidden = {row["channel_id"] for row in looked} - {row["channel_id"] for row in rows}
    latest: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row["channel_id"] in latest or len(latest) < MOST_CHANNELS:
            latest.setdefault(row["channel_id"], row)
    counts = Counter(row["channel_id"] for row in rows)
    names = names_of_places(
        one for row in latest.values() for one in (row["channel_id"], row["guild_id"])
    )
    people = _called(row["person_id"] for row in latest.values() if row["place"] == Place.DIRECT)
    found = [
        (
            _server(row, names),
            Channel(
                channel_id,
                _name(row, names, people),
                row["place"],
                row["sent_at"],
                counts[channel_id],
            ),
        )
        for channel_id, row in latest.items()
    ]
    found.sort(key=lambda one: (one[0] == DIRECT, one[0]))
    by_server = [
        (server, [channel for _, channel in group])
        for server, group in groupby(found, key=lambda one: one[0])
    ]
    return by_server, hidden_in_words(len(hidden), "conversation", "conversations")


DIRECT = "Direct messages"


def _server(row: Mapping[str, Any], names: Mapping[int, str]) -> str:
    if row["guild_id"] is None:
        return DIRECT
    return names.get(row["guild_id"], f"Server {row['guild_id']}")


def _name(row: Mapping[str, Any], names: Mapping[int, str], people: Mapping[int, str]) -> str:
    if row["place"] == Place.DIRECT:
        return people.get(row["person_id"], "somebody who isn't remembered")
    return names.get(row["channel_id"], str(row["channel_id"]))


def _called(ids: Iterable[int | None]) -> dict[int, str]:
    rows = Profile.objects.filter(person_id__in={one for one in ids if one is not None})
    return {row.person_id: str(row) for row in rows.only("person_id", "name", "preferred_name")}


@dataclass(frozen=True, slots=True)
class Line:
    """A message in a channel.

    Args:
        text: what it says, or the beginning of it.
        replied: the beginning of the message that it replies to; empty for none.
        trace: why it is what it is, without its prompt, if it is a reply.
        seconds: how long the reply took; None if that isn't known.
    """

    message: Message
    name: str
    text: str
    replied: str
    trace: ReplyTrace | None
    seconds: float | None

    @property
    def is_cut(self) -> bool:
        """Return whether the message says more."""
        return len(self.text) < len(self.message.text)


@dataclass(frozen=True, slots=True)
class Channeled:
    """A page of a channel, the oldest message first."""

    name: str
    server: str
    place: str
    guild_id: int | None
    lines: Sequence[Line]
    older: str
    people: Mapping[int | None, int]


def channel_of(
    channel_id: int, before: str, reading: Reading, whole: int | None = None
) -> Channeled | None:
    """Return a page of a channel that ends before a mark; None if nothing was said there.

    Args:
        reading: what the admin may read: a channel may have been private before.
        whole: the key of a message that is shown whole, however long it is.
    """
    rows = reading.only(Message.objects.filter(channel_id=channel_id))
    page = newest_first(rows, "sent_at", before, SIZE)
    messages: list[Message] = list(reversed(page.rows))
    if not messages:
        return None
    one = messages[0]
    names = names_of_places([channel_id, one.guild_id])
    people = _called(message.person_id for message in messages)
    row = {name: getattr(one, name) for name in ("channel_id", "guild_id", "place", "person_id")}
    return Channeled(
        name=_name(row, names, people),
        server=_server(row, names),
        place=one.place,
        guild_id=one.guild_id,
        lines=_lines(messages, people, whole),
        older=page.next,
        people=Counter(message.person_id for message in messages),
    )


def mark_around(channel_id: int, pk: int) -> str:
    """Return the mark of a page with a message and some that follow it; empty if it is gone."""
    said = Message.objects.filter(channel_id=channel_id)
    message = said.filter(pk=pk).first()
    if message is None:
        return ""
    following = said.filter(sent_at__gt=message.sent_at).order_by("sent_at", "pk")[:FOLLOWING]
    last = [message, *following][-1]
    return mark_before(last.sent_at, last.pk + 1)


def _lines(messages: Sequence[Message], people: Mapping[int, str], whole: int | None) -> list[Line]:
    own = [message.pk for message in messages if message.from_companion]
    traces = {
        trace.reply_id: trace
        for trace in ReplyTrace.objects.filter(reply_id__in=own).defer("prompt")
    }
    by_id = {message.platform_id: message for message in messages}
    lines = []
    for message in messages:
        replied = by_id.get(message.reply_to or 0)
        trace = traces.get(message.pk)
        name = message.author_name or people.get(message.person_id or 0, "")
        lines.append(
            Line(
                message,
                name or "somebody who isn't remembered",
                message.text if message.pk == whole else message.text[:SHOWN_OF_MESSAGE],
                f"{replied.author_name}: {replied.text[:SHOWN_OF_REPLIED]}" if replied else "",
                trace,
                sum(trace.milliseconds.values()) / 1000 if trace and trace.milliseconds else None,
            )
        )
    return lines


@dataclass(frozen=True, slots=True)
class Score:
    """A memory that came to mind for a reply.

    Args:
        share: of the best one's sum, in parts by kind.
        why: the same in words.
    """

    memory: Mapping[str, Any]
    parts: Sequence[Segment]
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a reply: when it began and how long it took, as shares of 100."""

    name: str
    milliseconds: float
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a reply is what it is.

    Args:
        sections: of the prompt; empty if the admin may not read it.
        hidden: how many memories came to mind that the admin may not read, in words.
    """

    trace: ReplyTrace
    sections: Sequence[Section]
    whole: Sequence[Segment]
    told: Sequence[Score]
    left_out: Sequence[Score]
    missed: Sequence[Score]
    steps: Sequence[Step]
    hidden: str

    @property
    def seconds(self) -> float:
        """Return how long it took from the message to the reply."""
        return sum(step.milliseconds for step in self.steps) / 1000

    @property
    def cost(self) -> str:
        """Return what the model's tokens cost by the table of prices; empty if it has no price."""
        tokens = self.trace.tokens
        dollars = cost_of(self.trace.model, tokens.get("prompt", 0), tokens.get("answer", 0))
        return f"${dollars:.4f}" if dollars else ""


def explained(reply_pk: int, channel_id: int, reading: Reading) -> Explained | None:
    """Return why a reply in a channel is what it is; None if that isn't kept.

    Args:
        reading: what the admin may read. A prompt may quote any place, and memories are from
            others where their person allows that.
    """
    traces = ReplyTrace.objects.select_related("message", "reply")
    found = traces.filter(reply_id=reply_pk, reply__channel_id=channel_id)
    trace = reading.only(found, "message__place").first()
    if trace is None:
        return None
    sections = sections_of(trace.prompt) if reading.private else []
    recalled, missed = _read(trace.recalled, reading), _read(with_texts(trace.missed), reading)
    hidden = len(trace.recalled) - len(recalled)
    scores = _scores(recalled)
    return Explained(
        trace=trace,
        sections=sections,
        whole=parts_of(sections),
        told=[one for one in scores if one.memory.get("in_prompt", True)],
        left_out=[one for one in scores if not one.memory.get("in_prompt", True)],
        missed=_scores(missed),
        steps=_steps(trace.milliseconds),
        hidden=hidden_in_words(hidden, "memory", "memories"),
    )


def _read(described: Sequence[Mapping[str, Any]], reading: Reading) -> list[Mapping[str, Any]]:
    """Return the memories of a trace that an admin may read; of one that is gone, nobody knows."""
    if reading.private:
        return list(described)
    held = reading.only(Memory.objects.filter(pk__in=[one["id"] for one in described]))
    known = {str(pk) for pk in held.values_list("pk", flat=True)}
    return [one for one in described if one["id"] in known]


def _scores(recalled: Sequence[Mapping[str, Any]]) -> list[Score]:
    sums = [_by_kind(memory.get("parts", {})) for memory in recalled]
    most = max((sum(one.values()) for one in sums), default=0.0) or 1.0
    return [
        Score(
            memory,
            [Segment(kind, 100 * value / most, KIND_NAMES[kind]) for kind, value in found.items()],
            ", ".join(f"{KIND_NAMES[kind]} {value:.2f}" for kind, value in found.items()),
        )
        for memory, found in zip(recalled, sums, strict=True)
    ]


def _by_kind(parts: Mapping[str, float]) -> dict[str, float]:
    found = dict.fromkeys(KIND_NAMES, 0.0)
    for name, value in parts.items():
        found[KINDS.get(name, "p4")] += max(float(value), 0.0)
    return {kind: value for kind, value in found.items() if value > 0}


def _steps(milliseconds: Mapping[str, float]) -> list[Step]:
    whole, begun = max(sum(milliseconds.values()), 0.001), 0.0
    steps = []
    # PostgreSQL keeps no order of the names.
    order = [*STEPS, *sorted(set(milliseconds) - set(STEPS))]
    for name in (one for one in order if one in milliseconds):
        label, taken = STEPS.get(name, name.capitalize()), milliseconds[name]
        steps.append(
            Step(label, taken, round(100 * begun / whole, 2), max(100 * taken / whole, 0.4))
        )
        begun += taken
    return steps
