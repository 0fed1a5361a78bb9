"""Runs of words with one tag, chosen so that together they are the likeliest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from memories.facts.tagging.network import Judgement
from memories.facts.tagging.words import OUTSIDE, TAGS, Floats, Span

_NEVER = -1e9
_SMALLEST = 1e-9
# Below it a mark is a guess: on lines that were written to try it out, three in ten of those were
# wrong.
LEAST = 0.7
# Confidence of a mark that something speaks against.
GUESS = 0.5


@dataclass(frozen=True, slots=True)
class Tagged:
    """Some words of a text that the tagger marked.

    Args:
        kind: a predicate, "S" (whom it is about) or "T" (what it is a favourite of).
        start, end: characters of the text.
        others: whether it is somebody else's and not the author's own.
        over: whether it is over.
        confidence: 0 to 1.
    """

    kind: str
    start: int
    end: int
    others: bool
    over: bool
    confidence: float

    def overlaps(self, other: Tagged) -> bool:
        """Return whether two marks share characters."""
        return self.start < other.end and other.start < self.end


def tagged(words: Sequence[Span], judged: Judgement) -> list[Tagged]:
    """Return the marked runs of a text's words, in their order."""
    runs: list[tuple[str, int, int]] = []
    for place, tag in enumerate(_best_path(judged.tags)):
        name = TAGS[tag]
        if name == OUTSIDE:
            continue
        if name.startswith("B-"):
            runs.append((name[2:], place, place + 1))
        else:
            kind, first, _ = runs[-1]
            runs[-1] = (kind, first, place + 1)
    return [_run(words, judged, *run) for run in runs]


def _run(words: Sequence[Span], judged: Judgement, kind: str, first: int, end: int) -> Tagged:
    tags = [TAGS.index(f"B-{kind}")] + [TAGS.index(f"I-{kind}")] * (end - first - 1)
    chances = judged.tags[np.arange(first, end), tags]
    return Tagged(
        kind,
        words[first][0],
        words[end - 1][1],
        bool(judged.others[first:end].mean() > 0.5),
        bool(judged.over[first:end].mean() > 0.5),
        float(np.exp(np.log(chances + _SMALLEST).mean())),
    )


@cache
def _transitions() -> npt.NDArray[np.float64]:
    """Return 0 if a tag may follow another, else a very small number."""
    allowed = [
        [not to.startswith("I-") or (to[2:] == before[2:] and before != OUTSIDE) for to in TAGS]
        for before in TAGS
    ]
    return np.where(np.array(allowed), 0.0, _NEVER)


def _best_path(chances: Floats) -> list[int]:
    if not len(chances):
        return []
    logs = np.log(chances.astype(np.float64) + _SMALLEST)
    score = logs[0] + np.where([tag.startswith("I-") for tag in TAGS], _NEVER, 0.0)
    back: list[npt.NDArray[np.intp]] = []
    for row in logs[1:]:
        ways = score[:, None] + _transitions()
        back.append(ways.argmax(axis=0))
        score = ways.max(axis=0) + row
    path = [int(score.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    return path[::-1]
