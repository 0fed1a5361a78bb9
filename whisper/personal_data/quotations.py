"""Find what was withdrawn in other texts, and take it out of them.

A text quotes another one if it has three of its words in a row, or one word that the person said
nowhere else. Words that carry sentences, such as "the", don't count by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from whisper.stop_words import ENGLISH

MARK = "[…]"
RUN = 3
# A longer word that begins with one of this many letters counts as the same: Ghent, Ghent's.
INFLECTED_LENGTH = 5

# Scripts that put no spaces between words: each character is a token, and two in a row a quotation.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
_UNSPACED_LETTER = re.compile(rf"[{_UNSPACED}]")
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_CARRIERS = ENGLISH | {"could", "might", "us", "would", "im", "ive", "s", "t"}

Run = tuple[str, ...]


class Quotations:
    """What is left of texts once it is taken back.

    Args:
        withdrawn: the texts that were taken back.
        made: sentences that were made of them; only as a whole are they quotations.
        kept: what the person still says elsewhere; its words aren't secret.
        words: whether a single word can be a quotation.
    """

    def __init__(
        self,
        withdrawn: Iterable[str],
        *,
        made: Iterable[str] = (),
        kept: Iterable[str] = (),
        words: bool = True,
    ) -> None:
        texts = [text for text in withdrawn if text.strip()]
        self._whole = {text.strip() for text in texts}
        self._made = sorted({text for text in made if text.strip()}, key=len, reverse=True)
        self._spelled: dict[str, str] = {}
        self._runs: set[Run] = set()
        for text in texts:
            for match in _TOKEN.finditer(text):
                if words and _tells(match[0].lower()):
                    self._spelled.setdefault(match[0].lower(), match[0])
            self._runs |= _runs(_tokens(text))
        self._leave(kept)
        self._longest = max(map(len, self._spelled), default=0)

    def __bool__(self) -> bool:
        """Return whether there is anything to look for."""
        return bool(self._whole)

    @property
    def words(self) -> list[str]:
        """Return the words that are looked for, as they were written, the longest first."""
        return sorted(self._spelled.values(), key=len, reverse=True)

    def without(self, text: str) -> str:
        """Return a text with `MARK` in place of each quotation; the same text if it has none."""
        if not text:
            return text
        if text.strip() in self._whole:
            return MARK
        for sentence in self._made:
            text = text.replace(sentence, MARK)
        matches = list(_TOKEN.finditer(text))
        quoted = self._quoted([match[0].lower() for match in matches])
        parts, end = [], 0
        for number, match in enumerate(matches):
            if not quoted[number]:
                continue
            if not (number and quoted[number - 1]):
                parts += [text[end : match.start()], MARK]
            end = match.end()
        return "".join([*parts, text[end:]])

    def without_in(self, value: Any) -> Any:
        """Return a JSON value with every text in it as `without` gives it; keys stay."""
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list | tuple):
            return [self.without_in(one) for one in value]
        if isinstance(value, dict):
            return {key: self.without_in(one) for key, one in value.items()}
        return value

    def is_in(self, text: str) -> bool:
        """Return whether a text quotes what was withdrawn."""
        return self.without(text) != text

    def _leave(self, kept: Iterable[str]) -> None:
        """Look no longer for what is still said elsewhere."""
        for text in kept:
            if not (self._spelled or self._runs or self._whole):
                return
            tokens = _tokens(text)
            self._whole.discard(text.strip())
            for token in tokens:
                self._spelled.pop(token, None)
            self._runs -= _runs(tokens)

    def _quoted(self, tokens: Sequence[str]) -> list[bool]:
        quoted = [self._is_word(token) for token in tokens]
        for start in range(len(tokens)):
            for length in (2, RUN):
                if tuple(tokens[start : start + length]) in self._runs:
                    quoted[start : start + length] = [True] * length
        return quoted

    def _is_word(self, token: str) -> bool:
        # A word has no end, such as the letters of somebody who leans on a key.
        ends = range(INFLECTED_LENGTH, min(len(token), self._longest + 1))
        return token in self._spelled or any(token[:end] in self._spelled for end in ends)


def _tokens(text: str) -> list[str]:
    return [match[0].lower() for match in _TOKEN.finditer(text)]


def _tells(token: str) -> bool:
    return len(token) > 1 and token not in _CARRIERS


def _runs(tokens: Sequence[str]) -> set[Run]:
    """Return every three tokens in a row that tell something, and two of an unspaced script."""
    found: set[Run] = set()
    for start in range(len(tokens) - 1):
        pair, run = tuple(tokens[start : start + 2]), tuple(tokens[start : start + RUN])
        if all(_is_unspaced(token) for token in pair):
            found.add(pair)
        elif len(run) == RUN and any(map(_tells, run)):
            found.add(run)
    return found


def _is_unspaced(token: str) -> bool:
    return _UNSPACED_LETTER.fullmatch(token) is not None
