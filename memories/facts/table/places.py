"""Rules on where the author lives, and what they do for a living."""

from __future__ import annotations

from memories.facts.patterns import END, FEW, FIRM, I_HAVE, MONTH, PLACE, PROPER, STOP
from memories.facts.table.rule import FactRule, rule
from memories.facts.vocabulary import JOBS, NATIONALITIES

RULES: tuple[FactRule, ...] = (
    # Home
    rule(
        "home",
        "home.city",
        "They live in {value}.",
        r"^i(?:'m| am|'ve been| have been)? (?:(?:now|currently|still|actually) )?"
        rf"(?:live|living|based)(?: now)? in (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "home",
        "home.city",
        "They live in {value}.",
        rf"^we(?:'re| are)? (?:(?:now|currently) )?(?:live|living) in (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "home",
        "home.city",
        "They live in {value}.",
        rf"{I_HAVE} (?:moved|relocated) (?:back |over )?to (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "home",
        "home.city",
        "They live near {value}.",
        rf"^(?:i|we) live (?:near|close to|just outside(?: of)?) (?P<value>{PROPER}){STOP}",
    ),
    rule(
        "home",
        "home.city",
        "They no longer live in {value}.",
        rf"^(?:i|we) (?:no longer live|don't live) in (?P<value>{PLACE}) ?(?:any ?more|now)?{STOP}",
    ),
    rule(
        "home",
        "home.origin",
        "They come from {value}.",
        rf"^(?:i'm|im|i am|i come) (?:originally )?from (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "home",
        "home.origin",
        "They grew up in {value}.",
        rf"^i (?:grew up|was raised) in (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "home",
        "home.birthplace",
        "They were born in {value}.",
        rf"^i was born in (?!{MONTH}\b)(?P<value>{PROPER}){STOP}",
    ),
    rule(
        "home",
        "home.nationality",
        "They are {value}.",
        rf"^(?:i'm|im|i am) (?P<value>{NATIONALITIES})(?=$|[.,!]| (?:and|but)\b)",
        0.85,
    ),
    rule(
        "home",
        "home.with",
        "They live {value}.",
        r"^(?:i|we)(?:'m| am|'re| are)? (?:still )?liv(?:e|ing) (?P<value>alone|on my own"
        rf"|with (?:my|our|two|three|some) {FEW}){END}",
    ),
    rule(
        "home",
        "home.origin",
        "They come from {value}.",
        rf"^(?:i'm|im|i am) (?:an? [\w -]{{2,40}}?|{PROPER}) from (?P<value>{PROPER}){STOP}",
        0.8,
    ),
    # Work and studies
    rule("work", "work.place", "They work {value}.", r"^i work (?P<value>from home|remotely)\b"),
    rule(
        "work",
        "work.job",
        "They work as {article} {value}.",
        r"^i(?:'m| am|'ve)? (?:(?:now|currently) )?(?:work|working|worked)(?: now)? as (?:an? |the"
        r" )?"
        rf"(?P<value>{FEW}){STOP}",
    ),
    rule(
        "work",
        "work.job",
        "They work as {article} {value}.",
        r"^(?:i'm|im|i am|i've become|i became) (?:now )?an? (?:\d\d[- ]years?[- ]old"
        r" )?(?P<value>(?!\d)(?:[\w-]+"
        rf" ){{0,3}}?(?:{JOBS}))"
        rf"(?: by (?:trade|profession|training))?{STOP}",
        0.85,
    ),
    rule(
        "work",
        "work.job",
        "They work as {article} {value}.",
        rf"{I_HAVE} (?:start(?:ed)?|got|found|accepted|taken)"
        rf" (?:a new job |a job |work |working |an internship )?as (?:an? )?(?P<value>{FEW}){STOP}",
    ),
    rule(
        "work",
        "work.job",
        "They work as {article} {value}.",
        rf"{I_HAVE} (?:was |been |got |gotten )promoted to (?P<value>{FEW}){STOP}",
    ),
    rule(
        "work",
        "work.job",
        "They work as {article} {value}.",
        rf"^my (?:new )?job is (?:being )?(?:an? )?(?P<value>(?:[\w-]+ ){{0,2}}?(?:{JOBS})){STOP}",
    ),
    rule(
        "work",
        "work.employer",
        "They work {where} {value}.",
        r"^(?:i'm|i am|i)(?:'ve been| have been)? (?:(?:now|currently) )?(?:work|working)(?: now)?"
        rf" (?:as an? [\w -]{{2,40}}? )?(?P<where>at|for|with) (?P<value>{FIRM}){STOP}",
    ),
    rule(
        "work",
        "work.employer",
        "They work at {value}.",
        rf"^(?:i'm|im|i am) an? (?:[\w-]+ ){{0,2}}?(?:{JOBS}) (?:at|for) (?P<value>{FIRM}){STOP}",
    ),
    rule(
        "work",
        "work.employer",
        "They work at {value}.",
        rf"{I_HAVE} (?:start(?:ed)?|got|found|accepted|landed) (?:a|an|my) (?:(?:new|first) )?"
        rf"(?:job|position|internship)(?: as an? [\w -]{{2,40}}?)? (?:at|with)"
        rf" (?P<value>{FIRM}){STOP}",
    ),
    rule(
        "work",
        "work.employer",
        "They no longer work {where} {value}.",
        rf"^i (?:no longer work|don't work) (?P<where>at|for) (?P<value>{FIRM}) ?(?:any"
        rf" ?more)?{STOP}",
    ),
    rule(
        "work",
        "work.job",
        "They {value}.",
        r"^i (?P<value>(?!work|do it|live)[a-z]+ (?:[\w'-]+ ){0,3}?[\w'-]+) for a living\b",
    ),
    rule(
        "work",
        "work.status",
        "They left their job.",
        rf"{I_HAVE} (?:quit|left|lost) (?P<value>my job)\b",
    ),
    rule(
        "work",
        "work.status",
        "They are {value}.",
        r"^(?:i'm|im|i am) (?:now )?(?P<value>retired|unemployed|self[- ]employed|freelancing"
        r"|between jobs|on parental leave|on maternity leave|on sick leave)\b",
    ),
    rule(
        "work",
        "work.business",
        "They {verb} {value}.",
        rf"^i (?P<verb>run|own) (?P<value>(?:an?|my own) {FEW}){STOP}",
        0.75,
    ),
    rule(
        "work",
        "work.studies",
        "They study {value}.",
        r"^(?:i'm studying|i am studying|i study) (?!for\b|hard\b|a lot\b|at\b|in\b|with\b)"
        rf"(?P<value>{FEW}){STOP}",
    ),
    rule(
        "work",
        "work.school",
        "They go to {value}.",
        r"^(?:i|i'm|i am) (?:go|going|study|studying)(?: \w+)? (?:to|at)"
        r" (?P<value>(?:the )?(?:[\w'-]+ ){0,3}?(?:university|college|uni|academy|high school)"
        rf"(?: of {PROPER})?){STOP}",
        0.8,
    ),
)
