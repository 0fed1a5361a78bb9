"""Love that is over, and people and animals who died or left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memories.facts.kinship import is_animal, means, subject_of
from memories.facts.ledger import Fact
from memories.facts.predicates import SELF
from memories.facts.statements import Statement
from memories.facts.wording import is_love

_DIVORCED = re.compile(
    r"\bdivorce (?:came through|is (?:final\w*|done|through)|was (?:final\w*|granted)|went through)"
    r"|\b(?:got|are|am|i'm|we're|officially|newly|finally) divorced\b|\bdecree absolute\b"
    r"|\bsigned the divorce papers\b",
    re.IGNORECASE,
)
_BROKE_UP = re.compile(
    r"\b(?:broke up|breaking up|split up|splitting up|split|dumped (?:me|him|her|them)"
    r"|ended things"
    r"|(?:is|are|it'?s) over between|not together|no longer together|called off the (?:wedding"
    r"|engagement)"
    r"|(?:me|i|us|we) (?:and \w+ )?(?:are|is|'re) (?:over|finished|through|history|done)"
    r"|\w+ and (?:i|me) (?:are|is) (?:over|finished|through|history|done)|called it quits"
    r"|not seeing (?:each other|\w+) any ?more|my ex now|is my ex|are done|broke it off"
    r"|broke things off|getting divorced|got divorced"
    r"|divorced"
    r"|filed for divorce|separated|parted ways|walked out on me|cheated on me)\b",
    re.IGNORECASE,
)
# “My grandma left me her piano” ends nothing.
_LEFT_ME = re.compile(
    r"\b(?P<who>[\w'-]+)(?: (?:just|has|finally|then|suddenly))* left me(?! (?:on|alone|hanging"
    r"|speechless|waiting|out|in|an?|the|some|all|my|her|his|their|no|with|feeling|thinking"
    r"|wondering|confused|\d+|money)\b)",
    re.IGNORECASE,
)
_DIED = re.compile(
    r"\b(?:died|passed away|passed on|has passed|is dead|is gone forever|dead now|is no more"
    r"|put(?:ting)? (?:\w+ ){0,4}(?:down|to sleep)|said (?:our )?goodbye to"
    r"|rainbow bridge|(?:we|i) (?:just )?lost|buried|funeral|didn'?t make it|no longer with us"
    r"|rest in peace|rip)\b",
    re.IGNORECASE,
)
_LEFT_US = re.compile(
    r"\b(?:gave|sold|rehom\w+|ran (?:away|off)|flew (?:away|off)|escaped|went missing"
    r"|never came back|a new home|lost|returned|don'?t have|no longer have|got rid of|lives"
    r" with .* now)\b",
    re.IGNORECASE,
)
# Said of one's own without “my”.
_BARE_KIN = re.compile(
    r"\b(?:m[ou]m|dad|nan|nana|nanna|gran|granny|grandma|grandpa|grandad|granddad|papa|mama)\b",
    re.IGNORECASE,
)


def love_over(text: str, known: Sequence[Fact], stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield that a love is over, if a sentence says so and it isn't stated otherwise."""
    if any(one.predicate == "relationship" for one in stated):
        return
    together = any(is_love(fact.subject) or fact.predicate == "relationship" for fact in known)
    if _DIVORCED.search(text):
        yield Statement(SELF, "relationship", "divorced")
    elif together and (_BROKE_UP.search(text) or _is_left(text, known)):
        yield Statement(SELF, "relationship", "broke up")


def has_left(fact: Fact, text: str) -> bool:
    """Return whether a sentence says that an animal was given away, sold or lost."""
    return is_animal(fact.subject) and bool(_LEFT_US.search(text)) and _speaks_of(fact, text)


def _is_left(text: str, known: Sequence[Fact]) -> bool:
    """Return whether the person was left by the one they loved, not by a bus."""
    left = _LEFT_ME.search(text)
    if left is None:
        return False
    who = left["who"].lower()
    names = {fact.name.lower() for fact in known if is_love(fact.subject) and fact.name}
    return who in {"he", "she", "they"} | names or is_love(subject_of(who))


def _speaks_of(fact: Fact, text: str) -> bool:
    """Return whether a text names the one that a fact is about, or says what they are."""
    if fact.name and re.search(rf"\b{re.escape(fact.name)}\b", text, re.IGNORECASE):
        return True
    words = re.findall(r"\b(?:my|our|the)\s+(?:\w+\s+)?([\w-]+)", text, re.IGNORECASE)
    words += _BARE_KIN.findall(text)
    return any(means(subject_of(word)) == means(fact.subject) for word in words if subject_of(word))


def deaths(text: str, known: Sequence[Fact], stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield who has died, of those who are known or are named in the same breath."""
    if not _DIED.search(text) or any(one.predicate == "death" for one in stated):
        return
    done: set[str] = set()
    # “Our old dog Balder is dead since two years”: who is named in the same breath.
    for one in stated:
        named = one.predicate == "name" and not one.own and not _is_known(one, known)
        if named and _is_dead(one.value, text):
            yield Statement(one.subject, "death", "died", name=one.value)
    for fact in known:
        if fact.subject == SELF or fact.entity in done or fact.predicate == "death":
            continue
        name = fact.name or (fact.value if fact.predicate == "name" else "")
        if (name and re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE)) or _speaks_of(
            fact, text
        ):
            done.add(fact.entity)
            yield Statement(fact.subject, "death", "died", name=name)


def _is_known(one: Statement, known: Sequence[Fact]) -> bool:
    return any(
        fact.predicate == "name" and fact.value.lower() == one.value.lower() for fact in known
    )


def _is_dead(name: str, text: str) -> bool:
    """Return whether a clause about somebody says that they died."""
    named = re.search(rf"\b{re.escape(name)}\b(?P<rest>[^,;.!?]*)", text, re.IGNORECASE)
    return named is not None and bool(_DIED.search(named["rest"]))
