"""Phrases of danger, in ten languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from profiles.emotions.danger.concepts import together
from profiles.emotions.danger.fold import fold_letters, folded
from profiles.emotions.danger.phrases import LANGUAGES, Phrases, phrases_of

# How many words before a phrase a negation still denies it.
_REACH = 3
# Characters looked at for it.
_BEFORE = 60
# As people mark a joke; looked for in the folded text.
_LAUGHTER = re.compile(
    r"\b(?:lo+l\w*|lmf?a+o\w*|rofl|(?:ha){2,}\w*|(?:he){2,}|(?:ja){2,}\w*|jk|just kidding|xd+"
    r"|kek\w*|mdr+|ptdr+|(?:rs){2,}|k{2,}|[aа]*(?:ха){2,}\w*|ахах\w*|лол|ржу\w*|ahah\w*|hihi\w*"
    r"|kidding|sksk\w*)\b"
)
# Languages none of whose words begin as a text's do are passed over; in a long text a few words of
# any language begin like some of another.
_MANY_WORDS = 60
_START, _SHORT_START = 4, 3
_STEMS = re.compile(r"(?<!\\)[^\W\d_]{4,}")
# Of three letters those that no other word of a phrase may stand beside.
_SHORT_WORDS = frozenset(["kms", "die", "tot", "tod", "tne", "zyc"])
_JOKE_SIGNS = frozenset("😂🤣😆😹😜😝😛💀")
_SARCASM = re.compile(r"/[sj]\b")


@dataclass(frozen=True, slots=True)
class _Hearing:
    """The compiled phrases of one language; each pattern with whether it is also said in jest."""

    deniable: tuple[tuple[bool, re.Pattern[str]], ...]
    negated: tuple[tuple[bool, re.Pattern[str]], ...]
    negations: frozenset[str]
    trivial: re.Pattern[str]
    concepts: dict[str, re.Pattern[str]]
    negation: re.Pattern[str]
    starts: frozenset[str]


def language_of_phrases(text: str) -> str | None:
    """Return the language of which a phrase of danger is in a text; None if none is meant.

    Where phrases of several languages fit, the longest decides. It takes linear time; of a very
    long text the start and the end are read.
    """
    plain = folded(text)
    joking = is_joke(text, plain)
    words = plain.split()
    starts = {word[:size] for word in words for size in (_SHORT_START, _START)}
    least = 3 if len(words) > _MANY_WORDS else 1
    heard = {
        language: _heard(_compiled(language), plain, joking)
        for language in LANGUAGES
        if len(starts & _compiled(language).starts) >= least
    }
    if not heard:
        return None
    best = max(heard, key=lambda language: heard[language])
    return best if heard[best] else None


def is_denied(text: str) -> bool:
    """Return whether a text would hold a phrase of danger if nothing in it were denied.

    So is “I don't want to die”; a text that holds a phrase as it stands is not.
    """
    words = folded(text).split()
    return language_of_phrases(text) is None and any(
        _heard(hearing, " ".join(affirmed), joking=False)
        for hearing in map(_compiled, LANGUAGES)
        if len(affirmed := [word for word in words if word not in hearing.negations]) < len(words)
    )


def _heard(hearing: _Hearing, plain: str, joking: bool) -> int:
    """Return the length of the longest phrase that is meant, 0 if there is none."""
    found = [*_matches(hearing, plain), *together(hearing.concepts, hearing.negation, plain)]
    trivial = bool(found) and hearing.trivial.search(plain) is not None
    return max(
        (
            length
            for loose, length in found
            if not ((joking or trivial) if loose else (joking and trivial))
        ),
        default=0,
    )


def _matches(hearing: _Hearing, plain: str) -> Iterator[tuple[bool, int]]:
    """Yield how long each phrase is that stands in a text, with whether it is also said in jest."""
    for loose, pattern in hearing.negated:
        yield from ((loose, len(match[0])) for match in pattern.finditer(plain))
    for loose, pattern in hearing.deniable:
        for match in pattern.finditer(plain):
            before = plain[max(0, match.start() - _BEFORE) : match.start()].rpartition(" . ")[2]
            if hearing.negations.isdisjoint(before.split()[-_REACH:]):
                yield loose, len(match[0])


def is_joke(text: str, plain: str) -> bool:
    """Return whether a text laughs at itself.

    Args:
        plain: the same, folded.
    """
    if not _JOKE_SIGNS.isdisjoint(text):
        return True
    return _LAUGHTER.search(plain) is not None or _SARCASM.search(text[-_BEFORE:]) is not None


@cache
def _compiled(language: str) -> _Hearing:
    phrases = phrases_of(language)
    negations = [fold_letters(word) for word in phrases.negations]
    # A gap holds no negation: “wil niet dood” isn't a wish to die.
    word = rf"(?:(?!(?:{'|'.join(negations)}) )\w+ )"

    def deniable(lines: Iterable[str]) -> re.Pattern[str]:
        return _pattern(line.replace("~ ", r"(?:\w+ ){0,3}").replace(r"(?:\w+ )", word)
                        for line in map(fold_letters, lines))  # fmt: skip

    return _Hearing(
        deniable=((False, deniable(phrases.plain)), (True, deniable(phrases.loose))),
        negated=(
            (False, _pattern(map(fold_letters, phrases.plain_negations))),
            (True, _pattern(map(fold_letters, phrases.loose_negations))),
        ),
        negations=frozenset(negations),
        trivial=_pattern(map(fold_letters, phrases.trivial)),
        concepts={
            name: _pattern([fold_letters(words)] if words else [])
            for name, words in phrases.concepts.items()
        },
        negation=_pattern(negations),
        starts=_starts(phrases),
    )


def _starts(phrases: Phrases) -> frozenset[str]:
    """Return how the words of a language's phrases start: without one, none can be there."""
    lines = [*phrases.plain, *phrases.loose, *phrases.plain_negations, *phrases.loose_negations]
    found = _STEMS.findall("\n".join(map(fold_letters, [*lines, *phrases.concepts.values()])))
    return frozenset(stem[:_START] for stem in found) | _SHORT_WORDS


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    alternatives = "|".join(phrases).replace("~ ", r"(?:\w+ ){0,3}")
    return re.compile(rf"\b(?:{alternatives})\b" if alternatives else r"(?!)")
