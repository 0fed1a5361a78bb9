"""Ends and corrections that can only be heard by who knows what was said before.

“Rex died”, “not Julia, Julie”, “I gave that up”, “we broke up”, “just kidding”: each is compared
with the facts that hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from memories.facts.hearing.corrections import TAKES_BACK, corrections, meant, no_more_called
from memories.facts.hearing.exchanges import exchanged
from memories.facts.hearing.giving_up import GIVES_UP
from memories.facts.hearing.known import claim_of, has_words
from memories.facts.hearing.no_more import does_otherwise, is_itself_ended, is_no_more
from memories.facts.hearing.partings import (
    counted_again,
    deaths,
    died_unknown,
    fewer,
    has_left,
    late,
    love_over,
    speaks_of,
)
from memories.facts.hearing.replanned import replanned
from memories.facts.hearing.scope import Sentence, own_words, sentences
from memories.facts.kinship import means
from memories.facts.ledger import Fact, parts, same_value
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement

# So soon after something was said, “just kidding” takes it back.
TAKEN_BACK_WITHIN = timedelta(days=2)
_ENDS = re.compile(
    rf"\b(?:no longer|any ?more|any longer|{GIVES_UP}|sold"
    r"|selling|sacked|the sack|redundant|handed in|scrapped|switched|swapped"
    r"|(?:chucked|jacked|packed|binned|sacked|ditched)(?: it)? (?:in|off)|the end of"
    r"|off (?:the|my) (?=[\w ]+ (?:at last|now|finally|for good|today|again|since|after)\b|\w+\W*$)"
    r"|scrap|cleared up|in the bin|gone (?:right |clean |totally |completely )?off|had to (?:close"
    r"|shut)"
    r"|(?:is|are|'s|all) (?:now |finally |all )*done\b(?! by)|done and dusted|is gone|are gone"
    r"|got (?:him|her|it|them) all|split up|disbanded|dethroned"
    r"|came off|come off|had enough of|bored of|fed up with"
    r"|(?:gave|give|given|packed|pack|jacked) (?:\w+ ){1,4}(?:up|in)"
    r"|got rid of|cancell?ed|cancell?ing|called off|is off\b|dropped|drop(?:ping)? out|finished"
    r"|done with"
    r"|left|leaving|lost|ended|ran away|gave (?:\w+ ){1,4}away|rehomed|returned|moved out"
    r"|no more|[\w-]+[- ]free now|[\w-]+[- ]free[!.]*$|all[- ]clear"
    r"|used to|fell through|postponed|passed|failed|aced|recovered|healed|cured|in remission|over"
    r" now"
    r"|is over|was over|all over|went (?:well|great|ok|fine|badly|terribly|really)|behind me|cast"
    r"(?: came|'s| is)? off"
    r"|don'?t have|doesn'?t have|haven'?t got|not with|got over|over (?:it|that|my"
    r"|(?!there|here)\w+(?: \w+)? (?:now|these days))"
    r"|grew out of"
    r"|went off|tired of"
    r"|broke|stolen|closed|shut down|fired|laid (?:me )?off|let (?:me |him |her |them )?go"
    r"|retired|resigned|divorced"
    r"|widowed"
    r"|(?:gave|given|got)(?: [\w ]{1,20})? the (?:boot|push|elbow|chop|axe|heave-ho)|(?:is|are"
    r"|'s) history(?: now)?"
    r"|never want to \w+ another"
    r"|can'?t (?:even )?(?:look at|face|stomach) (?:[\w' ]+ )?(?:now|again|any ?more)|expelled"
    r"|sick of|jumped ship|thrown in the towel|threw in the towel"
    r"|thing of the past|out (?:of )?the window|good as new|back to normal|all better|mended"
    r"|pulled out|backed out|called time on|hung up|wound up|went bust|folded|shut"
    r"|can'?t stand .* now|not .* (?:now|after all)|nicht mehr)\b",
    re.IGNORECASE,
)
# What such words are said of is over, however it is named beside them: “mum's cancer free now”.
_SURELY_ENDS = re.compile(
    r"\b(?:[\w-]+[- ]free\b(?! from)|good as new|healed|cured|in remission|all[- ]clear|recovered"
    r"|all better|back to normal|cast(?: came|'s| is)? off|let me go(?! (?:home|to|out|back|early"
    r"|in|on"
    r"|there|first)\b)|laid me off|sacked me|fired me"
    r"|made me redundant|got rid of me)\b",
    re.IGNORECASE,
)
_QUIT_WORK = re.compile(
    r"\b(?:handed in my (?:notice|resignation)|gave (?:in )?my notice|my last (?:day|shift)"
    r"(?: at work| was| today)?|got (?:the (?:sack|boot)|sacked|canned|let go|made redundant"
    r"|laid off|fired)"
    r"|(?:made|making) (?:me|us|half of us|all of us) redundant"
    r"|let (?:us|half of us|all of us) go"
    r"|let me go(?! (?:home|to|out|back|early|in|on(?! \w+day\b)|there|first)\b)"
    r"|laid me off|sacked me|fired me|lost my job|walked out (?:of|on) (?:work|my job)"
    r"|resigned)\b",
    re.IGNORECASE,
)
# “I quit.”, “quit yesterday”, not “quit smoking”
_QUIT = re.compile(
    r"(?:^\W*|[.!?,] +|\bi (?:just |finally )?)(?:just |finally )?quit"
    r"(?=\W*$|[.,!;]| (?:yesterday|today|last|this|on \w+day|(?:my|the) job)\b)",
    re.IGNORECASE,
)
_BY_NOW = re.compile(r"\b(?:now|these days|nah|no longer|any ?more|instead|nowadays)\b", re.I)
_COURSE_DONE = re.compile(
    r"\b(?:course|degree|diploma|apprenticeship|classes|studies)(?:'s| is| are| has| have)?"
    r"(?: been| now| all| finally)* (?:finished|done|over|complete[d]?)\b"
    r"|\bfinished (?:my|the) (?:course|degree|diploma|apprenticeship|studies)\b",
    re.IGNORECASE,
)
# “Dropped out, uni wasn't for me”
_DROPPED_OUT = re.compile(
    r"\b(?:dropped|drop|dropping|flunked) out\b|\b(?:left|quit|done with) (?:uni|college"
    r"|university)\b",
    re.IGNORECASE,
)
_BACK_AT_WORK = re.compile(
    r"\b(?:back (?:at|to|in) (?:work|the office)|back on shift|returned to work|leave is over)\b",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"\b(?:leave|sick|signed off|sabbatical|furlough|career break)\b", re.IGNORECASE
)
_OUT_OF_WORK = re.compile(
    r"unemployed|jobless|out of work|between jobs|job[- ]?hunting|looking for (?:work|a job)",
    re.IGNORECASE,
)
_GOT_A_JOB = re.compile(
    r"\b(?:got|landed|accepted|starting|started|start|found|have) (?:the|a|my)"
    r" (?:new |first |dream |proper )?job\b|\bfound (?:something|work)\b|\bthey hired me\b"
    r"|\b(?:got|been|i'm) hired\b",
    re.IGNORECASE,
)
_GRADUATED = re.compile(
    r"(?:^\W*|\b(?:i|i've|just|finally|officially|we) )(?:just |finally |officially )*"
    r"(?:graduated|qualified(?! for))\b"
    r"|\b(?:got|collected|picked up) my (?:degree|diploma)\b",
    re.IGNORECASE,
)
# “My nephew just qualified as an electrician”
_OF_SOMEBODY = re.compile(
    r"\W*(?:(?:and|so|oh|guess what)\W+)*(?:my|our|his|her|their|he|she|they"
    r"|(?!I\b)(?-i:[A-Z])[a-z]+"
    r"(?: and (?-i:[A-Z])[a-z]+)? (?:has|have|just|finally)|(?:mum|mom|dad|sis|bro))\b(?!.*\bi\b)",
    re.IGNORECASE,
)
_HATES_IT = re.compile(r"\b(?:can'?t (?:stand|bear|abide)|hate|detest|loathe) (?:it|them)\b", re.I)
_BORN = re.compile(
    r"\b(?:(?:baby|twins?|son|daughter|boy|girl|he|she|they)(?:'s|’s| is| are| was| were|’re"
    r"|'re)? (?:finally )?(?:here|born|arrived)"
    r"|gave birth|had (?:the|our|my|her|his|their|an?) (?:[\w-]+ )?"
    r"(?:baby|twins|girl|boy|son|daughter)"
    r"|became (?:a )?(?:mum"
    r"|mom|dad|parents?|mother|father))\b",
    re.IGNORECASE,
)
_MISCARRIED = re.compile(
    r"\b(?:miscarriage|miscarried|lost the baby|not pregnant)\b", re.IGNORECASE
)
_EXPECTING = re.compile(r"pregnant|expecting|due\b|baby", re.IGNORECASE)
_SHARERS = frozenset(map(means, ("flatmate", "roommate", "housemate")))
_MOVED_OUT = re.compile(
    r"\bmov(?:ed|ing) out\b|\bmy own (?:front door|place|flat|house|keys?|home)\b", re.IGNORECASE
)
# “A friend cooked it for me, I'm a convert”: what was disliked is no more.
_WON_OVER = re.compile(
    r"\b(?:i'm a convert|converted me|won me over|changed my mind about|(?:grown|growing) on me"
    r"|not (?:so|that) bad after all|i take it back)\b",
    re.IGNORECASE,
)


_TO_DRIVE = re.compile(r"\bdriv\w+|\bHGV\b|\bmotorbike\b", re.IGNORECASE)
_HAS_LICENCE = re.compile(
    r"(?:^\W*|\bi (?:\w+ )?|\bjust |\bfinally )passed(?!\W+(?:out|away|on|by|up|me|him|her))\b"
    r"|\b(?:got|have|'ve got) my (?:full |driving )?licen[cs]e\b",
    re.IGNORECASE,
)


def cues(
    said: Said, known: Sequence[Fact], stated: Sequence[Statement], as_said: str = ""
) -> list[Statement]:
    """Return what a message says about facts that hold, beyond what it states on its own.

    Args:
        known: the facts that hold.
        as_said: the message as it was said, where `said` has it spelled out.
        stated: what hearing made of it without them.
    """
    text = own_words(said.text).replace("’", "'")
    if TAKES_BACK.search(own_words(as_said).replace("’", "'") if as_said else text):
        return list(_taken_back(said, known))
    found: list[Statement] = []
    for sentence in sentences(text):
        if not sentence.silent:
            found += _in_sentence(sentence, said, known, stated)
    return [*found, *died_unknown(said, known, [*stated, *found])]


def _taken_back(said: Said, known: Sequence[Fact]) -> Iterator[Statement]:
    latest = max((fact.since for fact in known), default=None)
    if latest is None or said.at - latest > TAKEN_BACK_WITHIN:
        return
    # “I'm Frank” … “better than the wife” – “only joking” takes no name back.
    if said.before_at is not None and latest < said.before_at:
        return
    for fact in known:
        if fact.since == latest:
            yield claim_of(fact, Claim.DENIED)


def _in_sentence(
    sentence: Sentence, said: Said, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    text = sentence.text
    corrected = list(corrections(text, known, stated)) or list(meant(said, text, known))
    traded = list(exchanged(said, text, known, stated))
    done = {one.instead_of for one in corrected}
    plans = list(replanned(text, said, known, stated))
    done |= {one.value for one in (*traded, *plans) if one.claim is not Claim.HOLDS}
    yield from corrected
    yield from traded
    yield from no_more_called(text, known)
    yield from love_over(text, known, stated)
    yield from fewer(text, known)
    yield from counted_again(text, known)
    yield from _no_favourite(text, known, stated)
    yield from deaths(text, known, stated)
    yield from late(text, known, stated)
    yield from plans
    told = any(one.predicate == "status" for one in stated)
    if _GRADUATED.search(text) and not told and not _OF_SOMEBODY.match(text):
        yield Statement(SELF, "status", "graduated")
    # Who quits has left where they worked; of whom that isn't known, what they did.
    quits = _QUIT.search(text) and not any(
        one.subject == SELF and one.predicate == "employer" for one in known
    )
    for fact in known:
        if quits and fact.subject == SELF and fact.predicate == "job":
            yield claim_of(fact, Claim.OVER)
        elif fact.value not in done and (_is_over(fact, text) or _is_ended(fact, text, stated)):
            yield claim_of(fact, Claim.OVER)
            if fact.predicate == "like" and _HATES_IT.search(text):
                yield replace(claim_of(fact, Claim.HOLDS), predicate="dislike")


def _no_favourite(
    text: str, known: Sequence[Fact], stated: Sequence[Statement]
) -> Iterator[Statement]:
    """Yield the favourite whose place another takes: “nah, Pulp's my favourite these days”."""
    favourites = [one for one in known if one.predicate == "favourite" and one.subject == SELF]
    other = any(
        one.predicate == "favourite"
        and one.own
        and not one.thing
        and not same_value(one.value, favourite.value)
        for one in stated
        for favourite in favourites
    )
    if len(favourites) == 1 and other and _BY_NOW.search(text):
        yield claim_of(favourites[0], Claim.OVER)


def _is_over(fact: Fact, text: str) -> bool:
    """Return whether a sentence ends a fact without naming it: “the baby is here”."""
    leaves = _QUIT_WORK.search(text) or _QUIT.search(text)
    if leaves and fact.predicate == "employer" and fact.subject == SELF:
        return True
    if fact.predicate in {"studies", "school"} and fact.subject == SELF:
        done = fact.predicate == "studies" and _COURSE_DONE.search(text)
        return bool(done or _DROPPED_OUT.search(text))
    if fact.predicate == "status" and fact.subject == SELF and _OUT_OF_WORK.search(fact.value):
        return bool(_GOT_A_JOB.search(text))
    if fact.predicate == "status" and fact.subject == SELF and _LEAVE.search(fact.value):
        return bool(_BACK_AT_WORK.search(text))
    if fact.predicate in {"name", "count"} and fact.subject != SELF and is_no_more(fact, text):
        return True
    if means(fact.subject) in _SHARERS and fact.predicate in {"name", "count"}:
        return bool(_MOVED_OUT.search(text)) and speaks_of(fact, text)
    if fact.predicate == "home_with" and _MOVED_OUT.search(text):
        return True
    if fact.predicate == "health" and fact.subject == SELF and does_otherwise(fact.value, text):
        return True
    if fact.predicate == "health" and _is_well(fact.value, text):
        return True
    if fact.predicate == "job" and fact.subject == SELF and _no_longer_does(fact.value, text):
        return True
    if fact.predicate == "learning" and _TO_DRIVE.search(fact.value):
        return bool(_HAS_LICENCE.search(text))
    if fact.predicate == "dislike" and _WON_OVER.search(text):
        return has_words(fact.value, text)
    expecting = fact.predicate in {"health", "plan"} and _EXPECTING.search(fact.value)
    return bool(expecting and (_BORN.search(text) or _MISCARRIED.search(text)))


# “I've left teaching” ends that somebody teaches maths.
_LEFT_DOING = re.compile(
    r"\b(?:left|quit|out of|done with|gave up|given up|giving up|finished with|packed in|stopped)"
    r" (?P<doing>[a-z]{3,})ing\b",
    re.IGNORECASE,
)


def _no_longer_does(value: str, text: str) -> bool:
    """Return whether somebody stopped doing what their job is: “I've left teaching”."""
    left = _LEFT_DOING.search(text)
    return left is not None and value.lower().startswith(left["doing"].lower().rstrip("e"))


# “The arm's fine again”
_WELL = r"(?:'s| is| are)(?: all| completely| finally| much| now)* (?:fine|better|healed|mended)\b"


def _is_well(value: str, text: str) -> bool:
    """Return whether what ailed is well: its last word is said to be fine."""
    ailing = re.escape(value.split()[-1])
    return bool(re.search(rf"\b{ailing}{_WELL}", text, re.IGNORECASE))


def _is_ended(fact: Fact, text: str, stated: Sequence[Statement]) -> bool:
    """Return whether a sentence that ends something speaks of a fact, and does not state it."""
    if fact.predicate in {"name", "count"} and fact.subject != SELF:
        return has_left(fact, text)
    if is_itself_ended(fact, text):
        return True
    if not _ENDS.search(_OF_SOMEBODY_ELSE.sub("", text) if fact.predicate == "plan" else text):
        return False
    surely = fact.predicate in {"health", "employer"} and _SURELY_ENDS.search(text)
    again = not surely and any(
        one.claim is Claim.HOLDS
        and one.predicate == fact.predicate
        and same_value(one.value, fact.value)
        for one in stated
    )
    if again or fact.predicate in {"birthday", "birth_year", "birthplace", "origin", "death"}:
        return False
    if fact.predicate in {"name", "nickname", "age", "nationality"}:
        return False
    if fact.predicate == "relationship" and parts(fact.value):
        return False
    return has_words(_event_of(fact), _BEFORE_IT.sub("", text))


# “Mum called, she's selling the house”: what she sells ends no plan to call her.
_OF_SOMEBODY_ELSE = re.compile(
    r"[,;] (?:and |but |so )?(?:she|he|they)\b(?!['’\w ]* (?:cancel|call\w* (?:it )?off|postpone"
    r"|pull\w* out|back\w* out))[^,;.!]*",
    re.IGNORECASE,
)
# “I was a solicitor before the shop” ends no shop.
_BEFORE_IT = re.compile(r"\b(?:before|after|since|until) (?:(?! i\b)[^,.;!])*", re.IGNORECASE)


# “Going to a wedding” is spoken of as the wedding, “a dentist appointment” as the dentist.
_GOING_TO = re.compile(r"^(?:going|off|flying|moving|travelling|driving|heading|back) to ", re.I)
_APPOINTMENT = re.compile(r"(?<=\w) (?:appointment|appt)$", re.I)


def _event_of(fact: Fact) -> str:
    """Return the words by which a fact is spoken of again: of “flight to Rome”, the flight."""
    if fact.predicate != "plan":
        return fact.value
    event = re.split(r" (?:to|at|with|in|for|from|on) ", _GOING_TO.sub("", fact.value))[0]
    return _APPOINTMENT.sub("", event) or event
