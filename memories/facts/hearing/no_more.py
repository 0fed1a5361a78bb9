"""What somebody does again that they did without, and what ends under its own name."""

from __future__ import annotations

import re

from memories.facts.hearing.giving_up import GIVING_UP
from memories.facts.hearing.known import has_words
from memories.facts.kinship import means, subject_of
from memories.facts.ledger import Fact

# “Eating meat again”, “had a pint last night”: what somebody did without.
_AGAIN: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"no (?:alcohol|booze|beer|wine|spirits)|teetotal|sober|dry january", re.I),
        re.compile(
            r"\b(?:drinking|on the (?:wine|beer|booze|drink)|boozing) again\b|\boff the wagon\b"
            r"|\bdrinks? again\b|\b(?:had|having) (?:a |some |my first |the odd )?(?:pint|drink"
            r"|beer|wine"
            r"|cider|glass of (?:wine|prosecco|champagne))\b.*\b(?:scrap|so much for|again|not)\b",
            re.I,
        ),
    ),
    (
        re.compile(r"veg(?:an|etarian|gie)|no meat|plant[- ]based|pescatarian", re.I),
        re.compile(
            r"\b(?:eat|eats|eating|ate|on) (?:the )?(?:meat|fish|chicken|bacon|beef|pork|eggs"
            r"|cheese|dairy)"
            r" again\b|\bback (?:on|to|eating) (?:the )?(?:meat|bacon|chicken)\b|\b(?:not"
            r"|no longer)"
            r" (?:a )?(?:vegan|vegetarian|veggie)\b|\bhad (?:a |an )?(?:steak|burger|bacon (?:roll"
            r"|butty|sarnie"
            r"|sandwich)|kebab)\b.*\b(?:scrap|so much for|again|not|after all|oops|that'?s that"
            r"|cracked|caved)\b",
            re.I,
        ),
    ),
    (
        re.compile(r"quit (?:smoking|vaping)|non-smoker", re.I),
        re.compile(
            r"\b(?:smok\w+|vap\w+|on the (?:fags|cigs|vape)) again\b|\bback (?:on|to) (?:the )?"
            r"(?:fags|cigs|smok\w+|vap\w+)\b",
            re.I,
        ),
    ),
)
# “Haven't had a fag since Easter”: what somebody did before.
_NOT_LATELY: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (
        re.compile(did, re.IGNORECASE),
        re.compile(
            rf"\b(?:haven'?t|have not|not)(?: [\w']+){{0,2}} (?:{deed})\b[^.;!?]*"
            r"\b(?:in|for|since)\b"
            rf"|\bno (?:{deed}) (?:in|for|since)\b|\b{GIVING_UP} (?:the |my )?(?:{deed})\b",
            re.IGNORECASE,
        ),
    )
    for did, deed in (
        (r"smok|cigar", r"smoked|fags?|cigs?|ciggies?|cigarettes?|smokes?"),
        (r"vap", r"vaped|vapes?"),
        (r"drink(?!.* no )", r"drunk|drinks?|drop|pints?|alcohol|booze"),
    )
)
# “Jess isn't my flatmate any longer”, “we don't have a goldfish any more”
_NO_MORE_THEIRS = re.compile(
    r"\b(?P<who>[\w'-]+) (?:isn't|is not|is no longer|was never)"
    r" (?:my|our) (?P<kin>[\w-]+(?: [\w-]+)??)(?= any ?more| any longer| now|\W*$|[,.;!])"
    r"|\b(?:don't|no longer) have (?:an?|any|the|our|my) (?P<kin2>[\w-]+(?: [\w-]+)??)"
    r"(?= any ?more| any longer|\W*$)"
    r"|\bstopped seeing (?P<who2>(?:Dr\.? )?[\w'-]+)",
    re.IGNORECASE,
)
_DETERMINER = re.compile(r"^(?:the|an?|on|their) ", re.IGNORECASE)
_ONLY_NAMED = frozenset(
    {
        "name",
        "nickname",
        "age",
        "nationality",
        "birthday",
        "birth_year",
        "birthplace",
        "origin",
        "death",
    }
)


def does_otherwise(value: str, text: str) -> bool:
    """Return whether somebody does again what they did without, or not lately what they did.

    Args:
        value: of what is known of their health.
    """
    again = any(without.search(value) and does.search(text) for without, does in _AGAIN)
    return again or any(did.match(value) and not_now.search(text) for did, not_now in _NOT_LATELY)


def is_no_more(fact: Fact, text: str) -> bool:
    """Return whether somebody named is no longer what they were to the person."""
    match = _NO_MORE_THEIRS.search(text)
    if match is None:
        return False
    kin = subject_of(match["kin"] or match["kin2"] or "")
    who = (match["who"] or match["who2"] or "").lower()
    of_kin = bool(kin) and means(kin) == means(fact.subject)
    named = bool(fact.name) and has_words(fact.name, who)
    return named if match["who2"] else of_kin and (named or bool(match["kin2"]))


def is_itself_ended(fact: Fact, text: str) -> bool:
    """Return whether a value is what ends, or is ended: “shingles cleared up”, “shut the shop”."""
    if fact.predicate in _ONLY_NAMED or len(fact.value) < 3:
        return False
    value = re.escape(_DETERMINER.sub("", fact.value))
    return bool(
        re.search(
            rf"\b(?:shut|closed|sold|scrapped|ditched|binned|quit|gave up|given up"
            rf"|handed [\w ]+ to)"
            rf" (?:down )?(?:the |my |our )?{value}\b(?! (?:for (?!good)|to |by ))"
            rf"|\b(?:gave|given|giving) (?:the |my |our )?{value} the (?:boot|push|elbow|chop|axe"
            r"|heave-ho|flick)\b"
            rf"|\b{value}(?:'s| is| are| has| have)?(?: finally| now| all| been)*"
            r" (?:cleared up|healed|over|done|gone|history|finished|shut|went under|went bust"
            r"|folded"
            r"|closed down|burnt down|burned down)\b(?! (?:to|for|by|in"
            r"|at)\b)",
            text,
            re.IGNORECASE,
        )
    )
