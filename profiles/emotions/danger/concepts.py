"""Danger said in words that stand together, in whatever order a language puts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product

# How many words of each concept are looked at in a sentence; a longer one repeats itself.
_MOST = 6
# A negation this close before a concept takes it away, in characters.
_NEAR = 12

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """Concepts that mean danger together.

    Args:
        concepts: names of sections of a language's file.
        within: how far apart they may stand, in characters.
        loose: whether they are also said in jest.
        deniable: whether a negation among or just before the concepts takes it back.
    """

    concepts: tuple[str, ...]
    within: int
    loose: bool = False
    deniable: bool = False


RULES = (
    Rule(("want", "die"), 34, loose=True, deniable=True),
    Rule(("want", "self_harm"), 50, loose=True, deniable=True),
    Rule(("others", "self_harm"), 60, loose=True),
    Rule(("not", "strength", "live"), 34),
    Rule(("nobody", "care", "gone"), 75),
    Rule(("better", "gone"), 50),
)


def together(
    concepts: Mapping[str, re.Pattern[str]], negation: re.Pattern[str], plain: str
) -> Iterator[tuple[bool, int]]:
    """Yield how long the part is in which each rule's concepts meet, and whether it may be a joke.

    Args:
        concepts: patterns by name.
        negation: a word that denies.
        plain: a folded text.
    """
    for sentence in plain.split(" . "):
        spans = _Spans(concepts, sentence)
        for rule in RULES:
            # The last concept is the rarest.
            if not all(spans.of(name) for name in reversed(rule.concepts)):
                continue
            places = [spans.of(name) for name in rule.concepts]
            length = _meeting(rule, places, negation, sentence)
            if length:
                yield rule.loose, length


class _Spans:
    """Where concepts stand in a sentence, looked for when they are asked for."""

    def __init__(self, concepts: Mapping[str, re.Pattern[str]], sentence: str) -> None:
        self._concepts, self._sentence = concepts, sentence
        self._found: dict[str, list[Span]] = {}

    def of(self, name: str) -> list[Span]:
        """Return the first few places of a concept."""
        if name not in self._found:
            matches = self._concepts[name].finditer(self._sentence)
            self._found[name] = [match.span() for match in islice(matches, _MOST)]
        return self._found[name]


def _meeting(
    rule: Rule, spans: Sequence[Sequence[Span]], negation: re.Pattern[str], sentence: str
) -> int:
    """Return the length of the part in which the concepts meet, 0 if they don't."""
    for chosen in product(*spans):
        start, end = min(span[0] for span in chosen), max(span[1] for span in chosen)
        if end - start > rule.within or _overlap(chosen):
            continue
        # German and Dutch deny after the verb: “ich will nicht”.
        said = sentence[max(0, start - _NEAR) : end]
        if rule.deniable and negation.search(said):
            continue
        return end - start
    return 0


def _overlap(chosen: Sequence[Span]) -> bool:
    ordered = sorted(chosen)
    return any(one[1] > other[0] for one, other in pairwise(ordered))
