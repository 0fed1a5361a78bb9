"""Which words are telling: those that stand here more often than everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from memories.analytics.base import Tally, Word


def jlh(count: int, total: int, everywhere: int, total_everywhere: int) -> float:
    """Return the JLH score of a word: its absolute times its relative gain in share.

    As Elasticsearch's significant terms score by default: (f - b) * f / b for the shares f here and
    b everywhere; 0 if it stands here no more often.

    Args:
        count, everywhere: memories with the word, here and everywhere.
        total, total_everywhere: all memories, here and everywhere.
    """
    here, anywhere = count / total, everywhere / total_everywhere
    return (here - anywhere) * (here / anywhere) if here > anywhere else 0.0


def significant(
    here: Mapping[str, Tally],
    total: int,
    everywhere: Mapping[str, int],
    total_everywhere: int,
) -> Iterable[Word]:
    """Yield the words that stand here more often than everywhere.

    Args:
        here: memories here with each word, and of how many people.
        everywhere: memories with each word anywhere; one forgotten meanwhile may be missing.
    """
    for term, tally in here.items():
        anywhere = max(everywhere.get(term, 0), tally.count)
        score = jlh(tally.count, total, anywhere, max(total_everywhere, total))
        if score > 0:
            yield Word(term, tally.count, anywhere, tally.people, score)


def most_telling(
    words: Iterable[Word], *, least_people: int, besides: Collection[str], limit: int
) -> list[Word]:
    """Return the words with the highest scores, equal ones by name.

    Args:
        least_people: who must share a word.
        besides: terms that are not told.
    """
    told = [w for w in words if w.people >= least_people and w.term not in besides]
    return sorted(told, key=lambda word: (-word.score, word.term))[:limit]
