"""Whose a marked value is."""

from __future__ import annotations

import re

from memories.facts.hearing.claims import clause_before
from memories.facts.hearing.message import Heard
from memories.facts.hearing.scope import Sentence
from memories.facts.hearing.strangers import (
    goes_on_about,
    is_for_friends,
    is_of_stranger,
    is_some_lad,
    is_told_of,
)
from memories.facts.hearing.subjects import ME_AND_KIN, Mention, noun_in, owner
from memories.facts.hearing.words_around import NAMES
from memories.facts.predicates import SELF
from memories.facts.tagging.spans import Tagged

_AND_I = re.compile(r"\s*(?:and|&|n)\s+(?:i|me|my)\b", re.IGNORECASE)
# “We're Kim and Pat”
_WE_ARE = re.compile(r"\bwe(?:['’]?re| are)\s+(?:[\w'’-]+\s+(?:and|&)\s+)?$", re.IGNORECASE)
_INTRODUCES = re.compile(r"\b(?:i['’]?m|i am|name['’]?s|name is|call me)\s+$", re.IGNORECASE)
_I_AND = re.compile(r"\b(?:i|me)\s+(?:and|&|n)\s+$", re.IGNORECASE)
_ROLES = frozenset({"teacher", "doctor", "coach", "boss", "neighbour", "friend", "therapist"})
_THE = re.compile(r"\b(?:the|a|an|this|that)\s+(?:\w+\s+)?$", re.IGNORECASE)
# A clause that opens with somebody is about them, unless the author comes in after them.
_OPENS = re.compile(
    r"\W*(?:(?:and|but|so|btw|lol|well|oh|n)\W+)*"
    rf"(?:my|our|{ME_AND_KIN}"
    r"|(?:mum|mom|dad|nan|gran|grandma|grandpa|grandad|bro|sis|hubby|wifey|gf|bf|missus|cuz)"
    r"(?:['’]?s)?"
    # Of who lists what they are themselves, it is not said who does the next thing: “wife, nurse”.
    r"|(?:mam|ma|mama|mother|da|papa|father|nana|nanna|granny|granddad|wife|husband|girlfriend"
    r"|boyfriend|brother|sister|son|daughter|cousin|uncle|aunt|auntie|aunty|flatmate|roommate"
    r"|housemate|eldest|youngest)(?:['’]?s)?(?!\W*(?:[,;:.&/|+]|(?:and|of|to|in|here)\b)))\b",
    re.IGNORECASE,
)
_WITH_MY = re.compile(r"\b(?:with|wit|w/)\s*(?:my|our|me)\s+$", re.IGNORECASE)
_OPENING = 24
# What a few words behind a comma say of whom the sentence is about: “…, marine biology at Hull”.
_OF_A_FRAGMENT = frozenset({"studies", "school", "employer", "job"})
# “My sister rang, studying law is hard”: nobody is named, so it may be the author.
_OWN_VERB = re.compile(
    r"\W*(?:(?:and|but|so|also)\W+)*(?:(?:study|work|start|look|train|go|do|mov|finish)ing|got|been|was|am|im|work|study|studied|started"
    r"|finished|just)\b",
    re.IGNORECASE,
)
# “You can call me Jo”, “she and I split up”, “it's me, Bartek”.
_OWN_EVEN_SO = re.compile(
    r"\b(?:call me|(?:address|refer to|know|think of) me as|me,|and (?:i|me)|i(?:['’]?m| am|['’]?ve"
    r"| have)|my|we(?:['’]?re|['’]?ve)?)\b[\w'’ ]{0,40}$|\bit['’]?s me\W+$",
    re.IGNORECASE,
)
_ITS = re.compile(
    r"\W*(?:(?:no|wait|hi|hey|hello|actually|sorry|oh|btw)\W+)*it(?:['’]?s| is) (?:actually )?",
    re.IGNORECASE,
)
_SPELLED = re.compile(
    r"\s+(?:with (?:an? |the |two )|spel|here\b|btw\b|by the way|actually with)"
    r"|,? not\b",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:i|i'm|im|i've|ive|i'd|me|my|we|we're|we've|our|us)\b", re.IGNORECASE)
# “…, she lives still in Poland”, “… and he works at Lidl”
_PRONOUN = re.compile(r"\b(?:he|she)(?:['’]?s)?\b", re.IGNORECASE)
# “Andrew emigrated to Perth”, “our Lee's in Hull”: a name, and a verb that doesn't go with "I".
_NAMES_ANOTHER = re.compile(
    r"\W*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Oo]h|[Bb]tw|[Ww]ell)\W+)*(?:[Oo]ur )?"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][^\W\d_]*(?<!ly)(?<!ing)(?<!ed))(?:['’]s)?"
    r"(?: (?:just|also|now|finally|recently|still|never|always))? "
    r"(?:is|has|lives|works|studies|loves|hates|likes|plays|speaks|wants|teaches|runs|drives|owns"
    r"|turns|comes|goes|moves|starts|emigrated|moved|got|started|joined|became|bought|grew|retired"
    r"|quit|left|turned|went|came|landed|found"
    r"|(?<=['’]s )(?:in|at|from|off|up|down|over|with|an?))\b"
)
_NO_OPENERS = """
i just finally recently today yesterday tomorrow also then now actually eventually sadly luckily
already only never always once soon still this last next that it there here who what which name
job home work birthday hobby age nickname diet degree major school uni life favourite favorite fav
fave pet we me flat house place room office shop stall base car baby
monday tuesday wednesday thursday friday saturday sunday occupation profession status
"""
_OPENERS = frozenset(_NO_OPENERS.split())
# Kinds whose words tell whose they are, or that hold of both.
_OF_BOTH = frozenset(
    {"count", "plan", "home_with", "name", "nickname", "relationship", "favourite", "business"}
)
_ONLY_CHILD = re.compile(r"\bonly (?:child|kid|daughter|son)\b", re.IGNORECASE)
# “My dad, 72, still cycles”
_KIN_BESIDE = re.compile(
    r"\b(?:my|our) (?P<kin>[\w-]+?(?: [\w-]+?)?)(?: (?-i:[A-Z])[\w'-]+)?, ?(?:now |aged )?"
    r"(?:\d\d, ?)?(?:(?:an?|retired|former) )*$",
    re.IGNORECASE,
)


def mention_of(heard: Heard, mark: Tagged) -> Mention | None:
    """Return whom somebody else's value is about."""
    return owner(mark, heard.people, heard.sentences) if mark.others else None


def subject_for(heard: Heard, sentence: Sentence, mark: Tagged, mention: Mention | None) -> str:
    """Return whom a value is about: "self", or what they are to the author; empty for nobody.

    Args:
        mention: the one of theirs whom the message names by it.
    """
    if mark.kind == "count":
        words = heard.text[mark.start : mark.end]
        # “An only child” counts nobody of theirs.
        counted = SELF if _ONLY_CHILD.search(words) else noun_in(words)
        return "" if counted == SELF else counted
    if mention is not None and mark.kind == "name" and _is_somebody(heard, mention):
        return ""
    if mention is not None and is_some_lad(heard, mention):
        return ""
    if mark.kind == "name" and _WE_ARE.search(heard.text[: mark.start]):
        return ""
    if mark.kind == "name" and is_for_friends(heard, mark):
        return ""
    if not mark.others:
        if mark.kind in {"age", "status", "job"} and (kin := _kin_beside(sentence, mark)):
            return kin
        if leader := _led_by(heard, sentence, mark):
            return leader.subject
        if mark.kind in _OF_A_FRAGMENT and (first := _opened_by(heard, sentence, mark)):
            return first.subject
        if mark.kind not in _OF_BOTH and _speaks_of_other(heard, sentence, mark):
            last = owner(mark, heard.people, heard.sentences)
            return last.subject if last else ""
        if mark.kind not in NAMES and is_of_stranger(sentence, mark):
            return ""
        return "" if _is_about_others(sentence, mark) else SELF
    if mark.kind == "home" and mention and _WITH_MY.search(heard.text[: mention.start]):
        # “I stay with my nan in Tottenham”
        return SELF
    if mention is None and mark.over and not heard.people and _FIRST.search(sentence.text):
        # “Had my last shift at Tesco” speaks of nobody else.
        return SELF
    return mention.subject if mention else ""


def _kin_beside(sentence: Sentence, mark: Tagged) -> str:
    """Return whose value stands right after them: “my dad, 72”; empty for “I and my dad, 72”."""
    before = sentence.text[: mark.start - sentence.start]
    beside = _KIN_BESIDE.search(before)
    if beside is None or _FIRST.search(before[: beside.start()]):
        return ""
    kin = noun_in(beside["kin"])
    return "" if kin == SELF else kin


def _led_by(heard: Heard, sentence: Sentence, mark: Tagged) -> Mention | None:
    """Return whom a clause is about that starts with them: “My dog Einstein is scared of …”."""
    clause = clause_before(sentence, mark.start)
    start = mark.start - len(clause)
    if mark.kind in _OF_BOTH or not _OPENS.match(clause):
        return None
    led = [one for one in heard.people if start <= one.start <= start + _OPENING and one.subject]
    if not led or led[0].end >= mark.start:
        return None
    return None if _FIRST.search(heard.text[led[0].end : mark.start]) else led[0]


def _opened_by(heard: Heard, sentence: Sentence, mark: Tagged) -> Mention | None:
    """Return whom a sentence opens with and still is about: “our Toby starts uni, law at Hull”."""
    opens = _OPENS.match(sentence.text)
    before = sentence.text[: mark.start - sentence.start]
    if opens is None or "," not in before or _FIRST.search(before[opens.end() :]):
        return None
    near = sentence.start + _OPENING
    led = [one for one in heard.people if sentence.start <= one.start <= near and one.subject]
    is_fragment = led and led[0].end < mark.start and not _OWN_VERB.match(before.rpartition(",")[2])
    return led[0] if is_fragment and led[0].subject != SELF else None


def _speaks_of_other(heard: Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether “he” or “she” stands before a value, and no “I” after it in the sentence."""
    before = sentence.text[: mark.start - sentence.start]
    pronouns = list(_PRONOUN.finditer(before))
    if pronouns and not _FIRST.search(before[pronouns[-1].end() :]):
        return True
    # “My neighbour is odd, plays the tuba”
    if is_told_of(heard, sentence, mark):
        return True
    named = [one for one in heard.people if sentence.start <= one.start and one.end <= mark.start]
    # “Wife and I live in York” is of both.
    is_of_both = named and _FIRST.search(heard.text[named[-1].end : mark.start])
    return bool(named) and not is_of_both and goes_on_about(clause_before(sentence, mark.start))


def _is_about_others(sentence: Sentence, mark: Tagged) -> bool:
    """Return whether a clause is about “he” or “you” or a name, and its author isn't in it."""
    clause = clause_before(sentence, mark.start)
    if sentence.others:
        after = sentence.text[mark.end - sentence.start :]
        is_own = _OWN_EVEN_SO.search(clause) or _is_spelled(mark, clause, after)
        return not is_own
    if _names_another(clause):
        return True
    # “Aroha starts uni in May, doing law”: the law is hers too.
    before = sentence.text[: mark.start - sentence.start]
    opening = _NAMES_ANOTHER.match(before) if _names_another(before) else None
    return opening is not None and not _FIRST.search(before[opening.end() :])


def _is_spelled(mark: Tagged, clause: str, after: str) -> bool:
    """Return whether “it's Katherine” continues as only one's own name does: “with a K”."""
    return mark.kind in NAMES and bool(_ITS.fullmatch(clause) and _SPELLED.match(after))


def _names_another(clause: str) -> bool:
    """Return whether a clause is about somebody whom it only names: “Omar works nights”."""
    opening = _NAMES_ANOTHER.match(clause)
    return opening is not None and opening["name"].lower() not in _OPENERS


def _is_somebody(heard: Heard, mention: Mention) -> bool:
    """Return whether “the teacher” is spoken of, who need not be the person's."""
    before = heard.text[max(0, mention.start - 16) : mention.start]
    return mention.subject in _ROLES and bool(_THE.search(before))


def is_of_two(heard: Heard, mark: Tagged, subject: str) -> bool:
    """Return whether what looks like the author's name is somebody's beside them: “Emma and I”."""
    if subject != SELF or mark.kind not in NAMES:
        return False
    before = heard.text[: mark.start]
    if _I_AND.search(before):
        return True
    # “I'm Leo and I just turned 14” is of one.
    return bool(_AND_I.match(heard.text[mark.end :])) and not _INTRODUCES.search(before)
