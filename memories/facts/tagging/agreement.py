"""What two readers of a message agree on.

The window networks and the transformer err on different words, so what both mark is more often
right than what either is sure of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from memories.facts.tagging.spans import GUESS, LEAST, Tagged
from memories.facts.tagging.words import SUBJECT, THING

# Confidence from which a mark counts that one reader made alone; the transformer is surer of
# itself.
BY_WINDOWS, BY_TRANSFORMER = 0.80, 0.92


def agreed(by_windows: Sequence[Tagged], by_transformer: Sequence[Tagged]) -> list[Tagged]:
    """Return the marks of both readers, in their order, as sure as both together are.

    Where both marked the same, the bounds of the window networks count: the rules know their ways.
    """
    marks = [_weighed(one, by_transformer, BY_WINDOWS) for one in by_windows]
    # A guess gives way to what the other is sure of.
    marks = [one for one in marks if one.confidence >= LEAST or not _is_denied(one, by_transformer)]
    marks += [
        _weighed(one, (), BY_TRANSFORMER)
        for one in by_transformer
        if not any(one.overlaps(mark) for mark in marks)
    ]
    return sorted(marks, key=lambda one: one.start)


def _weighed(mark: Tagged, others: Sequence[Tagged], alone: float) -> Tagged:
    """Return a mark as sure as it is with another reader's marks.

    Args:
        alone: confidence from which it counts without them, 0 to 1.
    """
    if mark.kind in {SUBJECT, THING}:
        return mark
    same = [one.confidence for one in others if one.kind == mark.kind and one.overlaps(mark)]
    if same:
        return replace(mark, confidence=max(mark.confidence, same[0]))
    if mark.confidence >= alone:
        return mark
    return replace(mark, confidence=min(mark.confidence, GUESS))


def _is_denied(mark: Tagged, by_transformer: Sequence[Tagged]) -> bool:
    return any(one.confidence >= BY_TRANSFORMER and one.overlaps(mark) for one in by_transformer)
