"""Facts in what the person said, in the order of their export, and what later turns end of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from asgiref.sync import async_to_sync

from memories.facts import hear
from memories.facts.ledger import Added, Ended, Fact
from memories.facts.queries import known_facts, zone_of_person
from memories.facts.statements import Said
from memories.imports.chatgpt.branches import Turn
from memories.models import Memory, Place

LONGEST_HEARD = 10_000


class FactReader:
    """Hears turns one after the other, each against what is known by then.

    What the person said elsewhere is known too: an older turn doesn't replace it, and only facts of
    imports are ended.

    Args:
        person_id: whose turns they are.

    Attributes:
        zone: in which their days are counted.
    """

    def __init__(self, person_id: int) -> None:
        self.zone = zone_of_person(person_id)
        self._known = known_facts(person_id, zone=self.zone)
        imported = Memory.objects.filter(
            person_id=person_id, kind=Memory.Kind.USER_FACT, place=Place.IMPORT
        )
        self._imported: set[object] = set(imported.values_list("pk", flat=True))
        self.ended: list[Ended] = []

    def read(self, turn: Turn) -> Iterator[tuple[str, Added]]:
        """Yield the new facts of a turn, each with a key that is the same in every run."""
        said = Said(turn.said.text[:LONGEST_HEARD], turn.said.at, self.zone.key)
        changes = async_to_sync(hear)(said, self._known)
        keys: dict[object, str] = {}
        for added in changes.added:
            key = keys[added.fact.key] = f"{turn.key}:fact:{_name(added.fact)}"
            fact = replace(added.fact, key=key)
            self._imported.add(key)
            if fact.until is None:
                self._known.append(fact)
            yield key, replace(added, fact=fact)
        for ended in changes.ended:
            self._end(ended, keys)

    def _end(self, ended: Ended, keys: Mapping[object, str]) -> None:
        if ended.fact.key not in self._imported or ended.fact.since > ended.at:
            return
        self._known.remove(ended.fact)
        by = ended.by and replace(ended.by, key=keys.get(ended.by.key, ended.by.key))
        self.ended.append(replace(ended, by=by))

    def take_ended(self, stored: Mapping[str, Memory]) -> list[Ended]:
        """Return what ended since the last call, its facts named by the rows that hold them.

        Args:
            stored: the rows of the facts that were stored since, by their keys. Facts without a row
                were forgotten before, and are known no more.
        """
        rows = {key: memory.pk for key, memory in stored.items()}
        ended = [one for one in (_stored(one, rows) for one in self.ended) if one is not None]
        self._known = [
            replace(fact, key=rows.get(str(fact.key), fact.key))
            for fact in self._known
            if isinstance(fact.key, UUID) or fact.key in rows
        ]
        self._imported |= set(rows.values())
        self.ended = []
        return ended


def _stored(ended: Ended, rows: Mapping[str, UUID]) -> Ended | None:
    """Return an end with its fact named by its row; None if it has none."""
    key = ended.fact.key if isinstance(ended.fact.key, UUID) else rows.get(str(ended.fact.key))
    return None if key is None else replace(ended, fact=replace(ended.fact, key=key))


def _name(fact: Fact) -> str:
    """Return what names a fact among those of its turn, whatever else is known in a run."""
    text = replace(fact, until=None, name="").text()
    return hashlib.sha256(f"{fact.slot}:{text.lower()}".encode()).hexdigest()[:16]
