"""What became of the rows of an import, counted and noted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["imported", "unchanged", "repaired", "skipped"]
# More notes than a person reads; the counts continue.
MOST_NOTES = 10_000
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Note:
    """What was repaired or skipped, and why.

    Args:
        store: which table, file or collection it lay in.
        key: its id there.
        why: a constant phrase, without anything that the row says.
        value: what stood there; shown and written to a file, never kept in the database.
    """

    store: str
    key: str
    outcome: Outcome
    why: str
    value: str = ""


@dataclass(slots=True)
class ImportReport:
    """Counts of each outcome by store, and notes on what was not taken as it was."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)

    def count(self, store: str, outcome: Outcome, rows: int = 1) -> None:
        """Count rows of a store; of those imported, the repaired are counted again as such."""
        if rows:
            self.counts[store, outcome] += rows

    def note(self, note: Note) -> None:
        """Keep why something was repaired or skipped. It counts the reason, not the row."""
        self.reasons[note.store, note.outcome, note.why] += 1
        if len(self.notes) < MOST_NOTES:
            self.notes.append(note)

    def as_json(self, *, with_values: bool) -> dict[str, Any]:
        """Return the report for a file or, without values, for the database."""
        fields = ("store", "key", "outcome", "why", *(["value"] if with_values else []))
        return {
            "counts": _nested(self.counts),
            "reasons": [[*of, number] for of, number in sorted(self.reasons.items())],
            "notes": [{name: getattr(note, name) for name in fields} for note in self.notes],
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ImportReport:
        """Return a report as it was kept in the database."""
        report = cls()
        for store, outcomes in kept.get("counts", {}).items():
            report.counts.update({(store, name): rows for name, rows in outcomes.items()})
        for store, outcome, why, number in kept.get("reasons", []):
            report.reasons[store, outcome, why] += number
        report.notes += [Note(**note) for note in kept.get("notes", [])]
        return report

    def lines(self) -> list[str]:
        """Return what a person reads: counts, reasons, and the first notes."""
        lines = [
            f"{store}: " + ", ".join(f"{rows} {name}" for name, rows in outcomes.items())
            for store, outcomes in _nested(self.counts).items()
        ]
        lines += [
            f"  {store}: {why}: {number} {outcome}"
            for (store, outcome, why), number in sorted(self.reasons.items())
        ]
        lines += [_line(note) for note in self.notes[:SHOWN]]
        if len(self.notes) > SHOWN:
            lines.append(f"  … {len(self.notes) - SHOWN} more; --report FILE writes all of them.")
        return lines


def _nested(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (store, outcome), rows in sorted(counts.items()):
        nested.setdefault(store, {})[outcome] = rows
    return nested


def _line(note: Note) -> str:
    value = f" ({note.value[:60]!r})" if note.value else ""
    return f"  {note.outcome} {note.store} {note.key}: {note.why}{value}"
