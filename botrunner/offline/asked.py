"""What a question asks for: whom it is about, what of them, and in which time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from botrunner.offline.spelling import spelled
from memories.facts.countries import COUNTRIES
from memories.facts.kinship import subject_of
from memories.facts.predicates import SELF

LONGEST_MESSAGE = 2000
FEWEST_STATED = 3
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")

_ASKS = re.compile(
    r"\?\s*$|^(?:(?:so|and|but|hey|yo|oi|hi|ok|okay|well|now|um|uh|wait|lol|haha|oh|omg|bro|then"
    r"|also|no|yeah|right|hang on|quick question|pls|please|whisper)[:,.!…]* )*"
    r"(?:what(?! an? (?!\w+[^.]*\?))|which|where|when|who|whose|whom|why|how|since when|until when"
    r"|(?:in|to|from|at|for|with|on|of|by) (?:which|what|where|whom?|how)\b|am i|are my|is my|is it"
    r"|was i|was my|were my|do i|do we|did i|did my|does my|do my|are we|were we|was it|have i"
    r"|have we"
    r"|has my|have you|had i|will my|can i|can you|could you|do you|did you|will i|are you|is there"
    r"|are there|(?:does|did|has|had|was|were|do) (?:he|she|they|anyone|anybody|someone)"
    r"|does (?:it|this|that)|did [\w']+ [^.!]*\b(?:anyone|anybody|anything|ever|yet)"
    r"|tell me|remind me (?:what|who|where|when|how|which|of|about)|list|name (?:all )?my"
    r"|show me|any idea|any news|describe me|guess my|(?:you )?remember me\W*$)\b"
    r"|^(?:so |and |but |ok )*(?:is|are|does|will) (?!(?:so|such|not|no|really|very|an?|the|fine"
    r"|good|great|too|just|like|be|that|getting|being|it)\b)[\w']+ \w[^.!]*$"
    # Questions that leave out their verb: “fav game”, “my sister's name”.
    r"|^(?:and |so |ok )*(?:my )?favourite \w+(?: \w+)?\W*$"
    r"|^(?:and |so |ok )*(?:my|his|her|their) [\w' -]{2,30} (?:called|name|names|age|birthday"
    r"|job)\W*$"
    r"|^(?:and |so |ok )*(?:my|our) (?:\w+ )?(?:name|age|birthday|job|address|city|employer|hobbies"
    r"|nickname|diet|allerg(?:y|ies)|plans|appointments?|languages?|school)"
    r"(?: (?:please|pls|plz|again|now))*\W*$"
    r"|^(?:pet|dog|cat|husband|wife|son|daughter|sister|brother|mum|mom|dad)(?:'?s)? (?:name|age"
    r"|birthday|job)\W*$",
    re.IGNORECASE,
)
# “When it rains I do jigsaws”, “is it me or are the pigeons fatter”: nothing is asked of us.
_NO_QUESTION = re.compile(
    r"^(?:so |and |but |ok )*when(?:ever)? (?:it|i|we|he|she|they|you|people) (?!born\b)[^?]*[^?,] "
    r"(?:i|we)(?:'\w+)? [^?]*$"
    r"|^(?:so |and |but |ok )*is it (?:just |only )?me\b"
    # “Why did you quit, I asked”
    r"|^[^?]*\b[,?\"”] ?(?:i|he|she|they|we|my \w+) (?:asked|said|says|goes|was like)\b[^?]*$"
    # “When we moved here in 1983” says itself when.
    r"|^(?:and |so |that was )*when (?:i|we|he|she|they|my \w+) (?:\w+ed|was|were|got|went|came|had"
    r"|left|met)\b(?: \w+){0,4} (?:in|on) (?:\d{4}|\w+day)[^?]*$"
)
_TO_COMPANION = re.compile(r"(?i)\b(?:you|your|u)\b|^\W*(?:hi|hey|hello|yo|thanks|ok(?:ay)?)\W*$")
# “If I had a boat, …”, “I forgot, …” state nothing that the question leans on.
_BEFORE_QUESTION = re.compile(
    r"(?i)\W*(?:if|when|say|suppose|imagine|i (?:forgot|forget|wonder)|(?:ok|hey|so|wait)\W)"
)
YES_NO = re.compile(
    r"^(?:so |and |but |hey |ok |okay |well |now |then |wait )*(?:am i|are|is|was|were|do|does|did"
    r"|have i|has|had i|can i|will)\b"
)
# It asks for what was said of something, not for one fact.
ASKS_WHAT_WAS_SAID = re.compile(
    r"\bwhat (?:did i|have i|i) (?:tell|told|say|said|mention|mentioned)\b|\b(?:do|can"
    r"|don't) you (?:still )?(?:remember|know|recall)\b"
    r"|\bwhat do you (?:know|remember) (?:about|of)\b|\b(?:did|have) i (?:ever |already )?(?:tell"
    r"|told|mention|say|said)\b"
    r"|\bremind me (?:of|about|what|who|when|where)\b|\btell me about\b"
)
_PAST = re.compile(
    r"\b(?:used to|formerly|previous(?:ly)?|former|my old|my last|my ex|before (?:that|this|i|we)"
    r"|earlier|did (?:i|we) (?:live|work|study|like|have|play|do|go|own|date)|back then)\b"
    r"|\bbefore\b"
    r"|\b(?:was|were) (?:i|my)\b|\bdid my\b",
    re.IGNORECASE,
)
# Asks what was before something else: what holds now isn't an answer.
_FORMER = re.compile(
    r"\b(?:used to|formerly|previous(?:ly)?|former|my old|my last|back then)\b|\bbefore\b"
)
_ASKS_WHEN = re.compile(r"\b(?:when|since|how long|(?:what|which) (?:date|day|month|year))\b")
# “Am I Polish?” doesn't ask about a language or a taste.
OF_NATIONALITY = (
    r"\bam i (?:really |actually |still |half |an? )*(?P<nationality>"
    rf"{'|'.join(COUNTRIES)})\b"
)
_CALL_ME = re.compile(r"\bcalls? me\b")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")

# What a question asks about a person; the first match counts.
_OWN: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bmy (?:full |first |last |real |family |good )?name\b|\bmy surname\b|\bwho am i\W*$"
     r"|\bwhat am i called\b", ("name", "nickname")),
    (r"\bwhat (?:do|does|did) (?:\w+ ){1,2}call me\b|\bmy nickname\b|\bi want to be called\b",
     ("nickname", "name")),
    (r"\bhow old am i\b|\bhow old i am\b|\bmy age\b", ("age", "birthday", "birth_year")),
    (r"\bmy birthday\b|\bmy date of birth\b|\bwhen was i born\b"
     r"|\b(?:what|which) (?:year|month|day|date) was i born\b"
     r"|\bwhen do i turn\b", ("birthday", "birth_year", "age")),
    (r"\bwhere was i born\b|\bmy birthplace\b|\bborn in\b", ("birthplace", "origin")),
    (r"\bwhere (?:(?:am i|i am)(?: \w+){0,2} from|do i come|i come|did i grow up|are my roots)\b"
     r"|\bmy home ?town\b"
     r"|\bmy origins?\b|\b(?:am i|i am|do i come) from\b",
     ("origin", "birthplace", "nationality", "home")),
    (OF_NATIONALITY, ("nationality", "origin", "birthplace")),
    (r"\bmy nationality\b|\bwhat nationality\b|\bmy passport\b", ("nationality", "origin")),
    (r"\b(?:who|whom) (?:do |did )?i (?:live|share)\b|\blives? (?:alone|with)\b|\bliving with\b",
     ("home_with",)),
    (r"\b(?:do|did|was|have|am|where|long|which|what)\b.*\bi\b.*\b(?:live|lived|(?<!a )living|based"
     r"|move|moved|reside)\b|\bmy (?:old |former |previous |last |new )?(?:home|city|town|address"
     r"|place|flat|apartment|house)\b|\bwhere (?:i|we) live\b|\blocat|\breside\b"
     r"|\b(?:town|city|country|place) am i in\b|\bwhere am i (?:based|at)\b"
     r"|\bwhere (?:was|were) (?:i|we) before\b|\bwhere (?:do|did|are|were) we liv",
     ("home", "home_with")),
    (r"\bmy (?:\w+ )?(?:employer|company|workplace|boss's company)\b|\bwhere (?:do |did |am )?i"
     r" (?:used to )?(?:work|working)\b|\bwho (?:do|did) i (?:used to )?work for\b|\bwho employs\b"
     r"|\bdo i (?:still )?work (?:at|for|in)\b|\bwhere is my (?:work|job|office)\b"
     r"|\b(?:which|what) company\b", ("employer", "business", "job", "status")),
    (r"\bmy (?:\w+ )?(?:job|work|profession|occupation|career|living|trade|role|position)\b"
     r"|\bwhat (?:do|did) i"
     r" (?:do|work)(?: for(?! fun| a laugh)| as| at| before|\W*$)|\b(?:what|which) (?:position|role"
     r"|job)\b(?! do i play)"
     r"|\bwhat was i (?:before|until|at)\b|\bfor (?:a living|money)\b|\bline of work\b"
     r"|\bearn my\b|\bwhat i do\b"
     r"|\bdo i (?:still )?work\b(?! with)"
     r"|\bdo i have an? (?:\w+ )?job\b|\bwork as\b|\bam i (?:\w+ )?working\b"
     r"|\bam i (?:(?:still|really|now|already|actually) )*an? (?!only\b|twin\b|parent|m[ou]m\b"
     r"|dad\b|mother|father|grand)\w+"
     r"|\bam i (?:on leave|off work|retired|unemployed|employed|self)",
     ("job", "employer", "business", "status", "studies")),
    (r"\bmy (?:own )?business\b|\bwhat do i run\b", ("business", "job")),
    (r"\bmy (?:school|uni|university|college)\b|\b(?:year|grade|class|form|semester) am i in\b"
     r"|\bwhere (?:do|did|am) i (?:study|studying|go to)\b"
     r"|\b(?:which|what) (?:school|uni|university|college)\b",
     ("school", "studies")),
    (r"\bstud(?:y|ying|ies)\b|\bmy (?:degree|major|subject|course)\b", ("studies", "school")),
    (r"\bwho (?:did|was|were|am) i (?:\w+ )?(?:date|dating|with|seeing|see|together)\b"
     r"|(?<!when )(?<!where )(?<!time )(?<!day )\bam i (?:\w+ )?(?:married|single|engaged"
     r"|divorced|taken|in a relationship|dating|seeing)\b"
     r"|\bmy (?:relationship|marital|love)\b|\bdo i have a (?:partner|so)\b",
     ("relationship", "LOVE")),
    (r"\ballerg|\bcan'?t i eat\b|\bmy diet\b|\bmy health\b|\bhealth\b|\bcondition\b|\bmedic"
     r"|\bcan'?t? i (?:eat|drink)\b|\bam i (?:\w+ )?(?:vegan|vegetarian|pregnant|diabetic|sick"
     r"|ill)\b|\bdo i (?:smoke|drink)\b"
     r"|\billness|\bdisease|\bails me\b|\bis wrong with me\b|\bavoid eating\b|\bdo i eat\b"
     r"|\bdo i suffer\b", ("health",)),
    (r"\blanguages?\b.*\blearn|\bam i learning\b|\bi am learning\b|\blearn(?:ing)?\b",
     ("learning",)),
    (r"\blanguages?\b|\bdo i speak\b|\bi speak\b", ("language", "learning")),
    (r"\bhobb(?:y|ies)\b|\bfor fun\b|\bspare time\b|\bfree time\b|\bpastimes?\b|\binterests\b"
     r"|\b(?:instruments?|sports?|games?) do i\b|\bdo i play\b|\bi play\b|\bweekends?\b",
     ("hobby", "like")),
    (r"\bfavourite\b|\b(?:like|love|enjoy)\b.*\b(?:best|most)\b", ("favourite", "like")),
    (r"\b(?:scared|afraid|fear|phobia)\b", ("dislike", "health")),
    (r"\b(?:hate|dislike|not (?:like|love|care for)|don't (?:i )?(?:like|love|enjoy)"
     r"|can'?t (?:i )?stand|i can'?t stand|detest|loathe)\b",
     ("dislike", "like")),
    (r"\b(?:do|did|what|which) .*\b(?<!would i )(?:like|love|enjoy|adore|into|fond|prefer|fan)\b"
     r"|\bmy (?:likes"
     r"|tastes?)\b"
     r"|\bam i (?:into|fond|a fan)\b", ("like", "favourite", "hobby", "dislike")),
)  # fmt: skip
_OF_OTHERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\bhow old\b|\bage\b", ("age", "birthday", "birth_year")),
    (r"\bbirthday\b|\bwhen was .* born\b", ("birthday", "birth_year", "age")),
    (r"\bwhere\b.*\b(?:live|lives|living|home|based|is my|are my)\b|\blive\b"
     r"|\b(?:what|which) (?:country|city|town|place)\b",
     ("home", "home_with", "origin")),
    (r"\bfrom\b", ("origin", "birthplace", "home")),
    (r"\bwhere\b.*\bwork|\bemployer\b", ("employer", "job", "status")),
    (r"\b(?:job|work|works|profession|occupation|for a living)\b"
     r"|\bwhat (?:do(?:es)?|did|is|are)\b.*\bdo\b",
     ("job", "employer", "business", "status", "studies")),
    (r"\bstud(?:y|ies|ying)\b|\breading at\b|\bschool\b", ("studies", "school")),
    (r"\bhow many\b", ("count", "name", "age")),
    (r"\b(?:married|single|engaged|divorced|dating)\b", ("relationship",)),
    (r"\bwhen\b.*\bdie|\bdied?\b|\balive\b|\bdead\b|\bpass(?:ed)? away\b", ("death",)),
    (r"\bfavourite\b", ("favourite", "like")),
    (r"\blikes?\b|\bloves?\b|\benjoys?\b", ("like", "favourite", "dislike")),
    (r"\ballerg|\bhealth\b|\bsick\b", ("health",)),
    (r"\bcalled\b|\bnames?\b|\bwho\b|\bnamed\b", ("name", "nickname", "count", "relationship")),
)  # fmt: skip
_OWNERS = frozenset({"my", "have", "any", "many", "our"})
# Said of one's own without “my”; others are one's own after “the”.
_BARE_WORDS = """
mum mom mam mama mummy mommy dad daddy papa nan nana gran granny grandma grandpa grandad granddad
hubby
"""
_AFTER_THE = """
kids children twins baby boys girls family parents dog dogs cat cats puppy kitten pets rabbit
hamster horse parrot canary bird fish tortoise snake wife husband
"""
_BARE, _HOUSEHOLD = frozenset(_BARE_WORDS.split()), frozenset(_AFTER_THE.split())
_HAVE = re.compile(r"\bdo (?:i|we) (?:\w+ )?(?:have|own)\b|\bhave (?:i|we) (?:got|any|an?)\b")
# After them a plural stands for one: “my crushs name”.
_OF_ONE = frozenset(["name", "age", "birthday", "job", "called"])
# It asks for children.
_PARENT = re.compile(r"\bam i (?:already )?an? (?:parent|m[ou]m|dad|mother|father)\b")
_OWN_TABLE = tuple((re.compile(pattern), names) for pattern, names in _OWN)
_OTHERS_TABLE = tuple((re.compile(pattern), names) for pattern, names in _OF_OTHERS)
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read.

    Args:
        text: in lower case and everyday spellings.
        subjects: whom it is about: "self", a relation or animal, or a group in capitals.
        predicates: what of them, the likeliest first; empty for anything.
        past: whether it asks for what was before.
        former: whether it asks only for what was before something else.
        asks_when: whether it asks when or since when something is.
    """

    text: str
    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    past: bool
    asks_when: bool
    former: bool = False


def is_question(text: str) -> bool:
    """Return whether a message asks something, with or without its mark."""
    said = spelled(text)
    return bool(_ASKS.search(said)) and not _NO_QUESTION.search(said)


def stating(text: str) -> str:
    """Return what a message states beside the question in it; empty if it only asks.

    “I play saz, do you know it?” states that somebody plays.
    """
    if not is_question(text):
        return text
    sentences = [one.strip() for one in _SENTENCE.findall(text[:LONGEST_MESSAGE])]
    told = [_before_comma(one) if is_question(one) else one for one in sentences]
    return " ".join(one for one in told if one and not _TO_COMPANION.search(one))


def _before_comma(question: str) -> str:
    """Return the part of a sentence before the question that ends it; empty if there is none."""
    told, comma, rest = question.rpartition(",")
    states = comma and len(told.split()) >= FEWEST_STATED and is_question(rest.strip())
    return told if states and not is_question(told) and not _BEFORE_QUESTION.match(told) else ""


def asking(text: str) -> str:
    """Return the sentence of a message that asks; all of it if no single sentence does."""
    sentences = _SENTENCE.findall(text[:LONGEST_MESSAGE])
    questions = [one.strip() for one in sentences if is_question(one)]
    return questions[-1] if questions else text


def asked(text: str) -> Asked:
    """Return what a question asks for."""
    said = spelled(text)
    # “What do my friends call me?” asks for one's own name.
    subjects = () if _CALL_ME.search(said) else _subjects(said)
    table = _OTHERS_TABLE if subjects else _OWN_TABLE
    predicates = next((names for pattern, names in table if pattern.search(said)), ())
    return Asked(
        said,
        subjects or (SELF,),
        predicates,
        bool(_PAST.search(said)),
        bool(_ASKS_WHEN.search(said)),
        bool(_FORMER.search(said)),
    )


def _subjects(said: str) -> tuple[str, ...]:
    """Return the people and animals of the person that a question names."""
    if _PARENT.search(said):
        return _GROUPS["children"]
    words = _WORD.findall(said)
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


def _is_owned(word: str, before: list[str]) -> bool:
    """Return whether a word for somebody means one of the person's own.

    Args:
        before: up to three words before it.
    """
    if _OWNERS & set(before) or word in _BARE:
        return True
    return before[-1:] == ["the"] and word in _HOUSEHOLD
