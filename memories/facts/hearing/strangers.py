"""Whether a sentence is about somebody whom its author only saw or met."""

from __future__ import annotations

import re

from memories.facts.hearing.scope import Sentence
from memories.facts.tagging.spans import Tagged
from memories.facts.vocabulary import JOBS

# “…, plays the tuba though”: somebody who was named before.
_THEY_DO = re.compile(
    r"\W*(?:(?:and|but|also)\W+)*(?:plays|works|lives|speaks|studies|teaches|drives|likes|loves"
    r"|hates|owns|runs|does|collects|sings|is|has|was)\b",
    re.IGNORECASE,
)
# “The cleaner at work used to be a doctor”
_SOME_STRANGER = re.compile(
    rf"\W*(?:(?:and|but|so|oh|btw|today|apparently)\W+)*(?:(?:the|some|this|that|our) (?:new |old"
    rf" |other )?(?:{JOBS})|(?:the|an?|some|this|that|our) (?:new |old |other )?(?:lady|bloke|guy"
    rf"|man|woman|girl|boy|kid|couple|neighbour|neighbor|customer"
    r"|patient|landlord|landlady|postie|barber|cabbie|temp|passenger|stranger|vicar|priest"
    r"|imam|caller|fella|lad|lass|chap|porter|new (?:guy|girl|one)))\b",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"\b(?:i|i'm|im|i've|ive|i'd|me|my|we|we're|we've|our|us)\b", re.IGNORECASE)


def goes_on_about(clause: str) -> bool:
    """Return whether a clause goes on about somebody who was named before it."""
    return bool(_THEY_DO.match(clause))


def is_of_stranger(sentence: Sentence, mark: Tagged) -> bool:
    """Return whether a sentence is about somebody whom the author only saw or met."""
    opening = _SOME_STRANGER.match(sentence.text)
    between = sentence.text[opening.end() : mark.start - sentence.start] if opening else ""
    return opening is not None and not _AUTHOR.search(between)
