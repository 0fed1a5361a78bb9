"""How a message sounds that neither asks nor states a fact, and the short human word to it."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import asking, is_question
from botrunner.offline.courtesies import greeting_and_more
from botrunner.offline.notes import Notes
from botrunner.offline.phrases import choose, hearing
from memories.facts.kinship import is_animal, subject_of
from memories.wording.memorable import worth_remembering
from profiles.models import Emotion

LONG_TEXT = 1500
# A longer message says more than its mood.
LONGEST_MOOD = 240
# How certain a mood must be to be answered if no word shows it.
SURE_MOOD = 0.45

GOOD_NEWS = re.compile(
    r"\b(?:i|we|guess who) (?:just |finally |actually )*(?:got (?:the job|a (?:new )?job"
    r"|accepted|promoted"
    r"|engaged"
    r"|married|a raise|an offer)|passed(?! (?:out|away|by|on))|won(?!')|did it|made it"
    r"|graduated|aced)\b"
    r"|^\W*passed (?:my|the|it)\b(?! (?:house|shop|time|salt|ball))"
    r"|\b(?:gonna|going to|to) be (?:a|an) (?:mum|mom|dad|father|mother|grandfather|grandmother"
    r"|grandad|granddad|grandpa|grandma|granny|nan|aunt|auntie|uncle)\b"
    r"|\bit(?:'s| is) a (?:boy|girl)\b"
    r"|\bgot (?:picked|selected|chosen|called up) for\b"
    r"|\b(?:made|got into|got onto) the (?:dean'?s list|team|squad|finals?|cut|band|choir"
    r"|shortlist)\b"
    r"|\b[a-z]+ (?:just )?got (?:a place|an offer|in(?:to)?) (?:at|from|to) (?:uni\b|university"
    r"|college|[a-z]+!)"
    r"|(?:^\W*|\bi )(?:just )?(?:broke|beat|smashed) my (?:\w+ )?(?:pr|pb|record|personal best)\b"
    r"|\b(?:silver|ruby|golden|diamond) wedding (?:on|this|next|today|tomorrow)\b"
    r"|\b(?:it'?s|today is|that'?s) our (?:\w+ )?(?:wedding )?anniversary\b"
    r"|\b(?:expecting|having) (?:(?:my|our|her|their|a) )?(?:first|second|third) (?:baby|child"
    r"|grandchild)\b",
    re.IGNORECASE,
)
BAD_NEWS = re.compile(
    r"\b(?:i|we)(?:'ve| have)? (?:just )?(?:failed|lost(?! (?:the plot|my (?:mind"
    r"|temper|rag|marbles)|track|count|touch|interest|weight|it\b))"
    r"|got (?:fired|dumped|rejected|laid off))\b"
    r"|\bbroke up\b|\bnobody (?:came|cares|called)\b|\b(?:is|was|are|were|been) (?:so )?(?:ill"
    r"|hell|awful|horrible|terrible|in hospital|a nightmare)\b"
    # A trick or a song may be sick, too.
    r"|\b(?:i|he|she|we|they|m[ou]m|dad|baby|kids?|my \w+)(?:'s|'m|'re| is| am| was| are| were)"
    r" (?:so |really )?sick\b(?! of\b)|\b(?:can't|couldn't) sleep\b"
    r"|\b(?:is|'s|has gone|went|gone|still|been) missing\b(?! (?:the|out|my|him|her|you|them|it)\b)"
    r"|\b(?:they|doctors?|consultant|vet|hospital) (?:don'?t|do not|didn'?t|doesn'?t) think"
    r" (?:he|she|they|it)(?:'?ll| will| would| is going to)\b"
    r"|\bcancer\b|\b(?:died|passed away)\b|\b(?:worst|rough|awful|horrible|terrible) (?:day|week"
    r"|night)\b",
    re.IGNORECASE,
)
_BODY = (
    r"(?:hand|arm|leg|foot|feet|toes?|fingers?|thumb|wrist|ankle|knees?|back|head|elbow|shoulder"
    r"|nose|ribs?|hips?|tongue|lip|face|jaw|neck|collar ?bone|tooth|teeth|skull|pelvis)"
)
# What gets a word of sympathy, though facts may be noted of it.
SAD = re.compile(
    r"(?i)\b(?:(?:had|having|has|have) (?:had )?an? (?:stroke|heart attack|miscarriage|breakdown"
    r"|seizure)|cancer|tumou?r|dementia|alzheimer'?s|parkinson'?s|leuk(?:a)?emia|intensive care"
    r"|terminal(?:ly)? ill|(?:got|was|been|being|were) (?:just )?(?:fired|sacked|laid off|evicted"
    r"|made redundant|mugged|robbed|dumped|diagnosed)|lost (?:my|his|her|their|our) (?:job|home"
    r"|house|baby)|(?:broke|broken|fractured) (?:my|his|her|their)"
    rf" (?:\w+ )?{_BODY}\b|heartbroken|getting (?:a )?divorced?)\b"
)
_NOT_SO = r"(?<!not )(?<!n't )(?<!no )(?<!never )(?<!without )"
_HARD = re.compile(
    _NOT_SO
    + r"\b(?:lonely|hopeless|depressed|heartbroken|crying|cried(?! (?:like a baby|with (?:joy"
    r"|laughter|happiness|relief)|happy))|(?:might|could|want to|wanna"
    r"|going to|gonna|about to) (?:just )?cry|hurts?|in pain|feel (?:so |really"
    r" |like )*(?:bad|sad|down|awful|terrible|stupid|shit|crap|sick|empty|alone|lost|useless"
    r"|a failure)"
    r"|miss (?:him|her|them|my)|cheated|dumped|rejected|ghosted|fever|(?:rough|tough|hard|bad"
    r"|long|shit)"
    r" (?:day|night|week|few|time|year|month)|bad news|slept (?:so |really |very )?bad(?:ly)?"
    r"|nightmares?|haven'?t been (?:well|great|good|myself)"
    r"|found a lump"
    r"|biopsy|chemo\w*|neonatal|intensive care|drowning in|horrible person|left me on read"
    r"|(?:nobody|no one|noone) (?:ever )?(?:sits?|talks?|plays?|eats?|speaks?|walks?)"
    r" (?:to|with|w|next to|near) me"
    r"|went (?:so "
    r"|really"
    r" )?bad(?:ly)?|trouble|surgery|hospital)\b|(?:so|really|very) (?:sad|lonely|unhappy)\b"
    r"|\b(?:i'?m|i am|i was|i feel|feel"
    r"|feeling|felt) (?:a bit |quite |pretty |kinda )?(?:sad|lonely|miserable|unhappy)\b|😭|💔",
    re.IGNORECASE,
)
_AFRAID = re.compile(
    _NOT_SO + r"\b(?:nervous|(?:scared|frightened|afraid|terrified)"
    # “Scared of spiders” is a trait and no worry; “of my exam” is one.
    r"(?! of (?!losing|dying|being|failing|what|messing|getting|(?:my|our|his|her|this|that"
    r"|tomorrow|next)\b)\w)|worried|anxious|stressed|panick\w+|dreading|freaking out"
    r"|i(?:'m| am|m|'ll)? (?:so |totally |definitely |probably )*(?:gonna|going to|will|bound to"
    r"|about"
    r" to) (?:\w+ )?(?:fail|flunk|bomb|mess (?:it|this) up))\b",
    re.IGNORECASE,
)
_ANNOYED = re.compile(
    _NOT_SO
    + r"\b(?:annoy\w+|(?:on|get on) my nerves|can'?t stand|pisse[sd] me off|frustrat\w+|so (?:mad"
    r"|angry)|furious|detention|fed up|sick of|ridiculous|unfair)\b|🙄|😤|😡",
    re.IGNORECASE,
)
_ROUGH = re.compile(
    _NOT_SO + r"\b(?:so mid|fml|sucks|(?:rough|tough|hard|bad|long|shit|terrible|worst) day)\b",
    re.IGNORECASE,
)
_NICE = re.compile(
    _NOT_SO
    + r"\b(?:so happy|best (?:day|night|week)|(?:good|great|lovely|nice|amazing|wonderful|fun)"
    r" (?:day|night|time|news|weekend)|went (?:\w+ )?(?:well|great|fine|amazing)"
    r"|felt (?:so )?good|relief"
    r"|relieved|so proud|loved (?:it|that|every)|can'?t wait|so excited|happy tears|so much fun"
    r"|texted"
    r" (?:me )?back|goated|finally|better now|feeling better)\b|🎉|🥳|❤️|🥰|🤩",
    re.IGNORECASE,
)
_SUPERB = re.compile(
    _NOT_SO + r"\b(?:goated|bussin|(?:this|that|it|song|track|album|tune|beat) (?:really |just )?"
    r"slap(?:s|ped)|elite|10/10|chef'?s kiss|so good)\b",
    re.IGNORECASE,
)
_DRAINED = re.compile(
    _NOT_SO + r"\b(?:so done|over it|fed up|had it|drained|worn (?:out|to a \w+)|run ragged"
    r"|running on empty|at the end of my (?:rope|tether)|burnt? out|overwhelmed"
    r"|dead on my feet|killing me|can'?t anymore|double shift|twelve hours|no sleep)\b",
    re.IGNORECASE,
)
_HURT = re.compile(
    _NOT_SO + r"\b(?:(?:burn(?:t|ed)|cut|broke|sprained|twisted|hurt|banged|scalded|stubbed|pulled)"
    rf" my (?:\w+ )?{_BODY}\b|my (?:\w+ )?(?!feet){_BODY}(?:['’]?s| is| are)?"
    r" (?:so |really |still )?(?:killing me|hurt(?:s|ing)?|aching|aches?|sore|swollen"
    r"|throbbing)\b)",
    re.IGNORECASE,
)
_BETTER = re.compile(
    _NOT_SO + r"\bfeel(?:ing)? (?:\w+ )?better\b(?! (?:if|when|without)\b)", re.IGNORECASE
)
# How a message sounds; the mood that has to go with it (cheerful, not cheerful, None: any); what
# to say.
_SOUNDS: tuple[tuple[re.Pattern[str], bool | None, tuple[str, ...]], ...] = (
    (_BETTER, None, hearing.GLAD),
    (_HURT, None, hearing.HURT),
    (BAD_NEWS, None, hearing.BAD_NEWS),
    (SAD, None, hearing.BAD_NEWS),
    (GOOD_NEWS, True, hearing.GOOD_NEWS),
    (_NICE, True, hearing.GLAD),
    (_SUPERB, True, hearing.GLAD),
    (_ROUGH, None, hearing.ROUGH),
    (_AFRAID, None, hearing.WORRIED),
    (_DRAINED, None, hearing.DRAINED),
    (_HARD, False, hearing.HARD),
    (_ANNOYED, None, hearing.ANNOYED),
)
_LOSS = re.compile(
    r"\b(?:(?:residents?|patients?|nan|nana|gran\w*|m[ou]m|dad|uncle|aunt\w*|he|she)"
    r" (?:just |sadly |peacefully )?passed(?= (?:in (?:his|her|their) sleep|last night|this (?:week"
    r"|morning|evening)|yesterday|peacefully|suddenly|at (?:home|the weekend))\b|\W*$)"
    r"|died|(?<!\bim )(?<!i'm )(?<!i am )dying(?! (?:to|for|laughing|inside)\b)|passed (?:away"
    r"|on(?! (?:the|my|his|her|a|an|it|that|this|some)\b))|(?:be|been|was|were|get|got"
    r"|getting) put (?:down|to sleep)"
    r"|(?P<put>put (?:my|our) (?:\w+ ){1,2}(?:down|to sleep))|(?:lost|losing) (?:my|our|a)"
    r" (?P<lost>[\w-]+)|funeral|miscarriage|miscarried|cremat\w+|buried (?:him|her|my|our)|hospice"
    r"|(?:went|gone|passed|taken) (?:home )?to (?:the lord|heaven|god|jesus)|(?:no longer"
    r"|not) with us"
    r"(?: any ?more)?(?=\W*$|[,.;])|(?:is|are|'s) in heaven"
    r"|since (?-i:[A-Z]\w+|he|she|my \w+) (?:died|left us|(?:went|passed)(?=\W*$|[,.;]))|(?:first"
    r"|last"
    r"|other) (?:one|pregnancy|baby) (?:ended|didn'?t make it)|rainbow bridge|stillborn"
    r"|(?:didn'?t|couldn'?t) (?:save (?:him|her|them)|get (?:him|her|them) back(?! (?:to|in|on)\b))"
    r"|(?:wife|husband|partner|m[ou]m|mother|dad|father|son|daughter|brother|sister|nan|gran\w*)"
    r"(?:'s| has| is) (?:been )?gone (?:\w+ ){1,2}(?:years?|months?)"
    r"|would have been (?:our|her|his|their|my (?:\w+ )?\w+'s) (?:\w+ )?(?:anniversary|birthday)"
    r"|(?:he|she|they) didn'?t make it(?! (?:to|past|on|in|home|there|here|up|through|clear)\b))\b",
    re.IGNORECASE,
)
# “My phone died”, “lost my keys”, “died laughing”
_NO_LOSS = re.compile(
    r"\b(?:phone|battery|laptop|pc|car|engine|plants?|cactus|character|boss fight|controller|wi-?fi"
    r"|internet|server|app|game|level|chat|laughing|inside|of (?:laughter|cringe|boredom))\b"
    r"|\b(?:van|fridge|freezer|boiler|washing machine|dishwasher|oven|telly|tv|mower|printer|router"
    r"|tractor|motor|kettle|heating|alternator)(?:'s| has| just)* (?:died|dead|dying)\b"
    r"|\b(?:volunteer|work)\w* (?:at|in|for) (?:\w+ )?hospice"
    r"|\blol\b"
    r"|\blmf?ao+\b|😂|🤣|💀",
    re.IGNORECASE,
)
# Of what is about the person it is worth saying that it is kept.
_OF_SELF = re.compile(r"\b(?:i|i'?m|i'?ve|my|we|we'?re|our)\b", re.IGNORECASE)
# Said to the companion rather than of the person.
_TO_COMPANION = re.compile(r"\b(?:you|u|ur|your|you'?re)\b")
# Thought aloud or taken back: there is nothing to keep in it.
_ALOUD = re.compile(
    r"^\W*(?:(?:ok|well|so|and|but|lol|oh|ah|hm+|ugh|no|yes|yeah|anyway|honestly)\W+)*"
    r"(?:i (?:(?:really|honestly|just|actually|still|kinda|genuinely) )?(?:should|could|guess"
    r"|suppose|think|mean|know|don'?t know|dunno|dont|don'?t|do|did"
    r"|didn'?t"
    r"|was (?:just|only)|said|wonder|hope|wish|see|can'?t|cant|couldn'?t|might|may|would|must"
    r"|have to say|bet|feel|failed|cried)\b|sorry\b|i'?m\b"
    r"|i am\b|let me\b|no,|maybe\b|guess\b|idk\b|nothing\b|not\b|what\b|why\b|how\b|if\b)"
)
_REPORTED = re.compile(r"\b(?:says?|said|saying|told|thinks?|claims?|tells?)\b")
_ORDERS = re.compile(
    r"^\W*(?:please |just |now |ok |and )*(?:stop|turn|switch|set|go|wait|delete|add|put|leave|shut"
    r"|open|close|start|cancel|forget|quit|don'?t|hurry|look|listen|repeat|say|tell|show)\b"
)
_CONDOLENCES = ("I'm so sorry about", "I'm so sorry for", "I'm so sorry. That is a lot")
# How many replies after a loss are never brisk.
SORROW_LASTS = 5
# What is said to other bad news, and how long it counts.
_SORRIES = ("I'm sorry", "Oh no", "That sounds rough", "That's a hard thing")
SORRY_LASTS = 2
FEWEST_TOLD = 4
FEWEST_SAD = 2
_MOURNED = frozenset(["patient", "baby", "colleague", "friend", "neighbour", "student", "child"])
_SOMEBODY = re.compile(
    r"\b(?i:he|she|they|him|her|his|who|patients?|residents?)\b"
    r"|\b(?!I\b|The\b|My\b|Our\b)[A-Z]\w+ (?:has |just )?died\b"
)
_WHOSE = re.compile(
    r"\b(?:my|our|a)(?: (?:late|old|dear|little|best|poor))? (?P<whom>[a-z'-]+)\b", re.I
)


def grief(context: ReplyContext, text: str, notes: Notes) -> str | None:
    """Answer a loss before anything that may be noted of it."""
    if len(text) > LONGEST_MOOD or _NO_LOSS.search(text) or is_question(asking(text)):
        return None
    found = _LOSS.search(text)
    if found is None or any(one.fact.predicate == "death" for one in notes.changes.added):
        return None
    if found[0].startswith("d") and not _names_somebody(text):
        # “The orchid died”
        return None
    mourned = [one for one in _WHOSE.findall(text.lower()) if _is_somebody(one.removesuffix("'s"))]
    if found["lost"] and not mourned:
        return None
    # A baby is put to sleep every evening.
    if found["put"] and not any(is_animal(subject_of(one)) for one in mourned):
        return None
    # Of a patient or a friend of somebody's nothing is known by name.
    own = mourned[0].removesuffix("'s") if mourned else ""
    if own and own not in _MOURNED:
        return f"I'm so sorry about your {own}."
    return choose(hearing.LOSS, context)


def _names_somebody(text: str) -> bool:
    """Return whether a text speaks of a person or an animal, with a name or without one."""
    words = re.findall(r"[^\W\d_]+", text.replace("'s", ""))
    return bool(_SOMEBODY.search(text)) or any(map(_is_somebody, map(str.lower, words)))


def _is_somebody(word: str) -> bool:
    return bool(subject_of(word)) or word in _MOURNED


# “cant”, “im”, “hes”: as people type.
_TYPED = (
    (
        re.compile(
            r"\b(ca|do|did|does|would|could|should|is|was|were|have|has|had"
            r"|wo)nt\b",
            re.I,
        ),
        r"\1n't",
    ),
    (re.compile(r"\b(i)(m|ve)\b", re.I), r"\1'\2"),
    (re.compile(r"\b(she|he|it|that|they)(s|re)\b", re.I), r"\1'\2"),
)


def _written_out(text: str) -> str:
    """Return a text with the apostrophes that people leave out."""
    for typed, written in _TYPED:
        text = typed.sub(written, text)
    return text


def chat(context: ReplyContext, text: str) -> str:
    """Answer anything else briefly: good or bad news in a word, the rest as heard."""
    text = _written_out(text)
    known = context.person.remembers
    for pattern, cheerful, said in _SOUNDS:
        if pattern is BAD_NEWS and _NO_LOSS.search(text):
            continue
        if pattern is SAD and not (_OF_SELF.search(text) or _names_somebody(text)):
            continue
        if _fits(context.person.emotion, cheerful) and pattern.search(text):
            brisk = said in {hearing.ANNOYED, hearing.ROUGH} and _is_sorrowful(context)
            return choose(hearing.GENTLE if brisk else said, context)
    if greeted := greeting_and_more(context, text):
        return greeted
    if len(text) > LONG_TEXT:
        return choose(hearing.LONG if known else hearing.LONG_FORGETFUL, context)
    if sounds := _mood_words(context, text):
        return choose(sounds, context)
    if _is_sorrowful(context):
        return choose(hearing.GENTLE, context)
    if not known:
        return choose(hearing.HEARD_FORGETFUL, context)
    if context.person.emotion in hearing.DISTRESS and _OF_SELF.search(text):
        # However unsure: a promise to keep it would sound cold to somebody who may be sad.
        return choose(hearing.A_LOT, context)
    if tells_of_self(text):
        return choose(hearing.KEPT, context)
    of_people = len(text.split()) >= FEWEST_TOLD and not _ORDERS.search(text.lower())
    return choose(hearing.HEARD_OF_PEOPLE if of_people else hearing.HEARD, context)


def tells_of_self(text: str) -> bool:
    """Return whether a message says something of the person that is worth a promise to keep it.

    What is said to the companion or is only thought aloud is not: “you said I had no cat”.
    """
    said = text.lower()
    return (
        worth_remembering(text)
        and len(said.split()) >= FEWEST_TOLD
        and bool(_OF_SELF.search(said))
        and not _TO_COMPANION.search(said)
        and not _ALOUD.search(said)
    )


def _is_sorrowful(context: ReplyContext) -> bool:
    """Return whether one of the last replies was to a loss: no brisk word fits soon after it."""
    said = [one.text for one in context.history if one.from_companion][-SORROW_LASTS:]
    return any(one.startswith(_CONDOLENCES) for one in said) or any(
        one.startswith(_SORRIES) for one in said[-SORRY_LASTS:]
    )


def _mood_words(context: ReplyContext, text: str) -> tuple[str, ...]:
    """Return what is said to a low mood if that is likely enough; else nothing."""
    person, said = context.person, text.lower()
    if len(text) > LONGEST_MOOD or person.certainty < SURE_MOOD or _TO_COMPANION.search(said):
        return ()
    if person.emotion.traits.valence >= 0:
        # A cheerful word in the wrong place is worse than none.
        return ()
    is_own = len(said.split()) >= FEWEST_SAD and _is_own_feeling(said)
    return hearing.A_LOT if is_own else ()


def _is_own_feeling(said: str) -> bool:
    """Return whether a message in lower case tells how the person feels.

    An order or a remark on others doesn't, and laughter takes it back.
    """
    of_self = _OF_SELF.search(said) or len(said.split()) <= FEWEST_TOLD
    other = _REPORTED.search(said) or _ORDERS.search(said) or _NO_LOSS.search(said)
    return bool(of_self) and not other


def _fits(emotion: Emotion, cheerful: bool | None) -> bool:
    """Return whether a mood goes with a cheerful word, or with one that is not."""
    if cheerful is None:
        return True
    return emotion not in hearing.DISTRESS if cheerful else emotion.traits.valence <= 0
