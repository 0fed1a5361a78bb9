"""Whom a question is about: the person, or people and animals of theirs."""

from __future__ import annotations

import re
from itertools import pairwise

from memories.facts.kinship import CHILDREN, LOVES, is_person, means, subject_of

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_OWNERS = frozenset({"my", "have", "any", "many", "our"})
# Said of one's own without “my”.
_BARE_WORDS = """
mum mom mam mama mummy mommy dad daddy papa nan nana gran granny grandma grandpa grandad granddad
hubby
"""
_BARE = frozenset(_BARE_WORDS.split())
_HAVE = re.compile(r"\bdo (?:i|we) (?:\w+ )?(?:have|own)\b|\bhave (?:i|we) (?:got|any|an?)\b")
# After them a plural stands for one: “my crushs name”.
_OF_ONE = frozenset(["name", "age", "birthday", "job", "called"])
# It asks for children.
_PARENT = re.compile(r"\bam i (?:already )?an? (?:parent|m[ou]m|dad|mother|father)\b")
_GROUPS = {
    "pet": ("PET",), "pets": ("PET",), "animals": ("PET",), "animal": ("PET",),
    "family": ("FAMILY",), "relatives": ("FAMILY",), "siblings": ("sister", "brother", "sibling"),
    "parents": ("mother", "father", "parents"), "partner": ("LOVE",), "spouse": ("LOVE",),
    "kids": ("child", "son", "daughter"), "kid": ("child", "son", "daughter"),
    "children": ("child", "son", "daughter"), "child": ("child", "son", "daughter"),
    "husband": ("LOVE",), "wife": ("LOVE",), "girlfriend": ("LOVE",), "boyfriend": ("LOVE",),
    "gf": ("LOVE",), "bf": ("LOVE",), "hubby": ("LOVE",), "fiance": ("LOVE",),
    "so": (), "ex": ("ex", "LOVE"), "grandparents": ("grandmother", "grandfather", "grandparents"),
}  # fmt: skip
_SIBLINGS, _PARENTS = ("sibling", "sister", "brother"), ("mother", "father")
_MEN, _WOMEN = ("husband", "boyfriend", "fiancé"), ("wife", "girlfriend", "fiancée")
_RELATIVES = (
    (_SIBLINGS, _MEN, "brother-in-law"),
    (_SIBLINGS, _WOMEN, "sister-in-law"),
    (_SIBLINGS, ("son",), "nephew"),
    (_SIBLINGS, ("daughter",), "niece"),
    (LOVES, ("mother",), "mother-in-law"),
    (LOVES, ("father",), "father-in-law"),
    (LOVES, ("brother",), "brother-in-law"),
    (LOVES, ("sister",), "sister-in-law"),
    (CHILDREN, _MEN, "son-in-law"),
    (CHILDREN, _WOMEN, "daughter-in-law"),
    (CHILDREN, ("son",), "grandson"),
    (CHILDREN, ("daughter",), "granddaughter"),
    (CHILDREN, CHILDREN, "grandchild"),
    (_PARENTS, ("mother",), "grandmother"),
    (_PARENTS, ("father",), "grandfather"),
)


def subjects_in(said: str) -> tuple[str, ...]:
    """Return the people and animals of the person that a question names."""
    if _PARENT.search(said):
        return _GROUPS["children"]
    words = _WORD.findall(said)
    if relative := relative_of_theirs(said):
        return (relative,)
    found: list[str] = []
    for position, word in enumerate(words):
        before = words[max(0, position - 3) : position]
        bare = word.removesuffix("'s")
        # “mums job”, “my crushs name”
        one, after = bare[:-1], words[position + 1 : position + 2]
        if one in _BARE or (bare.endswith("s") and subject_of(one) and _OF_ONE.issuperset(after)):
            bare = one if after or one in _BARE else bare
        if not _is_owned(bare, before) and not _HAVE.search(said):
            continue
        subject = subject_of(" ".join([*before[-1:], bare]))
        groups = _GROUPS.get(bare)
        if groups is not None:
            found += groups
        elif subject and bare not in {"boy", "girl", "teacher", "doctor", "coach", "mate", "pa"}:
            found.append(subject)
        elif bare in {"teacher", "doctor", "coach"} and words[position - 1] == "my":
            found.append(bare)
    return tuple(dict.fromkeys(found))


def relative_of_theirs(said: str) -> str:
    """Return what a relative's relative is, as “my sister's husband”; empty if none is named.

    It is "?" where there is no word for them, so that none of the person's own is taken for them.
    """
    for owner, word in pairwise(_WORD.findall(said)):
        whose = means(subject_of(owner.removesuffix("'s").removesuffix("s")))
        whom = means(subject_of(word.removesuffix("'s")))
        # “My brothers twins” may be twin brothers.
        owns = owner.endswith("'s") or (owner.endswith("s") and not word.endswith("s"))
        if owns and is_person(whose) and is_person(whom):
            named = (relative for of, who, relative in _RELATIVES if whose in of and whom in who)
            return next(named, "?")
    return ""


def _is_owned(word: str, before: list[str]) -> bool:
    """Return whether a word for somebody means one of the person's own.

    Args:
        before: up to three words before it.
    """
    if _OWNERS & set(before):
        return True
    if word in _BARE:
        # “Who is Milo's dad?”
        return not before[-1:] or not before[-1].endswith("'s")
    return before[-1:] == ["the"] and bool(subject_of(word))
