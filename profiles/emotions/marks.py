"""What a chat shows besides its words: what is denied, signs of mood, shouting, shortness."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from profiles.emotions.features import END, START
from profiles.emotions.lexicon import NEGATIONS, REACH, signs

# Apostrophes are often left out.
# fmt: off
_BARE = frozenset(
    [
        "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "cant", "couldnt", "wont",
        "wouldnt", "havent", "hasnt", "hadnt", "aint", "nothing", "none", "neither", "nor",
    ]
)
# fmt: on
_SARCASTIC = frozenset("🙄🙃")
_SHOUTED = 0.6
_FEWEST_CAPITALS = 4
# Most words of a text of each length class.
_LENGTHS = (1, 2, 4, 8, 16, 40)


def marks(text: str, words: Sequence[str]) -> list[str]:
    """Return the marks of a text as names of features.

    Args:
        words: its tokens.
    """
    looked_at = f"{text[:START]} {text[-END:]}" if len(text) > START + END else text
    found = [f"n {word}" for word in denied(words)]
    found += [f"s {label}" for label in signs(words)]
    found.append(f"x length {sum(len(words) > most for most in _LENGTHS)}")
    if _is_shouted(looked_at):
        found.append("x shouted")
    if _is_sarcastic(words):
        found.append("x sarcastic")
    return found


def denied(words: Sequence[str]) -> Iterator[str]:
    """Yield the words that a negation denies: the next few, up to a sign."""
    left = 0
    for word in words:
        if not word[0].isalnum():
            left = 0
        elif left:
            yield word
            left -= 1
        if word in NEGATIONS or word in _BARE or word.endswith("n't"):
            left = REACH


def _is_shouted(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return capitals >= max(_FEWEST_CAPITALS, _SHOUTED * len(letters))


def _is_sarcastic(words: Sequence[str]) -> bool:
    """Return whether a text marks itself as meant the other way round."""
    ends_so = len(words) > 1 and words[-2:] == ["/", "s"]
    denied_at_the_end = len(words) > 2 and words[-1] == "not" and words[-2] == "."
    return ends_so or denied_at_the_end or not _SARCASTIC.isdisjoint(words)
