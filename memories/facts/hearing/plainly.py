"""What plain words state in any kind of talk: a trade, a room and its town, a day for an event."""

from __future__ import annotations

import re
from collections.abc import Sequence

from memories.facts.hearing.passing import (
    CAPITAL,
    Pattern,
    Place,
    fact,
    found_in,
    unheard,
    value_of,
)
from memories.facts.kinship import is_animal, subject_of
from memories.facts.patterns import DATE
from memories.facts.statements import Said, Statement
from memories.facts.vocabulary import JOBS, LANGUAGES

_KIN = r"(?P<kin>(?:(?:step|half|little|big|older|younger|twin|eldest|youngest|best) ?)?[\w-]+)"
# “Mum's a nurse” needs no “my”.
_BARE = r"(?P<kin>m[uoa]m|mummy|mommy|dad|daddy|nan|nana|gran|granny|grandma|grandpa|grand?dad)"
_TRADES = (
    "potter|joiner|plasterer|bricklayer|porter|warden|trucker|cabbie|stonemason|weaver|brewer"
    "|miller|fitter|machinist|surveyor|solicitor|barrister|paediatrician|pediatrician"
    "|radiographer|physio|carer|childminder|lifeguard|bouncer|cameraman|headteacher|plumber"
    "|joiner|mason|shepherd|referee|cobbler|roadie|milliner|upholsterer|undertaker|sexton|verger"
)
_SUFFIXES = "ist|ician|smith|wright|ologist|keeper|worker|maker|driver|monger"
_JOB = (
    r"(?P<value>(?:(?!good|great|bad|big|little|real|bit|lot|total|proud|my|his|her)[\w-]+ )"
    rf"{{0,2}}?(?:{JOBS}|{_TRADES}|\w{{3,}}(?:{_SUFFIXES})))"
    r"(?!['’]s|[\w-]| (?:in|on) (?:the|a) (?:film|show|book|game|series|play))"
)
_SERVICE = (
    r"(?P<value>(?:the )?(?:navy|army|police|air force|raf|marines|coastguard|coast guard"
    r"|fire (?:service|brigade)|merchant navy|civil service|prison service))"
)
_TOWN = rf"(?P<value>{CAPITAL}(?:[ -](?!I\b){CAPITAL}){{0,2}})"
_ROOM = (
    r"(?:kitchen|garden|balcony|flat|house|sofa|attic|study|allotment|living room|bedroom"
    r"|doorstep|apartment|studio|cottage|bungalow|terrace|yard|porch|back room)"
)
_DWELLING = (
    r"(?:studio|flat|house|apartment|cottage|room|bungalow|bedsit|houseboat|terrace|semi|condo"
    r"|maisonette|townhouse|place|two[- ]bed|one[- ]bed)"
)
_FIELD = (
    r"(?P<value>(?:sales|payroll|hr|human resources|it|marketing|finance|accounts|accounting"
    r"|logistics|procurement|insurance|retail|hospitality|construction|publishing|advertising"
    r"|social care|childcare|recruitment|customer service|admin|cyber ?security|pharma"
    r"|film|television|radio|theatre|banking|real estate|property|catering|security))"
)
_NO_EVENT = re.compile(
    r"(?:.* )?(?:birthday|bday|b-?day|mine|it|this|that|deadline day|anniversary|day|name)",
    re.IGNORECASE,
)
_END = r"(?=\s*[,.!;:(–—-]|\s*$| (?:and|but|so|because|now|at|with|since|for|to)\b)"


def plainly(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what a message says in plain words beyond what was heard in it.

    Args:
        stated: what was heard already.
    """
    return unheard(found_in(said, _WRITTEN), stated)


def _trade(match: re.Match[str], place: Place) -> Statement | None:
    """Return the job of somebody of theirs: “Mum's a beekeeper”."""
    kin = subject_of(match["kin"])
    return None if is_animal(kin) else fact("job", match["value"], match, place, subject=kin)


def _service(match: re.Match[str], place: Place) -> Statement | None:
    kin = subject_of(match["kin"])
    return None if is_animal(kin) else fact("employer", match["value"], match, place, subject=kin)


def _pet(match: re.Match[str], place: Place) -> Statement | None:
    kin = subject_of(match["kin"])
    if not is_animal(kin):
        return None
    return fact("name", match["name"], match, place, subject=kin)


def _field(match: re.Match[str], place: Place) -> Statement | None:
    return fact("job", f"in {match['value']}", match, place)


# “My son's bought a place in Deal”
_OF_THEIRS = re.compile(
    r"(?:\b(?:my|our) (?:[\w-]+ ){0,2}|^\W*)(?P<kin>[\w-]+?)(?:['’]s|['’]ve| has| have)?"
    r"(?: (?:just|finally|recently|also))? $",
    re.IGNORECASE,
)


def _own_home(match: re.Match[str], place: Place) -> Statement | None:
    theirs = _OF_THEIRS.search(place.sentence[: match.start()])
    if theirs and subject_of(theirs["kin"]):
        return None
    return fact("home", match["value"], match, place)


def _event(match: re.Match[str], place: Place) -> Statement | None:
    """Return a plan on the day that is named: “my knee op's on 18 November”."""
    when = place.to_come()
    if when is None or _NO_EVENT.fullmatch(match["value"]) or subject_of(match["value"]):
        return None
    return fact("plan", match["value"], match, place, when=when)


_WRITTEN: tuple[Pattern, ...] = (
    (
        rf"(?:^|[,;:.(–—-]\s*)(?:i['’]m|im|i am) (?P<value>{CAPITAL}),?"
        r" (?:with (?:an?|one|two|no)\b|spel(?:led|t)\b|short for\b)",
        value_of("name"),
    ),
    (
        rf"\b(?P<value>{CAPITAL}) to (?:you(?: lot| all)?|all of you|my (?:mates|friends|family"
        r"|team)|everyone|everybody|most people|the (?:lads|girls|kids))(?=\W*$|\s*[,.!])",
        value_of("nickname"),
    ),
    (rf"\b(?:my|our) {_KIN}(?: {CAPITAL})?(?:['’]s| is) (?:now |just )?(?:an?|the) {_JOB}", _trade),
    (rf"(?:^|[,;.!?]\s*|\band ){_BARE}(?:['’]s| is| was) (?:now |just )?an? {_JOB}", _trade),
    (
        rf"\b(?:my|our) {_KIN},? {CAPITAL}\b[^.!?;]{{0,50}}?, (?:he|she)(?:['’]s| is) (?:an?|the)"
        rf" {_JOB}",
        _trade,
    ),
    (
        rf"(?:^\W*|\b(?:my|our) ){_KIN}(?: {CAPITAL})?(?:['’]s| is|['’]s been) in {_SERVICE}\b",
        _service,
    ),
    (
        rf"\bi(?:['’]m|['’]ve been| am| have been) (?:in|with) {_SERVICE}\b",
        value_of("employer"),
    ),
    (
        rf"(?:^|\b(?:and|so|but|my|our|the) |[,;:.]\s*)(?:the |my |our )?{_KIN}(?:['’]s| is)"
        rf" (?:called|named) (?P<name>{CAPITAL})",
        _pet,
    ),
    (rf"\b(?:my|our)(?: new| tiny| little)? {_ROOM} (?:here )?in {_TOWN}{_END}", value_of("home")),
    (
        r"(?<!if )\b(?:into|got|found|rented|renting|bought|took)(?: myself| ourselves| us)?"
        rf" (?:an?|my own|our own) (?:[\w-]+ )?{_DWELLING} (?:of my own |of our own )?in"
        rf" {_TOWN}{_END}",
        _own_home,
    ),
    (
        rf"\bday (?:number )?\d+ (?:of|on) (?:my )?(?P<value>{LANGUAGES})\b",
        value_of("learning"),
    ),
    (
        r"\b(?:duolingo|evening class(?:es)?|night class(?:es)?|lessons|crash course)"
        rf" (?:in|for) (?P<value>{LANGUAGES})\b",
        value_of("learning"),
    ),
    (rf"\b(?:my|me|day) (?:day )?(?:job|work)(?:['’]s| is) in {_FIELD}{_END}", _field),
    (
        r"\b(?:my|our|the) (?P<value>(?:(?!is\b)[\w-]+ ){0,2}[\w-]+?)(?:['’]s| is)"
        rf" (?:booked |set |scheduled |down )?(?:on|for) (?:the )?{DATE}",
        _event,
    ),
)
