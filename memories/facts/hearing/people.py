"""Names and ages that stand beside a word for somebody: “my son Arjun (9)”, “partner - Siri”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from memories.facts.hearing.scope import own_words, sentences
from memories.facts.hearing.values import checked
from memories.facts.kinship import CHILDREN, are_alike, subject_of
from memories.facts.ledger import Fact
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement

CONFIDENCE = 0.9
_NAME = r"(?P<name>(?-i:[A-ZÀ-ÖØ-Þ])[\w'’-]+)"
# A name in small letters is one only where nothing else can stand.
_ANY_NAME = r"(?P<name>[^\W\d_][\w'’-]+)"
_KIN = r"(?P<kin>(?:(?!and\b|with\b)[\w-]+ ){0,2}?[\w-]+)"
_NEAR = (
    r"wife|husband|partner|girlfriend|boyfriend|fiancée?|son|daughter|brother|sister|mum|mom|mother|dad"
    r"|father|gran|nan|grandad|dog|cat"
)
_AGE = r"(?P<age>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # “My husband Omar and I”
        rf"\b(?:my|our) {_KIN},? {_NAME},? and (?:i|me)\b",
        # “wife Kasia and daughter Zuzia”
        rf"(?:^\W*|[,(] |\b(?:with|and|my|our) )(?P<kin>{_NEAR}) {_NAME}(?=,? (?:and|&|,)"
        rf" (?:(?:my|our) )?(?:{_NEAR}) (?-i:[A-ZÀ-ÖØ-Þ]))",
        rf"(?:^\W*|\b(?:with|my|our) )(?:{_NEAR}) (?-i:[A-ZÀ-ÖØ-Þ])[\w'’-]+,? (?:and|&|,)"
        rf" (?:(?:my|our) )?(?P<kin>{_NEAR}) {_NAME}",
        # “my son arjun (9)”
        rf"\b(?:my|our) {_KIN},? {_ANY_NAME} ?\( ?{_AGE} ?\)",
        # “our Isla's six now”
        r"\bour (?P<name>(?-i:[A-ZÀ-ÖØ-Þ])[\w-]+)"
        rf"(?:['’]s| is| turned| just turned) {_AGE}(?= (?:now|already|and|today|in|on|next"
        r"|this)\b|[,.!]|\s*$)(?! (?:years|months|weeks|days|miles|minutes))",
        # “we have a three year old, Sami”
        rf"\b(?:have|got|mum to|mom to|dad to|with) an? {_AGE}[ -]years?[ -]old"
        rf"(?: (?P<kin>son|daughter|boy|girl|child|kid))?,?(?: called| named)? {_NAME}",
        # “we've a lurcher named Biscotti”
        rf"(?:\bhave|\bgot|\badopted|['’]ve) an? {_KIN} (?:called|named) {_ANY_NAME}",
        # “lil sis Defne studies law”
        rf"^\W*(?:(?:lil|little|big|older|younger|oldest) )?{_KIN} {_NAME}"
        r"(?= (?:is|lives?|works?|studies|plays|goes|moved|has)\b)",
        # “Baby Nell was born at four”
        rf"\bbaby {_NAME}(?: (?:was|is|has|just))* (?:born|here|arrived|joined)\b",
        # “Karen's gone, new boss is Imran”
        rf"\b(?:new|current) {_KIN} (?:is|will be)(?: called| named)? {_NAME}",
        # “partner - Siri”
        rf"^\W*(?:my )?{_KIN} ?[-–—:=] ?{_NAME}\W*$",
    )
)
_NAME_AND_AGE = re.compile(
    rf"\b(?P<name>[^\W\d_][\w'’-]*?)(?:['’]s| is|s| ?,| ?\(| (?:just )?turned| will be)? ?{_AGE}"
    r"(?: ?years?(?: old)?| ?y/?o)?(?=\)|,|\.|!| and\b| &| but\b| now\b| today\b| already\b|\s*$)",
    re.IGNORECASE,
)
# “They're 4”, “they have 7 years”, “both six”, “the twins are 3”: of each of those that are named.
_AGE_OF_EACH = re.compile(
    rf"\b(?:(?:they|both|each|(?:the|our|my) twins)(?:['’]?re| are| is| have| turned| just turned)?"
    rf"(?: both| now)*|both) {_AGE}(?P<unit> months?| weeks?)?(?: years?(?: old)?| ?y/?o)?"
    r"(?=[\s,.!)]|$)(?! (?:kids|children|sons|daughters|dogs|cats|brothers|sisters|of|jobs))",
    re.IGNORECASE,
)


def people_beside(
    said: Said, stated: Sequence[Statement], known: Sequence[Fact]
) -> list[Statement]:
    """Return what was heard, corrected by the names and ages that stand beside words for people.

    Args:
        stated: what was heard otherwise.
        known: the facts that hold.
    """
    found = list(_found(said))
    stated = [one for one in stated if not _is_anothers(one, said.text, known)]
    ages = [*_ages(said, known), *_ages_of_each(said, [*stated, *found], known)]
    if ages:
        stated = [one for one in stated if one.own or one.predicate != "age"]
        found += ages
    told = {fact.value for fact in known if fact.predicate == "name"}
    # “Kim moved out, my new flatmate is Jae”: a name that is known corrects none.
    sure = {(one.subject, one.predicate) for one in found if one.value not in told}
    names = {one.name.lower() for one in found if one.predicate == "name"}
    # “Our Isla's six” was taken for the author's age.
    ages_found = {one.value for one in found if one.predicate == "age"}
    others = [
        one
        for one in stated
        if (one.subject, one.predicate, one.value.lower())
        not in {(new.subject, new.predicate, new.value.lower()) for new in found}
        and not (one.predicate == "name" and one.value.lower() in names)
        and not (one.own and one.predicate == "age" and one.value in ages_found)
        and not (
            (one.subject, one.predicate) in sure and one.predicate == "name" and not one.instead_of
        )
    ]
    return [*others, *found]


def _is_anothers(one: Statement, text: str, known: Sequence[Fact]) -> bool:
    """Return whether “Ella's 8” was taken for the author's name, or for their age."""
    if not one.own or one.predicate not in {"name", "age"}:
        return False
    names = [fact.value for fact in known if fact.predicate == "name" and fact.subject != SELF]
    if one.predicate == "name":
        return one.value.lower() in {name.lower() for name in names}
    pattern = "|".join(map(re.escape, names))
    return bool(
        names
        and re.search(
            rf"\b(?:{pattern})(?:['’]s| is| turned| just turned) {re.escape(one.value)}\b",
            text,
            re.I,
        )
    )


def _found(said: Said) -> Iterator[Statement]:
    text = own_words(said.text)
    for sentence in sentences(text):
        for pattern in _PATTERNS:
            match = pattern.search(sentence.text)
            if match and sentence.states(sentence.start + match.start("name")):
                yield from _of_match(match, said, sentence.start)


def _ages(said: Said, known: Sequence[Fact]) -> Iterator[Statement]:
    """Yield the ages of people who are known by name: “Noor is 8 and Fien is 5”."""
    zone = ZoneInfo(said.zone)
    of_names = {
        one.value.lower(): one for one in known if one.predicate == "name" and one.subject != SELF
    }
    for sentence in sentences(own_words(said.text)):
        for match in _NAME_AND_AGE.finditer(sentence.text):
            fact = of_names.get(match["name"].lower())
            place = sentence.start + match.start("age")
            if fact is None or not sentence.states(place):
                continue
            if age := checked("age", match["age"], said.at, zone):
                yield _statement(fact.subject, "age", age, fact.value, place)


def _ages_of_each(
    said: Said, stated: Sequence[Statement], known: Sequence[Fact]
) -> Iterator[Statement]:
    """Yield the age of each of two or more who are named in the message or known as children."""
    for sentence in sentences(own_words(said.text)):
        match = _AGE_OF_EACH.search(sentence.text)
        if match is None or not sentence.states(sentence.start + match.start("age")):
            continue
        value = f"{match['age']}{match['unit'] or ''}"
        age = checked("age", value, said.at, ZoneInfo(said.zone))
        names = _of_one_kind(stated)
        if not names and "twins" in match.group().lower():
            names = _of_one_kind([one for one in known if one.subject in CHILDREN])
        for name, subject in names.items() if age else ():
            yield _statement(subject, "age", age, name, sentence.start + match.start("age"))


def _of_one_kind(facts: Sequence[Statement | Fact]) -> dict[str, str]:
    """Return the names and subjects of the children, or else of those alike, if there are some."""
    names = {
        one.value: one.subject for one in facts if one.predicate == "name" and one.subject != SELF
    }
    for subject in ["child", *names.values()]:
        alike = {name: other for name, other in names.items() if are_alike(other, subject)}
        if len(alike) > 1:
            return alike
    return {}


def _of_match(match: re.Match[str], said: Said, start: int) -> Iterator[Statement]:
    groups = match.groupdict()
    subject = subject_of(groups["kin"]) if groups.get("kin") else "child"
    zone = ZoneInfo(said.zone)
    name = checked("name", match["name"], said.at, zone)
    if not subject or subject == SELF or not name or subject_of(name):
        return
    place = start + match.start("name")
    yield _statement(subject, "name", name, name, place)
    if groups.get("age") and (age := checked("age", groups["age"], said.at, zone)):
        yield _statement(subject, "age", age, name, place)


def _statement(subject: str, predicate: str, value: str, name: str, start: int) -> Statement:
    return Statement(
        subject, predicate, value, Claim.HOLDS, name=name, confidence=CONFIDENCE, start=start
    )
