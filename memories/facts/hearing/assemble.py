"""Puts marked words together to statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from memories.facts.hearing.ailing import what_ails
from memories.facts.hearing.beginnings import as_plan, begins_later
from memories.facts.hearing.claims import NOT, abstinence, claimed, clause_before, quits
from memories.facts.hearing.dated import (
    CLAUSE,
    as_dated_plan,
    comes_of_age,
    ended_at,
    until_then,
    with_month,
)
from memories.facts.hearing.marks import I_AM, grown, joined
from memories.facts.hearing.message import Heard
from memories.facts.hearing.places import is_anywhere
from memories.facts.hearing.scope import Sentence, own_words, sentences
from memories.facts.hearing.subjects import Mention, mentions
from memories.facts.hearing.surer import surer
from memories.facts.hearing.values import NAME_OF_OTHER, checked, is_chore, kind_of, tidy
from memories.facts.hearing.whose import is_of_two, mention_of, subject_for
from memories.facts.hearing.words_around import has_its_words, is_age, is_simile
from memories.facts.kinship import SINGLE
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement
from memories.facts.tagging.spans import LEAST, Tagged
from memories.facts.tagging.words import SUBJECT, THING

_ANOTHER = re.compile(r"\b(?:also|another|too|as well|second|third|one more|plus)\b", re.IGNORECASE)
# “I tutor on the side”
_AS_WELL = re.compile(r"\b(?:as well|too|on the side|besides|also)\b", re.IGNORECASE)
# “The film I keep coming back to is …”
_COMES_BACK_TO = re.compile(
    r"\bthe (?P<thing>[\w-]+) (?:that )?i (?:always|keep|never stop) [\w ]+ is $", re.IGNORECASE
)
# An animal or a person that is introduced: “we got a cat called Nori”.
_ONE_MORE = re.compile(r"\b(?:an?|another|second|third|new|other)\s+(?:\w+\s+)?$", re.IGNORECASE)
# “My new boss” takes the place of the one before.
_NEW = re.compile(r"\b(?:my|our) (?:new|current) $", re.IGNORECASE)
_RENAMED = re.compile(r"\b(?:renam|changed (?:his|her|its|their|the \w+'s) name)", re.IGNORECASE)
_CALLED = re.compile(
    r"^(?:['’]?s)?\s*(?:name(?:['’]?s| is)|is (?:called|named|actually)|['’]?s (?:called|named)"
    r"|is)\b",
    re.IGNORECASE,
)
# “My blood pressure tablets”
_MEDICINE = re.compile(
    r" (?:tablets?|pills?|meds|medication|medicine|inhalers?|injections?|drops|cream)\b", re.I
)
# Everybody has some.
_MEASURED = re.compile(r"blood pressure|blood sugar|pulse|heart rate|temperature|weight", re.I)
# “Two of them live in Canada” says of nobody where they live.
_SOME_OF_THEM = re.compile(
    r"\b(?:one|two|three|four|five|six|some|most|many|half|both|all|none|neither|a couple|a few)"
    r" of (?:them|us|these|those)\b[^,;.]*$",
    re.IGNORECASE,
)
_WILL_BE = re.compile(
    r"\b(?:turns|turn|turning|will be|(?:going to|gonna|about to) (?:be|turn)|['’]ll be|is)"
    r"\s+(?:the big )?$",
    re.IGNORECASE,
)
# “Sixty-eight next birthday”
_NEXT_BIRTHDAY = re.compile(r"\s*(?:on |at |by )?(?:my |his |her )?next birthday\b", re.IGNORECASE)
# “I take tablets for my blood pressure”
_TAKES = re.compile(r"\b(?:take|taking|['’]?m on|am on|put me on)\s+(?:some )?$", re.IGNORECASE)
_TASTE_VERB = re.compile(r"\b(love|adore|enjoy|hate|detest|loathe|despise)s?\b", re.IGNORECASE)


# “I do nails out of my spare room”: work, not a pastime.
_FOR_MONEY = re.compile(
    r" (?:(?:out of|from|in) my (?:(?:spare|front|living) room|kitchen|garage|flat|house|home)|for"
    r" (?:clients|customers|a living|money|people)|freelance|professionally)\b",
    re.IGNORECASE,
)


# “Hi from Tartu”: they are there.
_HI_FROM = re.compile(
    r"\b(?:hi|hello|hey|hiya|greetings|morning|evening|cheers|writing|posting|typing"
    r"|calling)(?: all"
    r"| everyone| folks)?,? from (?:an? )?(?:very )?(?:(?-i:[a-z]+) )?$",
    re.IGNORECASE,
)
# “Grew up above a chip shop, literally, in Hull”
_GREW_UP = re.compile(
    r"\b(?:grew up|was raised|was brought up)\b(?!.*\b(?:live|living|moved|now|then|ended up|based"
    r"|home|back|settled|since|but|came|went)\b)",
    re.IGNORECASE,
)
_HERE = re.compile(r" here\b", re.IGNORECASE)
# “Carpal tunnel op on the 5th”: a plan, and no ailment.
_OPERATION = re.compile(
    r" (?:(?!and\b|or\b)[\w-]+ )?(?:op|operation|surgery|scan|appointment|check-?up)\b", re.I
)
# “I had my hip replaced”
_HAD = re.compile(r"\b(?:had|having|got|getting) (?:(?:my|a|the) )?$", re.IGNORECASE)
_REPLACED = re.compile(r" replaced\b", re.IGNORECASE)
_MY = re.compile(r"^(?:their|my|a|the) ", re.IGNORECASE)
_COLLECTS = re.compile(r"\b(?:i|we)(?: \w+)? collect $", re.IGNORECASE)
_MOST_NAMES_SHOUTED = 2
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|sir|madam|dr|prof)\.? $", re.IGNORECASE)
# “She isn't speaking to me since Mum's funeral”
_SINCE = re.compile(r"\bsince (?:[\w'’]+ ){0,3}$", re.IGNORECASE)
# “Eleven o'clock” isn't an age, and in “learning to play” nothing is named yet.
_CLOCK = re.compile(r"\s?(?:o['’]?clock|[ap]\.?m)\b", re.IGNORECASE)
_NOTHING_TO_LEARN = frozenset({"to", "how", "how to", "it", "that", "about"})
# “The names of them are Beata and Ruta”, “(short for Bashir)”
_OF_OTHERS = re.compile(
    r"\b(?:short for|stands for|names (?:of|are)|(?:their|his|her|its) names?"
    r"|(?:says?|said|spells?|pronounces?|writes?) my name)\b[^.!?]*$",
    re.IGNORECASE,
)
_OFF_TO = re.compile(
    r"\b(?:off|going|heading|driving|travelling|traveling|sailing|flying|popping)"
    r"(?: back| over| up| down| out| home)? to (?:the )?$",
    re.IGNORECASE,
)
# “I do the books for two farms”
_DO_THE = re.compile(r"\bdo (?P<the>the )$", re.IGNORECASE)
_FOR_SOME = re.compile(
    r" for (?:(?:an?|some|several|a (?:couple|few) of|two|three|four|five|\d+|local|small|the|my) )"
    r"(?!fun|a laugh)",
    re.IGNORECASE,
)


# “I start my new job at the library in two weeks”
_NEW_JOB = re.compile(r" job\b", re.IGNORECASE)
# What stands before words that only look like a kind of value: “6 adults and 2 kids” are guests,
# nobody studies math for having “a D in math”, “we were together” is past, and who
# works with bridges isn't employed by them.
_BESIDE = {
    "count": re.compile(r"\b(?:adults?|guests?|grown-?ups)(?:,| and| &| \+)? $", re.IGNORECASE),
    "studies": re.compile(r"\b(?:an? )?(?-i:[A-F])[+-]? (?:in|on|for) (?:my )?$", re.IGNORECASE),
    "relationship": re.compile(r"\b(?:we|and i|and me) were $", re.IGNORECASE),
    "employer": re.compile(r"\bwork(?:s|ed|ing)? with (?:the |my )?$", re.IGNORECASE),
}


def statements(said: Said, marks: Sequence[Tagged]) -> list[Statement]:
    """Return what a message states, in order.

    Args:
        marks: what the tagger marked in its text.
    """
    text = own_words(said.text)
    zone = ZoneInfo(said.zone)
    parts = sentences(text)
    own = [one for one in marks if "\0" not in text[one.start : one.end]]
    whole = joined(text, [grown(text, one) for one in surer(text, own, LEAST)])
    heard = Heard(said, text, zone, whole, parts, mentions(text, whole, parts))
    found = [made for mark in whole for made in _statement(heard, mark)]
    return _named(found, heard)


def _statement(heard: Heard, mark: Tagged) -> Iterator[Statement]:
    if mark.kind in {SUBJECT, THING} or mark.confidence < LEAST:
        return
    sentence = next((one for one in heard.sentences if one.start <= mark.start < one.end), None)
    if sentence is None or not sentence.states(mark.start):
        return
    claim = claimed(sentence, mark)
    mention = None if mark.kind == "count" else mention_of(heard, mark)
    subject = subject_for(heard, sentence, mark, mention)
    value = _value_of(heard, mark, subject)
    if not subject or not value or claim is None or is_of_two(heard, mark, subject):
        return
    if subject == SELF and not has_its_words(heard, sentence, mark):
        return
    before, after = _around(sentence, mark)
    if mark.kind == "home" and is_anywhere(before, after):
        return
    if mark.kind == "job" and is_simile(before):
        return
    if _SOME_OF_THEM.search(before) or (mark.kind == "hobby" and is_chore(before, value)):
        return
    if subject != SELF and mark.kind == "age" and not is_age(heard, sentence, mark):
        return
    statement = Statement(
        subject,
        kind_of(mark.kind, value),
        value,
        claim,
        confidence=mark.confidence,
        start=mark.start,
        another=_is_another(heard, sentence, mark, mention),
        definite=_is_definite(heard, mark, mention),
    )
    if begins_later(heard, sentence, mark):
        plan = as_plan(heard, sentence, mark, statement)
        yield from [plan] if plan else []
        return
    yield from _completed(heard, sentence, mark, statement)


def _around(sentence: Sentence, mark: Tagged) -> tuple[str, str]:
    """Return the words of a sentence before and after a value."""
    start, end = mark.start - sentence.start, mark.end - sentence.start
    return sentence.text[:start], sentence.text[end:]


def _value_of(heard: Heard, mark: Tagged, subject: str) -> str:
    """Return the words of a mark as they are stored; empty if they are no such value."""
    words = heard.said.text[mark.start : mark.end]
    if mark.kind in {"name", "nickname"} and _TITLE.search(heard.text[: mark.start]):
        # “My students call me Mr B”
        return ""
    if mark.kind == "death" and _SINCE.search(heard.text[: mark.start]):
        return ""
    if mark.kind == "age" and _CLOCK.match(heard.text, mark.end):
        return ""
    if mark.kind == "learning" and words.lower() in _NOTHING_TO_LEARN:
        return ""
    if mark.kind == "name" and subject == SELF and _OF_OTHERS.search(heard.text[: mark.start]):
        return ""
    if mark.kind == "name" and words.isupper() and len(words.split()) > _MOST_NAMES_SHOUTED:
        # “MANGO CAME HOME”: in capitals nothing tells where a name ends.
        words = words.split()[0]
    if mark.kind == "plan" and words.lower() == "due" and I_AM.search(heard.text[: mark.start]):
        words = "baby due"
    if mark.kind == "plan" and _OFF_TO.search(heard.text[: mark.start]):
        # “We're off to Tenerife on Friday”
        words = f"going to {words}"
    if mark.kind == "health" and _REPLACED.match(heard.text, mark.end):
        words = f"a new {_MY.sub('', words)}" if _HAD.search(heard.text[: mark.start]) else words
    if mark.kind == "plan" and _NEW_JOB.match(heard.text, mark.end) and words.endswith(" new"):
        words = f"{words} job"
    if mark.kind == "birthday":
        words = with_month(heard.text[: mark.start], words)
    beside = _BESIDE.get(mark.kind)
    if beside and beside.search(heard.text[: mark.start]) and not words[:1].isupper():
        return ""
    kind = NAME_OF_OTHER if mark.kind == "name" and subject != SELF else mark.kind
    return checked(kind, words, heard.said.at, heard.zone)


def _is_another(heard: Heard, sentence: Sentence, mark: Tagged, mention: Mention | None) -> bool:
    """Return whether a value is one more, not another one of the same: “a second dog”."""
    if mention is None:
        rest = CLAUSE.split(sentence.text[mark.end - sentence.start :])[0]
        return bool(_ANOTHER.search(clause_before(sentence, mark.start)) or _AS_WELL.search(rest))
    before = heard.text[max(0, mention.start - 24) : mention.start]
    if mention.subject in SINGLE and _NEW.search(before):
        return False
    return bool(_ONE_MORE.search(before) or _ANOTHER.search(before))


def _is_definite(heard: Heard, mark: Tagged, mention: Mention | None) -> bool:
    """Return whether a name is said of the one of its kind: “my dog is called Rex”."""
    if mention is None or mark.start < mention.end:
        return False
    if _RENAMED.search(heard.text[: mark.start]):
        return True
    return bool(_CALLED.search(heard.text[mention.end : mark.start]))


def _completed(
    heard: Heard, sentence: Sentence, mark: Tagged, made: Statement
) -> Iterator[Statement]:
    without = _is_taken(mark) and abstinence(clause_before(sentence, mark.start), made.value)
    after = sentence.text[mark.end - sentence.start :]
    before = clause_before(sentence, mark.start)
    will_be = _WILL_BE.search(before) or _NEXT_BIRTHDAY.match(after)
    if mark.kind == "age" and (will_be or comes_of_age(heard, after)):
        yield from until_then(heard, sentence, mark, made)
    elif mark.kind == "origin" and made.own and (_HI_FROM.search(before) or _HERE.match(after)):
        yield replace(made, predicate="home")
    elif mark.kind == "home" and _GREW_UP.search(sentence.text[: mark.start - sentence.start]):
        yield replace(made, predicate="origin", claim=Claim.HOLDS)
    elif mark.kind == "plan":
        yield from as_dated_plan(heard, sentence, mark, made)
    elif without and made.claim is Claim.HOLDS:
        # “I don't drink coffee” is neither a taste nor an illness.
        yield replace(made, predicate="health", value=without)
    elif mark.kind == "health" and (event := _OPERATION.match(after)):
        yield from as_dated_plan(
            heard, sentence, mark, replace(made, value=f"{made.value}{event[0]}")
        )
    elif mark.kind == "health" and (ails := what_ails(before, made.value)) != made.value:
        yield replace(made, value=ails)
    elif mark.kind == "health" and (medicine := _MEDICINE.match(after)):
        yield replace(made, value=f"on {made.value}{medicine[0]}")
    elif mark.kind == "health" and _MEASURED.fullmatch(made.value):
        return
    elif mark.kind == "health" and _TAKES.search(clause_before(sentence, mark.start)):
        yield replace(made, value=f"on {made.value}")
    elif mark.kind in {"health", "like", "hobby"} and (quit := quits(sentence, mark, made.value)):
        yield replace(made, predicate="health", value=quit, claim=Claim.HOLDS)
    elif mark.kind == "hobby" and _FOR_MONEY.match(sentence.text[mark.end - sentence.start :]):
        yield replace(made, predicate="job", value=f"do {made.value}")
    elif mark.kind == "hobby" and _FOR_SOME.match(after) and _DO_THE.search(before):
        yield replace(made, predicate="job", value=f"do the {made.value}")
    elif mark.kind == "hobby" and _COLLECTS.search(before):
        yield replace(made, value=f"collecting {made.value}")
    elif mark.kind == "favourite":
        yield replace(made, thing=_thing_of(heard, mark))
    elif mark.kind in {"like", "dislike"}:
        verb = _TASTE_VERB.search(clause_before(sentence, mark.start))
        negated = NOT.search(clause_before(sentence, mark.start))
        yield replace(made, verb=verb[1].lower() if verb and not negated else "")
    elif made.claim is Claim.OVER:
        yield replace(made, until=ended_at(heard, sentence, mark))
    else:
        yield made


def _is_taken(mark: Tagged) -> bool:
    """Return whether a value may be something that people eat or drink."""
    return mark.kind in {"health", "dislike"}


def _thing_of(heard: Heard, mark: Tagged) -> str:
    things = [one for one in heard.marks if one.kind == THING]
    if not things:
        named = _COMES_BACK_TO.search(heard.text[: mark.start])
        return named["thing"].lower() if named else ""
    near = min(things, key=lambda one: abs(one.start - mark.start))
    return tidy(heard.text[near.start : near.end]).lower()


def _named(found: list[Statement], heard: Heard) -> list[Statement]:
    """Give facts of one sentence about somebody the name that stands with them."""
    names = [
        one for one in found if one.predicate == "name" and not one.own and one.claim is Claim.HOLDS
    ]
    done = []
    for one in found:
        if not one.own and one.predicate != "name":
            name = _name_for(one, names, heard)
            one = replace(one, name=name)
        elif not one.own:
            one = replace(one, name=one.value)
        done.append(one)
    named = {one.subject for one in done if one.predicate == "name"}
    # “A dog called Rex”: that there is a dog need not be kept as well.
    return [
        one
        for one in done
        if not (one.predicate == "count" and one.subject in named and _is_one(one.value))
    ]


def _is_one(value: str) -> bool:
    return bool(re.match(r"(?i)(?:an?|one|the|my|our)\b", value)) or len(value.split()) == 1


def _name_for(one: Statement, names: Sequence[Statement], heard: Heard) -> str:
    of_them = [name for name in names if name.subject == one.subject]
    if not of_them:
        return ""
    before = [name for name in of_them if name.start < one.start]
    return (before[-1] if before else of_them[0]).value
