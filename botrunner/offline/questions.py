"""Direct questions about remembered facts, and the slots of the facts that answer them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from memories.facts.vocabulary import ANIMALS, RELATIVES

_SAME = (
    ("cat", "kitten"),
    ("dog", "puppy"),
    ("rabbit", "bunny"),
    ("mother", "mom", "mum"),
    ("father", "dad"),
    ("grandmother", "grandma"),
    ("grandfather", "grandpa"),
    ("wife", "husband", "partner", "spouse"),
    ("kid", "child", "son", "daughter", "baby"),
    ("sibling", "sister", "brother"),
)
_PET = rf"(?P<noun>{ANIMALS})"
_WHO = rf"(?P<noun>{RELATIVES}|sibling)"


@dataclass(frozen=True, slots=True)
class Question:
    """How one kind of question is asked, and the slots that answer it, `*` standing for the rest.

    Args:
        pattern: what is searched in the question.
        slots: with `{noun}` where the animal, relative or thing asked for belongs.
    """

    pattern: re.Pattern[str]
    slots: tuple[str, ...]


def _question(pattern: str, *slots: str) -> Question:
    return Question(re.compile(pattern, re.IGNORECASE), slots)


QUESTIONS = (
    # Pets
    _question(
        rf"\bmy {_PET}(?:s)?(?:'s)? (?:name|called|named)", "pet.{noun}.name", "pet.{noun}.*.name"
    ),
    _question(rf"\bnames? of my {_PET}", "pet.{noun}.name", "pet.{noun}.*.name"),
    _question(rf"\bmy {_PET}s? called\b", "pet.{noun}.name", "pet.{noun}.*.name"),
    _question(rf"\bdo i have (?:an?|any) {_PET}", "pet.{noun}*"),
    _question(r"\bmy pets?\b|\bdo i have (?:an?|any) (?:pets?|animals?)\b", "pet.*"),
    # Family and friends
    _question(
        rf"\bmy {_WHO}s?(?:'s)? (?:name|called|named)", "person.{noun}.name", "person.{noun}.*"
    ),
    _question(rf"\bnames? of my {_WHO}", "person.{noun}.name", "person.{noun}.*"),
    _question(rf"\bwhere (?:does|do|is) my {_WHO}s? (?:live|from)", "person.{noun}*.home"),
    _question(rf"\b(?:what does my {_WHO} do|where does my (?:\w+ )+work)\b", "person.{noun}*.job"),
    _question(rf"\bhow old is my {_WHO}", "person.{noun}.age"),
    _question(rf"\bwhen is my {_WHO}'s birthday\b", "person.{noun}.birthday"),
    _question(rf"\bwho(?:'s| is| are) my {_WHO}", "person.{noun}*"),
    _question(rf"\b(?:do i have|how many) (?:an?|any|\w+)? ?{_WHO}s?\b", "person.{noun}*"),
    _question(r"\b(?:my family|children do i have)\b", "person.*", "family.*"),
    _question(r"\bam i (?:married|single|engaged|divorced)\b", "family.status", "person.wife*"),
    # The person
    _question(
        r"\bwhat(?:'s| is) my (?:full |first )?name\b|\bwho am i\b|\bknow my name\b"
        r"|\bwhat am i called\b",
        "name",
        "name.*",
    ),
    _question(
        r"\bwhere (?:(?:do )?i live|am i living|is my home)|\b(?:what|which) (?:city|town"
        r"|country)\b.*\bi\b"
        r"|\bdo i (?:still )?live in\b",
        "home.city",
    ),
    _question(
        r"\bwhere (?:am i from|i(?:'m| am) from|do i come from|was i born|did i grow up)\b",
        "home.origin",
        "home.birthplace",
        "home.nationality",
    ),
    _question(r"\bwhat(?:'s| is) my nationality\b", "home.nationality", "home.origin"),
    _question(r"\b(?:who do i live with|do i live alone)\b", "home.with"),
    _question(
        r"\bwhere (?:do )?i work\b|\bwho do i work for\b|\bwho(?:'s| is) my employer\b",
        "work.employer",
    ),
    _question(
        r"\bwhat(?:'s| is| was) my (?:\w+ )?(?:job|work|profession|occupation)\b"
        r"|\bwhat (?:do )?i (?:do for|work|do\?)|\bwhat am i doing for a living\b",
        "work.job",
        "work.employer",
        "work.business",
        "work.status",
    ),
    _question(r"\b(?:what|where) (?:do|am) i stud(?:y|ying)\b", "work.studies", "work.school"),
    _question(r"\b(?:when is|when's|what is|what's|know|when) my (?:birthday|bday)\b", "birthday"),
    _question(r"\bwhen was i born\b", "birthday", "birth.year"),
    _question(r"\bhow old (?:am i|i am)\b|\bmy age\b", "age", "birth.year"),
    _question(r"\bam i allergic\b|\bmy allerg|\bwhat can'?t i eat\b|\bmy diet\b", "health.*"),
    _question(r"\b(?:what|which) languages?\b|\bdo i speak\b", "language.*", "learning.*"),
    # Tastes
    _question(
        r"\bmy (?:all[- ]time )?favou?rite (?P<noun>\w+(?: \w+)?)\b",
        "favorite.{noun}",
        "favourite.{noun}",
    ),
    _question(
        r"\bwhat do i (?:\w+ )?(?:like|love|enjoy|hate|dislike)\b",
        "like.*",
        "favorite.*",
        "favourite.*",
    ),
    _question(r"\bdo i (?:like|love|enjoy|hate) (?P<noun>[\w' -]{2,40}?)\W*$", "like.{noun}*"),
    _question(r"\bmy hobb(?:y|ies)\b|\bfor fun\b", "hobby.*", "hobbies", "play.*", "practice.*"),
    _question(r"\b(?:what|which) (?:instruments?|games?|sports?) do i play\b", "play.*"),
)
# What somebody is asked to remember may be named alone: «do you remember my cat?»
_NAMED = (
    _question(rf"\bmy {_PET}\b", "pet.{noun}*"),
    _question(rf"\bmy {_WHO}\b", "person.{noun}*"),
    _question(r"\bmy (?:job|work)\b", "work.*"),
    _question(r"\bmy (?:home|city|place|address)\b|\bwhere i live\b", "home.*"),
    _question(r"\bmy (?:birthday|age)\b", "birthday", "age"),
    _question(r"\bmy name\b", "name", "name.*"),
)
_FORMER = re.compile(
    r"\bmy (?:old|former|previous|last|ex|earlier)[- ](?!friend|name)\w+"
    r"|\b(?:used to|did i use to|before (?:that|i moved))\b",
    re.IGNORECASE,
)


def asked_slots(text: str, *, by_name: bool = False) -> tuple[str, ...]:
    """Return the slots that a question asks for, `*` for the rest; none where it asks for none.

    Args:
        by_name: whether naming a thing is enough, as in «do you remember my cat?».
    """
    for question in (*QUESTIONS, *(_NAMED if by_name else ())):
        if match := question.pattern.search(text):
            noun = next(iter(value for value in match.groupdict().values() if value), "")
            return tuple(
                slot.format(noun=key) for slot in question.slots for key in _same(_key(noun))
            )
    return ()


def asks_for_former(text: str) -> bool:
    """Tell whether a question is about what was true before: «what was my old job?»"""
    return bool(_FORMER.search(text))


def _key(noun: str) -> str:
    words = noun.lower().replace("colour", "color").split()
    return ".".join(word for word in words if word not in {"a", "an", "the"})


def _same(noun: str) -> tuple[str, ...]:
    for group in _SAME:
        if noun in group:
            return (noun, *(other for other in group if other != noun))
    return (noun,)
