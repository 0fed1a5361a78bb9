"""Plans that are moved or called off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from memories.facts.clock import clock_in
from memories.facts.dates import When, dates_in
from memories.facts.hearing.known import claim_of, has_words
from memories.facts.ledger import Fact
from memories.facts.statements import Claim, Said, Statement

# “Not going to Berlin after all”
_NO_PLAN = re.compile(
    r"\b(?:not (?:going|doing|coming|happening|flying|seeing)|after all|isn'?t happening"
    r"|can'?t make it|won'?t be (?:going|coming|doing))\b",
    re.IGNORECASE,
)
# “Cancel the plumber”
_CANCEL = re.compile(
    r"^\W*(?:(?:please|pls|ok|actually|can you|could you|just|no|sorry)\W+)*(?:cancel|scrap"
    r"|call off)\b",
    re.IGNORECASE,
)
_MOVED_PLAN = re.compile(
    r"^\W*(?:(?:oh|no|wait|sorry|oops|ah|ok|so|and)\W+)*(?:actually|correction|update|i meant"
    r"|make (?:it|that))\b"
    r"|\b(?:rescheduled|postponed|(?:moved|shifted|changed|pushed|bumped|put back) (?:\w+ ){0,4}to"
    r"|(?:pushed|put|moved|set|knocked) (?:\w+ ){0,3}?back|brought (?:\w+ ){0,3}?forward|put"
    r" off|instead"
    r"|is now on)\b"
    # “The bank was moved, it is now on Friday”
    r"|\b(?:was|is|been|got|has been|are|were) (?:moved|shifted|changed|pushed|bumped|put back)\b"
    # “The optician is on Thursday, not Wednesday”
    r"|\bnot (?:on )?(?:(?:this|next) )?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|tomorrow"
    r"|the \d)",
    re.IGNORECASE,
)
_NOT_ON = re.compile(r"\bnot (?:on )?(?:the )?$", re.IGNORECASE)
# “They moved it to Monday”, “sorry, I meant at 10”: of the plan that was spoken of last.
_MOVED_IT = re.compile(
    r"\b(?:moved|shifted|changed|pushed|bumped|put|brought|rescheduled|postponed)"
    r" (?:it|that|me|us|them|everything)\b"
    r"|\b(?:it|that)(?:['’]?s| is| was| has| got| gets)(?: been| being| now| just)*"
    r" (?:moved|shifted|changed|pushed|bumped|put|brought|rescheduled|postponed|on)\b"
    r"|^\W*(?:(?:no|wait|sorry|oops|ah|oh|actually|correction)\W+)*(?:i (?:meant|mean)"
    r"|make (?:it|that)|moved|rescheduled|postponed|pushed)\b",
    re.IGNORECASE,
)
# “Back a week”, “forward by two days”
_BY_SOME = re.compile(
    r"\b(?P<way>back|forward|forwards)(?: by)? (?P<count>an?|one|two|three|four|\d{1,2})"
    r" (?P<unit>day|week)s?\b"
    r"|\b(?:by )?(?P<count2>an?|one|two|three|four|\d{1,2}) (?P<unit2>day|week)s?"
    r" (?P<way2>later|earlier)\b",
    re.IGNORECASE,
)
WEEK = timedelta(days=7)
_BARE_WEEKDAY = re.compile(r"(?:on )?(?:the )?[a-z]+day", re.IGNORECASE)
_BARE_DAY = re.compile(r"(?:on |by )?the \d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)
_BACK = re.compile(r"\b(?:back|postponed|delayed|later)\b", re.IGNORECASE)
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4}
# What "it" means was told lately.
SPOKEN_OF = timedelta(days=7)
# “Mum's coming on Sunday” is off when she can't make it.
_VISITOR = re.compile(
    r"(?:their |the |my )?(?P<who>[\w'-]+(?: [\w'-]+)?) (?:is|are) \w+ing\b", re.I
)
# “Trip's off”, “they cancelled it”: of the one plan that can be meant.
_CALLED_OFF = re.compile(
    r"\b(?:(?P<what>[\w-]+)(?:['’]?s| is| are| was| has been| got|'s been)? (?:now |all |been )*"
    r"(?:off(?! (?:to|on|for|work|the)\b)|cancell?ed|called off|scrapped)\b"
    r"|(?:cancel(?:l?ed)?|call(?:ed)? off|scrap(?:ped)?) (?:the |my |our )?(?P<which>[\w-]+))",
    re.IGNORECASE,
)
# “The trip to Rome is off”
_IS_OFF = re.compile(
    r"\b(?:is|are|was|'s|got|been)(?: now| all)? (?:off|cancell?ed|called off)(?=\W*$|[,.;!])",
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
# Words that tell no plan from another.
_COMMON = frozenset(
    {"the", "and", "for", "with", "has", "have", "had", "been", "was", "were", "are", "now", "not",
     "back", "moved", "changed", "put", "until", "till", "from", "going", "next", "this", "last",
     "our", "his", "her", "their", "your", "about", "appointment", "meeting", "day", "week", "time",
     "date", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
     "tomorrow", "today"}
)  # fmt: skip
_IT = frozenset({"it", "that"})
_SCRAP = re.compile(r"\bscrap (?:it|that)\b", re.IGNORECASE)
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
    if _NO_PLAN.search(text) or _CANCEL.match(text):
        yield from (claim_of(plan, Claim.DENIED) for plan in plans if _speaks_of(plan, text))
    if called_off := _called_off(text, said, plans):
        yield claim_of(called_off, Claim.DENIED)
    elif _IS_OFF.search(text):
        named = [plan for plan in plans if _shares_name(plan, text)]
        yield from (claim_of(plan, Claim.DENIED) for plan in named if len(named) == 1)


def _shares_name(plan: Fact, text: str) -> bool:
    """Return whether a text names a place or somebody that a plan names: “Rome”, “Ana”."""
    names = [word for word in re.findall(r"[^\W\d_]{3,}", plan.value) if word[0].isupper()]
    return any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in names)


def _speaks_of(plan: Fact, text: str) -> bool:
    """Return whether a text names what is planned, or who was to come."""
    visitor = _VISITOR.match(plan.value)
    is_named = visitor and has_words(visitor["who"], text)
    return bool(is_named) or has_words(plan.value, text)


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


def _called_off(text: str, said: Said, plans: Sequence[Fact]) -> Fact | None:
    """Return the plan that is called off by a general word; None if several can be meant."""
    found = _CALLED_OFF.search(text)
    what = (found["what"] or found["which"]).lower().removesuffix("'s") if found else ""
    if what not in _ANY_PLAN or any(has_words(one.value, text) for one in plans):
        return None
    if what in _IT:
        plans = _told_last(said, plans)
        if _SCRAP.search(text) and said.before_at is not None:
            # “Scrap that” takes back what was said just before, whatever that was.
            plans = [one for one in plans if one.since >= said.before_at]
    elif what == "trip":
        plans = [one for one in plans if _TRAVELS.search(one.value)]
    return plans[0] if len(plans) == 1 else None


def _moved_by_name(
    text: str, said: Said, plans: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """Yield a plan on its new day: “they moved the dentist to Friday”."""
    if any(one.predicate == "plan" and one.claim is Claim.HOLDS for one in stated):
        return
    dated = [plan for plan in plans if plan.when]
    named = [plan for plan in dated if has_words(plan.value, text)] or _by_a_word(text, dated)
    for plan in named or _on_denied_day(text, said, dated) or _spoken_of(text, said, dated):
        when = _moved_to(text, said, plan)
        if when and plan.when and (when.first, when.at) != (plan.when.first, plan.when.at):
            yield claim_of(plan, Claim.DENIED)
            yield replace(claim_of(plan, Claim.HOLDS), when=when)


def _by_a_word(text: str, plans: Sequence[Fact]) -> list[Fact]:
    """Return the one plan that shares a telling word with a text: “the hip has been put back”."""
    said = _telling(text)
    found = [plan for plan in plans if said & _telling(plan.value)]
    return found if len(found) == 1 else []


def _telling(text: str) -> set[str]:
    return {word for word in re.findall(r"[^\W\d_]{3,}", text.lower()) if word not in _COMMON}


def _on_denied_day(text: str, said: Said, plans: Sequence[Fact]) -> list[Fact]:
    """Return the plan of a day that isn't right any more: “it's the 21st now, not the 14th”."""
    named = dates_in(text, said.at, ZoneInfo(said.zone))
    days = {one.first for one in named if _NOT_ON.search(text[: one.start])}
    found = [plan for plan in plans if plan.when and plan.when.first in days]
    return found if len(found) == 1 else []


def _spoken_of(text: str, said: Said, plans: Sequence[Fact]) -> list[Fact]:
    """Return the plan that "it" means: the one that was told last; none if several were."""
    return _told_last(said, plans) if _MOVED_IT.search(text) else []


def _told_last(said: Said, plans: Sequence[Fact]) -> list[Fact]:
    """Return the plan that was told last, if that was lately; none if several were."""
    if not plans:
        return []
    latest = max(plan.since for plan in plans)
    told = [plan for plan in plans if plan.since == latest]
    return told if len(told) == 1 and said.at - latest <= SPOKEN_OF else []


def _near(named: When, before: When, text: str) -> When:
    """Return a day; of a bare weekday the one that is nearest to the day that a plan had.

    A bare day of the month is of the plan's month, or of the next one if it is put back.
    """
    if _BARE_DAY.fullmatch(text[named.start : named.end]) and named.first.day == named.last.day:
        month = before.first.replace(day=1)
        if _BACK.search(text) and named.first.day < before.first.day:
            month = (month + timedelta(days=32)).replace(day=1)
        day = month + timedelta(days=named.first.day - 1)
        if day.month != month.month or day < named.first:
            return named
        return replace(named, first=day, last=day)
    if not _BARE_WEEKDAY.fullmatch(text[named.start : named.end]):
        return named
    weeks = max(0, (before.first - named.first + timedelta(days=3)).days // 7)
    return replace(named, first=named.first + weeks * WEEK, last=named.last + weeks * WEEK)


def _moved_to(text: str, said: Said, plan: Fact) -> When | None:
    """Return when a text says that a plan is instead; None if it doesn't."""
    if plan.when is None:
        return None
    if by := _BY_SOME.search(text):
        count = (by["count"] or by["count2"]).lower()
        in_days = 7 if (by["unit"] or by["unit2"]).lower() == "week" else 1
        days = (_COUNTS.get(count) or int(count)) * in_days
        shift = timedelta(days=-days if (by["way"] or by["way2"]).lower()[0] in "fe" else days)
        return replace(plan.when, first=plan.when.first + shift, last=plan.when.last + shift)
    zone = ZoneInfo(said.zone)
    named = dates_in(text, said.at, zone)
    days_named = [one for one in named if not _NOT_ON.search(text[: one.start])]
    if days_named:
        return _near(days_named[-1], plan.when, text)
    at = clock_in(text)
    return replace(plan.when, at=at) if at and plan.when.is_day else None
