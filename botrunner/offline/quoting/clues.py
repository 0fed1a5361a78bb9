"""What in a line seems to tell a kind of fact that was not heard in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botrunner.offline.notes import Known, Line, Notes
from memories.facts.kinship import is_person, subject_of

_FIRST = frozenset(["i", "i'm", "im", "i've", "ive", "me", "my", "we", "we're", "our"])
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_OTHERS_OPEN = re.compile(
    r"(?i)\W*(?:(?:and|but|so|oh|btw)\W+)*(?:my|me|ma|our|his|her) (?P<whom>[\w'-]+(?: [\w'-]+)?)"
    r"(?!.*\b(?:i|i'm|im|we|me)\b)"
)
_OF_SOMETHING = re.compile(
    r"(?i)\W*(?:(?:and|but|so|oh|btw)\W+)*(?:the|an?|this|that|these|those|he|she|they|it|his|her"
    r"|their|its|every\w+|some\w+|people|most|you|your)\b"
)


_PAID = (
    r"(?<!after )(?<!from )\bwork(?!s? out\b)|\bjob\b"
    r"|\bquit\b(?! (?:smok|vap|drink|sugar|coffee|the gym))|\bhired\b|\bfired\b"
    r"|\bi(?:'?m| am| was)?(?: now| just)? (?:a|an)? ?[\w-]*(?:er|or|ist|ian|nurse|cook|chef|clerk"
    r"|vet|guard|cop|pa)\b"
    r"|\bi (?:\w+ )?(?:drive|teach|cook|clean|code|build|deliver|manage|run|sell|repair)\b"
    r"|\b(?:he|she)(?:'?s| is| was) (?:now )?an? \w+"
    r"|^\W*(?:\w+ )?\w+, \d\d,? (?:an? )?[a-z]\w+"
    r"|\bin the (?:army|navy|air force|raf|marines|police|military)\b"
)
# What a line has in it that tells a kind of fact, where no fact was heard in it.
CLUES: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "name": r"\bmy name|\bcall me\b|(?-i:\b[Ii]'?m [A-Z]\w+)"
        r"|^(?:hi|hey|hello|yo)\W+(?:i'm|im|i am|this is) \w+",
        "nickname": r"\bcall(?:s|ed)? me\b",
        "age": r"\b(?:i'm|i am|im|turn(?:ed|ing)?) \d+|\byears? old\b|\bi have \d+ years\b",
        "birthday": r"\bbirthday|\bbday\b|\bborn\b",
        "birthplace": r"\bborn\b|\bgrew up\b",
        "origin": r"\bfrom\b|\bborn\b|\bgrew up\b",
        "home": r"\bliv(?:e|ed|ing)\b|\bretired to\b|\bsettled\b|\bmoved?\b|\bflat\b|\bhouse\b"
        r"|\bapartment\b",
        "home_with": r"\bliv(?:e|es|ing)\b.*\bw(?:ith|/)?\b"
        r"|\blives with\b|\broom ?mates?\b|\b(?:flat|house)mates?\b|\bshar(?:e|es|ing)\b",
        "job": rf"{_PAID}|\bprofession|\bfor a living\b",
        "employer": rf"{_PAID}|\bpractice\b|\bcompany\b|\boffice\b|\bstart(?:ed|ing)? at\b",
        "status": rf"{_PAID}|\bretired\b|\bstudent\b|\bdropped out\b|\bleave\b|\bunemployed\b"
        r"|\bredundan|\bbetween jobs\b|\bsigned off\b",
        "business": r"\bbusiness\b|\bshop\b|\bcompany\b|\brun an?\b",
        "studies": r"\bstud(?:y|ying|ied)\b|\bdegree\b|\bmajor|\bph\.?d\b|\bdoctorate\b"
        r"|\b(?:master|bachelor)'?s\b",
        "school": r"\bschool\b|\buni(?:versity)?\b|\bcollege\b|\bstud(?:y|ying|ied)\b",
        "relationship": r"\bmarried\b|\bsingle\b|\bdating\b|\bsomeone new\b|\bseeing\b|\bengaged\b"
        r"|\bbroke up\b|\bwidow|\bdivorc|\b(?:my|the) (?:late )?(?:husband|wife|partner|boyfriend"
        r"|girlfriend|fianc)|\bwedding\b",
        "language": r"\bspeak|\bfluent\b|\blanguage|\bbilingual\b",
        "learning": r"\blearn|\blessons?\b",
        "health": r"\bpregnant\b|\bexpecting\b|\ballerg|\bill\b|\bsick\b|\bpain\b"
        r"|\b(?:tablets?|pills?|meds|medication|inhaler|injections?|operation|surgery|broke my)\b"
        r"|\bon (?:\w+(?:statin|pril|sartan|olol|arin|formin|ine|oxetine)|insulin|statins)\b"
        r"|\bdiagnos|\bvegan|\bvegetarian|\bintoleran|\basthma|\bdiabet",
        "favourite": r"\bfav|\bbest\b|\blov(?:e|ed|ing)\b|\badore|\bcomfort\b|\bobsess|\baddicted",
        "like": r"\blov(?:e|ed|ing)\b|\blike\b|\bfav|\bbest\b|\badore|\benjoy|\bfan\b|\binto\b"
        r"|\bobsess|\baddicted|\ball day\b|\bcomfort\b",
        "dislike": r"\bhat(?:e|ed|ing)\b|\bcan'?t stand\b|\bdon'?t (?:like|eat|let me)\b|\bgross\b"
        r"|\bloathe|\bdetest|\bdislike|\byuck|\bawful\b|🤢|🤮",
        "hobby": r"\bplay|\bhobb|\bspare time\b|\bweekends?\b|\bclub\b|\bmain\b",
    }.items()
}
# What tells that something was so before.
_ONCE = re.compile(
    r"(?i)\bused? to\b|\bbefore\b|\bformer|\bex-|\bi was (?:a|an|the|in|at|with|living|working)\b"
    r"|\b(?:quit|left|retired|back (?:in|then)|until)\b"
)
_USED_TO = re.compile(r"(?i)\bused? to\b")
_AFTER_THAT = re.compile(r"(?i)(?:^|[,;.] )\W*(?:and |but |then |oh )*(?:before|prior to) that\b")


def clue_in(
    line: Line, predicates: Sequence[str], *, own: bool = True, former: bool = False
) -> bool:
    """Return whether a line seems to tell a kind of fact.

    Args:
        predicates: the kinds of fact asked for, the likeliest first.
        own: whether they are asked for of the person, not of somebody of theirs.
        former: whether what was so before is asked for.
    """
    pattern = CLUES.get(predicates[0]) if predicates else None
    if pattern is None or (own and not is_own(line)):
        return False
    after_that = bool(_AFTER_THAT.search(line.text))
    if former:
        return tells_of_before(line) and (after_that or bool(pattern.search(line.text)))
    return bool(pattern.search(line.text)) and not (after_that or _USED_TO.search(line.text))


def tells_of_before(line: Line) -> bool:
    """Return whether a line tells that something was so before."""
    return bool(_ONCE.search(line.text) or _AFTER_THAT.search(line.text))


def is_own(line: Line) -> bool:
    """Return whether a line seems to be about the person, with or without “I”.

    “My brother works for …”, “sis is a vet” and “the dog is scared” are about others alone.
    """
    opening = _OTHERS_OPEN.match(line.text)
    if opening and any(subject_of(word) for word in opening["whom"].replace("'s", "").split()):
        return False
    spoken = _WORD.findall(line.text.lower().replace("'s", ""))
    if _FIRST.intersection(spoken):
        return True
    of_others = any(
        is_person(subject_of(word.removesuffix("s")) or subject_of(word)) for word in spoken
    )
    return not of_others and not _OF_SOMETHING.match(line.text)


def earlier_clue(now: Known, notes: Notes) -> Line | None:
    """Return the latest line before a fact was told that seems to tell one of its kind."""
    pattern = CLUES.get(now.fact.predicate)
    if pattern is None or not now.own:
        return None
    said = " ".join(now.source.split())
    lines = [
        line
        for line in notes.lines
        if line.said_at < now.said_at
        and pattern.search(line.text)
        and is_own(line)
        and " ".join(line.text.split()) != said
    ]
    # “I teach” tells less of what was before than “I used to be a cook”.
    once = [line for line in lines if _ONCE.search(line.text)]
    return (once or lines)[-1] if lines else None


def later_clue(over: Known, notes: Notes) -> Line | None:
    """Return the latest line since a fact ended that seems to tell one of its kind."""
    pattern, until = CLUES.get(over.fact.predicate), over.fact.until
    if pattern is None or until is None or not over.own:
        return None
    lines = [
        line
        for line in notes.lines
        if line.said_at >= until
        and pattern.search(line.text)
        and is_own(line)
        and not _USED_TO.search(line.text)
    ]
    return lines[-1] if lines else None
