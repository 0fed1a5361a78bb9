"""Rules on who the author is: names, birthday, health, languages."""

from __future__ import annotations

from memories.facts.patterns import A_NAME, DATE, END, FEW, MONTH, PROPER, STOP
from memories.facts.table.rule import FactRule, rule
from memories.facts.vocabulary import CONDITIONS, DIETS_AND_TRAITS, LANGUAGES, NATIONALITIES

_FEAST = (
    r"(?:halloween|christmas (?:day|eve)|boxing day|new year'?s (?:eve|day)|valentine'?s day"
    r"|leap day)"
)

RULES: tuple[FactRule, ...] = (
    # Names
    rule(
        "name",
        "name.full",
        "Their full name is {value}.",
        rf"^my full name(?:'s| is) {A_NAME}",
        0.95,
    ),
    rule(
        "name",
        "name",
        "Their name is {value}.",
        rf"^my (?:(?:first|real|actual) )?name(?:'s| is) {A_NAME}",
        0.95,
    ),
    rule("name", "name", "Their name is {value}.", rf"^(?:the )?name's {A_NAME}"),
    rule(
        "name",
        "name",
        "Their name is {value}.",
        rf"^(?:i'm|im|i am) (?:called|named) {A_NAME}",
    ),
    rule(
        "name",
        "name",
        "Their name is {value}.",
        rf"^(?:i'm|i am|this is) (?P<value>(?!(?:{NATIONALITIES})\b){PROPER})(?: here)?"
        rf"(?=[.!]*$|,? (?:nice|pleased|good|great|happy) to meet| from {PROPER})",
        0.7,
    ),
    rule(
        "name",
        "name.preferred",
        "They want to be called {value}.",
        rf"^(?:(?:you can|just|please|you may) )*call me {A_NAME}",
        0.95,
    ),
    rule(
        "name",
        "name.preferred",
        "They want to be called {value}.",
        r"^(?:i go by|(?:everyone|everybody|people|(?:my |all my )?friends|they all) calls? me"
        rf"|my nickname(?:'s| is)|i(?:'d like| want| prefer|'d rather| would like) to be called)"
        rf" {A_NAME}",
        0.95,
    ),
    # Birthday and age
    rule(
        "birthday",
        "birthday",
        "Their birthday is {value}.",
        r"(?:\bmy |^)(?:birthday|bday)(?: is|'s) (?:on |in )?"
        rf"(?P<value>{DATE}|{MONTH}|{_FEAST}){STOP}",
        0.95,
    ),
    rule(
        "birthday",
        "birthday",
        "Their birthday is {value}.",
        rf"^i was born (?:on (?P<value>{DATE})|in (?P<value2>{MONTH})){STOP}",
    ),
    rule(
        "birthday",
        "birth.year",
        "They were born in {value}.",
        r"^i was born in (?P<value>(?:19|20)\d\d)\b",
    ),
    rule(
        "birthday",
        "age",
        "They are {value} years old.",
        r"^(?:i'm|im|i am|i just turned|i turned|i'll be|i will be|i'm turning) (?P<value>\d{1,3})"
        r" (?:years old|yo\b|y/o)",
    ),
    rule(
        "birthday",
        "age",
        "They are {value} years old.",
        r"^(?:i'm|im|i am|i just turned|i turned) (?P<value>1[3-9]|[2-9]\d)(?: today| now)?"
        r"(?=$|[,.!]| (?:and|but)\b)",
        0.86,
    ),
    rule(
        "birthday",
        "age",
        "They are {value} years old.",
        r"^(?:i'm|im|i am) an? (?P<value>\d{2})[- ]years?[- ]old\b",
    ),
    # Health
    rule(
        "health",
        "health.{value}",
        "They {verb} their {value}.",
        r"\bi(?:'ve| have)? (?:just )?(?P<verb>broke|sprained|twisted|fractured|dislocated) my"
        r" (?P<value>(?:left |right )?(?:leg|arm|ankle|wrist|foot|hand|knee|finger|toe|nose|rib"
        r"|shoulder|collarbone))\b",
    ),
    rule(
        "health",
        "health.{value}",
        "They are allergic to {value}.",
        rf"^(?:i'm|im|i am) (?:\w+ly )?allergic to (?P<value>{FEW}(?:,? and {FEW})?){END}",
        0.95,
    ),
    rule(
        "health",
        "health.{value}",
        "They are {value}.",
        rf"^(?:i'm|im|i am) (?:a )?(?P<value>{DIETS_AND_TRAITS})\b",
    ),
    rule(
        "health",
        "health.{value}",
        "They have {value}.",
        r"^(?:i|i've|i have) (?:have|got|suffer from|been diagnosed with|was diagnosed with"
        rf"|am living with) (?P<value>{CONDITIONS})\b(?! (?:test|appointment|attack))",
    ),
    rule(
        "health",
        "health.{value}",
        "They do not {verb} {value}.",
        r"^i (?:don't|do not|can't|cannot|never) (?P<verb>eat|drink)"
        r" (?P<value>meat|pork|beef|fish|seafood|shellfish|gluten|dairy|lactose|eggs|nuts|sugar"
        r"|alcohol"
        r"|coffee|milk)\b",
    ),
    # Languages
    rule(
        "other",
        "language.{value}",
        "They speak {value}.",
        rf"^i (?:also )?speak (?:(?:fluent|some|a little|a bit of) )?(?P<value>(?:{LANGUAGES})"
        rf"(?:(?:, | and |, and )(?:{LANGUAGES}))*)\b",
    ),
    rule(
        "other",
        "language.{value}",
        "They speak {value}.",
        rf"^(?:i'm|im|i am) (?:fluent|bilingual) in (?P<value>(?:{LANGUAGES})"
        rf"(?:(?:, | and |, and )(?:{LANGUAGES}))*)\b",
    ),
    rule(
        "other",
        "language.native",
        "Their first language is {value}.",
        r"^my (?:(?:first|native) language|mother tongue)(?: is|'s)"
        rf" (?P<value>{LANGUAGES})\b",
    ),
    rule(
        "other",
        "learning.{value}",
        "They are learning {value}.",
        rf"^(?:i'm|im|i am|i've been|i started|i just started) (?:currently )?learning"
        r" (?P<value>(?!(?:to|that|how|a|so|from|about|more|new|things|stuff|the hard)\b)"
        rf"[\w-]+(?: [\w-]+)?){STOP}",
        0.8,
    ),
)
