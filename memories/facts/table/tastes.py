"""Rules on what the author likes, does for fun and plans."""

from __future__ import annotations

from memories.facts.patterns import END, FEW, MY, PLACE, PROPER, STOP, WHEN
from memories.facts.table.rule import FactRule, rule
from memories.facts.vocabulary import INSTRUMENTS_AND_GAMES, PRACTICES, RELATIVES

_THE = (
    "sea|ocean|beach|mountains|rain|snow|theatre|theater|opera|outdoors|cold|heat|sun|summer|winter"
    "|autumn|spring|forest|woods|countryside|city|smell of|taste of|sound of|feeling of"
)
# “I love it”, “I like how you think”, “I love the colours” are about what was just spoken of.
_NO_TASTE = (
    r"(?!(?:it|that|this|these|those|you|your|u|how|when|what|where|him|her|his|its|myself|my life"
    r"|my body|both|being|having|doing|getting|making|seeing|everything|nothing|everyone|everybody"
    r"|people|life|one|all|to (?:think|say|know|believe|see|hear|be|admit|ask|tell|interrupt|bother"
    rf"|help|do)|to(?=\W*$)|the (?!(?:{_THE})\b))\b)"
    r"(?![\w' ]*\b(?:it|them|him|her|that|this|those)\b)"
)
_AND = (
    r"(?:(?:,? and|,) (?!(?:hate|love|like|enjoy|want|need|am|can|will|do|don't|have|it|it's|they"
    r"|he"
    r"|she|we|you|so|then|now|that|the|this)\b)[\w'-]+(?: [\w'-]+)??)?"
)
_TASTE = rf"(?P<value>{_NO_TASTE}[\w'&-]+(?: [\w'&-]+){{0,5}}?{_AND}){END}"
_REALLY = r"(?:(?:really|just|absolutely|also|actually|truly|so|still|totally) ){0,2}"

RULES: tuple[FactRule, ...] = (
    # Likes and dislikes
    rule(
        "like",
        "favorite.{thing}",
        "Their favourite {thing} is {value}.",
        r"\bmy (?:all[- ]time )?fav(?:ou?rite|e)? (?P<thing>(?!thing about|part)\w+(?: \w+)?)"
        rf"(?: is|'s| has to be| has always been) (?:probably |definitely |still |now )?"
        rf"(?P<value>{FEW}){STOP}",
    ),
    rule(
        "like",
        "favorite.{thing}",
        "Their favourite {thing} is {value}.",
        rf"^(?P<value>(?!it\b|that\b|this\b|what\b|which\b|who\b)[\w'-]+(?: [\w'-]+){{0,3}}?) is"
        rf" my (?:all[- ]time )?favou?rite (?P<thing>\w+){STOP}",
        0.85,
    ),
    rule(
        "like",
        "like.{value}",
        "They {verb} {value}.",
        rf"^i {_REALLY}(?P<verb>love|adore|enjoy|like) {_TASTE}",
        0.75,
    ),
    rule(
        "like",
        "like.{value}",
        "They like {value}.",
        rf"^(?:i'm|im|i am) {_REALLY}(?:into|fond of|a (?:big |huge )?fan of|crazy about"
        rf"|obsessed with|a sucker for) {_TASTE}",
        0.75,
    ),
    rule(
        "dislike",
        "like.{value}",
        "They {verb} {value}.",
        rf"^i {_REALLY}(?P<verb>hate|can't stand|detest|dislike|loathe) (?!my\b){_TASTE}",
        0.75,
    ),
    rule(
        "dislike",
        "like.{value}",
        "They do not like {value}.",
        rf"^i {_REALLY}(?:don't|do not|never|no longer) {_REALLY}(?:like|love|enjoy)"
        rf" (?!my\b){_TASTE}",
        0.75,
    ),
    rule(
        "dislike",
        "like.{value}",
        "They do not like {value}.",
        r"^(?:i'm|im|i am) not (?:really |much )?(?:into|fond of|a (?:big |huge )?fan of)"
        rf" {_TASTE}",
        0.75,
    ),
    # Hobbies
    rule(
        "like",
        "play.{value}",
        "They play {the}{value}.",
        r"^i(?:'m learning to| also| still| used to)? play (?P<the>the )?(?:in |a bit of |some )?"
        rf"(?P<value>{INSTRUMENTS_AND_GAMES})\b",
    ),
    rule(
        "like",
        "practice.{value}",
        "They do {value}.",
        rf"^(?:i do|i practi[sc]e|i've been doing|i started|i've started) (?P<value>{PRACTICES})\b",
    ),
    rule(
        "like",
        "hobby.{value}",
        "Their hobby is {value}.",
        rf"\bmy (?:main |biggest )?hobby is (?P<value>{FEW}){END}",
    ),
    rule(
        "like",
        "hobbies",
        "Their hobbies are {value}.",
        r"\bmy hobbies are (?P<value>[\w' ,&-]{3,50})(?=$|[.!;])",
    ),
    rule(
        "like",
        "hobby.{value}",
        "They collect {value}.",
        rf"^i (?:also )?collect (?!my\b|the\b)(?P<value>{FEW}){STOP}",
    ),
    # Plans; the day is as they said it, the memory's own date tells what it means
    rule(
        "plan",
        "",
        "They have {value}.",
        r"\b(?:i|we)(?:'ve got| have| got)(?: got)?"
        rf" (?P<value>(?:an?|my|our|the|two|three) [\w' -]{{2,40}}? {WHEN})",
        0.8,
    ),
    rule(
        "plan",
        "",
        "Their {noun} is {value}.",
        r"\b(?:my|our) (?P<noun>(?:[\w-]+ )?(?:exam|exams|test|interview|flight|appointment|wedding"
        r"|surgery|operation|presentation|deadline|trip|concert|graduation|move|holiday|vacation"
        rf"|party|due date)) (?:is|are) (?P<value>{WHEN})",
        0.85,
    ),
    rule(
        "plan",
        "",
        "They are {verb} {value}.",
        r"\b(?:i'm|im|i am|we're|we are) (?P<verb>(?:flying|travelling|traveling|moving|driving"
        rf"|heading) (?:to|on)|going (?:to|on) (?=(?:an?|the|my|our|{PROPER})\b)|visiting|meeting"
        r"|seeing|getting|starting|running|having|hosting)"
        rf" ?(?P<value>(?!ready|it\b|that\b)[\w' -]{{2,40}}? {WHEN})",
        0.8,
    ),
    rule(
        "plan",
        "",
        "They {verb} {value}.",
        r"^(?:i|we) (?P<verb>start|fly to|leave for|graduate from|move to|turn)"
        r" (?P<value>[\w' -]{2,40}?"
        rf" {WHEN})",
        0.75,
    ),
    rule(
        "plan",
        "",
        "They are moving to {value}.",
        rf"^(?:i'm|im|i am|we're|we are) moving to (?P<value>{PLACE}){STOP}",
        0.7,
    ),
    rule(
        "plan",
        "",
        "They have {value} {when}.",
        rf"^(?P<when>{WHEN}),? (?:i|we)(?:'ve got| have) (?P<value>(?:an?|my|our|the) {FEW}){END}",
        0.8,
    ),
    rule(
        "plan",
        "",
        "Their {noun} {verb} {value}.",
        rf"{MY} (?P<noun>{RELATIVES}) (?P<verb>starts|has|turns|graduates|arrives|gets|moves"
        r"|leaves)"
        rf" (?P<value>[\w' -]{{0,40}}?{WHEN})",
        0.8,
    ),
    rule(
        "plan",
        "",
        "Their {noun} is visiting {value}.",
        rf"{MY} (?P<noun>{RELATIVES})s?(?: \w+)? (?:is|are) (?:visiting|coming)(?: (?:over|to"
        r" visit))?"
        rf" (?P<value>{WHEN})",
        0.8,
    ),
)
