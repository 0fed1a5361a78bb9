"""One thing for another: “swapped pottery for drawing”, “sold up in Hull, we're in Leeds now”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from memories.facts.dates import When, dates_in
from memories.facts.hearing.giving_up import GIVING_UP, OCCASION
from memories.facts.hearing.known import claim_of, has_words
from memories.facts.hearing.passing import CAPITAL, PROPER
from memories.facts.hearing.values import checked
from memories.facts.ledger import Fact, same_value
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement

# What one gives up for another of its kind.
_EXCHANGED = frozenset(
    {"home", "employer", "school", "studies", "job", "hobby", "learning", "favourite", "like"}
)
_TAKEN_UP = frozenset({"hobby", "learning", "studies"})
_OLD = r"(?P<old>[^,;.!?]{2,40}?)"
_NEW = rf"(?P<new>(?:the )?{PROPER}|[a-z][\w'-]*(?: [a-z][\w'-]*)?)"
_END = (
    r"(?=\s*[,.;!?(]|\s*$| (?:and|but|because|so|now|instead|last|this|in|on|these|every|any|at"
    r"|after|since)\b)"
)
_SWAPPED = re.compile(
    r"\b(?:swapped|swapping|traded(?: in)?|exchanged|dropped|ditched|left|quit|jumped ship from"
    r"|(?:switched|moved|changed|transferred|defected|gone) from|given up|gave up) (?:my |the )?"
    rf"{_OLD} (?:for(?! {OCCASION})|to|and (?:gone|moved|went|switched|started) (?:to|at|with)"
    rf"|and joined|,? joined|and took up) {_NEW}{_END}",
    re.IGNORECASE,
)
# “Jumped ship to Aldi”: from where they worked.
_WENT_TO = re.compile(
    rf"\b(?:jumped ship|defected|moved over|switched|gone over|promoted(?: me)?|retrained"
    rf"|moved on) (?:to"
    rf"|as)"
    rf" (?:an? )?{_NEW}{_END}",
    re.IGNORECASE,
)
# “I don't play the violin any more, switched to viola”, “doing nursing instead”
_SWITCHED_TO = re.compile(
    rf"\b(?:switched|swapped|moved|changed) (?:over )?to (?:the )?{_NEW}{_END}"
    rf"|\b(?:doing|learning|playing|studying|took up"
    rf"|taking up) (?:the )?(?P<new2>[a-z][\w'-]*) instead\b",
    re.IGNORECASE,
)
_HELLO = re.compile(
    rf"\b(?:goodbye|bye|farewell|so long|adios),? {_OLD},? (?:and )?hello,? {_NEW}{_END}",
    re.IGNORECASE,
)
_OVER = re.compile(
    rf"\b(?:it['’]?s|it is|now|give me|always|prefer) {_NEW} over (?:the )?{_OLD}(?: every time"
    r"| any day| now| these days|\W*$)",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:sold (?:up|the|our|my)|given up on|gave up on|finished (?:at|in|with)|done with|left"
    r"|out of|packed up"
    r"|leaving|moved (?:out|away)|is over|no longer|come home|gone home|back home|landlord|lease"
    r"|evicted|front door|not in|didn'?t work out|had enough)\b",
    re.IGNORECASE,
)
_NOW_IN = re.compile(
    r"\b(?P<who>i['’]?m|i am|we['’]?re|we are|he['’]?s|she['’]?s|they['’]?re|i['’]ve (?:come"
    r"|gone|moved)"
    r"|we['’]ve (?:come|gone|moved)) (?:now |currently |home |back )*(?:(?:up|out|over|down|back"
    rf"|living|based|home) )?(?:in|on|to|near) (?P<new>(?:the )?{CAPITAL}(?:[ -]{CAPITAL}){{0,2}})",
    re.IGNORECASE,
)
# “Sold the house in Derby, Matlock now”
_THERE_NOW = re.compile(rf"[,;:–—.] ?(?:in )?(?P<new>{CAPITAL}(?: {CAPITAL})?) now\b")
# “Jacked in Costa, I'm at Pret now”
_LEAVES = re.compile(
    rf"\b(?:{GIVING_UP}|jacked in|left|leaving|done with|finished (?:at|with)|no more|out of)\b",
    re.IGNORECASE,
)
_NOW_WITH = re.compile(
    rf"\b(?P<who>i['’]?m|i am|he['’]?s|she['’]?s)(?: now| working)* (?:at|with|for)"
    rf" (?P<new>(?:the )?{PROPER}){_END}",
    re.IGNORECASE,
)
_NOW_AT = re.compile(
    r"\b(?:off|on|over|moving|now|straight) (?:to|at) (?:(?:[a-z]+ ){0,3}(?:at|in) )?"
    rf"(?P<new>(?:the )?{PROPER}){_END}",
)


def exchanged(
    said: Said, text: str, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """Yield what a sentence says to be over, and what has come in its place.

    Args:
        text: of the sentence.
        known: the facts that hold.
        stated: what was heard in the message without them.
    """
    is_known, until = False, _until(said, text)
    for fact in known:
        new = _new_for(fact, text) if fact.predicate in _EXCHANGED else ""
        value = _checked(fact.predicate, new, said)
        if value and not same_value(value, fact.value):
            is_known = True
            yield replace(claim_of(fact, Claim.OVER), until=until)
            yield replace(claim_of(fact, Claim.HOLDS), value=value)
    if not is_known:
        yield from _of_unknown(said, text, stated)


def _of_unknown(said: Said, text: str, stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield both where one of them was heard for what it is: “swapped Hull for Leeds”."""
    match = _SWAPPED.search(text)
    for one in stated if match else ():
        is_old = bool(match and same_value(one.value, match["old"]))
        is_new = bool(match and same_value(one.value, match["new"]))
        if match and one.own and one.predicate in _EXCHANGED and (is_old or is_new):
            old, new = (_checked(one.predicate, match[name], said) for name in ("old", "new"))
            if old and new:
                yield replace(one, value=old, claim=Claim.OVER, until=_until(said, text))
                yield replace(one, value=new, claim=Claim.HOLDS)
            return


def _new_for(fact: Fact, text: str) -> str:
    """Return the words for what has taken the place of a fact; empty if nothing has."""
    for pattern in (_SWAPPED, _OVER, _HELLO):
        match = pattern.search(text)
        if match and has_words(fact.value, match["old"]):
            return match["new"]
    if fact.predicate in _TAKEN_UP and has_words(fact.value, text):
        match = _SWITCHED_TO.search(text)
        return (match["new"] or match["new2"]) if match else ""
    if fact.predicate == "employer" and _LEAVES.search(text) and has_words(fact.value, text):
        match = _NOW_WITH.search(text)
        if match and (match["who"].lower()[0] == "i") == (fact.subject == SELF):
            return match["new"]
    if fact.predicate in {"employer", "job"} and fact.subject == SELF:
        match = _WENT_TO.search(text)
        is_firm = match is not None and match["new"][:1].isupper()
        return match["new"] if match and is_firm == (fact.predicate == "employer") else ""
    if fact.predicate == "home" and _GONE.search(text):
        match = _NOW_IN.search(text)
        own = match is not None and match["who"].lower()[0] in "iw"
        speaks_of_them = match is not None and own == (fact.subject == SELF)
        if match and speaks_of_them and (own or has_words(fact.value, text)):
            return match["new"]
        after = _THERE_NOW.search(text) if has_words(fact.value, text) else None
        return after["new"] if after else ""
    if fact.predicate == "school" and _GONE.search(text) and has_words(fact.value, text):
        match = _NOW_AT.search(text)
        return match["new"] if match else ""
    return ""


def _checked(predicate: str, words: str, said: Said) -> str:
    return checked(predicate, words, said.at, ZoneInfo(said.zone)) if words else ""


def _until(said: Said, text: str) -> When | None:
    """Return when a change was, if a sentence says so: “last spring”."""
    today = said.at.astimezone(ZoneInfo(said.zone)).date()
    dates = dates_in(text, said.at, ZoneInfo(said.zone), past=True)
    return next((one for one in dates if one.first <= today), None)
