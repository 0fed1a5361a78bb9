"""Whether the words around a marked value fit its kind: “25 years in May” isn't an age."""

from __future__ import annotations

import re

from memories.facts.hearing.ailing import is_own_ailment
from memories.facts.hearing.claims import clause_before
from memories.facts.hearing.message import Heard
from memories.facts.hearing.places import is_lived_in, is_shared
from memories.facts.hearing.scope import Sentence
from memories.facts.kinship import subject_of
from memories.facts.tagging.spans import Tagged

# “I have an interview at a brewery”
_EVENT_AT = re.compile(
    r"\b(?:interview|appointment|meeting|trial(?: shift| day)?|date|party|lunch|dinner|viewing"
    r"|concert|gig|exam|test|lecture|talk)s? (?:with|at|for)\s+(?:the |an? )?$",
    re.IGNORECASE,
)
# “I'm full of | codeine”
_FULL_OF = re.compile(r"\bfull of $", re.IGNORECASE)
# “Deaf as a | post”
_AS_A = re.compile(
    r"\b(?:blind|bright|brave|busy|clear|cold|cool|cunning|daft|dead|deaf|drunk|dry|fit|free|good|happy"
    r"|hard|keen|light|loud|mad|mean|nervous|old|pale|plain|pleased|poor|proud|quiet|rich|sharp|sick"
    r"|silly|slippery|slow|sly|smooth|sober|soft|stiff|strong|stubborn|sweet|thick|thin|tight|tough"
    r"|useless|weak|white|wise) as (?:an? |the )?$",
    re.IGNORECASE,
)
# “I have decided to | retire”
_DECIDES = re.compile(r"(?<!used )(?<!had )(?<!have )\bto $", re.IGNORECASE)
# “I went back to college to become a welder”: what somebody is to be.
_TO_BECOME = re.compile(r"(?<!used )\bto (?:be|become) (?:an? )?(?:[\w-]+ )?$", re.IGNORECASE)
NAMES = {"name", "nickname"}
# Words that give a name, before it and after it.
_GIVES_NAME = re.compile(
    r"\b(?:names?|nmaes?|naems?|nmes?|naems|named|nickname|called|calls?|calling|known as|aka"
    r"|alias|i am|i['’]?m|it['’]?s"
    r"|it is|this is|(?:go|goes|went) by|use|say|says|spelled|spelt|write|short for|just|yours"
    r"|signed|refer to|address|here's|here is|llamo|hei(?:ß|ss)e|bin|m'appelle|chiamo|be)\b"
    r"|^\W*(?:hi|hey|hello|yo)\W",
    re.IGNORECASE,
)
# “One of the physios, his name's Elliot”
_HIS_NAME = re.compile(
    r"\b(?:his|her|their|its|whose)\s+(?:\w+\s+)?names?\b[^,.;]*$|\b(?:he|she|it|who)(?:['’]s| is)"
    r"\s+(?:called|named)\s*$",
    re.IGNORECASE,
)
_OWNED_BESIDE = re.compile(
    r"\b(?:my|me|our|ma|mi|the|his|her|an?) (?:[\w-]+ )?(?P<whom>[\w-]+) $", re.IGNORECASE
)
_GIVES_NAME_AFTER = re.compile(
    r"\W*(?:here|speaking|is (?:my|the) name|is fine|will do|for short|'s the name|is what)\b",
    re.IGNORECASE,
)
_OF_LANGUAGES = re.compile(
    r"\b(?:speak|spoke|speaks|speaking|talk|language|tongue|fluent|fluently|native|bilingual"
    r"|trilingual|know|read|understand|grew up|raised|at home|learn\w*|polyglot|conversational"
    r"|a bit of|mutter\w*)\b",
    re.IGNORECASE,
)
# “Librarian, 12 years and counting” tells no age.
_SPAN_OF_YEARS = re.compile(
    r"\s*(?:years?|yrs?|months?|weeks?|days?|hours?|minutes?|min|mins|hrs?)\s+(?:and counting"
    r"|in\b|on\b|into\b|at\b|as\b|doing|ago|later|strong|straight|sober|clean|together|married"
    r"|since|for\b|[a-z]+ing\b|of (?:experience|work|service|marriage|my life|teaching))",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\s*(?:years?|yrs?)\b(?! old|-old| young| of age|\W*$)", re.IGNORECASE)
_YEARS_OLD = re.compile(r"\s*(?:years?|yrs?|springs|summers|winters|months?)\b", re.IGNORECASE)
_BARE_YEARS = re.compile(r"\s*(?:years?|yrs?|months?)\W*", re.IGNORECASE)
# “Plot 31”
_NUMBERED = re.compile(
    r"\b(?:plots?|numbers?|no\.?|nr\.?|#|flats?|rooms?|levels?|pages?|bus(?:es)?|house|unit"
    r"|apartment|apt"
    r"|block|floor|chapter|episode|season|class|year|grade|route|platform|gate|table|seat|size|day"
    r"|week|round|question|version|part|ward|bay|stop|line|tram|channel|street|road|avenue) $",
    re.IGNORECASE,
)
_IS_OLD = re.compile(
    r"(?:['’][msr]e?|\b(?:is|am|are|im|be|turn\w*|hit|has|have|aged?|was|reached|completed))\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:pushing|nearly|almost|approaching|nearing|close to|closer to|going on"
    r"|feel(?:ing|s)?(?: like)?)\s+(?:the big )?$",
    re.IGNORECASE,
)
# “I'm married to my job”, not “to the loveliest man”.
_TO_A_THING = re.compile(
    r"(?: (?:now|basically|literally|already))? to (?:the|my|this|that|your)"
    r" (?!\w*(?:man|woman|guy|girl|boy|love|lad|lass|person|partner|friend|wife|husband)"
    r"|\w+est\b|best\b|most\b|same\b)",
    re.IGNORECASE,
)
_OF_PARENTS = re.compile(
    r"\bmy (?:parents|folks|grandparents|m[uo]m and dad|in-?laws|friends|neighbours)\b",
    re.IGNORECASE,
)
_GREETS = re.compile(
    r"\W*(?:(?:hi|hey|hello|hiya|yo|good \w+)\W*)+(?:all|there|everyone)?\W*", re.IGNORECASE
)
# “I collect old scales, got 40 odd”
_COUNTED = re.compile(r"\b(?:got|have|has|own|collected|bought|sold|made)\s+$", re.IGNORECASE)
# “47 out of 50”
_SCORE = re.compile(r"\s*(?:out of|/) ?\d", re.IGNORECASE)
_COUNTED_AFTER = re.compile(r"\s*(?:odd|ish of|of (?:them|those|these))\b", re.IGNORECASE)
# “My knee op's on 18 November” is a plan, not a birthday.
_OTHER_EVENT = re.compile(
    r"\b(?:my|our|the|an?) (?:(?!is\b)[\w-]+ ){0,2}(?!b-?day|birth|day)[\w-]+(?:['’]s| is)"
    r" (?:booked |set |scheduled |down )?(?:on|for) (?:the )?$",
    re.IGNORECASE,
)


def has_its_words(heard: Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether the words around an own value fit its kind, where they have to."""
    start, end = mark.start - sentence.start, mark.end - sentence.start
    if mark.kind in NAMES:
        return _is_named(heard, sentence, mark)
    if mark.kind == "home":
        return is_lived_in(clause_before(sentence, mark.start), sentence.text[end:])
    if mark.kind == "home_with":
        return is_shared(sentence.text)
    if mark.kind in {"employer", "school"}:
        return not _EVENT_AT.search(clause_before(sentence, mark.start))
    if mark.kind == "health":
        return is_own_ailment(sentence.text, start, end)
    if mark.kind == "birthday":
        return not _OTHER_EVENT.search(clause_before(sentence, mark.start))
    if mark.kind == "job":
        return not _TO_BECOME.search(clause_before(sentence, mark.start))
    if mark.kind == "like":
        return not _FULL_OF.search(clause_before(sentence, mark.start))
    if mark.kind == "status":
        return not _DECIDES.search(clause_before(sentence, mark.start))
    if mark.kind == "relationship":
        of_others = _OF_PARENTS.search(clause_before(sentence, mark.start))
        return not of_others and not _TO_A_THING.match(sentence.text[mark.end - sentence.start :])
    if mark.kind == "language":
        several = sum(one.kind == "language" for one in heard.marks) > 1
        return several or bool(_OF_LANGUAGES.search(sentence.text))
    return mark.kind != "age" or is_age(heard, sentence, mark)


def is_simile(before: str) -> bool:
    """Return whether words end as a comparison does: “deaf as a …”."""
    return bool(_AS_A.search(before))


def is_age(heard: Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether a number is an age that somebody has: not “25 years in May”, “3 out of 5”."""
    before, after = heard.text[: mark.start], sentence.text[mark.end - sentence.start :]
    if (
        _NUMBERED.search(before)
        or _SPAN_OF_YEARS.match(after)
        or _SCORE.match(after)
        or re.search(r"(?:^|\s)[-−]$", before)
    ):
        return False
    clause = clause_before(sentence, mark.start)
    if _COUNTED_AFTER.match(after) or (_COUNTED.search(clause) and not _YEARS_OLD.match(after)):
        return False
    # “… Pepper. 14 years.”
    is_bare = sentence.start > 0 and not clause.strip() and _BARE_YEARS.fullmatch(after)
    is_span = is_bare or (_YEARS.match(after) and not _IS_OLD.search(clause))
    return not is_span and not _ABOUT.search(clause)


def _is_named(heard: Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether the author gives a name as theirs: after words that give names, or first."""
    before = sentence.text[: mark.start - sentence.start]
    after = sentence.text[mark.end - sentence.start :]
    if _HIS_NAME.search(before) or _is_of_theirs(before):
        return False
    # “My cat died. Pepper.” names the cat.
    of_another = any(one.subject and one.end <= sentence.start for one in heard.people)
    first = not re.search(r"\w{2,}", before.split("\n")[-1]) or _GREETS.fullmatch(before)
    is_first = bool(first) and not of_another
    return bool(is_first or _GIVES_NAME.search(before) or _GIVES_NAME_AFTER.match(after))


def _is_of_theirs(before: str) -> bool:
    """Return whether a word for somebody or an animal stands right before a name: “me dog Rex”."""
    beside = _OWNED_BESIDE.search(before)
    return beside is not None and bool(subject_of(beside["whom"]))
