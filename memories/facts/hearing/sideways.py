"""What is mentioned in passing: “first day at the zoo”, “we're expecting”, “Nan lives with us”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from zoneinfo import ZoneInfo

from memories.facts.hearing.passing import (
    CAPITAL,
    CONFIDENCE,
    PROPER,
    Context,
    Pattern,
    fact,
    found_in,
    is_heard,
    unheard,
    value_of,
)
from memories.facts.hearing.scope import own_words
from memories.facts.hearing.values import checked
from memories.facts.kinship import is_animal, means, subject_of
from memories.facts.predicates import SELF
from memories.facts.statements import Said, Statement
from memories.facts.vocabulary import CONDITIONS, JOBS

_KIN = r"(?P<kin>(?!my\b|our\b)(?:(?!and\b|with\b|is\b|was\b)[\w-]+ ){0,2}?[\w-]+)"
_NAME = rf"(?: (?P<name>{CAPITAL}))?"
_WORKPLACE = rf"(?P<value>(?:(?:the|a|an|my new) )?(?:{PROPER}|[\w-]+(?: [\w-]+)?))"
_SOON = "today|tomorrow|yesterday|on|next|this|last|in|and|but|so|as|was|is|went|when|at|tmrw|tmr"
_END = rf"(?=\s*[,.!;:(🎉🥳👶]|\s*$| (?:{_SOON}|again)\b)"
# Those whom people mean when they say of a name who it is.
_NAMED = frozenset(
    [
        "husband",
        "wife",
        "girlfriend",
        "boyfriend",
        "fiancé",
        "fiancée",
        "brother",
        "sister",
        "son",
        "daughter",
        "uncle",
        "aunt",
        "cousin",
        "niece",
        "nephew",
        "boss",
        "colleague",
        "flatmate",
        "roommate",
        "housemate",
        "neighbour",
    ]
)
# What one works in.
_FIELD = (
    r"(?:retail|sales|marketing|human resources|(?-i:IT|HR|PR|TV)|finance|banking|insurance"
    r"|logistics|hospitality|construction|publishing|advertising|recruitment|procurement"
    r"|accounting|healthcare|social care|catering|tourism|real estate|telecoms|manufacturing"
    r"|engineering|tech|software|cyber ?security|admin|payroll|compliance|purchasing|forestry"
    r"|customer (?:service|support))"
)
# What is done for fun when it is done again and again.
_SPORTS = (
    "swim|run|jog|cycle|hike|climb|paint|draw|sketch|knit|sew|crochet|garden|bake|fish|sail|row"
    "|ski|surf|skate|dance|sing|box|fence|lift|meditate"
)
_ILL = r"\w+(?:itis|osis|emia|aemia|algia|oma|opathy)"
_DISORDER = r"syndrome|disease|disorder|deficiency|intolerance|apnoea|apnea"
_ILLNESS = rf"(?P<value>{CONDITIONS}|{_ILL}|(?:[\w'-]+ ){{1,2}}?(?:{_DISORDER}))"
# Neither “first day at home” nor “first day at sea”.
# What one is made at work.
_POSITION = (
    rf"(?:{JOBS}|foreman|supervisor|manager|director|partner|captain|head of [\w-]+|[\w-]+ lead"
    r"|team leader|deputy|vicar|sergeant|permanent)"
)
_NO_WORKPLACE = re.compile(
    r"(?:the |my |a |an )?(?:new )?(?:home|school|uni\w*|college|gym|beach|sea|office|work|job"
    r"|least|night|noon|once|all|class|preschool|kindergarten|nursery|hospital ward|hotel|festival"
    r"|camp|place|\d.*|first|last|end|it|this|that|same time|beginning|weekend|top|bottom)",
    re.IGNORECASE,
)


def sideways(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what a message mentions in passing beyond what was heard in it.

    Args:
        stated: what was heard already.
    """
    found = unheard(found_in(said, _WRITTEN), stated)
    found += [one for one in _labels(said) if not is_heard(one, [*stated, *found])]
    return [*found, *_diagnoses(said, [*stated, *found])]


def _labels(said: Said) -> Iterator[Statement]:
    """Yield what a message without a verb says of its author: “24, Berlin”."""
    found = [("age", match["value"])] if (match := _AGE_FIRST.match(said.text)) else []
    if job := _JOB_AT.fullmatch(said.text):
        found += [("job", job["job"]), ("employer", job["employer"])]
    for predicate, words in found:
        if value := checked(predicate, words, said.at, ZoneInfo(said.zone)):
            yield Statement(SELF, predicate, value, confidence=CONFIDENCE)


def _starts(match: re.Match[str], context: Context) -> Statement | None:
    """Return a new job: where somebody works, or a plan while it is to come."""
    where = match["value"].strip()
    if _NO_WORKPLACE.fullmatch(where):
        return None
    if when := context.to_come():
        return fact("plan", f"start at {where}", match, context, when=when)
    return fact("employer", where, match, context)


def _visit(match: re.Match[str], context: Context) -> Statement | None:
    """Return what somebody of theirs is about to do, as a plan: “my mum is coming on Friday”."""
    when = context.to_come() or next(iter(context.dates()), None)
    today = context.said.at.astimezone(context.zone).date()
    if when is None or when.last < today or not subject_of(match["kin"]):
        return None
    until = when.start if when.start >= match.end("doing") else len(context.sentence)
    doing = context.sentence[match.start("doing") : until].strip(" ,.!?")
    who = f"their {match['kin']}{' ' + match['name'] if match['name'] else ''}"
    return fact("plan", f"{who} {match['be']} {_trimmed(doing)}", match, context, when=when)


def _trimmed(doing: str) -> str:
    """Return the words of a deed without what leads to its date: “to visit on” as “to visit”."""
    bare = re.split(r"[,;:(]| (?:and|but|so|because|which|who)\b", doing)[0]
    return re.sub(r"(?: (?:on|in|at|by|for|this|next|the))+$", "", bare.strip(), flags=re.I)


def _lives_with(match: re.Match[str], context: Context) -> Statement | None:
    if not subject_of(match["kin"]) or is_animal(subject_of(match["kin"])):
        return None
    name = f" {match['name']}" if match["name"] else ""
    return fact("home_with", f"their {match['kin']}{name}", match, context)


def _expects(match: re.Match[str], context: Context) -> Statement | None:
    return fact("health", f"expecting {match['value'] or 'a baby'}", match, context)


def _diet(match: re.Match[str], context: Context) -> Statement | None:
    return fact("health", match["value"].lower(), match, context)


def _married(match: re.Match[str], context: Context) -> Statement | None:
    return fact("relationship", "married", match, context)


def _who_is_theirs(match: re.Match[str], context: Context) -> Statement | None:
    """Return the name of somebody: “Greg is my line manager”, not “Coffee is my friend”."""
    words = match["kin"].split()
    likely = (subject_of(" ".join(words[:count])) for count in range(len(words), 0, -1))
    kin = next(filter(None, likely), "")
    return (
        fact("name", match["name"], match, context, subject=kin) if means(kin) in _NAMED else None
    )


def _field(match: re.Match[str], context: Context) -> Statement | None:
    return fact("job", match["value"] or match["value2"], match, context)


def _engaged(match: re.Match[str], context: Context) -> Statement | None:
    return fact("relationship", "engaged", match, context)


_WRITTEN: tuple[Pattern, ...] = (
    (
        rf"\b(?:(?:my|the) )?first (?:day|shift|week)(?: of work)? (?:at|with) {_WORKPLACE}{_END}",
        _starts,
    ),
    (
        r"(?:\b(?:i|i'm|im|i'll)(?: just| finally)?(?: be)? start(?:ing|ed)?|^\W*starting)"
        rf"(?: work(?:ing)?| (?:a|my) new job)? (?:at|with) {_WORKPLACE}{_END}",
        _starts,
    ),
    (
        rf"\b(?:my|our) {_KIN}{_NAME} (?P<be>is|are) (?:finally |also )?(?P<doing>(?:coming"
        r"|visiting|arriving|moving|staying|getting married|graduating|flying|starting|having"
        r"|leaving|turning \d+)\b)",
        _visit,
    ),
    (
        rf"(?:^\W*|\b(?:my|our) ){_KIN}{_NAME} (?:lives?|moved in|came to live|is living|stays"
        r"|shares (?:a|the) (?:flat|house)) (?:with|w/?) (?:us|me)\b",
        _lives_with,
    ),
    (
        r"\b(?:we(?:'re| are)|my (?:wife|partner|girlfriend)(?: \w+)? and i are|i'?m|i am)"
        r" (?:both )?expecting(?: (?P<value>(?:a|our(?: \w+)?) (?:baby|child|boy|girl|twins)"
        rf"|twins|our (?:first|second|third|fourth)))?{_END}",
        _expects,
    ),
    (
        rf"(?:^\W*(?:(?:me|myself) and {CAPITAL} )?"
        r"|\b(?:we|i)(?:'ve| have)?(?: both| just| finally)* )(?:tied the knot|got hitched"
        r"|eloped|got wed|wed|got married|said i do)\b",
        _married,
    ),
    (
        rf"(?:^\W*|\b(?:we're|i'm|we are|i am|im|got|newly|just) )engaged to {CAPITAL}"
        rf"|\b{CAPITAL} said yes\b|\b(?:he|she|they) said yes\W.*\bengaged\b",
        _engaged,
    ),
    (
        rf"\b(?:got|have|has|had|with) (?:a|our|my) new (?P<kin>[\w-]+(?: [\w-]+)?),?"
        rf" (?:called |named )?(?P<name>{CAPITAL})",
        _who_is_theirs,
    ),
    (
        rf"\b(?:little|baby) (?P<kin>girl|boy)\b[^.!?]{{0,40}}, (?P<name>{CAPITAL})\W*$",
        _who_is_theirs,
    ),
    (
        rf"\b(?:got|been|was|was getting) taken on (?:at|by) {_WORKPLACE}{_END}",
        _starts,
    ),
    (
        rf"(?P<name>{CAPITAL})(?: is|['’]s) my (?P<kin>[\w-]+(?: [\w-]+){{0,2}})(?!['’\w])",
        _who_is_theirs,
    ),
    (
        rf"(?:^\W*|\bi )(?:(?:still|now|mostly) )?work(?:ing)? in (?P<value>{_FIELD})\b"
        rf"|\bi(?:['’]?m| am) in (?P<value2>{_FIELD})\b",
        _field,
    ),
    (
        r"\b(?:they|work|my boss|the boss|my manager)(?:['’]?ve| have| has)?(?: just| finally)?"
        rf" made me (?:an? |the )?(?:new )?(?P<value>(?:[\w-]+ ){{0,2}}?{_POSITION}){_END}",
        value_of("job"),
    ),
    (
        rf"(?<!\bis )(?<!\bare )(?<!welcome )\bhome to (?P<value>{PROPER})",
        value_of("home"),
    ),
    (
        rf"(?P<value>{CAPITAL}) to (?:all )?my (?:friends|mates|pals|family|colleagues)\b",
        value_of("nickname"),
    ),
    (
        r"\bkeys? (?:to|for) (?:the|our|my) (?:new )?(?:flat|house|apartment|place|home|studio)"
        rf" in (?P<value>(?:the )?{PROPER})",
        value_of("home"),
    ),
    (
        r"\bfirst (?:day|week|term|semester|year) (?:of (?:uni|college) )?(?:at|in) (?P<value>"
        rf"(?:the )?(?:university|college) of {CAPITAL}(?: {CAPITAL})?"
        rf"|{CAPITAL}(?: {CAPITAL})? (?:University|College|High|Uni|School))",
        value_of("school"),
    ),
    (
        rf"\bi (?:also |still |mostly )?(?P<value>{_SPORTS})(?: [\w'-]+){{0,5}}?"
        r" (?:every|each|most) (?:day|morning|evening|night|week|weekend"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)",
        value_of("hobby"),
    ),
    (
        r"\bi(?:'ve|'m)?(?: have| am)?(?: just| recently)? (?:went|gone|turned|been|became|going)"
        r" (?:fully |completely |totally )?(?P<value>vegan|vegetarian|veggie|pescatarian"
        r"|gluten[- ]free|sober|teetotal|plant[- ]based)\b",
        _diet,
    ),
)
# A message that is nothing but a label: “24, Berlin”, “nurse at a clinic”.
_AGE_FIRST = re.compile(
    r"\W*(?P<value>1[3-9]|[2-9]\d), (?:from |based in |living in )?[^\W\d][\w ]{2,18}(?=,|\W*$)"
)
_JOB_AT = re.compile(
    rf"\W*(?P<job>(?:(?!my\b|the\b|a\b|saw\b|met\b)[\w-]+ ){{0,2}}?(?:{JOBS}|dev)) (?:at|for)"
    r" (?P<employer>(?:an?|the) [\w ]{3,30}?|[A-Z][\w&]+(?: [A-Z][\w&]+)?)\W*",
    re.IGNORECASE,
)
_DOCTORS = (
    r"(?:the |my )?(?:doctor|dr|gp|psychiatrist|neurologist|consultant|specialist|hospital"
    r"|tests?|results?|they)\b"
)
_SAYS = r"\b(?:says?|said|told me|confirmed|found|show(?:s|ed)?)(?: that)?"


@cache
def _diagnosed() -> re.Pattern[str]:
    """Return the pattern of a diagnosis: a doctor says it, but it is the person's own."""
    return re.compile(
        rf"\b(?:{_DOCTORS}[^.!?\n]{{0,24}}?{_SAYS} (?:i(?:'ve| have)(?: got)?|it'?s)"
        r"|turns out i(?:'ve| have)(?: got)?"
        r"|i(?:'ve| have)?(?: just| recently)? (?:been|was|got) (?:told i have|diagnosed with))"
        rf" (?:an? |some )?{_ILLNESS}{_END}",
        re.IGNORECASE,
    )


_NOT_SO = re.compile(r"\b(?:n't|not|never|if|might|maybe|could|joked?|lol)\b|\?\s*$", re.IGNORECASE)


def _diagnoses(said: Said, stated: Sequence[Statement]) -> Iterator[Statement]:
    text = own_words(said.text).replace("’", "'")
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        match = _diagnosed().search(sentence)
        if match is None or _NOT_SO.search(sentence):
            continue
        value = match["value"]
        if not any(one.predicate == "health" for one in stated):
            yield Statement(SELF, "health", value, confidence=CONFIDENCE)
