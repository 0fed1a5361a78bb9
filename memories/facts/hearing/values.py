"""Checks and tidies the words that a value was marked with; what isn't such a value is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from memories.facts.ageing import number_of
from memories.facts.dates import dates_in
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
_AUTHOR = re.compile(
    r"\b(?:i'm|we're|my|our|me|myself|mine|ours)\b|(?<!the )\b(?-i:us)\b", re.IGNORECASE
)
# “fav game is valorant hbu”: the question after it isn't part of it.
_AND_YOU = re.compile(
    r"(?i)[,\s]+(?:hbu|wbu|hby|wby|(?:how|what) (?:about|abt) (?:you|u)|and you)\W*$"
)
_I = re.compile(r"(?<![\w'’] )(?<=\b)I(?= [a-z])")
_NUMBER_WORDS_LINES = """
ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
forty fifty sixty seventy eighty ninety hundred one two three four five six seven eight nine
"""
_NUMBER_WORDS = frozenset(_NUMBER_WORDS_LINES.split())
_NO_NAME_LINES = """
a an the i me my you u he she it we they him her his them who what when where why how not no yes
is are was were am be been do does did have has had and or but so very really just here there mum
mom dad mother father sister brother son daughter wife husband friend girlfriend boyfriend kid
kids baby dog cat puppy kitten pet boss today tomorrow yesterday monday tuesday wednesday thursday
friday saturday sunday lol haha btw ok okay hi hello hey thanks please sorry everyone everybody
someone nobody people guys man bro dude mate sir maam names name called whatever idk one two three
four five none nothing something anything this that these those all both neither always never
still also too again ever already now then than with for from about like
"""
_NO_NAME = frozenset(_NO_NAME_LINES.split())
_NO_PLACE_LINES = """
hell heaven denial hope fear peace bed sofa couch sin town pain chaos poverty luxury harmony
misery shoe past future present moment box bubble dream dreams nightmare simulation society lie
fridge walls mordor narnia hogwarts mars moon space matrix here there home work school class
basement head hospital bath kitchen garden car bus train tub bedroom room dark shadows realm
clouds fantasy trouble debt shame silence secret style constant it this that him her them you me
another
"""
_NO_PLACE = frozenset(_NO_PLACE_LINES.split())
_IMPOSSIBLE_ORIGIN = re.compile(
    r"\b(?:mars|moon|space|future|past|narnia|hogwarts|planet|hell|mordor|realm|heaven|where|here"
    r"|atlantis|wakanda)\b",
    re.I,
)
_NOT_LIKED_LINES = """
it this that these those them him her you u everyone everybody everything nothing something people
someone me us myself life my life your his its all when how what that idea the idea you guys here
one ones both none today now being having
"""
_NOT_LIKED = frozenset(_NOT_LIKED_LINES.split()) | {
    "my life",
    "you guys",
    "that idea",
    "the idea",
    "it here",
    "this song",
    "your style",
    "the ending",
    "the taste",
    "the smell",
    "the sound",
    "the thought",
    "the feeling",
    "the look",
}
# Towns whose names are other words as well.
_TOWNS = frozenset({"Bath", "Hope", "Nice", "Reading", "Sandwich", "Rugby", "Paradise"})
_NATIONALITY = re.compile(
    rf"(?:half |quarter |part |originally |proud )*(?:{NATIONALITIES}|[A-Z][a-z]+(?:ish|ese|ian"
    rf"|ean|an|ic|i|ch))\b.*",
    re.IGNORECASE,
)
_SILLY_JOB = re.compile(
    r"\b(?:mess|genius|idiot|disaster|failure|legend|snack|ghost|fool|clown|potato|goblin|queen"
    r"|king|pope|god|vampire|wizard|robot|alien|toaster|napper|sleeper|disappointment|doormat"
    r"|person|baby|fan|girl|guy|boy|man|woman|friend|human|being|raccoons?|houseplant|morning"
    r"|night owl|wreck|star|joke|kid|adult|bit|lot|child|loser|winner|monster|saint|sinner|nerd"
    r"|geek)\b",
    re.IGNORECASE,
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
    line = _AUTHOR.sub(lambda word: _MINE.get(word.group().lower(), "them"), line)
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
    if is_state(line) or first in _NO_NAME or line.isdigit():
        return ""
    if any(word in _NO_NAME for word in words[1:]) and len(words) > 2:
        return ""
    return line if any(map(str.isalpha, line)) else ""


def _name_of_other(line: str, said: datetime, zone: ZoneInfo) -> str:
    """A cat may be called Couscous, though a person who says “I'm Nervous” is not."""
    odd = line.isalpha() and line[0].isupper() and line.lower() not in STATES | _NO_NAME
    return line if odd else _name(line, said, zone)


_IN_MONTHS = re.compile(rf"\b(?:\d{{1,2}}|{'|'.join(_NUMBER_WORDS)}) (?:weeks?|months?)\b", re.I)


def _age(line: str, said: datetime, zone: ZoneInfo) -> str:
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
            word.rstrip("s") in _NUMBER_WORDS
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
        or (bare in _NO_PLACE and not (line in _TOWNS and bare != line))
        or (last in _NO_PLACE and line.islower())
        or (first in _NO_PLACE and line not in _TOWNS)
    ):
        return ""
    if bare == "us" or bare in {"uk", "usa", "uae"}:
        return f"the {bare.upper()}"
    return "" if _IMPOSSIBLE_ORIGIN.search(bare) else line


def _nationality(line: str, said: datetime, zone: ZoneInfo) -> str:
    known = re.fullmatch(NATIONALITIES, line.split()[-1], re.IGNORECASE)
    is_one = known or not is_state(line.split()[-1])
    return line if _NATIONALITY.fullmatch(line) and is_one else ""


def _taste(line: str, said: datetime, zone: ZoneInfo) -> str:
    bare = re.sub(r"^to ", "", line.lower())
    if bare in _NOT_LIKED or bare.split()[0] in {
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


# “Had beetroot roasted” is a meal, “had my hip done” is not.
_COOKED = re.compile(
    r".*\b(?:roasted|fried|grilled|boiled|baked|cooked|toasted|steamed|raw|delivered)",
    re.IGNORECASE,
)


def _health(line: str, said: datetime, zone: ZoneInfo) -> str:
    no_illness = _COOKED.fullmatch(line) or _PASSING.fullmatch(line) or _BODY.fullmatch(line)
    return "" if no_illness else line


# “I'm drunk”, “my eyes are getting worse”: neither names what somebody has.
_PASSING = re.compile(
    r"(?:so |a bit |really |very |too )*(?:drunk|tipsy|wasted|stoned|high|hungover|sober)", re.I
)
_BODY = re.compile(
    r"(?:(?:my|their|the|left|right|both) )*(?:eyes?|ears?|eyesight|hearing"
    r"|knees?"
    r"|legs?|feet|foot|hips?|back|shoulders?|neck|hands?|fingers?|teeth|tooth|head|heart|stomach"
    r"|skin"
    r"|hair)",
    re.IGNORECASE,
)


def _count(line: str, said: datetime, zone: ZoneInfo) -> str:
    return re.sub(r"(?i)\b(childre|me|wome)ns\b", r"\1n", line)


# “Fencing Mondays”
_WEEKLY = re.compile(
    r"(?:,? (?:on |every |most )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?: nights?)?)+$",
    re.IGNORECASE,
)


def _pastime(line: str, said: datetime, zone: ZoneInfo) -> str:
    return _WEEKLY.sub("", line) or line


def _language(line: str, said: datetime, zone: ZoneInfo) -> str:
    return "" if _NO_LANGUAGE.search(line) else _thing(line, said, zone)


def _job(line: str, said: datetime, zone: ZoneInfo) -> str:
    if sorted(line.lower()) == sorted("student"):
        return "student"
    if line[:1].isupper() and line[1:].islower() and " " in line:
        # “Full time carer” at the start of a message.
        line = line[0].lower() + line[1:]
    bare = _thing(
        re.sub(r"^(?:as|being|ex[- ]|former|retired)\s*\b", "", line, flags=re.I), said, zone
    )
    return (
        "" if _SILLY_JOB.search(bare) and not re.search(r"\bstay.at.home\b", bare, re.I) else bare
    )


def _firm(line: str, said: datetime, zone: ZoneInfo) -> str:
    return "" if line.lower() in _NO_FIRM else line


def _status(line: str, said: datetime, zone: ZoneInfo) -> str:
    return line[:1].lower() + line[1:]


def _relationship(line: str, said: datetime, zone: ZoneInfo) -> str:
    """Return how things stand: who got dumped is no longer together with anybody."""
    if line.lower() in {"seeing", "dating"}:
        return f"{line.lower()} someone"
    return "broke up" if _DUMPED.fullmatch(line) else _status(line, said, zone)


_DUMPED = re.compile(r"(?:(?:got|been|was|just) )*(?:dumped|ditched|left)", re.IGNORECASE)


def _plan(line: str, said: datetime, zone: ZoneInfo) -> str:
    return "" if _NO_EVENT.fullmatch(line) else _COMING.sub(_comes, line)


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
_NO_LANGUAGE = re.compile(
    r"\b(?:nonsense|gibberish|sarcasm|bullshit|emojis?|memes?|truth|cat|dog|movie quotes)\b", re.I
)
_NO_FIRM = frozenset(
    {
        "the mo",
        "the moment",
        "mo",
        "moment",
        "home",
        "work",
        "present",
        "night",
        "weekends",
        "least",
    }
)
_NO_EVENT = re.compile(
    r"(?:is |are |it'?s |be )*(?:due|booked|scheduled|on|off|at|coming|starts?|happening)",
    re.IGNORECASE,
)
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
    "learning": _thing,
    "language": _language,
}
