"""Hear labelled messages and sequences, and count what was stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync

from memories.evaluation.fact_matching import Label, StoredFact, judge, matches
from memories.facts import hear
from memories.facts.ledger import Fact
from memories.facts.statements import Said
from whisper.evaluations import Share

# The days of the sets are counted there.
ZONE = "UTC"
Row = Mapping[str, Any]


def facts_of(messages: Iterable[Row]) -> list[Fact]:
    """Return what is known after some messages of one person, what is over included.

    Args:
        messages: `text` and `at` of each, in their order.
    """
    known: list[Fact] = []
    for message in messages:
        said = Said(str(message["text"]), datetime.fromisoformat(str(message["at"])), ZONE)
        current = [fact for fact in known if fact.until is None]
        changes = async_to_sync(hear)(said, current)
        ends = {id(ended.fact): ended.at for ended in changes.ended}
        known = [
            replace(fact, until=ends[id(fact)]) if id(fact) in ends else fact for fact in known
        ]
        known += [added.fact for added in changes.added]
    return known


def stored(fact: Fact) -> StoredFact:
    """Return a fact as it is matched with labels."""
    over = fact.until is not None
    return StoredFact(fact.subject, fact.predicate, fact.value, fact.text(), over)


def measure_facts(rows: Sequence[Row]) -> dict[str, dict[str, Share]]:
    """Return precision and recall of each category and overall ("").

    Raises:
        KeyError, ValueError: a row has another form.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        labels = [Label.of(fact) for fact in row["facts"]]
        right, wrong, missed = judge([stored(one) for one in facts_of([row])], labels)
        asked = sum(not label.optional for label in labels)
        for category in ("", str(row["category"])):
            counts.update(
                {
                    (category, "right"): right,
                    (category, "wrong"): wrong,
                    (category, "found"): asked - missed,
                    (category, "asked"): asked,
                }
            )
    categories = dict.fromkeys(["", *(str(row["category"]) for row in rows)])
    return {category: _shares(counts, category) for category in categories}


def _shares(counts: Counter[tuple[str, str]], category: str) -> dict[str, Share]:
    right, wrong, found, asked = (
        counts[category, name] for name in ("right", "wrong", "found", "asked")
    )
    return {"precision": Share(right, right + wrong), "recall": Share(found, asked)}


def measure_changes(rows: Sequence[Row]) -> dict[str, Share]:
    """Return how many sequences end with what should hold and without what should not.

    Raises:
        KeyError, ValueError: a row has another form.
    """
    counts: Counter[tuple[str, bool]] = Counter()
    for row in rows:
        is_right = _ends_right(row)
        for category in ("", str(row["category"])):
            counts[category, is_right] += 1
    categories = dict.fromkeys(category for category, _ in counts)
    return {
        category: Share(counts[category, True], counts[category, True] + counts[category, False])
        for category in categories
    }


def _ends_right(row: Row) -> bool:
    current = [one for fact in facts_of(row["messages"]) if not (one := stored(fact)).over]
    wanted = [label for fact in row["current"] if not (label := Label.of(fact)).optional]
    gone = [Label.of(fact) for fact in row["superseded"]]
    return all(any(matches(fact, label) for fact in current) for label in wanted) and not any(
        matches(fact, label) for fact in current for label in gone
    )
