"""Rules on the author's family, friends and pets."""

from __future__ import annotations

from memories.facts.patterns import (
    A_NAME,
    DATE,
    FEW_WORDS,
    FIRM,
    I_HAVE,
    MONTH,
    MY,
    NAME,
    NAMES,
    PLACE,
    PROPER,
    STOP,
    WEEKDAYS,
)
from memories.facts.table.rule import FactRule, rule
from memories.facts.vocabulary import ANIMALS, JOBS, OTHER_RELATIVES, RELATIVES, SINGLE_RELATIVES

_GOT = "(?:have|got|own|adopted|bought|rescued|keep|took in)"

RULES: tuple[FactRule, ...] = (
    # Pets
    rule(
        "pet",
        "pet.{noun}.name",
        "Their {noun} is called {value}.",
        rf"(?:{MY} |^)(?P<noun>{ANIMALS})(?:'s name is|'s (?:called|named)| is (?:called|named))"
        rf" {A_NAME}",
    ),
    rule(
        "pet",
        "pet.{noun}.name",
        "Their {noun} is called {value}.",
        rf"{MY} (?:[\w-]+ )?(?P<noun>{ANIMALS}) is (?P<value>{PROPER}){STOP}",
        0.8,
    ),
    rule(
        "pet",
        "pet.{noun}.name",
        "Their {noun}s are called {value}.",
        rf"{MY} (?:(?:two|three|four) )?(?P<noun>{ANIMALS})(?:s|es)"
        rf"(?:' names are| are (?:called|named)) (?P<value>{NAMES}){STOP}",
    ),
    rule(
        "pet",
        "pet.{noun}.name",
        "Their {noun}s are called {value}.",
        rf"{I_HAVE} {_GOT} (?:two|three|four|2|3|4) {FEW_WORDS}(?P<noun>{ANIMALS})(?:s|es)"
        rf"(?:,? (?:called|named)|[:,]) (?P<value>{NAMES}){STOP}",
    ),
    rule(
        "pet",
        "pet.{noun}.{value}.name",
        "They have a {noun} called {value}.",
        rf"{I_HAVE} {_GOT} (?:another|a second|a third) {FEW_WORDS}(?P<noun>{ANIMALS})"
        rf"(?:,? (?:called|named)|,) {A_NAME}",
    ),
    rule(
        "pet",
        "pet.{noun}.name",
        "Their {noun} is called {value}.",
        rf"{I_HAVE} {_GOT} an? {FEW_WORDS}(?P<noun>{ANIMALS})"
        rf"(?:,? (?:called|named|whose name is|(?:and )?(?:his|her|its) name is)|,| -)"
        rf" (?P<value>(?!(?:and|but|so|which|who|too|he|she|it|i|we|as|just|also)\b){NAME}){STOP}",
    ),
    rule(
        "pet",
        "pet.{noun}.name",
        "Their {noun} is called {value}.",
        rf"{MY} (?P<noun>{ANIMALS}),? (?P<value>(?!{WEEKDAYS}\b){PROPER})"
        r"(?=,? (?:is|was|has|had|just|keeps?|loves?|likes?|hates?|ate|eats|got|gets|\w+ed|\w+s)\b"
        r"|[.!,]|$)",
        0.75,
    ),
    rule(
        "pet",
        "pet.{noun}",
        "They have a {noun}.",
        rf"{I_HAVE} {_GOT} an? {FEW_WORDS}(?P<noun>{ANIMALS}){STOP}",
        0.8,
    ),
    rule(
        "pet",
        "pet.{noun}",
        "They have {count} {noun}s.",
        rf"{I_HAVE} {_GOT} (?P<count>two|three|four|five|[2-9]) {FEW_WORDS}"
        rf"(?P<noun>{ANIMALS})s(?=$|[,.!: ])",
        0.8,
    ),
    rule(
        "pet",
        "pet.{noun}.death",
        "Their {noun} {value} has died.",
        rf"{MY} (?P<noun>{ANIMALS}),? (?P<value>{PROPER}),? (?:has )?(?:just )?(?:died|passed"
        r" away)",
    ),
    rule(
        "pet",
        "pet.{noun}.death",
        "Their {noun} has died.",
        rf"{MY} (?P<noun>{ANIMALS}) (?:has )?(?:just )?(?:died|passed away)\b",
    ),
    # Family and friends
    rule(
        "family",
        "person.{noun}.name",
        "Their {noun} is called {value}.",
        rf"{MY} (?P<noun>{RELATIVES})(?:'s name is| is (?:called|named)) {A_NAME}",
    ),
    rule(
        "family",
        "person.{noun}.name",
        "Their {noun}s are called {value}.",
        rf"{MY} (?:(?:two|three|four) )?(?P<noun>{RELATIVES})s"
        rf"(?:' names are| are (?:called|named)) (?P<value>{NAMES}){STOP}",
    ),
    rule(
        "family",
        "person.{noun}.name",
        "Their {noun} is called {value}.",
        rf"{MY} (?P<noun>{SINGLE_RELATIVES}),? (?P<value>(?!{WEEKDAYS}\b){PROPER})"
        r"(?=,? (?:is|was|has|had|and|works?|lives?|just|loves?|likes?|\w+ed|\w+s)\b|[.!,]|$)",
        0.8,
    ),
    rule(
        "family",
        "person.{noun}.{value}",
        "Their {noun} is called {value}.",
        rf"{MY} (?P<noun>{OTHER_RELATIVES}),? (?P<value>(?!{WEEKDAYS}\b){PROPER})"
        r"(?=,? (?:is|was|has|had|and|works?|lives?|just|loves?|likes?|\w+ed|\w+s)\b|[.!,]|$)",
        0.8,
    ),
    rule(
        "family",
        "person.{noun}.{value}",
        "Their {noun} is called {value}.",
        rf"{I_HAVE} (?:have|got) an? {FEW_WORDS}(?P<noun>{RELATIVES})"
        rf",? (?:called|named|whose name is) {A_NAME}",
    ),
    rule(
        "family",
        "person.{noun}.count",
        "They have {count} {noun}{s}.",
        rf"{I_HAVE} (?:have|got) (?P<count>an?|two|three|four|five|[1-9])"
        r" (?:(?:older|younger|little|big|twin|small|new|baby) )?"
        r"(?P<noun>sister|brother|son|daughter|kid|child|cousin|wife|husband|girlfriend|boyfriend)"
        r"(?P<s>s|ren)?(?=$|[,.! ])",
        0.8,
    ),
    rule(
        "family",
        "person.{noun}.home",
        "Their {noun} lives in {value}.",
        rf"{MY} (?P<noun>{RELATIVES}) (?:now )?(?:lives in|moved to) (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "family",
        "person.{noun}.{name}.home",
        "Their {noun} {name} lives in {value}.",
        rf"{MY} (?P<noun>{RELATIVES}),? (?P<name>{PROPER}),? (?:now )?(?:lives in|moved to)"
        rf" (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "family",
        "person.{noun}.job",
        "Their {noun} works as {article} {value}.",
        rf"{MY} (?P<noun>{RELATIVES})(?:,? {PROPER},?)? (?:is|works as) an?"
        rf" (?P<value>(?:[\w-]+ )?(?:{JOBS})){STOP}",
        0.85,
    ),
    rule(
        "family",
        "person.{noun}.job",
        "Their {noun} works at {value}.",
        rf"{MY} (?P<noun>{RELATIVES})(?:,? {PROPER},?)? works (?:at|for) (?P<value>{FIRM}){STOP}",
        0.85,
    ),
    rule(
        "family",
        "person.{noun}.age",
        "Their {noun} is {value} years old.",
        rf"{MY} (?P<noun>{RELATIVES}|{ANIMALS})(?:,? {PROPER},?)? (?:is|just turned|turned)"
        r" (?P<value>\d{1,3})(?: years old| today)?(?=$|[,.!]| and\b)",
        0.85,
    ),
    rule(
        "birthday",
        "person.{noun}.birthday",
        "Their {noun}'s birthday is {value}.",
        rf"{MY} (?P<noun>{RELATIVES})'s birthday is (?:on |in )?(?P<value>{DATE}|{MONTH}){STOP}",
    ),
    rule(
        "family",
        "person.{noun}.death",
        "Their {noun} has died.",
        rf"{MY} (?P<noun>{RELATIVES}) (?:has )?(?:just )?(?:died|passed away)\b",
    ),
    rule(
        "family",
        "person.{noun}.home",
        "Their {noun} live in {value}.",
        r"\bmy (?P<noun>parents|grandparents|kids|children|family|(?:mum|mom|mother) and (?:dad"
        r"|father))"
        rf" (?:live|lives|moved) (?:in|to) (?P<value>{PLACE}){STOP}",
    ),
    rule(
        "family",
        "family.status",
        "They are {value}.",
        r"^(?:i'm|im|i am|we're|we are|i just got|i got|we got|we just got) (?:now |happily "
        r"|recently )?"
        rf"(?P<value>(?:married|engaged)(?: to {PROPER})?|divorced|widowed|single)(?=$|[,.!]|"
        r" (?:and|but"
        r"|now|last|since|in|on)\b)",
        0.85,
    ),
)
