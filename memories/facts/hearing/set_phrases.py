"""Set phrases that tell something: “the big four-oh”, “Leeds till I die”, “hi from Tartu”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from memories.facts.hearing.passing import (
    CAPITAL,
    CONFIDENCE,
    PROPER,
    Pattern,
    Place,
    fact,
    found_in,
    unheard,
    value_of,
)
from memories.facts.hearing.scope import own_words, sentences
from memories.facts.kinship import is_animal, is_person, subject_of
from memories.facts.statements import Said, Statement
from memories.facts.vocabulary import JOBS, LANGUAGES, NATIONALITIES

_LEAD = r"^\W*(?:(?:and|so|oh|btw|well|ok|hi|hey|hello|honestly|tbh|lol|also|yes)\W+)*"
_TOWN = rf"(?P<value>{CAPITAL}(?:[ -](?!I\b){CAPITAL}){{0,2}})"
_THING = r"(?P<value>(?!(?:it|this|that|them|you|him|her)\b)[\w'’-]+(?: [\w'’-]+){0,3}?)"
_TENS = {
    "two": 20, "three": 30, "four": 40, "five": 50, "six": 60, "seven": 70, "eight": 80, "nine": 90,
}  # fmt: skip
_CREW = rf"(?:{JOBS}|cabin crew|ground staff|crew|porter|temp|carer|guard|picker|clerk|assistant)"


def set_phrases(said: Said, stated: Sequence[Statement]) -> list[Statement]:
    """Return what set phrases of a message tell beyond what was heard in it.

    Args:
        stated: what was heard already.
    """
    found = unheard(found_in(said, _WRITTEN), stated)
    return [*found, *_named_in_brackets(said, [*stated, *found])]


def _round_age(match: re.Match[str], place: Place) -> Statement | None:
    """Return a round age: “turned the big four-oh”."""
    return fact("age", str(_TENS[match["tens"].lower()]), match, place)


def _by_name_of(match: re.Match[str], place: Place) -> Statement | None:
    kin = subject_of(match["kin"])
    if not (is_animal(kin) or is_person(kin)):
        return None
    return fact("name", match["value"], match, place, subject=kin)


_WRITTEN: tuple[Pattern, ...] = (
    (
        r"\bthe big (?P<tens>two|three|four|five|six|seven|eight|nine)[ -]?(?:oh|o|zero)\b",
        _round_age,
    ),
    (
        rf"\b(?:my|our|the) (?P<kin>[\w-]+)\b[^.!?]{{0,30}},? (?:by the |goes by the )?name of"
        rf" (?P<value>{CAPITAL})",
        _by_name_of,
    ),
    # Homes
    (
        r"(?:^\W*|\b(?:hi|hello|hey|hiya|greetings|good \w+|cheers|live|writing|posting|typing"
        r"|calling"
        rf"|reporting)(?: \w+)?,? )from (?:(?:rainy|sunny|cold|grey|foggy|beautiful|snowy"
        rf"|lovely|windy)"
        rf" )?{_TOWN}(?=\W*$|\s*[,.!])",
        value_of("home"),
    ),
    (
        rf"(?:{_LEAD}|\b(?:i['’]?m|i am|im) )(?:an? )?(?:{NATIONALITIES})(?: \w+)? (?:living|based"
        rf"|stuck|lost|stranded|settled|working|studying) in {_TOWN}",
        value_of("home"),
    ),
    (
        r"\b(?:i|we)(?: \w+)? (?:came|moved|emigrated|relocated)(?: over| up| down)? to"
        rf" {_TOWN} from (?:the )?{CAPITAL}",
        value_of("home"),
    ),
    (
        rf"{_LEAD}(?:came|moved|emigrated|relocated)(?: over| up| down)? to {_TOWN} from (?:the )?"
        rf"{CAPITAL}",
        value_of("home"),
    ),
    (
        r"\bsigned (?:the|a|our|my) (?:lease|contract|papers) (?:on|for) (?:an?|the|our|my)"
        rf" (?:[\w-]+ ){{1,2}}in {_TOWN}",
        value_of("home"),
    ),
    # Work
    (
        rf"(?:{_LEAD}|\b(?:i['’]?m|i am|im|am) )(?:an? )?{_CREW} (?:for|with) (?P<value>(?:the"
        rf" )?{PROPER})",
        value_of("employer"),
    ),
    (
        rf"\b(?:working|employed|work) as (?:an? )?(?:[\w-]+ ){{0,2}}{_CREW} (?:in|at|with|for)"
        rf" (?P<value>(?-i:[A-Z]{{2,5}})|(?:the )?{PROPER})(?=\W*$| (?:from|since|for)\b)",
        value_of("employer"),
    ),
    # Tastes and tongues
    (
        rf"\bmy (?:jam|weakness|guilty pleasure|comfort food|kryptonite|addiction|obsession|one"
        rf" vice)"
        rf" (?:is|are|has to be|will always be) {_THING}(?=\W*$|\s*[,.!;(])",
        value_of("like"),
    ),
    (rf"{_LEAD}(?P<value>{PROPER}) (?:till|until|til|'til) i die\b", value_of("like")),
    (
        rf"\b(?:hold|have|manage|keep up|follow) an? (?:\w+ )?conversation in"
        rf" (?P<value>{LANGUAGES})\b",
        value_of("language"),
    ),
)
_SMALL = r"(?:(?:little|baby|young|big|old) )?"
# “The cats (Salt and Pepper)”, “two sisters (Ann, Bo)”
_IN_BRACKETS = re.compile(
    rf"\b(?:my|our|the|two|three|four)\s+(?:\w+\s+)?(?P<kin>[\w-]+)\s*[(:]\s*(?P<names>{_SMALL}{CAPITAL}"
    rf"(?:(?:,| and| &|, and) {_SMALL}{CAPITAL})+)\s*\)?",
    re.IGNORECASE,
)


def _named_in_brackets(said: Said, stated: Sequence[Statement]) -> Iterator[Statement]:
    """Yield the names of several that stand in brackets or after a colon."""
    known = {one.value.lower() for one in stated if one.predicate == "name"}
    for sentence in sentences(own_words(said.text)):
        match = _IN_BRACKETS.search(sentence.text)
        if match is None or not sentence.states(sentence.start + match.start()):
            continue
        kin = subject_of(match["kin"])
        names = [one.split()[-1] for one in re.split(r",? and |, | & ", match["names"])]
        for name in names if is_animal(kin) or is_person(kin) else ():
            if name.lower() not in known:
                place = sentence.start + match.start("names")
                yield Statement(kin, "name", name, name=name, confidence=CONFIDENCE, start=place)
