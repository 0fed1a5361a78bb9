"""What two readers of a message agree on.

The window networks and the transformer err on different words, so what both mark is more often
right than what either is sure of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memories.facts.tagging.spans import GUESS, LEAST, Tagged
from memories.facts.tagging.words import SUBJECT, THING

# Confidence from which a mark counts that one reader made alone.
BY_WINDOWS, BY_TRANSFORMER = 0.80, 0.88
PLAN = "plan"


def agreed(by_windows: Sequence[Tagged], by_transformer: Sequence[Tagged]) -> list[Tagged]:
    """Return the marks of both readers, in their order, as sure as both together are.

    What the transformer says comes first, as it sees the whole message. Where both marked the same,
    the mark of the surer one counts.
    """
    marks = dict.fromkeys(_compared(one, by_windows) for one in by_transformer)
    # A guess gives way to what the other is sure of.
    kept = [one for one in marks if one.confidence >= LEAST or not _is_denied(one, by_windows)]
    kept += [
        _alone(one, BY_WINDOWS)
        for one in by_windows
        if not any(one.overlaps(mark) for mark in kept)
    ]
    return sorted(kept, key=lambda one: (one.start, one.end))


def _compared(mark: Tagged, by_windows: Sequence[Tagged]) -> Tagged:
    """Return a mark of the transformer, with what the window networks say of the same words."""
    same = [one for one in by_windows if one.kind == mark.kind and one.overlaps(mark)]
    if mark.kind in {SUBJECT, THING} or not same:
        return _alone(mark, BY_TRANSFORMER)
    surer = max(mark, same[0], key=lambda one: one.confidence)
    if mark.kind == PLAN:
        # Either may leave out half of it: “joining | Bosch”, “going to | Cromer”.
        first, last = min(mark.start, same[0].start), max(mark.end, same[0].end)
        return replace(surer, start=first, end=last)
    return surer


def _alone(mark: Tagged, least: float) -> Tagged:
    """Return a mark that one reader made: a guess, unless that one is sure enough.

    Args:
        least: confidence from which it counts, 0 to 1.
    """
    if mark.kind in {SUBJECT, THING} or mark.confidence >= least:
        return mark
    return replace(mark, confidence=min(mark.confidence, GUESS))


def _is_denied(mark: Tagged, by_windows: Sequence[Tagged]) -> bool:
    return any(one.confidence >= BY_WINDOWS and one.overlaps(mark) for one in by_windows)
