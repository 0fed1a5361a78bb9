"""Checks and tidies the words that a value was marked with; what isn't such a value is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from memories.facts.ageing import number_of
from memories.facts.dates import dates_in
from memories.facts.hearing.telling_words import (
    BODY,
    COOKED,
    HEALED,
    IMPOSSIBLE_ORIGIN,
    NATIONALITY,
    NO_EVENT,
    NO_FIRM,
    NO_LANGUAGE,
    NO_NAME,
    NO_PLACE,
    NOT_LIKED,
    NUMBER_WORDS,
    PASSING,
    SILLY_JOB,
    TOWNS,
)
from memories.facts.kinship import subject_of
from memories.facts.states import STATES, is_state
from memories.facts.vocabulary import DIETS_AND_TRAITS, NATIONALITIES

LONGEST = 80
# What is checked as the name of somebody else, or of an animal.
NAME_OF_OTHER = "name of other"
_MOST_WORDS = {"name": 5, "nickname": 4, "home": 7, "age": 3, "language": 3, "nationality": 4}
_EDGES = " \t\n,.;:!?'\"“”“”()[]{}*_~-–—…\0"
_ARTICLE = re.compile(r"^(?:an?|the|my|our|some)\s+", re.IGNORECASE)
_MINE = {
    "my": "their", "our": "their", "me": "them", "us": "them", "myself": "themselves",
    "mine": "theirs", "ours": "theirs", "i'm": "they're", "we're": "they're",
}  # fmt: skip
# “Abide With Me”
_IN_TITLE = re.compile(r"(?<=[a-z]) (?:Me|Us|Mine)\b|\b(?:My|Our) (?=[A-Z][a-z])")
_AUTHOR = re.compile(
    r"\b(?:i'm|we're|my|our|me|myself|mine|ours)\b|(?<!the )\b(?-i:us)\b", re.IGNORECASE
)
# “fav game is valorant hbu”: the question after it isn't part of it.
_AND_YOU = re.compile(
    r"(?i)[,\s]+(?:hbu|wbu|hby|wby|(?:how|what) (?:about|abt) (?:you|u)|and you)\W*$"
)


_DIET = re.compile(DIETS_AND_TRAITS, re.IGNORECASE)
# “I'm a student” tells what somebody is, not what they work as.
_STATUS = re.compile(
    r"(?:[\w-]+ ){0,3}?(?:student|pensioner|retiree|housewife|househusband|homemaker"
    r"|stay[- ]at[- ]home \w+)",
    re.IGNORECASE,
)


def kind_of(predicate: str, value: str) -> str:
    """Return the predicate that a value belongs to: neither a student nor a vegan is a job."""
    if predicate == "job" and _DIET.fullmatch(value):
        return "health"
    return "status" if predicate == "job" and _STATUS.fullmatch(value) else predicate


def tidy(value: str) -> str:
    """Return a value in one line, without signs at its ends, the person's "my" as "their"."""
    line = " ".join(value.replace("’", "'").replace("\0", " ").split()).strip(_EDGES)
    line = _AND_YOU.sub("", line).strip(_EDGES)
    titled = {place for title in _IN_TITLE.finditer(line) for place in range(*title.span())}
    line = _AUTHOR.sub(
        lambda word: word[0] if word.start() in titled else _MINE.get(word[0].lower(), "them"),
        line,
    )
    return re.sub(r" ('s\b)", r"\1", line)


def checked(predicate: str, value: str, said: datetime, zone: ZoneInfo) -> str:
    """Return a value as it is stored; empty if the words aren't a value of the predicate."""
    line = tidy(value)
    if line.lower() in {"the", "a", "an", "my", "their", "allergic", "allergy"}:
        return ""
    if not line or len(line) > LONGEST or not any(map(str.isalnum, line)):
        return ""
    if len(line.split()) > _MOST_WORDS.get(predicate, 12):
        return ""
    check = _CHECKS.get(predicate)
    return check(line, said, zone) if check else line


def _name(line: str, said: datetime, zone: ZoneInfo) -> str:
    words = line.lower().split()
    first = words[0].strip(".'")
    if is_state(line) or first in NO_NAME or line.isdigit() or _TITLE.fullmatch(line):
        return ""
    if any(word in NO_NAME for word in words[1:]) and len(words) > 2:
        return ""
    return line if any(map(str.isalpha, line)) else ""


def _name_of_other(line: str, said: datetime, zone: ZoneInfo) -> str:
    """A cat may be called Couscous, though a person who says “I'm Nervous” is not."""
    odd = line.isalpha() and line[0].isupper() and line.lower() not in STATES | NO_NAME
    return line if odd else _name(line, said, zone)


_IN_MONTHS = re.compile(rf"\b(?:\d{{1,2}}|{'|'.join(NUMBER_WORDS)}) (?:weeks?|months?)\b", re.I)


_TITLE = re.compile(r"(?:mr|mrs|ms|miss|dr|prof|sir|madam)\.?", re.IGNORECASE)
# “Thirty six-year-olds”
_SEVERAL_OF_AN_AGE = re.compile(r"\bolds\b", re.IGNORECASE)


def _age(line: str, said: datetime, zone: ZoneInfo) -> str:
    if _SEVERAL_OF_AN_AGE.search(line):
        return ""
    if months := _IN_MONTHS.search(line):
        return months.group().lower()
    digits = re.search(r"\d+", line)
    if digits:
        return (
            digits.group()
            if 0 < int(digits.group()) <= 120 and not re.search(r"\d{4}|%|\$|€|£", line)
            else ""
        )
    if (number := number_of(line)) is not None:
        return str(number) if number else ""
    words = re.split(r"[\s-]+", line.lower())
    return (
        line
        if any(
            word.rstrip("s") in NUMBER_WORDS
            or word in {"thirties", "twenties", "forties", "fifties"}
            for word in words
        )
        else ""
    )


def _birthday(line: str, said: datetime, zone: ZoneInfo) -> str:
    found = dates_in(re.sub(r"^on\s+|^in\s+", "", line, flags=re.I), said, zone) or dates_in(
        line.title(), said, zone
    )
    if not found:
        return ""
    when = found[0]
    if when.is_day:
        year = re.search(r"\b(?:19|20)\d\d\b", line)
        return f"{when.first.day} {when.first:%B}{f' {year.group()}' if year else ''}"
    return f"{when.first:%B}" if when.first.month == when.last.month else ""


def _birth_year(line: str, said: datetime, zone: ZoneInfo) -> str:
    digits = re.search(r"\d{2,4}", line)
    if not digits:
        return ""
    year = int(digits.group())
    if year < 100:
        year += 1900 if year > said.year % 100 else 2000
    return str(year) if said.year - 120 <= year <= said.year else ""


def _place(line: str, said: datetime, zone: ZoneInfo) -> str:
    line = re.sub(r"^(?:in|at|near|to|from|outside|around|here in)\s+", "", line, flags=re.I)
    bare = _ARTICLE.sub("", line).lower()
    first, last = bare.split()[0] if bare else "", bare.split()[-1] if bare else ""
    if (
        not bare
        or (bare in NO_PLACE and not (line in TOWNS and bare != line))
        or (last in NO_PLACE and line.islower())
        or (first in NO_PLACE and line not in TOWNS)
    ):
        return ""
    if bare == "us" or bare in {"uk", "usa", "uae"}:
        return f"the {bare.upper()}"
    return "" if IMPOSSIBLE_ORIGIN.search(bare) else line


def _nationality(line: str, said: datetime, zone: ZoneInfo) -> str:
    known = re.fullmatch(NATIONALITIES, line.split()[-1], re.IGNORECASE)
    is_one = known or not is_state(line.split()[-1])
    return line if NATIONALITY.fullmatch(line) and is_one else ""


def _taste(line: str, said: datetime, zone: ZoneInfo) -> str:
    bare = re.sub(r"^to ", "", line.lower())
    if bare in NOT_LIKED or bare.split()[0] in {
        "it",
        "you",
        "that",
        "this",
        "how",
        "when",
        "what",
        "everyone",
        "him",
        "her",
        "them",
        "your",
    }:
        return ""
    if re.search(r"\b(?:you|your|it|this|that|these|those|him|her|them)\b$", bare):
        return ""
    return (
        _ARTICLE.sub("", line) if line.lower().startswith(("a ", "an ", "my ", "some ")) else line
    )


def _thing(line: str, said: datetime, zone: ZoneInfo) -> str:
    return _ARTICLE.sub("", line) if re.match(r"(?i)an?\s|some\s", line) else line


# “My penicillin allergy”
_ALLERGY = re.compile(
    r"(?:an? )?(?P<what>(?!food\b|severe\b|bad\b)[\w' -]+) allergy", re.IGNORECASE
)


def _health(line: str, said: datetime, zone: ZoneInfo) -> str:
    line = re.sub(r" (?:in|on|at|of|since|for)$", "", line)
    if allergy := _ALLERGY.fullmatch(line):
        return f"allergic to {allergy['what']}"
    is_none = any(one.fullmatch(line) for one in (COOKED, PASSING, BODY, HEALED))
    return "" if is_none else line


# “One of the goats” counts none of them.
_PART_OF_THEM = re.compile(r"\w+ of (?:the|my|our|them|these|those)\b", re.IGNORECASE)


def _count(line: str, said: datetime, zone: ZoneInfo) -> str:
    if _PART_OF_THEM.match(line):
        return ""
    return re.sub(r"(?i)\b(childre|me|wome)ns\b", r"\1n", line)


# “Fencing Mondays”
_WEEKLY = re.compile(
    r"(?:,? (?:on |every |most )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?: nights?)?)+$",
    re.IGNORECASE,
)


# “Wednesdays and alternate Fridays”
_HOW_OFTEN = re.compile(
    r"(?:alternate|every(?: other| second)?|most|some|other|daily|weekly|monthly|twice|once|nights"
    r"|evenings|mornings|weekends|week(?:days| nights)?)",
    re.IGNORECASE,
)


def _pastime(line: str, said: datetime, zone: ZoneInfo) -> str:
    bare = _WEEKLY.sub("", line) or line
    return "" if _HOW_OFTEN.fullmatch(bare) else bare


# “Mum does the shopping”, “Doris does my hair”
_CHORE = re.compile(
    r"(?:(?:the|my|our|all|some|weekly|their) )*(?:shopping|cleaning|washing(?: up)?|cooking"
    r"|ironing|laundry|dishes|housework|hair|nails|books|accounts|taxes|paperwork|homework"
    r"|school run)",
    re.IGNORECASE,
)
_DOES = re.compile(r"\bdo(?:es|ing)?(?: (?:the|my|our|all|most of|his|her|their))*\s+$", re.I)


def is_chore(before: str, value: str) -> bool:
    """Return whether what somebody does is work that has to be done, and nothing for fun.

    Args:
        before: the words of its sentence that stand before it.
    """
    return bool(_DOES.search(before) and _CHORE.fullmatch(value))


def _language(line: str, said: datetime, zone: ZoneInfo) -> str:
    return "" if NO_LANGUAGE.search(line) else _thing(line, said, zone)


def _job(line: str, said: datetime, zone: ZoneInfo) -> str:
    if sorted(line.lower()) == sorted("student"):
        return "student"
    if line[:1].isupper() and line[1:].islower() and " " in line:
        # “Full time carer” at the start of a message.
        line = line[0].lower() + line[1:]
    bare = _thing(
        re.sub(r"^(?:as|being|ex[- ]|former|retired)\s*\b", "", line, flags=re.I), said, zone
    )
    return "" if SILLY_JOB.search(bare) and not re.search(r"\bstay.at.home\b", bare, re.I) else bare


def _favourite(line: str, said: datetime, zone: ZoneInfo) -> str:
    """“My favourite Beatle's dead” names none."""
    is_none = is_state(line) or line.lower() in {"over", "gone", "sold out", "out"}
    return "" if is_none or line.lower().startswith(("where ", "when ", "how ")) else line


def _firm(line: str, said: datetime, zone: ZoneInfo) -> str:
    return "" if line.lower() in NO_FIRM else line


def _status(line: str, said: datetime, zone: ZoneInfo) -> str:
    return line[:1].lower() + line[1:]


def _relationship(line: str, said: datetime, zone: ZoneInfo) -> str:
    """Return how things stand: who got dumped is no longer together with anybody."""
    if line.lower() in {"seeing", "dating"}:
        return f"{line.lower()} someone"
    if _WED.fullmatch(line):
        return "married"
    if line.lower() == "divorce":
        return "divorced"
    if _DUMPED.fullmatch(line) or _PARTED.fullmatch(line):
        return "broke up"
    return _status(line, said, zone)


# As learners of English say it.
_PARTED = re.compile(r"(?:breaked|braked|splitted) (?:up|apart)", re.IGNORECASE)
# “We tied the knot”
_WED = re.compile(
    r"(?:(?:got|are|just|newly) )*(?:tied(?: the knot)?|hitched|eloped|wed)", re.IGNORECASE
)
_DUMPED = re.compile(r"(?:(?:got|been|was|just) )*(?:dumped|ditched|left)", re.IGNORECASE)


def _plan(line: str, said: datetime, zone: ZoneInfo) -> str:
    is_none = NO_EVENT.fullmatch(line) or _NO_NOUN.search(line)
    return "" if is_none else _COMING.sub(_comes, line)


# “June eleventh, that's the due date”
_NO_NOUN = re.compile(r"^(?:that|it|this)(?:'s| is)\b|\b(?:the|an?|my|their|our)$", re.IGNORECASE)


# “mum's coming”
_COMING = re.compile(
    r"^(?P<det>their |the )?(?P<who>[\w-]+(?: [\w-]+)?)['’]s (?P<doing>(?:coming|visiting|arriving"
    r"|moving|flying|getting|starting|turning|leaving|graduating|staying)\b)",
    re.IGNORECASE,
)


def _comes(match: re.Match[str]) -> str:
    their = "" if not subject_of(match["who"]) or match["det"] else "their "
    return f"{their}{match['det'] or ''}{match['who']} is {match['doing']}"


def _with(line: str, said: datetime, zone: ZoneInfo) -> str:
    if _ON_ONES_OWN.fullmatch(line):
        return "on their own"
    # “I live with my girlfriend” may be marked without its "my".
    alone = re.fullmatch(r"[\w-]+", line) and subject_of(line) and not line.endswith("s")
    return f"their {line}" if alone else line


_ON_ONES_OWN = re.compile(r"(?:on )?(?:their |your )?own", re.IGNORECASE)
Check = Callable[[str, datetime, ZoneInfo], str]
_CHECKS: dict[str, Check] = {
    "name": _name,
    NAME_OF_OTHER: _name_of_other,
    "nickname": _name,
    "age": _age,
    "birthday": _birthday,
    "birth_year": _birth_year,
    "home": _place,
    "home_with": _with,
    "origin": _place,
    "birthplace": _place,
    "nationality": _nationality,
    "health": _health,
    "count": _count,
    "hobby": _pastime,
    "like": _taste,
    "dislike": _taste,
    "job": _job,
    "plan": _plan,
    "relationship": _relationship,
    "employer": _firm,
    "favourite": _favourite,
    "learning": _thing,
    "language": _language,
}
