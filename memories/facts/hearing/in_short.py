"""What people say of work, home and health in few words: “nights at the brewery”, “on statins”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from memories.facts.hearing.passing import (
    CAPITAL,
    PROPER,
    Context,
    Maker,
    Pattern,
    fact,
    found_in,
    unheard,
    value_of,
)
from memories.facts.kinship import is_animal, is_person, subject_of
from memories.facts.statements import Said, Statement
from memories.facts.vocabulary import CONDITIONS, DIETS_AND_TRAITS, JOBS

_LEAD = r"^\W*(?:(?:and|so|oh|btw|well|ok|hi|hey|hello|honestly|tbh|lol|also|been)\W+)*"
_KIN = r"(?P<kin>(?!my\b|our\b)(?:(?!and\b|with\b|is\b|was\b)[\w-]+ ){0,1}?[\w-]+)"
_NAMED = rf"(?: (?P<name>{CAPITAL}))?"
# “My son”, “mum”, “wife”.
_SOMEBODY = rf"(?:\b(?:my|our) |{_LEAD}){_KIN}{_NAMED}"
_FIRM = (
    rf"(?P<value>(?:the )?{PROPER}"
    r"|(?:the|an?) (?:(?!same|moment|time|age|start|end|night|day|best|whole)[\w-]+)(?: (?!this"
    r"|all|and|but|so|since|for|on|in|at|until|again|now|after|when|is|are|to)[\w-]+)?)"
)
_SHIFTS = r"(?:nights?|lates|earlies|days|doubles|weekends|(?:[\w-]+ )?shifts?)"
_TOWN = rf"(?P<value>(?:the )?{CAPITAL}(?:[ -](?!I\b){CAPITAL}){{0,2}})"
_DWELLING = (
    r"(?:studio|flat|house|apartment|cottage|room|bungalow|bedsit|houseboat|terrace|place|home"
    r"|two[- ]bed|one[- ]bed)"
)
_DRUGS = (
    r"(?:statins|insulin|warfarin|metformin|antidepressants|steroids|beta[- ]blockers|sertraline"
    r"|methotrexate|ritalin|lithium|thyroxine|levothyroxine|antihistamines|hrt|chemo|dialysis"
    r"|blood thinners|blood pressure tablets|iron tablets|painkillers|omeprazole|ozempic"
    r"|lamotrigine"
    r"|immunosuppressants|antibiotics|prednisone|prednisolone|testosterone|estrogen|oestrogen"
    r"|\w{4,}(?:statin|pril|sartan|olol|azepam|azole|mycin|cillin|oxetine|mab))"
)
_ILLNESS = (
    rf"(?:(?:severe|mild|bad|chronic|type \d) )?(?:{CONDITIONS}|dementia|alzheimer'?s|copd|gout"
    r"|sciatica|down'?s(?: syndrome)?)"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_EVENT = (
    r"(?:op|operation|surgery|exam|test|appointment|interview|viva|gig|match|scan|check-?up|wedding"
    r"|funeral|deadline|flight|trip|delivery|hearing|audition|recital|tournament|race|marathon|mri"
    r"|concert|reunion|christening|viewing|resit|final|finals|graduation|review|induction|lesson)"
)
_NO_PASTIME = re.compile(
    r".*\b(?:work|working|shift|school|nursery|off|appointment|closed|open|meeting|bins?|every|and"
    r"|on|next|last|this|see you|until|from|happy|free|busy|deadline|dentist|doctor|delivery|not"
    r"|no|home|office|day|party|wedding|exam|test|is|are|was|raining|the|a|my|our)\b.*",
    re.IGNORECASE,
)


def in_short(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what a message says in few words beyond what was heard in it.

    Args:
        stated: what was heard already.
    """
    return unheard(found_in(said, _WRITTEN), stated)


def _of_kin(predicate: str) -> Maker:
    """Return a maker of facts of a kind about the one whom the group "kin" names."""

    def make(match: re.Match[str], context: Context) -> Statement | None:
        kin = subject_of(match["kin"])
        if not is_person(kin) or is_animal(kin):
            return None
        made = fact(predicate, match["value"], match, context, subject=kin)
        name = match.groupdict().get("name") or ""
        return replace(made, name=name.removesuffix("'s")) if made else None

    return make


def _taken(match: re.Match[str], context: Context) -> Statement | None:
    return fact("health", f"on {match['value']}", match, context)


def _weekly(match: re.Match[str], context: Context) -> Statement | None:
    """Return what is done on a day each week: “choir Thursdays”."""
    value = match["value"].strip()
    return None if _NO_PASTIME.fullmatch(value) else fact("hobby", value, match, context)


def _own_status(match: re.Match[str], context: Context) -> Statement | None:
    """Return a status, unless it is somebody else's: “my dad, 72, retired postman”."""
    before = context.sentence[: match.start()]
    is_anothers = re.search(r"\b(?:my|our|his|her) ", before, re.IGNORECASE)
    return None if is_anothers else fact("status", match["value"], match, context)


def _booked(match: re.Match[str], context: Context) -> Statement | None:
    """Return an event on the day it is down for: “knee op is down for 14 December”."""
    when = context.to_come()
    if when is None or subject_of(match["value"]):
        return None
    return fact("plan", match["value"], match, context, when=when)


def _at_the(match: re.Match[str], context: Context) -> Statement | None:
    """Return whom somebody sees on a day to come: “I've the optician at 3 tomorrow”."""
    when = context.to_come()
    return fact("plan", match["value"], match, context, when=when) if when else None


def _children(match: re.Match[str], context: Context) -> Statement | None:
    """Return how many grandchildren or nephews somebody is a relative of: “grandad of five”."""
    counted = "child" if match["who"].lower() in _PARENTS else "grandchild"
    return fact("count", f"{match['value']} {counted}ren", match, context, subject=counted)


_PARENTS = frozenset({"mum", "mom", "mam", "mother", "dad", "father"})
_NUMBER = r"(?P<value>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})"

_WRITTEN: tuple[Pattern, ...] = (
    # Work
    (
        rf"(?:{_LEAD}|\b(?:i['’]?m|i am|i work|i do|working|doing|on) (?:on )?)(?:the )?{_SHIFTS}"
        rf" (?:at|for|with) {_FIRM}",
        value_of("employer"),
    ),
    (
        rf"(?:{_LEAD}|\bi['’]?(?:m| am) |\bi work )(?:on|behind) the (?:tills?|checkouts?|door|bar"
        rf"|counter|deli(?: counter)?|front desk|phones|reception|shop floor) (?:at|for|in)"
        rf" {_FIRM}",
        value_of("employer"),
    ),
    (
        rf"(?:{_LEAD}|\bi(?:['’]ve| have) )been (?:with|at) {_FIRM} (?:since|for|going on)"
        r"(?= (?:['’]?\d\d\b|\d{4}|[\w-]+ (?:long )?(?:years?|months)|years|ages|january"
        r"|february|march"
        r"|april|may|june|july|august|september|october|november|december|school|uni|i left"
        r"|before))",
        value_of("employer"),
    ),
    (
        rf"\b(?:went|gone|going|dropped to|cut down to) (?:part|full)[- ]time (?:at|with) {_FIRM}",
        value_of("employer"),
    ),
    (
        rf"{_SOMEBODY} (?:drives|cleans|delivers|codes|temps|works nights) for"
        rf" (?P<value>(?:the )?{PROPER})",
        _of_kin("employer"),
    ),
    (
        rf"{_LEAD}(?P<value>(?:[\w-]+ ){{0,2}}?(?:{JOBS}|assistant|carer|picker|packer|clerk))"
        rf" by day"
        r"\b",
        value_of("job"),
    ),
    (
        rf"\b(?:i|we)(?: just| finally)? (?:got|landed|took) (?:the|that|a) (?P<value>(?:[\w-]+ )?"
        rf"(?:{JOBS}|ranger|warden|carer|assistant|clerk|porter|guard)) (?:job|role|post"
        rf"|position)\b",
        value_of("job"),
    ),
    (
        r"\bi (?:also )?(?P<value>do the (?:books|accounts|payroll|gardens|lighting|flowers"
        r"|catering"
        r"|ironing)) for\b",
        value_of("job"),
    ),
    (
        r"\b(?P<value>full[- ]time carer|carer|live[- ]in carer) (?:for|to) my\b",
        value_of("job"),
    ),
    (
        r"(?:^\W*|\b\d\d,? |\b(?:i['’]?m|i am|im)(?: an?)? )(?P<value>retired)(?= [a-z])",
        _own_status,
    ),
    (
        rf"(?:{_LEAD}|\b(?:my|our) ){_KIN}(?: here)?(?:['’]s| is)(?: called| named)?"
        rf" {CAPITAL},? (?:and )?"
        rf"(?:he|she)(?:['’]s| is) an? (?P<value>(?:[\w-]+ )?(?:{JOBS}|\w{{3,}}(?:ist|ician|smith"
        r"|wright|keeper|worker|maker)|potter|joiner|carer))\b",
        _of_kin("job"),
    ),
    (
        r"\bi (?P<value>drive (?:the|a) (?:(?:school|night|city|mobile|bin|cement|fuel|tow)"
        r" )?(?:bus|lorry"
        r"|taxi|tram|train|ambulance|library|truck|coach|cab|forklift|crane|digger|ferry|gritter"
        r"|hearse"
        r"|milk float))\b(?! to (?:work|school))",
        value_of("job"),
    ),
    # Home
    (
        rf"{_SOMEBODY}(?:['’]s|['’]ve| has| have)? (?:just )?(?:bought|rented|found|got) (?:an?|him"
        rf"self an?|herself an?|their first) (?:[\w-]+ )?{_DWELLING} in {_TOWN}",
        _of_kin("home"),
    ),
    (
        rf"{_SOMEBODY}['’]s (?:lot|family|gang|crew|side) (?:are|is|live|lives)"
        rf" (?:(?:out|over|down|up|all) )?in {_TOWN}",
        _of_kin("home"),
    ),
    (
        rf"(?:^|[,;:.–—-]\s*)(?:an? )?(?:lovely |nice |cosy )?(?:little|small|tiny|wee) {_DWELLING}"
        rf" in {_TOWN}(?=\W*$|\s*[,.;])",
        value_of("home"),
    ),
    (
        rf"\b(?:i|we) moved to {_TOWN} (?:when|after|because|for|with|in|last)\b",
        value_of("home"),
    ),
    (
        rf"\b(?:my|our) {_KIN}{_NAMED}(?:['’]s| is|, (?:he|she)(?:['’]s| is)) an? (?:[\w-]+ )?"
        rf"(?:{JOBS}|[\w-]+(?:er|or|ist|ian)) (?:over |up |down |out )?in {_TOWN}",
        _of_kin("home"),
    ),
    (
        rf"{_SOMEBODY}(?:['’]s| is| are) (?:(?:over|out|up|down"
        rf"|back) )?in {_TOWN}(?: with {CAPITAL}"
        rf"| now"
        r"| these days| for work)(?!.*\b(?:holiday|visiting|weekend|trip|conference|until)\b)",
        _of_kin("home"),
    ),
    # Studies
    (
        r"\b(?:first|second|third|fourth|final) year (?:of )?(?:[\w-]+ ){0,3}(?:at|in) (?P<value>"
        rf"{PROPER})",
        value_of("school"),
    ),
    (
        r"\b(?:i['’]?m|i am|started|doing) (?:on )?(?:the|an?|my) (?P<value>[A-Z]{3,5}(?: level"
        r" \d)?)"
        r" (?:course|programme|diploma|certificate)\b",
        value_of("studies"),
    ),
    (
        r"\b(?:i['’]?m|i am|im|still|go to|i go to) at (?P<value>(?:St\.?|Saint) "
        rf"{CAPITAL}|{PROPER} (?:School|College|High|Academy|Grammar|Primary|Uni|University))",
        value_of("school"),
    ),
    # Health
    (rf"(?:{_LEAD}|\b(?:i['’]?m|i am|put me) )(?:back )?on (?P<value>{_DRUGS})\b", _taken),
    (rf"\bmy (?P<value>{_ILLNESS})(?= (?:is|was|has|keeps|makes|means|won))", value_of("health")),
    (rf"{_SOMEBODY}(?:['’]s| has) (?:got |had )?(?P<value>{_ILLNESS})\b", _of_kin("health")),
    (
        rf"{_LEAD}(?P<value>{DIETS_AND_TRAITS}|veggie) (?:since|for) (?=\w)",
        value_of("health"),
    ),
    (
        rf"\b(?:my|our) {_KIN}{_NAMED}\b[^.!?;]{{0,40}}?,? (?:and )?(?:he|she)(?:['’]s| is|"
        rf" has) (?:got |"
        rf"now )?(?P<value>{_ILLNESS}|{DIETS_AND_TRAITS})\b",
        _of_kin("health"),
    ),
    # Love
    (
        rf"\b(?:my|our) {_KIN}{_NAMED} (?:has |have |just |finally |only )*got (?P<value>married"
        r"|engaged|divorced)\b",
        _of_kin("relationship"),
    ),
    # Pastimes
    (
        rf"(?:^|,\s*|;\s*)(?P<value>[a-z]+(?: [a-z]+)?) {_DAYS}(?=,[^,]*{_DAYS})",
        _weekly,
    ),
    (
        rf"{_LEAD}(?P<value>[\w-]+ing(?: [\w-]+)?|[\w-]+(?: [\w-]+)?ing)(?:['’]s| is) my thing\b",
        value_of("hobby"),
    ),
    # Plans
    (
        rf"{_LEAD}(?:my |the |our )?(?P<value>(?:[\w-]+ ){{0,2}}[\w-]+?)(?:['’]s| is) (?:down"
        rf"|booked"
        r"|set|pencilled in|fixed|scheduled) for\b",
        _booked,
    ),
    (
        rf"{_LEAD}(?:my |the |our )?(?P<value>(?:[\w-]+ ){{0,2}}{_EVENT}) (?:is )?(?:on|at|this"
        rf"|next"
        r"|tomorrow|tonight|in)\b",
        _booked,
    ),
    (
        r"\b(?:i|we)(?:['’]ve| have)(?: got)? (?P<value>the (?:optician|dentist|vet|doctor|bank"
        r"|physio|chiropodist|solicitor|hygienist|midwife|hairdresser|garage|council))\b",
        _at_the,
    ),
    (
        rf"\b(?P<who>grandad|granddad|grandpa|grandma|grandmother|grandfather|granny|gran|nan|nana"
        rf"|mum|mom|mam|mother|dad|father) (?:of|to) {_NUMBER}\b",
        _children,
    ),
)
