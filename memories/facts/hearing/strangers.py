"""Whether a sentence is about somebody whom its author only saw or met."""

from __future__ import annotations

import re
from collections.abc import Sequence

from memories.facts.hearing.message import Heard
from memories.facts.hearing.scope import Sentence
from memories.facts.hearing.subjects import Mention
from memories.facts.kinship import CHILDREN, means
from memories.facts.ledger import Fact
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement
from memories.facts.tagging.spans import Tagged
from memories.facts.vocabulary import JOBS

# “…, plays the tuba though”: somebody who was named before.
_THEY_DO = re.compile(
    r"\W*(?:(?:and|but|also)\W+)*(?:plays|works|lives|speaks|studies|teaches|drives|likes|loves"
    r"|hates|owns|runs|does|collects|sings|is|has|was|turns?|live"
    r"|(?:currently |now )?(?:stationed|based|posted|living|working|studying))\b",
    re.IGNORECASE,
)
# “The cleaner at work used to be a doctor”
_SOME_STRANGER = re.compile(
    rf"\W*(?:(?:and|but|so|oh|btw|today|apparently|met|there['’]?s|there was)\W+)*"
    rf"(?:(?:the|some|this|that|our) (?:new |old"
    rf" |other )?(?:{JOBS})|(?:the|an?|some|this|that|our) (?:new |old |other )?(?:lady|bloke|guy"
    rf"|man|woman|girl|boy|kid|couple|neighbour|neighbor|customer"
    r"|patient|landlord|landlady|postie|barber|cabbie|temp|passenger|stranger|vicar|priest"
    r"|imam|caller|fella|lad|lass|chap|porter|new (?:guy|girl|one)))\b",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"\b(?:i|i'm|im|i've|ive|i'd|me|my|we|we're|we've|our|us)\b", re.IGNORECASE)


# “My gf who's from Kerry is doing a PhD”
_WHO = re.compile(r",?(?: (?-i:[A-ZÀ-ÖØ-Þ])[\w'’-]*,?)? who\b", re.IGNORECASE)
# “The lad next to me is called Barnaby”
_SOME_LAD = re.compile(
    r"\b(?:the|that|this|some|a) (?:lad|boy|girl|bloke|fella|kid)$", re.IGNORECASE
)


# “I'm Bartholomew, Bart to my friends”
_TO_FRIENDS = re.compile(
    r" to (?:all )?(?:(?:my|the|me) )?(?:friends|mates|pals|family|colleagues|everyone|everybody"
    r"|most people|you)\b",
    re.IGNORECASE,
)

# “I'm an au pair, the kids are 3 and 5”: they are others' children.
_MINDS = re.compile(
    r"\b(?:(?:i['’]?m|i am|as|been|job:?|^|i work as) (?:(?:an?|the|their) )?(?:[\w-]+ )?"
    r"(?:au[- ]?pair|nanny|child-?minder|babysitter|foster (?:carer|parent))"
    r"|i (?:nanny|au[- ]?pair|babysit|childmind)(?: for)?"
    r"|(?:i|i['’]?m|i am) (?:look|looking) after (?!my|our)|(?:kids?|children|family) i"
    r" (?:look after|mind|nanny|babysit)|^\W*au[- ]?pair(?:ing)? (?:in|for|with))\b",
    re.IGNORECASE,
)
_MINDING = re.compile(r"\b(?:au[- ]?pair|nanny|child-?minder|babysitter)\b", re.IGNORECASE)
_OWN_CHILD = re.compile(
    r"\b(?:(?:my|our) own|i (?:also )?have|i['’]ve(?: got)?|mum (?:to|of)|mother of"
    r"|(?:my|our) (?:own )?(?:son|daughter|baby|boy|girl|kids?|child(?:ren)?))\b",
    re.IGNORECASE,
)


def without_charges(
    said: Said, stated: Sequence[Statement], known: Sequence[Fact]
) -> list[Statement]:
    """Return what was heard without the children whom the author looks after for others.

    Args:
        known: the facts that hold: a nanny's “kids” stay somebody else's in later messages.
    """
    minds = _MINDS.search(said.text) or any(
        fact.subject == SELF and fact.predicate == "job" and _MINDING.search(fact.value)
        for fact in known
    )
    if not minds or _OWN_CHILD.search(said.text):
        return list(stated)
    return [one for one in stated if means(one.subject) not in CHILDREN]


def is_for_friends(heard: Heard, mark: Tagged) -> bool:
    """Return whether a name is the author's among their friends, and no friend's."""
    return bool(_TO_FRIENDS.match(heard.text, mark.end))


def is_told_of(heard: Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether a relative clause about somebody stands before a value: “my son, who …”."""
    for one in heard.people:
        if sentence.start <= one.start and one.end <= mark.start and one.subject not in {"", SELF}:
            who = _WHO.match(heard.text, one.end)
            if who and not _AUTHOR.search(heard.text[who.end() : mark.start]):
                return True
    return False


def is_some_lad(heard: Heard, mention: Mention) -> bool:
    """Return whether somebody is just some boy or girl, not the author's."""
    return bool(_SOME_LAD.search(heard.text[: mention.end]))


def goes_on_about(clause: str) -> bool:
    """Return whether a clause is still about somebody who was named before it."""
    return bool(_THEY_DO.match(clause))


def is_of_stranger(sentence: Sentence, mark: Tagged) -> bool:
    """Return whether a sentence is about somebody whom the author only saw or met."""
    opening = _SOME_STRANGER.match(sentence.text)
    between = sentence.text[opening.end() : mark.start - sentence.start] if opening else ""
    return opening is not None and not _AUTHOR.search(between)
