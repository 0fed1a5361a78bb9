"""Why the companion's invented replies are what they are: traces like those of real ones."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice

from botrunner.conversation.actions import describe, scores_of
from botrunner.conversation.person import CLOSENESS
from botrunner.conversation.persona import persona
from botrunner.conversation.prompt import PromptParts, build_prompt, prompt_tokens
from botrunner.demo.story import Line
from botrunner.demo.world import Person
from botrunner.history.base import CachedMessage
from botrunner.llm.tokens import count_tokens
from memories.access import Scope, is_visible
from memories.actions import keep_decisions, note_recalls, store_trace
from memories.decisions import Weighed, decisions_on
from memories.index.base import Entry
from memories.models import Memory, Message
from memories.recall import Recalled
from profiles.models import Relationship
from profiles.privacy import Ways
from profiles.queries import open_ways
from whisper.environment import environment

MODEL = "gpt-4o-mini"
RECALLED, MISSED, FACTS, HISTORY = 6, 3, 8, 8
FEATURES = ("words_around", "meaning_around", "session", "date", "importance")


@dataclass(slots=True)
class Told:
    """What a person has told so far.

    Args:
        memories: what they said and the facts of it, about oldest first.
        facts: those that hold, by what they are about.
        history: their latest messages and the replies, oldest first.
    """

    person: Person
    memories: list[Memory] = field(default_factory=list)
    facts: dict[str, Memory] = field(default_factory=dict)
    history: deque[CachedMessage] = field(default_factory=lambda: deque(maxlen=HISTORY))
    ways: Ways = frozenset()

    def __post_init__(self) -> None:
        self.ways = open_ways(self.person.id)

    def heard(self, line: Line, message: Message) -> None:
        """Take in a line and the reply to it."""
        self.history.append(_cached(line, message.platform_id, line.person.name, line.text))
        if line.reply:
            name = environment.bot_name
            self.history.append(_cached(line, message.platform_id + 1, name, line.reply, own=True))

    def note(self, facts: Sequence[Memory]) -> None:
        """Take in new facts; they replace older ones."""
        self.memories += facts
        self.facts |= {fact.slot: fact for fact in facts}

    def about(self, topic: str, *, before: datetime) -> list[Memory]:
        """Return what was told of a topic before a time, newest first."""
        word = topic.lower()
        return self._newest(lambda text: bool(word) and word in text.lower(), before)

    def beside(self, topic: str, *, before: datetime) -> list[Memory]:
        """Return what was told of something else before a time, newest first."""
        word = topic.lower()
        return self._newest(lambda text: bool(word) and word not in text.lower(), before)

    def _newest(self, fits: Callable[[str], bool], before: datetime) -> list[Memory]:
        found: dict[str, Memory] = {}
        for one in reversed(self.memories):
            if one.said_at < before and fits(one.text):
                found.setdefault(one.text, one)
            if len(found) == 2 * RECALLED:
                break
        return list(found.values())


def trace(line: Line, message: Message, reply: Message, told: Told, chance: random.Random) -> None:
    """Store why a reply is what it is, and what was decided about telling it there."""
    scope = Scope(line.person.id, line.place, line.channel_id, line.guild_id, told.ways)
    entries = [Entry.of(one) for one in told.about(line.topic, before=line.at)]
    visible = [one for one in entries if is_visible(one, scope)]
    others = [Entry.of(one) for one in told.beside(line.topic, before=line.at)]
    next_best = [*visible[RECALLED:], *(one for one in others if is_visible(one, scope))]
    scored = _scored([*visible[:RECALLED], *next_best[:MISSED]], chance)
    recalled, missed = scored[: len(visible[:RECALLED])], scored[len(visible[:RECALLED]) :]
    prompt = build_prompt(_parts(line, recalled, told, scope))
    store_trace(
        message.pk,
        reply=reply,
        person_id=line.person.id,
        prompt=prompt.messages,
        recalled=[describe(one, prompt.left_out) for one in recalled],
        missed=[scores_of(one) for one in missed],
        emotion=line.emotion,
        milliseconds=_milliseconds(chance),
        tokens={"prompt": prompt_tokens(prompt.messages), "answer": count_tokens(line.reply)},
        model=MODEL,
        created_at=line.at,
    )
    used = [one.entry.id for one in recalled if one.entry.id not in prompt.left_out]
    note_recalls(used, at=line.at)
    held_back = [one for one in entries if not is_visible(one, scope)]
    decisions = decisions_on(Weighed(visible, held_back), scope, line.person.level)
    for decision in decisions:
        decision.decided_at = line.at
    keep_decisions(decisions)


def _parts(line: Line, recalled: Sequence[Recalled], told: Told, scope: Scope) -> PromptParts:
    known = [Entry.of(one) for one in islice(told.facts.values(), FACTS)]
    here = [one for one in told.history if one.channel_id == line.channel_id]
    return PromptParts(
        persona=persona(),
        person=f"You are talking with {line.person.name}. {CLOSENESS[Relationship.FRIEND]}",
        notes=[line.emotion.traits.guidance] if line.emotion.traits.guidance else [],
        scope=scope,
        facts=[one for one in known if is_visible(one, scope)],
        recalled=recalled,
        history=here,
        text=line.text,
        now=line.at,
        budget=environment.llm_context_tokens,
    )


def _scored(entries: Sequence[Entry], chance: random.Random) -> list[Recalled]:
    """Return memories with scores as recall gives them, best first."""
    found, score = [], 1.0
    for entry in entries:
        parts = {name: round(chance.uniform(0.2, 3.0) * score, 3) for name in FEATURES}
        dense, bm25 = chance.uniform(0.3, 0.8) * score, chance.uniform(1, 9) * score
        found.append(Recalled(entry, score, dense, bm25, partial(dict, parts)))
        score *= chance.uniform(0.6, 0.95)
    return found


def _milliseconds(chance: random.Random) -> dict[str, float]:
    ranges = {
        "received": (4, 40),
        "waited": (0, 170),
        "prompt": (15, 90),
        "model": (500, 2400),
        "delivered": (30, 120),
    }
    return {step: round(chance.uniform(*limits), 2) for step, limits in ranges.items()}


def _cached(line: Line, number: int, name: str, text: str, *, own: bool = False) -> CachedMessage:
    return CachedMessage(
        id=number,
        person_id=line.person.id,
        author_name=name,
        from_companion=own,
        text=text,
        sent_at=line.at,
        channel_id=line.channel_id,
        guild_id=line.guild_id,
        agreed=True,
    )
