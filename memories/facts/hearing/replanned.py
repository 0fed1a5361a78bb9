"""Plans that are moved or called off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from memories.facts.dates import dates_in
from memories.facts.hearing.known import claim_of, has_words
from memories.facts.ledger import Fact
from memories.facts.statements import Claim, Said, Statement

# “Not going to Berlin after all”
_NO_PLAN = re.compile(
    r"\b(?:not (?:going|doing|coming|happening|flying|seeing)|after all|isn'?t happening"
    r"|can'?t make it|won'?t be (?:going|coming|doing))\b",
    re.IGNORECASE,
)
_MOVED_PLAN = re.compile(
    r"^\W*(?:(?:oh|no|wait|sorry|oops|ah|ok|so|and)\W+)*(?:actually|correction|update|i meant)\b"
    r"|\b(?:rescheduled|postponed|(?:moved|shifted|changed|pushed|bumped|put back) (?:\w+ ){0,4}to"
    r"|pushed back|brought forward|put off|instead|is now on)\b",
    re.IGNORECASE,
)
# “Trip's off”, “they cancelled it”: of the one plan that can be meant.
_CALLED_OFF = re.compile(
    r"\b(?:(?P<what>[\w-]+)(?:['’]?s| is| are| was| has been| got|'s been)? (?:now |all |been )*"
    r"(?:off(?! (?:to|on|for|work|the)\b)|cancell?ed|called off|scrapped)\b"
    r"|(?:cancell?ed|called off|scrapped) (?:the |my |our )?(?P<which>[\w-]+))",
    re.IGNORECASE,
)
_ANY_PLAN = frozenset(
    [
        "trip",
        "thing",
        "plan",
        "plans",
        "event",
        "appointment",
        "it",
        "that",
        "everything",
        "meeting",
    ]
)
_TRAVELS = re.compile(
    r"\b(?:fly|flying|going|off|travel\w*|driving|heading|holiday|visit\w*)\b", re.IGNORECASE
)


def replanned(
    text: str, said: Said, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """Yield the plans that a sentence moves or calls off, and their new days."""
    plans = [fact for fact in known if fact.predicate == "plan"]
    if _MOVED_PLAN.search(text):
        yield from (claim_of(plan, Claim.DENIED) for plan in plans if _is_moved(plan, stated))
        yield from _moved_by_name(text, said, plans, stated)
    if _NO_PLAN.search(text):
        yield from (claim_of(plan, Claim.DENIED) for plan in plans if has_words(plan.value, text))
    if called_off := _called_off(text, plans):
        yield claim_of(called_off, Claim.DENIED)


def _is_moved(fact: Fact, stated: Sequence[Statement]) -> bool:
    """Return whether a sentence gives a plan another date: “actually the exam is on Friday”."""
    if fact.predicate != "plan" or fact.when is None:
        return False
    noun = fact.value.lower().split()[-1]
    return any(
        one.predicate == "plan"
        and one.when is not None
        and one.when != fact.when
        and one.claim is Claim.HOLDS
        and one.value.lower().split()[-1] == noun
        for one in stated
    )


def _called_off(text: str, plans: Sequence[Fact]) -> Fact | None:
    """Return the plan that is called off by a general word; None if several can be meant."""
    found = _CALLED_OFF.search(text)
    what = (found["what"] or found["which"]).lower().removesuffix("'s") if found else ""
    if what not in _ANY_PLAN or any(has_words(one.value, text) for one in plans):
        return None
    if what == "trip":
        plans = [one for one in plans if _TRAVELS.search(one.value)]
    return plans[0] if len(plans) == 1 else None


def _moved_by_name(
    text: str, said: Said, plans: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """Yield a plan on its new day: “they moved the dentist to Friday”."""
    if any(one.predicate == "plan" and one.claim is Claim.HOLDS for one in stated):
        return
    days = dates_in(text, said.at, ZoneInfo(said.zone))
    for plan in plans if days else ():
        if plan.when and days[-1].first != plan.when.first and has_words(plan.value, text):
            yield claim_of(plan, Claim.DENIED)
            yield replace(claim_of(plan, Claim.HOLDS), when=days[-1])
