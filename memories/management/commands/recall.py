"""Show what a text brings to mind of a person's memories."""

from __future__ import annotations

import json
from typing import Any

from asgiref.sync import async_to_sync
from django.core.management.base import CommandError, CommandParser

from memories.access import Scope
from memories.index import memory_index
from memories.models import Place
from memories.recall import Explanation, Recalled, explained
from profiles.models import LARGEST_ID
from profiles.queries import open_ways
from whisper.database.checks import require_usable_database
from whisper.management.base import BaseCommand

MISSED = 5
# What changes a score by less is not shown.
LITTLE = 0.005


class Command(BaseCommand):
    """Recall as the companion would, alone with the person or in a server's channel."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--user-id", type=int, required=True, help="Discord id of the person.")
        parser.add_argument("--k", type=int, default=10, help="Maximum number of memories.")
        parser.add_argument(
            "--guild-id",
            type=int,
            help="Only what can be recalled in this server; requires --channel-id.",
        )
        parser.add_argument("--channel-id", type=int, help="The channel of that server.")
        parser.add_argument(
            "--private", action="store_true", help="The channel can't be read by everyone."
        )
        parser.add_argument(
            "--explain",
            action="store_true",
            help="Show what each feature contributed to the scores, and what just missed.",
        )
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        require_usable_database()
        if options["k"] < 1:
            raise CommandError("--k must be 1 or more.")
        k, explain = options["k"], options["explain"]
        found = async_to_sync(_explained)(
            options["query"], _scope(options), k=k, missed=MISSED if explain else 0
        )
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found, explain=explain)))
            return
        self._print(found.found, explain)
        if not found.found:
            self.stderr.write("Nothing is recalled.")
        if explain:
            self.stdout.write(
                f"Best evidence that it is about any of them: {found.evidence:.3f}; required: "
                f"{found.floor:.3f}."
            )
            self.stdout.write("Just missed:" if found.missed else "Nothing just missed.")
            self._print(found.missed, explain)

    def _print(self, memories: list[Recalled], explain: bool) -> None:
        for memory in memories:
            entry = memory.entry
            self.stdout.write(f"{memory.score:.3f}  {entry.said_at:%Y-%m-%d}  {entry.text}")
            if explain:
                self.stdout.write(f"       {_in_words(memory)}")


async def _explained(query: str, scope: Scope, *, k: int, missed: int) -> Explanation:
    """Recall among all memories, however long it takes to load them."""
    await memory_index().prepare(scope, whole=True)
    return await explained(query, scope, k=k, missed=missed)


def _as_json(found: Explanation, *, explain: bool) -> Any:
    """Return the memories, or with `explain` an object that says why they are these."""
    told = [_described(memory) for memory in found.found]
    if not explain:
        return told
    return {
        "found": told,
        "missed": [_described(memory) for memory in found.missed],
        "evidence": round(found.evidence, 4),
        "floor": round(found.floor, 4),
    }


def _in_words(memory: Recalled) -> str:
    """Return what each feature added to the score, the most telling first."""
    parts = sorted(memory.parts.items(), key=lambda part: -abs(part[1]))
    return ", ".join(f"{name} {value:+.2f}" for name, value in parts if abs(value) >= LITTLE)


def _scope(options: dict[str, Any]) -> Scope:
    person, channel, guild = options["user_id"], options["channel_id"], options["guild_id"]
    for name, value in (("user", person), ("channel", channel), ("guild", guild)):
        if value is not None and not 0 <= value <= LARGEST_ID:
            raise CommandError(f"--{name}-id {value} is not a Discord id.")
    if guild is None and channel is None:
        return Scope.direct(person, open_ways(person))
    if guild is None or channel is None:
        raise CommandError("--guild-id and --channel-id belong together.")
    place = Place.PRIVATE_CHANNEL if options["private"] else Place.PUBLIC_CHANNEL
    return Scope(person, place, channel, guild, open_ways(person))


def _described(memory: Recalled) -> dict[str, Any]:
    entry = memory.entry
    return {
        "id": str(entry.id),
        "kind": entry.kind,
        "text": entry.text,
        "said_at": entry.said_at.isoformat(),
        "speaker": entry.speaker,
        "place": entry.place,
        "score": round(memory.score, 4),
        "dense": None if memory.dense is None else round(memory.dense, 4),
        "bm25": round(memory.bm25, 4),
        "parts": {name: round(value, 4) for name, value in memory.parts.items()},
    }
