"""A question about somebody, in the words of the one it is about.

People say “I have two cats”, not “Ann has two cats”. So “How many cats do I have?” is nearer in
meaning to the line that answers “How many cats does Ann have?” than that question itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from memories.wording.phrasing import is_first_person
from memories.wording.words import STOP_WORDS, words, words_of_query

# Longer texts name people for many reasons.
LONGEST = 500

# Asking words of English, without those that other languages have too ("was", "will", "do").
_ASKING = """
are can could did does had has have how is should were what when where which who whose why would
"""
_ENGLISH = frozenset(_ASKING.split())
# “The dragon” isn't a name, even if somebody calls themself so.
_ARTICLE = re.compile(r"\b(an?|any|her|his|my|no|our|some|the|their|your) $")
_PRONOUNS = {
    **dict.fromkeys(("he", "she"), "I"),
    **dict.fromkeys(("her", "his", "their"), "my"),
    **dict.fromkeys(("herself", "himself"), "myself"),
}
_PRONOUN = re.compile(rf"\b({'|'.join(_PRONOUNS)})\b", re.IGNORECASE)
_VERBS = {"has": "have", "is": "am", "does": "do"}
_VERB = re.compile(r"\b(?:has|is|does)(?= I\b)|(?<=\bI )(?:has|is)\b", re.IGNORECASE)


def in_first_person(text: str, names: Mapping[str, Sequence[str]]) -> str:
    """Return a question with “I” for the first speaker it names, and “you” for the others.

    Any other text is returned as it is: one that names no speaker, already speaks of whoever asks,
    or isn't a question in English.

    Args:
        names: those who speak in the memories.
    """
    spoken = words_of_query(text)
    if len(text) > LONGEST or is_first_person(spoken) or _ENGLISH.isdisjoint(spoken):
        return text
    parts = {part: name for name in names for part in words(name) if part not in STOP_WORDS}
    asked = parts.keys() & set(spoken)
    return _Telling(parts, asked).of(text) if asked else text


class _Telling:
    """One text being put into the first person."""

    def __init__(self, parts: Mapping[str, str], asked: set[str]) -> None:
        """Look for names.

        Args:
            parts: the words that names are made of, in lower case, each with its name.
            asked: those of them that the text has.
        """
        any_part = "|".join(map(re.escape, sorted(asked)))
        self._name = re.compile(
            rf"\b(?P<name>(?:{any_part})(?: (?:{any_part}))*)\b(?P<of>['’]s\b)?", re.IGNORECASE
        )
        self._parts = parts
        self._found: list[str] = []

    def of(self, text: str) -> str:
        """Return the text in the first person."""
        told = self._name.sub(self._pronoun, text)
        if len(set(self._found)) == 1:
            told = _PRONOUN.sub(lambda found: _PRONOUNS[found[0].lower()], told)
        return _VERB.sub(lambda found: _VERBS[found[0].lower()], told) if self._found else text

    def _pronoun(self, found: re.Match[str]) -> str:
        if _ARTICLE.search(found.string[: found.start()].lower()):
            return found[0]
        who = self._parts[words(found["name"])[0]]
        self._found.append(who)
        if who == self._found[0]:
            return "my" if found["of"] else "I"
        return "your" if found["of"] else "you"
