"""Puts marked words together to statements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from memories.facts.dates import When, dates_in
from memories.facts.hearing.scope import Sentence, own_words, sentences
from memories.facts.hearing.subjects import Mention, mentions, noun_in, owner
from memories.facts.hearing.surer import surer
from memories.facts.hearing.values import checked, tidy
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Said, Statement
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.words import SUBJECT, THING

# Below it a mark is a guess: on lines that were written to try it out, three in ten of those were
# wrong.
LEAST = 0.7
_JOINED = {
    "home",
    "origin",
    "birthplace",
    "health",
    "home_with",
    "favourite",
    "job",
    "employer",
    "plan",
}
_PLACES = frozenset({"home", "origin", "birthplace"})
# “My old school was in Leeds”: where things are isn't where somebody lives.
_THING_IS_IN = re.compile(
    r"\b(?:my|our|the) (?:[\w'’-]+ ){0,2}?(?:school|uni|university|college|office|work|job|company"
    r"|gym|club|church|band|team|doctor|dentist|hotel|wedding|meeting|interview|conference|exam"
    r"|course|flight|train|shop|store|cabin|cottage|holiday (?:home|house)|summer house)"
    r" (?:is|was|are|were)(?: \w+)? (?:in|near|at)\b[^,;.]*$",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|no longer|neither|nor|isn'?t|aren'?t|wasn'?t|ain'?t|don'?t|doesn'?t|didn'?t"
    r"|haven'?t|hasn'?t|won'?t)\b",
    re.IGNORECASE,
)
_CLAUSE_ENDS = re.compile(
    r"[,;:–—]| - |\b(?:but|and i|and my|because|so i|though|although|while|where|who)\b",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\b(?:any ?more|any longer|no longer|used to|formerly|former|back then|not .* now)\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\b(?:also|another|too|as well|second|third|one more|plus)\b", re.IGNORECASE)
# An animal or a person that is introduced: “we got a cat called Nori”.
_ONE_MORE = re.compile(r"\b(?:an?|another|second|third|new|other)\s+(?:\w+\s+)?$", re.IGNORECASE)
_CALLED = re.compile(
    r"^(?:['’]?s)?\s*(?:name(?:['’]?s| is)|is (?:called|named|actually)|['’]?s (?:called|named)"
    r"|is)\b",
    re.IGNORECASE,
)
_TASTE_VERB = re.compile(r"\b(love|adore|enjoy|hate|detest|loathe|despise)s?\b", re.IGNORECASE)
_NAMES = {"name", "nickname"}
_AND_I = re.compile(r"\s*(?:and|&|n)\s+(?:i|me|my)\b", re.IGNORECASE)
# “We're Kim and Pat”
_WE_ARE = re.compile(r"\bwe(?:['’]?re| are)\s+(?:[\w'’-]+\s+(?:and|&)\s+)?$", re.IGNORECASE)
_INTRODUCES = re.compile(r"\b(?:i['’]?m|i am|name['’]?s|name is|call me)\s+$", re.IGNORECASE)
_I_AND = re.compile(r"\b(?:i|me)\s+(?:and|&|n)\s+$", re.IGNORECASE)
# “I don't hate mushrooms” is no dislike; “I don't drink” is about health.
_DISLIKES = re.compile(r"\b(?:hate|mind|dislike|detest|loathe|despise)\b", re.IGNORECASE)
_ABSTAINS = re.compile(
    r"\b(?:eat|drink|have|smoke|touch|tolerate|do)\s+(?:\w+\s+)?$|don'?t\s+$", re.IGNORECASE
)
_WITH_VERB = re.compile(
    r"\b(?:drive|fix|repair|teach|write|translate|design|build|bake|sell|clean|deliver|manage|make"
    r"|paint|grow|farm|fly|edit|photograph|install|train|run|do)(?:e?s)?\s+(?:(?:an?|the)\s+)?$",
    re.IGNORECASE,
)
_WHO_DOES = re.compile(r"\b(?:my|our|the)\s+[\w'’-]+(?:\s[\w'’-]+)?\s+$", re.IGNORECASE)
_DOES = re.compile(
    r"(?:arrives?|is|are|comes?|visits?|starts?|turns?|gets?|graduates?|moves?|leaves?|runs?"
    r"|ends?)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r" (?!I\b)[A-ZÀ-ÖØ-Þ][\w'’&-]*")
_GROWS = {"name", "favourite", "home", "school", "employer", "like", "dislike", "hobby", "origin"}
# “taking my mum to the coast”
_REST_OF_PLAN = re.compile(
    r" (?:to|at|with|from) (?:(?:the|my|an?|our|his|her) )?(?!\d|next|this|tomorrow|mon|tues|wed"
    r"|thurs|fri|sat|sun)[^\W\d_][\w'’-]*"
)
_NONE_BEFORE = re.compile(r"\bno\s+$", re.IGNORECASE)
_ROLES = frozenset({"teacher", "doctor", "coach", "boss", "neighbour", "friend", "therapist"})
_THE = re.compile(r"\b(?:the|a|an|this|that)\s+(?:\w+\s+)?$", re.IGNORECASE)
# What is over is said with a word of the past.
_PAST = re.compile(
    r"\b(?:used to|was|were|had|did|lived|left|leaving|sold|quit|no longer|any ?more|any longer"
    r"|from|former|formerly|ex|back then|stopped|gave up|given up|until|lost|fired|laid off|dropped"
    r"|not|n'?t|dont|doesnt|studied|worked|taught|went|over|degree|graduated|before|ago|tired of"
    r"|cancell?ed|called off|passed|failed|finished|retired|resigned|stopping|ended|closed|grew out"
    r"|healed|moved out|moved from|interned|switched|notice|dumped|broke)\b|n['’]t\b",
    re.IGNORECASE,
)
_HAVE_BEEN = re.compile(
    r"\b(?:i|we)(?:['’]?ve| have) (?:\w+ )?(?:lived|worked|been|studied|played|taught)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\W*(?:[\w'’]+ ){0,3}?(?:for|since|these)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|til|up to)\b", re.IGNORECASE)


# “I went back to uni to study law”: what is begun is not over.
_BEGUN = re.compile(
    r"\b(?:back to|to study|to learn|to become|switched to|changed to|moved to|started|starting"
    r"|became|joined|got into)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
# A clause that opens with somebody is about them, unless the author comes in after them.
_OPENS = re.compile(
    r"\W*(?:(?:and|but|so|btw|lol|well|oh|n)\W+)*"
    r"(?:my|our|(?:mum|mom|dad|nan|gran|grandma|grandpa|grandad)(?:['’]?s)?)\b",
    re.IGNORECASE,
)
_OPENING = 24
_FIRST = re.compile(r"\b(?:i|i'm|im|i've|ive|i'd|me|my|we|we're|we've|our|us)\b", re.IGNORECASE)
# “Andrew emigrated to Perth”: a name, and a verb that doesn't go with "I".
_NAMES_ANOTHER = re.compile(
    r"\W*(?:(?:[Aa]nd|[Bb]ut|[Ss]o|[Oo]h|[Bb]tw|[Ww]ell)\W+)*"
    r"(?P<name>[A-ZÀ-ÖØ-Þ][^\W\d_]*(?<!ly)(?<!ing)(?<!ed))(?:['’]s)?"
    r"(?: (?:just|also|now|finally|recently|still|never|always))? "
    r"(?:is|has|lives|works|studies|loves|hates|likes|plays|speaks|wants|teaches|runs|drives|owns"
    r"|turns|comes|goes|moves|starts|emigrated|moved|got|started|joined|became|bought|grew|retired"
    r"|quit|left|turned|went|came|landed|found)\b"
)
_NO_OPENERS = """
i just finally recently today yesterday tomorrow also then now actually eventually sadly luckily
already only never always once soon still this last next that it there here who what which name
job home work birthday hobby age nickname diet degree major school uni life favourite favorite fav
fave pet monday tuesday wednesday thursday friday saturday sunday occupation profession status
"""
_OPENERS = frozenset(_NO_OPENERS.split())
# Kinds whose words tell whose they are, or that hold of both.
_OF_BOTH = frozenset(
    {"count", "plan", "home_with", "name", "nickname", "relationship", "favourite", "business"}
)
# Words that give a name, before it and after it.
_GIVES_NAME = re.compile(
    r"\b(?:names?|named|nickname|called|calls?|calling|known as|aka|alias|i am|i['’]?m|it['’]?s"
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
    r"|since|of (?:experience|work|service|marriage|my life|teaching))",
    re.IGNORECASE,
)
_ONLY_CHILD = re.compile(r"\bonly (?:child|kid|daughter|son)\b", re.IGNORECASE)
_GREETS = re.compile(
    r"\W*(?:(?:hi|hey|hello|hiya|yo|good \w+)\W*)+(?:all|there|everyone)?\W*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one message gives to work with."""

    said: Said
    text: str
    zone: ZoneInfo
    marks: list[Tagged]
    sentences: list[Sentence]
    people: list[Mention]


def statements(said: Said, marks: Sequence[Tagged]) -> list[Statement]:
    """Return what a message states, in order.

    Args:
        marks: what the tagger marked in its text.
    """
    text = own_words(said.text)
    zone = ZoneInfo(said.zone)
    parts = sentences(text)
    own = [one for one in marks if "\0" not in text[one.start : one.end]]
    joined = _join(text, [_grown(text, one) for one in surer(text, own, LEAST)])
    heard = _Heard(said, text, zone, joined, parts, mentions(text, joined, parts))
    found = [made for mark in joined for made in _statement(heard, mark)]
    return _named(found, heard)


def _grown(text: str, mark: Tagged) -> Tagged:
    """Return a mark with words that belong to it: the rest of a name, the verb of a job."""
    before = text[: mark.start]
    if mark.kind == "job" and (verb := _WITH_VERB.search(before)):
        return replace(mark, start=verb.start())
    if (
        mark.kind == "plan"
        and _DOES.match(text[mark.start :])
        and (who := _WHO_DOES.search(before))
    ):
        return replace(mark, start=who.start())
    if mark.kind == "count" and (none := _NONE_BEFORE.search(before)):
        return replace(mark, start=none.start())
    end = mark.end
    if mark.kind == "plan" and (rest := _REST_OF_PLAN.match(text, end)):
        return replace(mark, end=rest.end())
    shouted = text.isupper() or not text[mark.start : mark.end][:1]
    while mark.kind in _GROWS and not shouted and (more := _CAPITALISED.match(text, end)):
        end = more.end()
    return replace(mark, end=end)


def _join(text: str, marks: Sequence[Tagged]) -> list[Tagged]:
    """Join marks of one kind that only a comma or a space parts: “Leith, Edinburgh”."""
    joined: list[Tagged] = []
    for mark in marks:
        last = joined[-1] if joined else None
        if last and last.others == mark.others and _are_one(text, last, mark):
            joined[-1] = replace(
                last, end=mark.end, confidence=max(last.confidence, mark.confidence)
            )
        else:
            joined.append(mark)
    return joined


def _are_one(text: str, last: Tagged, mark: Tagged) -> bool:
    """Return whether a mark continues the last one: “Tulsa, Oklahoma” is one place."""
    between = text[last.end : mark.start].strip(" ")
    if last.kind in _PLACES and mark.kind in _PLACES and between == ",":
        return True
    return last.kind == mark.kind and mark.kind in _JOINED and between == ""


def _statement(heard: _Heard, mark: Tagged) -> Iterator[Statement]:
    if mark.kind in {SUBJECT, THING} or mark.confidence < LEAST:
        return
    sentence = next((one for one in heard.sentences if one.start <= mark.start < one.end), None)
    if sentence is None or not sentence.states(mark.start):
        return
    claim = _claim(heard, sentence, mark)
    mention = None if mark.kind == "count" else _mention(heard, mark)
    subject = _subject(heard, sentence, mark, mention)
    value = checked(mark.kind, heard.said.text[mark.start : mark.end], heard.said.at, heard.zone)
    if not subject or not value or claim is None or _is_of_two(heard, mark, subject):
        return
    if subject == SELF and not _has_its_words(heard, sentence, mark):
        return
    statement = Statement(
        subject,
        mark.kind,
        value,
        claim,
        confidence=mark.confidence,
        start=mark.start,
        another=_is_another(heard, sentence, mark, mention),
        definite=_is_definite(heard, mark, mention),
    )
    yield from _completed(heard, sentence, mark, statement)


def _claim(heard: _Heard, sentence: Sentence, mark: Tagged) -> Claim | None:
    """Return what is said of a value; None if a negation leaves nothing."""
    clause = _clause(sentence, mark.start)
    after = sentence.text[mark.end - sentence.start :]
    if mark.over and (_BEGUN.search(clause) or _is_since_then(clause, after)):
        return Claim.HOLDS
    if mark.over and _PAST.search(sentence.text) and not _is_denied(clause, after):
        return Claim.OVER
    if _NOT.search(clause):
        if mark.kind == "dislike":
            return Claim.DENIED if _DISLIKES.search(clause) else Claim.HOLDS
        if mark.kind == "health" and _ABSTAINS.search(clause):
            return Claim.HOLDS
        return Claim.OVER if _NO_MORE.search(clause + after[:20]) else Claim.DENIED
    return Claim.HOLDS


def _is_since_then(clause: str, after: str) -> bool:
    """Return whether what began is still so: “I've lived in Dublin for six years”."""
    return bool(_HAVE_BEEN.search(clause) and _SINCE.match(after)) and not _NOT.search(clause)


def _is_denied(clause: str, after: str) -> bool:
    """Return whether “I don't live in London” says nothing of whether it was ever true."""
    present = re.search(
        r"\b(?:don'?t|doesn'?t|isn'?t|ain'?t|'?m not|am not|aren'?t)\b", clause, re.I
    )
    return bool(present) and not _NO_MORE.search(clause + after[:20])


def _clause(sentence: Sentence, place: int) -> str:
    """Return the words of a value's clause that stand before it."""
    before = sentence.text[: place - sentence.start]
    ends = [end.end() for end in _CLAUSE_ENDS.finditer(before)]
    return before[ends[-1] :] if ends else before


def _mention(heard: _Heard, mark: Tagged) -> Mention | None:
    """Return whom somebody else's value is about."""
    return owner(mark, heard.people, heard.sentences) if mark.others else None


def _subject(heard: _Heard, sentence: Sentence, mark: Tagged, mention: Mention | None) -> str:
    if mark.kind == "count":
        words = heard.text[mark.start : mark.end]
        # “An only child” counts nobody of theirs.
        counted = SELF if _ONLY_CHILD.search(words) else noun_in(words)
        return "" if counted == SELF else counted
    if mention is not None and mark.kind == "name" and _is_somebody(heard, mention):
        return ""
    if mark.kind == "name" and _WE_ARE.search(heard.text[: mark.start]):
        return ""
    if not mark.others:
        if leader := _led_by(heard, sentence, mark):
            return leader.subject
        return "" if sentence.others or _names_another(_clause(sentence, mark.start)) else SELF
    return mention.subject if mention else ""


def _led_by(heard: _Heard, sentence: Sentence, mark: Tagged) -> Mention | None:
    """Return whom a clause is about that starts with them: “My dog Einstein is scared of …”."""
    clause = _clause(sentence, mark.start)
    start = mark.start - len(clause)
    if mark.kind in _OF_BOTH or not _OPENS.match(clause):
        return None
    led = [one for one in heard.people if start <= one.start <= start + _OPENING and one.subject]
    if not led or led[0].end >= mark.start:
        return None
    return None if _FIRST.search(heard.text[led[0].end : mark.start]) else led[0]


def _names_another(clause: str) -> bool:
    """Return whether a clause is about somebody whom it only names: “Omar works nights”."""
    opening = _NAMES_ANOTHER.match(clause)
    return opening is not None and opening["name"].lower() not in _OPENERS


def _has_its_words(heard: _Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether the words around an own value fit its kind, where they have to."""
    if mark.kind in _NAMES:
        return _is_named(heard, sentence, mark)
    if mark.kind == "home":
        return not _THING_IS_IN.search(_clause(sentence, mark.start))
    if mark.kind == "language":
        return bool(_OF_LANGUAGES.search(sentence.text))
    if mark.kind == "age":
        before, after = heard.text[: mark.start], sentence.text[mark.end - sentence.start :]
        return not _SPAN_OF_YEARS.match(after) and not re.search(r"(?:^|\s)[-−]$", before)
    return True


def _is_named(heard: _Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether the author gives a name as theirs: after words that give names, or first."""
    before = sentence.text[: mark.start - sentence.start]
    after = sentence.text[mark.end - sentence.start :]
    if _HIS_NAME.search(before):
        return False
    first = not re.search(r"\w{2,}", before.split("\n")[-1]) or _GREETS.fullmatch(before)
    return bool(first or _GIVES_NAME.search(before) or _GIVES_NAME_AFTER.match(after))


def _is_somebody(heard: _Heard, mention: Mention) -> bool:
    """Return whether “the teacher” is spoken of, who need not be the person's."""
    before = heard.text[max(0, mention.start - 16) : mention.start]
    return mention.subject in _ROLES and bool(_THE.search(before))


def _is_another(heard: _Heard, sentence: Sentence, mark: Tagged, mention: Mention | None) -> bool:
    """Return whether a value is one more, not another one of the same: “a second dog”."""
    if mention is None:
        return bool(_ANOTHER.search(_clause(sentence, mark.start)))
    before = heard.text[max(0, mention.start - 24) : mention.start]
    return bool(_ONE_MORE.search(before) or _ANOTHER.search(before))


def _is_of_two(heard: _Heard, mark: Tagged, subject: str) -> bool:
    """Return whether what looks like the author's name is somebody's beside them: “Emma and I”."""
    if subject != SELF or mark.kind not in _NAMES:
        return False
    before = heard.text[: mark.start]
    if _I_AND.search(before):
        return True
    # “I'm Leo and I just turned 14” is of one.
    return bool(_AND_I.match(heard.text[mark.end :])) and not _INTRODUCES.search(before)


def _is_definite(heard: _Heard, mark: Tagged, mention: Mention | None) -> bool:
    """Return whether a name is said of the one of its kind: “my dog is called Rex”."""
    if mention is None or mark.start < mention.end:
        return False
    return bool(_CALLED.search(heard.text[mention.end : mark.start]))


def _completed(
    heard: _Heard, sentence: Sentence, mark: Tagged, made: Statement
) -> Iterator[Statement]:
    if mark.kind == "plan":
        yield from _plan(heard, sentence, mark, made)
    elif mark.kind == "favourite":
        yield replace(made, thing=_thing_of(heard, mark))
    elif mark.kind in {"like", "dislike"}:
        verb = _TASTE_VERB.search(_clause(sentence, mark.start))
        negated = _NOT.search(_clause(sentence, mark.start))
        yield replace(made, verb=verb[1].lower() if verb and not negated else "")
    elif made.claim is Claim.OVER:
        yield replace(made, until=_until(heard, sentence))
    else:
        yield made


def _plan(heard: _Heard, sentence: Sentence, mark: Tagged, made: Statement) -> Iterator[Statement]:
    dates = dates_in(sentence.text, heard.said.at, heard.zone)
    if not dates and made.claim is Claim.HOLDS:
        return
    near = min(dates, key=lambda one: abs(one.start + sentence.start - mark.start), default=None)
    today = heard.said.at.astimezone(heard.zone).date()
    if near is not None and near.last < today:
        return
    yield replace(made, when=near)


def _thing_of(heard: _Heard, mark: Tagged) -> str:
    things = [one for one in heard.marks if one.kind == THING]
    if not things:
        return ""
    near = min(things, key=lambda one: abs(one.start - mark.start))
    return tidy(heard.text[near.start : near.end]).lower()


def _until(heard: _Heard, sentence: Sentence) -> When | None:
    dates = dates_in(sentence.text, heard.said.at, heard.zone, past=True)
    today = heard.said.at.astimezone(heard.zone).date()
    past = [one for one in dates if one.first <= today]
    return past[-1] if past else None


def _named(found: list[Statement], heard: _Heard) -> list[Statement]:
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


def _name_for(one: Statement, names: Sequence[Statement], heard: _Heard) -> str:
    of_them = [name for name in names if name.subject == one.subject]
    if not of_them:
        return ""
    before = [name for name in of_them if name.start < one.start]
    return (before[-1] if before else of_them[0]).value
