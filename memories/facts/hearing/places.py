"""Whether a place that somebody names is where they live."""

from __future__ import annotations

import re

from memories.facts.vocabulary import JOBS

# “My old school was in Leeds”: where things are isn't where somebody lives.
_THING_IS_IN = re.compile(
    r"\b(?:my|our|the) (?:[\w'’-]+ ){0,2}?(?:school|uni|university|college|office|work|job|company"
    r"|gym|club|church|band|team|doctor|dentist|hotel|wedding|meeting|interview|conference|exam"
    r"|course|flight|train|shop|store|cabin|cottage|holiday (?:home|house)|summer house)"
    r" (?:is|was|are|were)(?: \w+)? (?:in|near|at)\b[^,;.]*$"
    r"|\b(?:my|our|the) (?:[\w'’-]+ )?(?:lease|tenancy|rent|contract|mortgage|landlord)"
    r" (?:in|at|on)\b[^,;.]*$",
    re.IGNORECASE,
)
# “I was a bus driver in Accra and then in Croydon”
_WORKED_IN = re.compile(
    rf"\b(?:was|worked as|been) an? (?:[\w-]+ ){{0,2}}?(?:{JOBS})\b[^,;.]* in $", re.IGNORECASE
)
# “I'm in London for the day”, “stuck in Crewe”, “I practically live in the gym”
_PASSES_THROUGH = re.compile(
    r"\b(?:stuck|stranded|layover|stopover|queu\w+|commut\w+|train|flight|bus|viewings?"
    r"|looking (?:at|for)|caravan|holiday|timeshare|weekend|day trip|basically|practically"
    r"|pretty much|virtually|visiting|touring)\b[^,;.]*$",
    re.IGNORECASE,
)
# “In June we go up to Nairn”
_JOURNEY = re.compile(
    r"\b(?:go|going|fly|flying|flew|drive|driving|drove|travel\w*|head\w*|sail\w*|off|trips?)"
    r"(?: (?:back|over|up|down|out|off|away|round))* to (?:the )?$",
    re.IGNORECASE,
)
_FOR_A_WHILE = re.compile(
    r" (?:for (?:the|a|an) (?:day|night|weekend|week|few days|couple of days|gig|wedding|conference"
    r"|match|meeting|funeral|long weekend)|til|till|until|this weekend|today|tonight|with no)\b",
    re.IGNORECASE,
)

# “Drives a lorry between Lyon and Turin”, but “lives between Lyon and Turin”
_BETWEEN = re.compile(r"\bbetween (?:[\w'’. -]{1,30} and )?$", re.IGNORECASE)
# “The Carlisle line”, “a Leeds accent”
_OF_A_THING = re.compile(
    r"['’]?s? (?:line|road|train|bus|route|ferry|flight|tunnel|bridge|airport|station|accent"
    r"|dialect|match|game|derby|marathon|festival|show|fair|market|office|branch|team|club|shirt"
    r"|fans?|trip|leg)\b",
    re.IGNORECASE,
)
_LIVES = re.compile(r"\b(?:liv\w+|bas\w+|home|split\w*|divid\w*|time|year)\b", re.IGNORECASE)

# “Flat 4 Bramble Court”: a part of an address isn't a town.
_OF_AN_ADDRESS = re.compile(
    r",? (?:court|ct|house(?! share)|lodge|road|rd|street|st|lane|ln|close|avenue|ave|terrace"
    r"|crescent|mews|towers?|mansions|gardens|drive|row|estate|buildings?)\b(?!')",
    re.IGNORECASE,
)
_NUMBER_OF_A_HOUSE = re.compile(
    r"\b(?:flat|apartment|apt|unit|room|no\.?|number|block) ?\d+\w?,? $|^\W*\d+\w?,? $",
    re.IGNORECASE,
)


# “I live with my sister”, not “I'm off to Athens with my sister”.
_SHARES = re.compile(
    r"\b(?:liv\w+|stay\w*|shar\w+|room\w*|hous\w+|flat\w*|apartment|dorms?|home|mov\w+|crash\w*"
    r"|kipping|bunk\w*|lodg\w*|alone|own|myself|squeez\w*|roof|bedsit|place|back|rent\w*|stop"
    r"|annexe?|with us|with me|still (?:at|with)|our \w+s|at (?:my|our|the))\b",
    re.IGNORECASE,
)
_FEW_WORDS = 7


def is_shared(sentence: str) -> bool:
    """Return whether a sentence says with whom somebody lives, as a few words alone may."""
    return bool(_SHARES.search(sentence)) or len(sentence.split()) <= _FEW_WORDS


def is_anywhere(before: str, after: str) -> bool:
    """Return whether a place is where a journey begins or ends, or names a thing, but no home.

    Args:
        before: the words of its sentence that stand before it.
        after: those that follow it.
    """
    names_something = _BETWEEN.search(before) or _OF_A_THING.match(after)
    return bool(names_something) and not _LIVES.search(before)


def is_lived_in(before: str, after: str) -> bool:
    """Return whether a place is a home: not one that a thing is in, or that somebody visits.

    Args:
        before: the words of its clause that stand before it.
        after: what follows it in its sentence.
    """
    if _OF_AN_ADDRESS.match(after) or _NUMBER_OF_A_HOUSE.search(before):
        return False
    is_elsewhere = _THING_IS_IN.search(before) or _WORKED_IN.search(before)
    is_elsewhere = is_elsewhere or _JOURNEY.search(before)
    return not (is_elsewhere or _PASSES_THROUGH.search(before) or _FOR_A_WHILE.match(after))
