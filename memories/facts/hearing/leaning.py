"""Messages that lean on others: “He's called Biscuit”, “No wait, Marla”, “Kofi moved to Berlin”."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from memories.facts.ageing import number_of
from memories.facts.hearing.corrections import TAKES_BACK
from memories.facts.hearing.known import has_words
from memories.facts.kinship import gender_of, is_animal, subject_of
from memories.facts.ledger import Fact
from memories.facts.predicates import SELF
from memories.facts.statements import Said
from memories.facts.vocabulary import JOBS

# A correction follows at once.
AT_ONCE = timedelta(minutes=10)
_JOB = rf"(?:[\w-]+ ){{0,2}}?(?:{JOBS})"
_LEAD = r"^\W*(?:(?:and|oh|btw|so|yeah|yes|yep|well|lol|also|haha)\W+)*"
# “He lives in Bergen”, “No he doesn't, he lives in Bergen”
_HE_DOES = re.compile(
    rf"{_LEAD}(?:(?:no|nope|wait|sorry|actually),? (?:(?:he|she|they|it)"
    r" (?:doesn'?t|don'?t|isn'?t|aren'?t|wasn'?t|didn'?t)\W+)?)?(?:but )?(?:he|she|they)"
    r" (?=(?:lives?|works?|comes? from|moved to|studies|study|speaks?)\b)",
    re.IGNORECASE,
)
# “What's my brother's name?” – “Sean”: who asks and then tells.
_ASKED_A_NAME = re.compile(
    r"\bmy (?P<whose>(?:[\w-]+ ){0,2}?[\w-]+?)(?:'?s|s')? (?:name|called)\W*$|\bmy name\b",
    re.IGNORECASE,
)
_BARE_NAME = re.compile(
    r"^\W*(?:(?:it'?s|he'?s|she'?s|its|hes|shes|i'm|im|is|called|lol|oh|ok|well|btw)\W+)*"
    r"(?P<name>[^\W\d_][\w'-]{1,20})\W*(?:(?:btw|lol|you \w+|ok|obviously|duh|haha)\W*)*$",
    re.IGNORECASE,
)
_NO_NAME_LINES = """
yes no yeah nope ok okay lol idk what why who nothing wrong right sure maybe never correct nice cool
thanks sorry hello hi bye wow rude fine good great stop help hmm true false nobody really
"""
_NO_NAME = frozenset(_NO_NAME_LINES.split())
# “I moved to Leeds” – “wait no, I mean Leicester”
_MEANT = re.compile(
    r"^\W*(?:(?:no|nope|wait|oops|sorry|argh|typo|correction|actually)\W+)*i (?:mean|meant)\W+"
    r"(?P<value>[^\W\d_][\w'’-]*(?: [A-Z][\w'’-]*)?)\W*$",
    re.IGNORECASE,
)
_MAY_BE_MEANT = frozenset({"home", "employer", "nickname", "birthplace", "origin", "job", "school"})
# “hes called biscuit”, “she's 4”, “her names mia”
_HE_IS = re.compile(
    rf"{_LEAD}(?:he|she|it|they)(?:['’]?s|['’]?re| is| was| are)?"
    rf" (?=(?:called|named) \w|\d|an? {_JOB}\b)",
    re.IGNORECASE,
)
# “(We got a puppy.) He's Rolo!”
_HE_IS_SOMEBODY = re.compile(
    rf"{_LEAD}(?:he|she|it)(?:['’]?s| is) (?=(?-i:[A-Z])[\w'-]+\W*$)", re.IGNORECASE
)
_HIS_NAME = re.compile(
    rf"{_LEAD}(?:his|her|hers|its|their|the) names?(?:['’]?s| is| was| are)?,?"
    r" (?=\w+\W*(?:(?:by the way|btw|lol|haha)\W*)?$)",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"\b(?:my|our|an?|the)\s+(?P<words>(?:[\w-]+\s+){0,2}?[\w-]+)(?:['’]s)?\b", re.IGNORECASE
)
_ANOTHER_NAME = re.compile(
    r"^\W*(?:(?:no|nope|wait|oops|sorry|i mean|i meant|actually|correction|argh|typo)\b\W*)+"
    r"(?:(?:it'?s|it is|should be|that'?s|his name is|her name is)\s+)?"
    r"(?P<name>(?-i:[A-Z])[\w'’-]+)(?: with (?:an?|one|two|the) [\w' ]{1,20})?\W*$"
    r"|^\W*\*(?P<starred>[A-Z][\w'’-]+)\W*$",
    re.IGNORECASE,
)
# “haha I lied, I'm 32”, “ok fine im actually 14”: what follows is meant.
_ADMITS = re.compile(
    r"^\W*(?:(?:ha(?:ha)*|lol|ok(?:ay)?|fine|alright|no|so|sorry|well|i lied|i was lying|i'm lying"
    r"|(?:just |only )?(?:kidding|joking)|jk|im lying|truth is|the truth is|to be honest|tbh"
    r"|confession)\b[\s,.:!…-]*)+"
    r"(?=(?:i'?m|i am|my|it'?s)\b)",
    re.IGNORECASE,
)
_ACTUALLY = re.compile(r"\b(i'?m|i am|it'?s|is) (?:actually|really|just) ", re.IGNORECASE)
# “He turned 5 yesterday”
_TURNED = re.compile(
    r"(?P<who>\b(?:he|she))(?:['’]?s| has| is)?(?: just)? (?:turned|turning|now|already) "
    r"(?P<age>\d{1,3})\b",
    re.IGNORECASE,
)
# “He left Lidl, he's a postman now”, “she's moved, she's in York”
_HE_FIRST = re.compile(rf"{_LEAD}(?P<who>he|she|they)\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"(?P<lead>^\W*|[,.;!:–—-] (?:and |but |so |now )?|\b(?:and|so|but|now) )(?P<who>he|she|they)"
    r"(?:['’](?P<verb>s|re)(?= (?:an?|in|at|with|on|living|working|now)\b)|(?=['’])| )",
    re.IGNORECASE,
)
_VERBS = {"s": "is ", "re": "is "}
# “(jk) it's Craig”, “(scratch that) Jayden, Brayden was the last one”
_IS_NAMED = re.compile(
    r"\W*(?:(?:no|ok|really|actually|seriously|it'?s|its|he'?s|she'?s|hes|shes|i'?m|is|called)\W+)*"
    r"(?P<name>[^\W\d_][\w'-]{1,20})(?=\W*$|[,.!]| (?:really|actually)\b)",
    re.IGNORECASE,
)
_IS_OTHERWISE = re.compile(
    r"\W*(?:(?:no|ok|really|actually|seriously|but)\W+)*(?:he|she|they)"
    r"(?:['’]?s|['’]?re| is| are) (?=\w)",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"\b(?:left|quit|finished|done with|over|sold|lost|moved (?:out|from|away)|no longer|any ?more"
    r"|any longer|packed in|gave up|given up|dropped|fired|sacked|retired|stopped|graduated)\b",
    re.IGNORECASE,
)
_CHANGES = (
    (
        "home",
        re.compile(
            r"\b(?:moved|moving|relocated)\b(?! (?:schools?|jobs?|classes))"
            r"|\b(?:he|she|they)['’]?(?:s|re)(?: (?:down|up|over|out|back))? in (?-i:[A-Z])[\w-]+"
            r"(?: (?-i:[A-Z])[\w-]+)? (?:now|these days)\b",
            re.I,
        ),
    ),
    ("studies", re.compile(r"\b(?:switched|changed) to\b|\bdropped out\b|\bgraduated\b", re.I)),
    (
        "school",
        re.compile(r"\b(?:moved|changed|switched|swapped|left) schools?\b|\bexpelled\b", re.I),
    ),
    (
        "employer",
        re.compile(
            r"\b(?:changed|switched|new|quit (?:his|her|the)|lost (?:his|her))"
            r" jobs?\b|\b(?:got )?(?:sacked|fired|made redundant)\b",
            re.I,
        ),
    ),
    (
        "job",
        re.compile(
            r"\b(?:changed|switched|new|quit (?:his|her|the)|lost (?:his|her))"
            r" jobs?\b|\bretrained\b",
            re.I,
        ),
    ),
)
# “allergies: nuts”: what the label says, as a sentence.
_LABELS = (
    (r"likes?|loves?|into", "I like {}"),
    (r"dislikes?|hates?", "I hate {}"),
    (r"allerg(?:y|ies|ic)(?: to)?", "I'm allergic to {}"),
    (r"pets?", "I have {}"),
    (r"languages?|speaks?", "I speak {}"),
    (r"from|origin", "I'm from {}"),
    (r"diet", "I'm {}"),
)
_ANY_LABEL = "|".join(labels for labels, _ in _LABELS)
_LABELLED = re.compile(
    rf"^\W*(?:my )?(?P<label>{_ANY_LABEL})\s*[:=]\s*(?P<value>\S.*)$", re.IGNORECASE
)


def spelled_out(said: Said, known: Sequence[Fact]) -> str:
    """Return a message as it would be said without those before it.

    Args:
        known: the facts that hold.
    """
    if labelled := _LABELLED.match(said.text):
        sentence = next(
            sentence
            for labels, sentence in _LABELS
            if re.fullmatch(labels, labelled["label"], re.IGNORECASE)
        )
        return sentence.format(labelled["value"])
    text = _after_a_joke(said, known) or _of_one_a_year_older(_admitted(said.text), known)
    text = _told_at_last(text, said.before)
    text = _of_somebody(_introduced(text, known), said.before)
    return _corrected(_of_whom_it_changed(text, said.before, known), said, known)


def _told_at_last(text: str, before: str) -> str:
    """Say whose name somebody tells who has just asked for it: “it's Ines”, “Sean”."""
    asked, bare = _ASKED_A_NAME.search(before.rstrip(" ?!.")), _BARE_NAME.match(text)
    if asked is None or bare is None or bare["name"].lower() in _NO_NAME:
        return text
    if asked["whose"] is None:
        return f"My name is {bare['name'].capitalize()}"
    subject = subject_of(asked["whose"].lower())
    return f"My {subject}'s name is {bare['name'].capitalize()}" if subject else text


def _admitted(text: str) -> str:
    """Return what somebody admits, without the words that lead to it."""
    bare = _ADMITS.sub("", text, count=1)
    return text if bare == text else _ACTUALLY.sub(r"\1 ", bare, count=1)


def _after_a_joke(said: Said, known: Sequence[Fact]) -> str:
    """Return what somebody says who takes back what they just told: “jk, it's Craig”.

    It is empty if they tell nothing else.
    """
    joke = TAKES_BACK.search(said.text)
    latest = max(known, key=lambda one: one.since, default=None)
    if joke is None or latest is None or said.at - latest.since > AT_ONCE:
        return ""
    rest = said.text[joke.end() :]
    owner = "My" if latest.subject == SELF else f"My {latest.subject}'s"
    named = _IS_NAMED.match(rest) if latest.predicate == "name" else None
    if named:
        return f"{owner} name is {named['name'].capitalize()}"
    other = _IS_OTHERWISE.match(rest) if latest.subject != SELF else None
    return f"My {latest.subject} is {rest[other.end() :]}" if other else ""


def _of_one_a_year_older(text: str, known: Sequence[Fact]) -> str:
    """Say who turned an age where only one of those who are known can be meant."""
    turned = _TURNED.search(text)
    if turned is None:
        return text
    women = turned["who"].lower() == "she"
    younger = [
        one
        for one in known
        if one.predicate == "age"
        and one.subject != SELF
        and number_of(one.value) == int(turned["age"]) - 1
        and gender_of(one.subject) in {"", "she" if women else "he"}
    ]
    if len({one.entity for one in younger}) != 1:
        return text
    who = f"My {younger[0].subject}{younger[0].name and f' {younger[0].name}'}"
    return f"{text[: turned.start()]}{who} is {turned['age']}{text[turned.end() :]}"


def _introduced(text: str, known: Sequence[Fact]) -> str:
    """Say who somebody is whose name opens a sentence: “My brother Kofi moved to Berlin”."""
    for fact in known:
        if fact.predicate != "name" or fact.subject == SELF or len(fact.value) < 2:
            continue
        opening = re.compile(
            rf"(?:{_LEAD}|(?<=[.!?]\s)|(?<=\n))(?P<name>{re.escape(fact.value)})(?=(?:'s"
            rf"|’s)?\s+(?:is"
            rf"|was|has|had|just|now|also|finally|never|always|still|got|quit|left|went|came|became"
            r"|bought|grew|found|wants|(?!and\b)[a-z]{2,}(?:s|ed))\b|(?:'s|’s) (?:in|at|with"
            r"|an?|now)\b)",
            re.IGNORECASE,
        )
        text = opening.sub(partial(_spelled_as_known, fact), text)
    return text


def _spelled_as_known(fact: Fact, opening: re.Match[str]) -> str:
    """Return who somebody is with their name as it is known, unless all of it is in capitals."""
    typed = opening["name"]
    return f"My {fact.subject} {typed if typed.isupper() else fact.value}"


def _of_somebody(text: str, before: str) -> str:
    """Say who "he" or "she" is where the message before speaks of one person or animal."""
    opening = (
        _HE_IS.match(text)
        or _HIS_NAME.match(text)
        or _HE_DOES.match(text)
        or _HE_IS_SOMEBODY.match(text)
    )
    if opening is None:
        return text
    subjects = _subjects(before)
    if len(subjects) != 1:
        return text
    (subject,) = subjects
    # Of a person “he's Scottish” and “she's Head Girl” look alike.
    if opening.re is _HE_IS_SOMEBODY and not is_animal(subject):
        return text
    linked = {_HIS_NAME: "'s name is", _HE_IS_SOMEBODY: "'s name is", _HE_IS: " is"}
    return f"My {subject}{linked.get(opening.re, '')} {text[opening.end() :]}"


def _subjects(text: str) -> set[str]:
    """Return the people and animals of whom a text speaks as one's own."""
    return {subject for one in _OWNED.finditer(text) if (subject := subject_of(one["words"]))}


def _of_whom_it_changed(text: str, before: str, known: Sequence[Fact]) -> str:
    """Say who "he" or "she" is where only one of those who are known left or changed that."""
    opening = _HE_FIRST.match(text)
    if opening is None:
        return text
    who = opening["who"].lower()
    changed = {one for one, verbs in _CHANGES if verbs.search(text)}
    left = {
        one.subject
        for one in known
        if one.subject != SELF
        and who in {gender_of(one.subject) or who, "they"}
        and one.predicate not in {"name", "age", "death"}
        and (one.predicate in changed or (_LEAVES.search(text) and has_words(one.value, text)))
    }
    spoken_of = _subjects(before)
    if len(left) != 1 or (spoken_of and not spoken_of & left):
        return text
    (subject,) = left
    return _PRONOUN.sub(partial(_as_somebody, subject, who), text)


def _as_somebody(subject: str, who: str, pronoun: re.Match[str]) -> str:
    """Return a pronoun that opens a clause as words for whom it means; another one as it is."""
    if pronoun["who"].lower() != who:
        return pronoun.group()
    return f"{pronoun['lead']}my {subject} {_VERBS.get((pronoun['verb'] or '').lower(), '')}"


def _corrected(text: str, said: Said, known: Sequence[Fact]) -> str:
    """Say what a name corrects that was told at once before: “not Marta, Marla”."""
    meant = _MEANT.match(text)
    told = [one for one in known if _may_be_meant(one, said)] if meant else []
    if meant and told:
        latest = max(told, key=lambda one: one.since)
        return f"not {latest.value}, {meant['value']}"
    another = _ANOTHER_NAME.match(text)
    names = [one for one in known if one.predicate == "name" and said.at - one.since <= AT_ONCE]
    if another is None or not names:
        return text
    latest = max(names, key=lambda one: one.since)
    return f"not {latest.value}, {another['name'] or another['starred']}"


def _may_be_meant(one: Fact, said: Said) -> bool:
    """Return whether a fact was told just before, and has a value that a word can take."""
    is_single = one.predicate in _MAY_BE_MEANT or one.predicate == "name"
    spoken_of = not said.before or has_words(one.value, said.before)
    return is_single and said.at - one.since <= AT_ONCE and spoken_of
