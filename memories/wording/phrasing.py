"""How something is said, as far as recall needs to know."""

from __future__ import annotations

import re

from memories.wording.words import STOP_WORDS, words

_ASKING = re.compile(
    r"\?\s*$|^\W*(who|whose|whom|what|when|where|which|why|how|do|does|did|is|are|was|were|am|can"
    r"|could|will|would|should|have|has|had|tell me|remind me|remember)\b",
    re.IGNORECASE,
)
_SMALL_WORDS = """
afternoon ah alright aww bye cool day evening fine good goodbye goodnight great haha hahaha hello
hey hi hmm hmmm huh k later lmao lol morning nah nice night nope oh ok okay omg please pls rofl
sorry sup sure thank thanks thx u ur well whatsup wow xd ya yay yeah yep yes yo
"""
_SMALL_TALK = frozenset(_SMALL_WORDS.split())
_FIRST_PERSON = frozenset({"i", "me", "my", "mine", "myself", "we", "us", "our", "ours"})


def is_question(text: str) -> bool:
    """Return whether a text asks for something rather than states it."""
    return bool(_ASKING.search(text))


def is_first_person(text: str) -> bool:
    """Return whether a text speaks of whoever says it."""
    return not _FIRST_PERSON.isdisjoint(words(text))


def is_small_talk(text: str) -> bool:
    """Return whether nothing in a text could bring anything to mind: greetings, «lol», emoji."""
    spoken = words(text)
    telling = [word for word in spoken if word not in STOP_WORDS and word not in _SMALL_TALK]
    # «Who am I?» is made of stop words alone, but it is about somebody.
    return not telling and (_FIRST_PERSON.isdisjoint(spoken) or len(spoken) < 3)
