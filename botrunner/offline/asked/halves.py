"""Two questions in one: “where does Shane live and what does he do?”"""

from __future__ import annotations

import re

_WORDS = r"(?:what|which|where|when|who|whom|whose|how|why)"
_ASKS = re.compile(rf"(?i)\b{_WORDS}\b")
_AND_ASKS = re.compile(rf"(?i)[,;]? (?:and|n|&|\+|or) (?:also )?(?={_WORDS}\b)")
# “… is my exam?” of “when and where is my exam?”
_AFTER_WORD = re.compile(r"(?i)\w+(?P<rest>(?:'s|s)? .+)")
FEWEST_WORDS = 3


def halves(question: str) -> tuple[str, str] | None:
    """Return the two questions that a question asks at once; None if it is one."""
    between = _AND_ASKS.search(question)
    if between is None:
        return None
    one, other = question[: between.start()], question[between.end() :]
    if len(other.split()) < FEWEST_WORDS or not _ASKS.search(one):
        return None
    after_word = _AFTER_WORD.match(other)
    if _ASKS.fullmatch(one.strip()) and after_word:
        return f"{one}{after_word['rest']}", other
    return (one, other) if len(one.split()) >= FEWEST_WORDS else None
