"""Take in a ChatGPT export: batches of turns, each stored in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from memories.actions import MemoryDraft
from memories.embeddings import embedder
from memories.facts.storing import Source, draft_of
from memories.imports.chatgpt import actions
from memories.imports.chatgpt.actions import New, store_of
from memories.imports.chatgpt.branches import NoConversationError, Turn, id_of, turns_of
from memories.imports.chatgpt.facts import FactReader
from memories.imports.chatgpt.files import conversations
from memories.models import ImportedRow, Memory, Place
from profiles.queries import profile_of
from whisper.imports.report import Note
from whisper.imports.runs import Running
from whisper.progress import Advance

CONVERSATIONS, TURNS, FACTS = "conversations", "turns", "facts"
LONGEST_TEXT = 10_000
LONGEST_CONTEXT = 300


@dataclass(frozen=True, slots=True)
class Options:
    """How to import.

    Args:
        batch_size: turns per transaction.
        facts: whether facts are looked for in what the person said.
    """

    person_id: int
    batch_size: int
    facts: bool


def take_in(path: Path, run: Running, options: Options, advance: Advance) -> None:
    """Bring the turns of an export into the database; the run's report says what became of them.

    Raises:
        RefusedError: the person declined meanwhile.
    """
    person = profile_of(options.person_id)
    work = _Work(run, options, speaker=person.address_name if person else "")
    turns = work.turns(path)
    while batch := list(islice(turns, options.batch_size)):
        work.take(batch)
        advance(len(batch))


class _Work:
    def __init__(self, run: Running, options: Options, *, speaker: str) -> None:
        self.run, self.report, self.options = run, run.report, options
        self.speaker = speaker
        self.facts = FactReader(options.person_id)
        # A dry run writes nothing that would tell the second of two equal turns.
        self.seen: set[str] = set()

    def turns(self, path: Path) -> Iterator[Turn]:
        """Yield the turns of all conversations, and count what is left out."""
        for name, conversation in conversations(path):
            key = id_of(conversation)

            def told(why: str, key: str = key) -> None:
                self.report.note(Note(CONVERSATIONS, key, "repaired", why))

            try:
                turns = turns_of(conversation, told)
            except NoConversationError as error:
                self.report.count(CONVERSATIONS, "skipped")
                self.report.note(Note(CONVERSATIONS, key, "skipped", str(error), name))
                continue
            self.report.count(CONVERSATIONS, "imported")
            yield from turns

    def take(self, turns: Sequence[Turn]) -> None:
        """Store a batch; in a dry run only count."""
        made = [one for turn in turns for one in self._drafts(turn)]
        known = self._known(made)
        new = [one for one in made if one.key not in known and self._is_first(one)]
        grown = [turn for turn in turns if known.get(turn.key, turn.digest) != turn.digest]
        for store, kind in ((TURNS, Memory.Kind.CONVERSATION), (FACTS, Memory.Kind.USER_FACT)):
            brought = sum(one.draft.kind == kind for one in new)
            self.report.count(store, "imported", brought)
            self.report.count(
                store, "unchanged", sum(one.draft.kind == kind for one in made) - brought
            )
        if self.run.row is None:
            return
        actions.keep_answers(self.options.person_id, grown)
        if new:
            by = embedder()
            vectors = by.embed([one.draft.text for one in new])
            actions.take(
                self.run.row, new, vectors=vectors, model=by.model, ended=self.facts.take_ended
            )

    def _is_first(self, one: New) -> bool:
        first = one.key not in self.seen
        self.seen.add(one.key)
        return first

    def _known(self, made: Sequence[New]) -> dict[str, str]:
        """Return the digests of rows that were imported before, by key."""
        rows = ImportedRow.objects.filter(store=store_of(self.options.person_id))
        found: dict[str, str] = {}
        for start in range(0, len(made), actions.ROWS):
            keys = [one.key for one in made[start : start + actions.ROWS]]
            found |= dict(rows.filter(key__in=keys).values_list("key", "digest"))
        return found

    def _drafts(self, turn: Turn) -> Iterator[New]:
        text = turn.said.words
        if len(text) > LONGEST_TEXT:
            why = f"longer than {LONGEST_TEXT} characters, its start is remembered"
            self.report.note(Note(TURNS, turn.key, "repaired", why))
        yield New(
            turn.key,
            turn,
            self._draft(
                turn,
                kind=Memory.Kind.CONVERSATION,
                text=text[:LONGEST_TEXT],
                context=turn.before[:LONGEST_CONTEXT],
                origin=_origin(turn.key),
                importance=0.3,
            ),
        )
        if self.options.facts and turn.said.text:
            yield from self._facts(turn)

    def _facts(self, turn: Turn) -> Iterator[New]:
        source = Source(
            person_id=self.options.person_id,
            place=Place.IMPORT,
            said_at=turn.said.at,
            speaker=self.speaker,
            origin="",
        )
        for key, added in self.facts.read(turn):
            draft = draft_of(source, added, self.facts.zone)
            yield New(key, turn, replace(draft, origin=_origin(key)))

    def _draft(self, turn: Turn, **values: object) -> MemoryDraft:
        return MemoryDraft(
            person_id=self.options.person_id,
            place=Place.IMPORT,
            said_at=turn.said.at,
            speaker=self.speaker,
            **values,  # type: ignore[arg-type]
        )


def _origin(key: str) -> str:
    return f"chatgpt:{hashlib.sha256(key.encode()).hexdigest()[:40]}"
