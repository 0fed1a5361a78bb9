"""Find facts by rules: plain English sentences about oneself. No model is needed.

A rule is a pattern over one sentence, a category, a slot and a text. In slot and text `{name}` is
what the pattern's group of that name matched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memories.facts.base import FactDraft

# Facts come early and in short sentences; longer ones are stories, and cost time.
MOST_CHARACTERS = 10_000
LONGEST_SENTENCE = 300
LONGEST_VALUE = 60

_SENTENCES = re.compile(r"(?<=[.!?…])\s+|\n+|;\s+")
_CLAUSES = re.compile(r",?\s+(?:and|but|so|because)\s+(?=(?:i|i'm|i've|my|we|we've|our)\b)", re.I)
_LEADS = re.compile(
    r"^(?:(?:hi|hey|hello|well|oh|no|nope|yes|yeah|ok|okay|so|and|but|also|actually|btw|by the way"
    r"|sorry|ah|anyway|haha|guess what|fun fact|remember that|please remember(?: that)?"
    r"|you know|fyi)\b[\s,.:!–-]*)+",
    re.I,
)
# Somebody else's words, wishes, guesses and stories are not facts about the author.
_NOT_A_FACT = re.compile(
    r"\?\s*$|\b(?:if|wish|imagine|pretend|suppose|would|could|might|maybe|perhaps|dream(?:ed|t)"
    r"|used to|said|says|told|asked|character|joking|kidding)\b",
    re.I,
)
_NEGATED = re.compile(r"\b(?:not|never|no longer|don'?t|doesn'?t|isn'?t|ain'?t|wasn'?t)\b", re.I)

_ANIMAL = (
    "cat|dog|kitten|puppy|hamster|rabbit|bunny|parrot|bird|budgie|horse|pony|fish|goldfish|turtle"
    "|tortoise|snake|lizard|gecko|guinea pig|rat|mouse|ferret|chicken|hen"
)
_RELATIVE = (
    "mother|mom|mum|father|dad|sister|brother|wife|husband|partner|girlfriend|boyfriend|fiancée?"
    "|son|daughter|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|niece|nephew"
    "|best friend|boss|roommate|flatmate"
)
_JOB = (
    r"nurse|teacher|baker|doctor|engineer|developer|programmer|student|writer|chef|cook|lawyer"
    r"|carpenter|gardener|librarian|mechanic|paramedic|translator|designer|driver|musician|artist"
    r"|scientist|journalist|analyst|accountant|manager|electrician|plumber|waiter|waitress|pilot"
    r"|photographer|dentist|vet|veterinarian|therapist|farmer|barista|researcher|consultant"
    r"|pharmacist|architect|firefighter|police officer|social worker|psychologist|hairdresser"
)
_PROPER = r"(?-i:[A-ZÀ-ÖØ-ÞĀ-Ž])[\w'’-]*(?: (?-i:[A-ZÀ-ÖØ-ÞĀ-Ž])[\w'’-]*){0,2}"
_WORDS = r"[\w'’-]+(?: [\w'’-]+){0,3}?"
_PHRASE = r"[\w'’-]+(?: [\w'’-]+){0,4}"
_NAME = r"[\w'’-]+(?: (?-i:[A-ZÀ-ÖØ-ÞĀ-Ž])[\w'’-]*){0,2}"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = (
    rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?)"
)
_STOP = (
    r"(?=$|[,.!;:()…]| (?:and|but|so|because|since|with|for|now|last|next|this|yesterday|today"
    r"|tomorrow|recently|again|too|already|these days|in|on|at|from|near|by|a (?:few|week|month"
    r"|year)|two|three|when|where|who|which|that|originally)\b)"
)
_END = r"(?=$|[,.!;:()…]| (?:and|but|so|because|since|now|these days|at the moment)\b)"
_DAY = r"(?:today|tonight|tomorrow|(?:on |next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
_WHEN = (
    rf"(?:{_DAY}|next (?:week|month|year)|this (?:week(?:end)?|summer|winter|spring|autumn|fall)"
    rf"|in {_MONTH}|on {_DATE}|in \w+ (?:days|weeks|months))"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of fact is said."""

    pattern: re.Pattern[str]
    category: str
    slot: str
    text: str
    confidence: float = 0.9


def _rule(pattern: str, category: str, slot: str, text: str, confidence: float = 0.9) -> Rule:
    return Rule(re.compile(pattern, re.I), category, slot, text, confidence)


RULES: tuple[Rule, ...] = (
    # Names
    _rule(
        rf"^my (?:name is|name's) (?P<value>{_NAME}){_STOP}",
        "name",
        "name",
        "Their name is {value}.",
        0.95,
    ),
    _rule(
        rf"^(?:please )?(?:call me|you can call me|i go by|everyone calls me)"
        rf" (?P<value>{_NAME}){_STOP}",
        "name",
        "name.preferred",
        "They want to be called {value}.",
        0.95,
    ),
    _rule(
        rf"^(?:i'?m|i am) called (?P<value>{_NAME}){_STOP}",
        "name",
        "name",
        "Their name is {value}.",
    ),
    # Pets
    _rule(
        rf"\b(?:my|our) (?:\w+ )?(?P<animal>{_ANIMAL})(?:'s name is| is (?:called|named)| is)"
        rf" (?P<value>{_PROPER}){_STOP}",
        "pet",
        "pet.{animal}.name",
        "Their {animal} is called {value}.",
    ),
    _rule(
        rf"\b(?:my|our) (?P<animal>{_ANIMAL})(?:'s name is| is (?:called|named))"
        rf" (?P<value>{_NAME}){_STOP}",
        "pet",
        "pet.{animal}.name",
        "Their {animal} is called {value}.",
    ),
    _rule(
        rf"\b(?:i|we)(?:'ve| have)?(?: just)? (?:have|got|adopted|own|bought) (?:a|an|another)"
        rf"(?: new| little| small| old| \w+)? ?(?P<animal>{_ANIMAL})"
        rf"(?:,| called| named|, called|, named|, his name is|, her name is)+"
        rf" (?P<value>{_NAME}){_STOP}",
        "pet",
        "pet.{animal}.name",
        "Their {animal} is called {value}.",
    ),
    _rule(
        rf"\b(?:i|we)(?:'ve| have)?(?: just)? (?:have|got|adopted|own) (?:a|an|two|three) "
        rf"(?:\w+ )?(?P<value>{_ANIMAL})s?{_STOP}",
        "pet",
        "pet.{value}",
        "They have a {value}.",
        0.8,
    ),
    # Home
    _rule(
        rf"^i(?:'m| am)? (?:now )?(?:live|living|based)(?: now)? in (?:the"
        rf" )?(?P<value>{_PROPER}|{_WORDS}){_STOP}",
        "home",
        "home.city",
        "They live in {value}.",
    ),
    _rule(
        rf"\b(?:i|we)(?:'ve| have)?(?: just| recently| finally)? moved (?:back )?to"
        rf" (?P<value>{_PROPER}){_STOP}",
        "home",
        "home.city",
        "They live in {value}.",
    ),
    _rule(
        rf"^(?:i'?m|i am|i come) (?:originally )?from (?P<value>{_PROPER}){_STOP}",
        "home",
        "home.origin",
        "They come from {value}.",
    ),
    _rule(
        rf"^i (?:was born|grew up) in (?P<value>{_PROPER}){_STOP}",
        "home",
        "home.origin",
        "They come from {value}.",
    ),
    # Work
    _rule(
        rf"^i (?:now )?work (?:as|now as) (?:an? )?(?P<value>{_WORDS}){_STOP}",
        "work",
        "work.job",
        "They work as a {value}.",
    ),
    _rule(
        rf"^(?:i'?m|i am|i became|i've become) (?:now )?an? (?P<value>(?:[\w-]+"
        rf" )?(?:{_JOB})){_STOP}",
        "work",
        "work.job",
        "They work as a {value}.",
        0.85,
    ),
    _rule(
        rf"\bi(?:'ve| have)?(?: just)? (?:started|got|found|accepted) (?:a new job |a job"
        rf" |working )?as"
        rf" (?:an? )?(?P<value>{_WORDS}){_STOP}",
        "work",
        "work.job",
        "They work as a {value}.",
    ),
    _rule(
        rf"^i (?:now )?work (?:at|for) (?:the )?(?P<value>{_PROPER}|{_WORDS}){_STOP}",
        "work",
        "work.employer",
        "They work at {value}.",
    ),
    _rule(
        rf"\bi(?:'ve| have)?(?: just)? (?:started|got) a (?:new )?job at (?:the"
        rf" )?(?P<value>{_PROPER}|{_WORDS}){_STOP}",
        "work",
        "work.employer",
        "They work at {value}.",
    ),
    _rule(
        rf"^(?:i'?m studying|i am studying|i study) (?P<value>{_WORDS}){_STOP}",
        "work",
        "work.studies",
        "They study {value}.",
    ),
    # Family and friends
    _rule(
        rf"\bmy (?P<who>{_RELATIVE})(?:'s name is| is (?:called|named)) (?P<value>{_NAME}){_STOP}",
        "family",
        "person.{who}.name",
        "Their {who} is called {value}.",
    ),
    _rule(
        rf"\bmy (?P<who>{_RELATIVE}),? (?P<name>{_PROPER}),? lives in (?P<value>{_PROPER}){_STOP}",
        "family",
        "person.{who}.home",
        "Their {who} {name} lives in {value}.",
    ),
    _rule(
        rf"\bmy (?P<who>{_RELATIVE}) lives in (?P<value>{_PROPER}){_STOP}",
        "family",
        "person.{who}.home",
        "Their {who} lives in {value}.",
    ),
    _rule(
        rf"\bmy (?P<who>{_RELATIVE}) is an? (?P<value>{_WORDS}){_STOP}",
        "family",
        "person.{who}.job",
        "Their {who} is a {value}.",
        0.8,
    ),
    # Birthday and age
    _rule(
        rf"\bmy birthday(?: is|'s) (?:on |in )?(?P<value>{_DATE}|{_MONTH}){_STOP}",
        "birthday",
        "birthday",
        "Their birthday is {value}.",
    ),
    _rule(
        rf"^i was born on (?P<value>{_DATE}){_STOP}",
        "birthday",
        "birthday",
        "Their birthday is {value}.",
    ),
    _rule(
        r"^(?:i'?m|i am|i just turned|i turned) (?P<value>\d{1,2})(?: years old|"
        r" today)?(?=$|[,.!]| and\b)",
        "birthday",
        "age",
        "They are {value} years old.",
        0.8,
    ),
    # Likes and dislikes
    _rule(
        rf"\bmy favou?rite (?P<thing>\w+(?: \w+)?) is (?:the |an? )?(?P<value>{_WORDS}){_STOP}",
        "like",
        "favourite.{thing}",
        "Their favourite {thing} is {value}.",
    ),
    _rule(
        rf"^i(?:'m| am) allergic to (?P<value>{_PHRASE}){_END}",
        "health",
        "",
        "They are allergic to {value}.",
        0.95,
    ),
    _rule(
        r"^i(?:'m| am) (?:a"
        r" )?(?P<value>vegetarian|vegan|pescatarian|coeliac|celiac|diabetic|asthmatic"
        r"|lactose intolerant|colou?r[- ]?blind)\b",
        "health",
        "",
        "They are {value}.",
    ),
    _rule(
        rf"^i (?:really |just |absolutely )?(?:love|adore|enjoy|like)"
        rf" (?P<value>(?!it\b|that\b|this\b|you\b|how\b|when\b|to\b){_PHRASE}){_END}",
        "like",
        "",
        "They like {value}.",
        0.75,
    ),
    _rule(
        rf"^i (?:really |just |absolutely )?(?:hate|can'?t stand|detest|dislike|don'?t like) "
        rf"(?P<value>(?!it\b|that\b|this\b|you\b|how\b|when\b|to\b|myself\b|my\b){_PHRASE}){_END}",
        "dislike",
        "",
        "They dislike {value}.",
        0.75,
    ),
    # Skills
    _rule(
        r"^i(?:'m learning to)? play (?:the )?(?P<value>guitar|piano|cello|violin|drums|bass|flute"
        r"|saxophone|trumpet|ukulele|harp|chess|football|soccer|tennis|basketball|volleyball)\b",
        "like",
        "",
        "They play {value}.",
    ),
    _rule(
        r"^i speak (?P<value>(?-i:[A-Z])\w+(?:(?:, | and )(?-i:[A-Z])\w+){0,4})",
        "other",
        "languages",
        "They speak {value}.",
    ),
    _rule(
        r"^i(?:'m| am) learning (?P<value>(?!to\b|that\b|how\b)[\w-]+(?: [\w-]+)?)" + _STOP,
        "other",
        "",
        "They are learning {value}.",
        0.8,
    ),
    # Plans
    _rule(
        rf"\b(?:i|we)(?:'ve got| have)(?: got)? (?P<value>(?:an?|my) [\w' -]{{2,40}}? {_WHEN})",
        "plan",
        "",
        "They have {value}.",
        0.8,
    ),
    _rule(
        rf"\b(?:i'?m|i am|we'?re|we are)"
        rf" (?P<verb>flying|going|travelling|traveling|moving|driving) to "
        rf"(?P<value>[\w' -]{{2,40}}? {_WHEN})",
        "plan",
        "",
        "They are {verb} to {value}.",
        0.8,
    ),
)
# Values that a pattern can match but that name nothing.
_EMPTY_VALUES = {
    "a",
    "an",
    "the",
    "it",
    "that",
    "this",
    "not",
    "so",
    "very",
    "here",
    "there",
    "you",
}


class RuleExtractor:
    """Finds plainly stated facts."""

    async def extract(self, text: str, *, author_name: str) -> list[FactDraft]:
        """Return the facts stated in one message, one a slot."""
        return extract(text)


def extract(text: str) -> list[FactDraft]:
    """Return the facts that the author of a text states; of one slot the last one counts."""
    found: dict[str, FactDraft] = {}
    for clause in _clauses(text[:MOST_CHARACTERS]):
        for rule in RULES:
            if draft := _apply(rule, clause):
                found[draft.slot or draft.text.lower()] = draft
                break
    return list(found.values())


def _clauses(text: str) -> Iterator[str]:
    straight = text.replace("’", "'")
    for sentence in _SENTENCES.split(straight):
        if len(sentence) > LONGEST_SENTENCE or _NOT_A_FACT.search(sentence):
            continue
        for clause in _CLAUSES.split(_LEADS.sub("", sentence.strip())):
            yield _LEADS.sub("", clause.strip())


def _apply(rule: Rule, clause: str) -> FactDraft | None:
    match = rule.pattern.search(clause)
    if match is None:
        return None
    groups = {name: _tidy(value or "") for name, value in match.groupdict().items()}
    value = groups["value"]
    negated = _NEGATED.search(match.group()) and rule.category != "dislike"
    if negated or not value or len(value) > LONGEST_VALUE or value.lower() in _EMPTY_VALUES:
        return None
    keys = {name: ".".join(text.lower().split()) for name, text in groups.items()}
    shown = {
        name: text if name in {"value", "name"} else text.lower() for name, text in groups.items()
    }
    return FactDraft(
        text=_article(rule.text.format(**shown)),
        category=rule.category,
        slot=rule.slot.format(**keys),
        confidence=rule.confidence,
    )


def _tidy(value: str) -> str:
    return " ".join(value.split()).strip(" '-")


def _article(text: str) -> str:
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
