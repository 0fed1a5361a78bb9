"""Words that tell what a predicate can hold from what only stands where it may: “I'm Sick”."""

from __future__ import annotations

import re

from memories.facts.vocabulary import NATIONALITIES

_NUMBER_WORDS_LINES = """
ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty
forty fifty sixty seventy eighty ninety hundred one two three four five six seven eight nine
"""
NUMBER_WORDS = frozenset(_NUMBER_WORDS_LINES.split())
_NO_NAME_LINES = """
a an the i me my you u he she it we they him her his them who what when where why how not no yes
is are was were am be been do does did have has had and or but so very really just here there mum
mom dad mother father sister brother son daughter wife husband friend girlfriend boyfriend kid
kids baby dog cat puppy kitten pet boss today tomorrow yesterday monday tuesday wednesday thursday
friday saturday sunday lol haha btw ok okay hi hello hey thanks please sorry everyone everybody
someone nobody people guys man bro dude mate sir maam names name called whatever idk one two three
four five none nothing something anything this that these those all both neither always never
still also too whenever maybe crazy later back again ever already now then than with for from about
like rang phoned texted came went said told got moved left visited
"""
NO_NAME = frozenset(_NO_NAME_LINES.split())
_NO_PLACE_LINES = """
hell heaven denial hope fear peace bed sofa couch sin town pain chaos poverty luxury harmony
misery shoe past future present moment box bubble dream dreams nightmare simulation society lie
fridge walls mordor narnia hogwarts mars moon space matrix here there home work school class
basement head hospital bath kitchen garden car bus train tub bedroom room dark shadows realm
clouds fantasy trouble debt shame silence secret style constant it this that him her them you me
another anymore longer
"""
NO_PLACE = frozenset(_NO_PLACE_LINES.split())
IMPOSSIBLE_ORIGIN = re.compile(
    r"\b(?:mars|moon|space|future|past|narnia|hogwarts|planet|hell|mordor|realm|heaven|where|here"
    r"|atlantis|wakanda|internet)\b",
    re.I,
)
_NOT_LIKED_LINES = """
it this that these those them him her you u everyone everybody everything nothing something people
someone me us myself life my life your his its all when how what that idea the idea you guys here
one ones both none today now being having
"""
NOT_LIKED = frozenset(_NOT_LIKED_LINES.split()) | {
    "read",
    "my life",
    "you guys",
    "that idea",
    "the idea",
    "it here",
    "this song",
    "your style",
    "the ending",
    "the taste",
    "the smell",
    "the sound",
    "the thought",
    "the feeling",
    "the look",
}
# Towns whose names are other words as well.
TOWNS = frozenset({"Bath", "Hope", "Nice", "Reading", "Sandwich", "Rugby", "Paradise"})
NATIONALITY = re.compile(
    rf"(?:half |quarter |part |originally |proud )*(?:{NATIONALITIES}|[A-Z][a-z]+(?:ish|ese|ian"
    rf"|ean|an|ic|i|ch))\b.*",
    re.IGNORECASE,
)
SILLY_JOB = re.compile(
    r"\b(?:mess|genius|idiot|disaster|failure|legend|snack|ghost|fool|clown|potato|goblin|queen"
    r"|king|pope|god|vampire|wizard|robot|alien|toaster|napper|sleeper|disappointment|doormat"
    r"|person|baby|fan|girl|guy|boy|man|woman|friend|human|being|raccoons?|houseplant|morning"
    r"|night owl|wreck|star|joke|kid|adult|bit|lot|child|loser|winner|monster|saint|sinner|nerd"
    r"|geek)\b",
    re.IGNORECASE,
)
# “Had beetroot roasted” is a meal, “had my hip done” is not.
COOKED = re.compile(
    r".*\b(?:roasted|fried|grilled|boiled|baked|cooked|toasted|steamed|raw|delivered)",
    re.IGNORECASE,
)
# “I'm drunk”, “my eyes are getting worse”: neither names what somebody has.
PASSING = re.compile(
    r"(?:so |a bit |really |very |too )*(?:drunk|tipsy|wasted|stoned|high|hungover|sober)", re.I
)
# “Cancer free” is how an illness ends; “gluten free” is how somebody eats.
HEALED = re.compile(r"(?i)(?:cancer|covid|symptom|pain|seizure|virus|tumou?r|infection)s?[- ]free")
BODY = re.compile(
    r"(?:(?:my|their|the|left|right|both) )*(?:eyes?|ears?|eyesight|hearing"
    r"|knees?"
    r"|legs?|feet|foot|hips?|back|shoulders?|neck|hands?|fingers?|teeth|tooth|head|heart|stomach"
    r"|skin"
    r"|hair)",
    re.IGNORECASE,
)
NO_LANGUAGE = re.compile(
    r"\b(?:nonsense|gibberish|sarcasm|bullshit|emojis?|memes?|truth|cat|dog|movie quotes)\b", re.I
)
NO_FIRM = frozenset(
    {
        "the mo",
        "the moment",
        "mo",
        "moment",
        "home",
        "work",
        "present",
        "night",
        "weekends",
        "least",
    }
)
NO_EVENT = re.compile(
    r"(?:is |are |it'?s |be )*(?:due|booked|scheduled|on|off|at|coming|starts?|happening)",
    re.IGNORECASE,
)
