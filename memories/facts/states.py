"""Words that say how or what a person is, so that “I'm Sick” gives no name."""

from __future__ import annotations

import re

_WORDS = """
able absent active addicted adult afraid alive allergic alone amazed american amused angry annoyed
anxious aroace aromantic asexual ashamed asleep autistic available average awake aware awesome
awful awkward back bald basic batman better bi big bilingual bisexual bitter black blessed blind
blonde bloated blue bored boring born brave broke broken brown bummed burnt busy calm careful
catholic cautious celibate certain cheap childless chill christian cis clean clever closeted
clueless clumsy cold comfy complicated confident confused content cool crazy cranky crying curious
cursed cute dad dead deaf dead depressed desperate devastated diabetic different dirty disabled
disappointed disgusted divorced dizzy doctor done doomed down drained drunk dumb dying dyslexic
eager early easy embarrassed empty engaged enough epileptic excited exhausted extra famous fast fat
female feminist fine finished first fit fluent foreign free freezing fresh fried frustrated full
fun funny furious gassed gay genderfluid genius glad goated god gone good gorgeous grateful great
grumpy guilty gutted half handsome happy hard haunted healthy healing heartbroken heartless here
hetero high hilarious home homeless homesick honest honoured honored hooked hopeful hopeless horny
hot human humble hungover hungry hurt hyped hyper ill immortal impatient important impressed in
inactive independent infertile injured innocent insane insecure inspired interested intersex
introverted invincible invisible irish iron jealous jesus jewish jobless joyful just juggling kind
late lazy leaving left legend lesbian less lgbt lighter literally livid lonely lost loved lovely
lucky mad male man married mean mental mid mine miserable missing mom moody mum muslim mute naive
nauseous nearly nerdy nervous neutral new newbie nice nobody nonbinary normal nostalgic not nothing
numb obese obsessed off offended okay old omnivorous on online open optimistic orphaned out
outraged over overjoyed overweight overwhelmed pale pan panicking pansexual paralysed paralyzed
paranoid partial patient peckish petty pissed pleased poly poor positive pregnant present pretty
private productive proud psyched puzzled queer quiet quitting racist random ready real red relaxed
relieved religious rested restless retired rich right robot romantic rude ruined running rusty sad
safe salty same sane satisfied savage scared screwed selfish sensitive serious shaken shaking
shattered shocked shook short shy sick silent silly single skinny sleepy slow small smart smitten
sober social sore sorry speechless spent spoiled stable starving sterile stoked stoned straight
strange stressed strict strong stubborn stuck stunned stupid suicidal superman sure surprised
surrounded suspicious sweating tall teetotal terrible terrified thankful thick thin thirsty thrilled
tipsy tired torn touched tough trans transgender triggered trying ugly unable unarmed unbothered
undecided underpaid uneasy unemployed unhappy unique unlucky unsure unwell up upset useless vain
vegan vegetarian vibing virgin warm wasted weak weird well wet white wide widowed wild winning wise
worried worse worthless wrecked wrong young zen
"""
STATES = frozenset(_WORDS.split())
# Few names end so, and those that do are short (“Bing”) or listed.
_ENDING = re.compile(r"[a-z]{3,}(?:ing|ful|less|ous|able|ible|ness|ish|ated|ised|ized|sexual)$")
_NAMES = frozenset(
    {"cornelious", "fleming", "harding", "irving", "jennings", "keating", "sterling"}
)


def is_state(value: str) -> bool:
    """Return whether what stands in place of a name begins with a word that isn't one."""
    first = value.split(" ", 1)[0].strip("'-").lower()
    return first in STATES or (bool(_ENDING.match(first)) and first not in _NAMES)
