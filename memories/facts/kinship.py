"""Whom facts are about: words for people and animals, and what they have in common."""

from __future__ import annotations

# One row for each: the word that is stored, then others that mean the same.
_PEOPLE = """
mother: mum, mom, mam, maw, mama, mommy, mummy, ma, mami, mamma, mutti, ammi, amma, mumsy, mams
father: dad, papa, daddy, pa, da, faither, pops, abba, appa, baba
parents: folks
wife: wifey, missus, wifie
husband: hubby, hubs
partner: other half, better half, significant other, spouse, boo
girlfriend: gf, girlfrend
boyfriend: bf, boyfrend, fella, bloke
fiancé: fiance
fiancée: fiancee
ex: ex-girlfriend, ex girlfriend, ex boyfriend, ex-boyfriend
crush:
ex-wife: ex wife
ex-husband: ex husband
sister: sis, sista
brother: bro, broda, brudda
twin:
twin sister:
twin brother:
half sister: half-sister
half brother: half-brother
stepsister: step sister, step-sister
stepbrother: step brother, step-brother
son: boy, stepson, lad
daughter: daughters, girl, stepdaughter
child: twins, triplets, teen, teenager, little one, kid, children, kids, baby, toddler, newborn
infant
grandmother: grandma, nan, nana, nanna, granny, gran, oma, nonna, abuela, babcia, nani, dadi,
yaya, teta, yiayia, avó
grandfather: grandpa, granddad, grandad, grandda, gramps, opa, nonno, abuelo, dziadek
grandparents:
grandson:
granddaughter:
grandchild: grandkid, grandchildren
aunt: auntie, aunty, tía, khala
uncle:
cousin: cuz, coz
niece:
nephew:
godmother:
godfather:
godson:
goddaughter:
stepmother: step mum, step mom, stepmum, stepmom
stepfather: step dad, stepdad
mother-in-law: mother in law, mil
father-in-law: father in law, fil
sister-in-law: sister in law
brother-in-law: brother in law
in-laws: in laws
best friend: best mate, bestie, bff
friend: mate, buddy, pal, classmate, penpal, pen pal
roommate: room mate, roomie
flatmate:
housemate:
neighbour: neighbor, next-door neighbour
colleague: coworker, co-worker, workmate
boss: manager, supervisor, line manager
therapist: psychologist, counsellor, counselor
doctor: gp
teacher: tutor
coach:
family:
sibling:
"""
_ANIMALS = """
dog: golden retriever, doggo, pup, doggy, pooch, hound, labrador, lab, retriever, poodle, beagle,
corgi, husky, border collie, german shepherd, pug, dachshund, greyhound, collie, chihuahua,
terrier, cockapoo, dalmatian, rescue dog, street dog, french bulldog, spaniel, bulldog, frenchie,
rottweiler, doberman, boxer, shiba, whippet, great dane, saint bernard, samoyed, malamute,
schnauzer, mutt, sheepdog, lurcher, vizsla, setter, pointer, bichon, maltese, yorkie, shih tzu,
staffy, staffie, sausage dog, alsatian, springer, jack russell, cocker,
 labradoodle, goldendoodle, cavapoo, cavalier, pomeranian, pom, pitbull, pit bull, rescue mutt,
weimaraner, airedale, malinois, basset hound, bloodhound, papillon, pekingese, ridgeback, westie,
mongrel, shar pei, mastiff, chow chow, newfoundland, bull terrier, saluki, heeler, kelpie
puppy: puppies
cat: maine coon, rescue cat, kitty, tabby, siamese, ragdoll, tomcat, sphynx, persian, moggy, bengal,
russian blue, british shorthair, scottish fold, burmese, birman, ginger tom, house cat,
tortoiseshell
kitten: kittens
rabbit: bunny, lop
hamster:
guinea pig: cavy
gerbil:
parrot: african grey, macaw, parakeet, cockatoo
budgie: budgerigar
cockatiel:
canary:
bird:
horse: mare, stallion, gelding
pony:
donkey:
snake: ball python, corn snake, python
lizard: iguana
gecko: leopard gecko
bearded dragon: beardie
tortoise:
turtle:
rat:
mouse: mice
ferret:
chinchilla:
goldfish:
fish: betta, koi
frog:
axolotl:
hedgehog:
chicken: hen, rooster, cockerel
duck:
goose: geese
goat:
sheep:
pig: piglet
cow:
llama:
alpaca:
tarantula:
chameleon:
newt:
snail:
stick insect:
degu:
sugar glider:
pigeon:
lovebird:
bee:
spider:
pet:
"""
_SEVERAL = frozenset({"parents", "grandparents", "in-laws", "twins"})
# Of these a person has one at a time, so that another name is a correction or a change.
SINGLE = frozenset(
    {
        "mother",
        "father",
        "wife",
        "husband",
        "partner",
        "girlfriend",
        "boyfriend",
        "fiancé",
        "fiancée",
        "best friend",
        "boss",
        "therapist",
        "mother-in-law",
        "father-in-law",
        "stepmother",
        "stepfather",
        "twin",
        "twin sister",
        "twin brother",
    }
)
LOVES = ("wife", "husband", "partner", "girlfriend", "boyfriend", "fiancé", "fiancée")
CHILDREN = ("child", "son", "daughter")
# Words for the same somebody where only one of them is known; a son isn't a daughter.
_GENERAL: dict[str, frozenset[str]] = {
    "child": frozenset({"son", "daughter", "stepson", "stepdaughter"}),
    "sibling": frozenset({"sister", "brother", "twin"}),
    "grandchild": frozenset({"grandson", "granddaughter"}),
    "twin": frozenset({"twin sister", "twin brother"}),
    "brother": frozenset({"half brother", "stepbrother", "twin brother"}),
    "sister": frozenset({"half sister", "stepsister", "twin sister"}),
    "ex": frozenset({"ex-wife", "ex-husband"}),
    "dog": frozenset({"puppy"}),
    "cat": frozenset({"kitten"}),
}
_ALIKE: tuple[frozenset[str], ...] = (
    frozenset(LOVES),
    frozenset({"roommate", "flatmate", "housemate"}),
)
# Everyday words for the same person, kept as they are said.
_KEPT = frozenset(
    [
        "mum",
        "mom",
        "dad",
        "grandma",
        "grandpa",
        "nan",
        "gran",
        "granny",
        "oma",
        "opa",
        "auntie",
        "stepmum",
        "stepmom",
        "stepdad",
        "baby",
        "kid",
        "spouse",
    ]
)
_IRREGULAR = {
    "children": "child",
    "wives": "wife",
    "mice": "mouse",
    "geese": "goose",
    "puppies": "puppy",
    "bunnies": "bunny",
    "ponies": "pony",
    "kitties": "kitty",
    "sheep": "sheep",
    "fish": "fish",
    "goldfish": "goldfish",
    "boys": "boy",
    "girls": "girl",
    "nannies": "nanny",
    "canaries": "canary",
}


_OF_SEVERAL_CHILDREN = frozenset({"youngest", "eldest", "oldest"})


def _table(rows: str) -> dict[str, str]:
    """Return whom each word or phrase means."""
    known: dict[str, str] = {}
    means = ""
    for line in rows.strip().splitlines():
        words = line
        if ":" in line:
            means, _, words = line.partition(":")
            known[means] = means
        for phrase in filter(None, map(str.strip, words.split(","))):
            known[phrase] = means
    return known


_KNOWN_PEOPLE = _table(_PEOPLE)
_KNOWN_ANIMALS = _table(_ANIMALS)


def subject_of(words: str) -> str:
    """Return what somebody is to the person: "sister" for "lil sis"; empty if it is nobody.

    >>> subject_of("golden retriever"), subject_of("two daughters"), subject_of("printer")
    ('dog', 'daughter', '')
    """
    parts = words.lower().replace("’", "'").split()
    for start in range(len(parts)):
        phrase = " ".join(parts[start:])
        for form in (phrase, _singular(phrase)):
            for table in (_KNOWN_PEOPLE, _KNOWN_ANIMALS):
                if form in table:
                    return form if form in _KEPT else table[form]
    return "child" if parts[-1:] and parts[-1] in _OF_SEVERAL_CHILDREN else ""


def means(subject: str) -> str:
    """Return the word for whom a subject means: "mother" for "mum"."""
    return _KNOWN_PEOPLE.get(subject) or _KNOWN_ANIMALS.get(subject) or subject


def _singular(phrase: str) -> str:
    head, _, last = phrase.rpartition(" ")
    one = _IRREGULAR.get(last) or (last[:-1] if last.endswith("s") else last)
    return f"{head} {one}".strip()


def is_animal(subject: str) -> bool:
    """Return whether a stored subject is an animal."""
    return means(subject) in _KNOWN_ANIMALS


def is_person(subject: str) -> bool:
    """Return whether a stored subject is one of the person's people."""
    return means(subject) in _KNOWN_PEOPLE


_MEN_WORDS = """
father|husband|boyfriend|fiancé|brother|son|grandfather|grandson|uncle|nephew|godfather|godson
|stepfather|stepbrother|half brother|twin brother|father-in-law|brother-in-law|ex-husband
"""
_WOMEN_WORDS = """
mother|wife|girlfriend|fiancée|sister|daughter|grandmother|granddaughter|aunt|niece|godmother
|goddaughter|stepmother|stepsister|half sister|twin sister|mother-in-law|sister-in-law|ex-wife
"""
_MEN = frozenset(map(str.strip, _MEN_WORDS.split("|")))
_WOMEN = frozenset(map(str.strip, _WOMEN_WORDS.split("|")))


def gender_of(subject: str) -> str:
    """Return the pronoun of a subject, "he" or "she"; empty if its word doesn't tell."""
    meant = means(subject)
    return "he" if meant in _MEN else "she" if meant in _WOMEN else ""


def is_several(subject: str) -> bool:
    """Return whether a stored subject is more than one: "parents"."""
    return subject in _SEVERAL


def are_alike(one: str, other: str) -> bool:
    """Return whether two stored subjects may be the same somebody: a wife and a partner."""
    first, second = means(one), means(other)
    if first == second or any({first, second} <= group for group in _ALIKE):
        return True
    none: frozenset[str] = frozenset()
    return second in _GENERAL.get(first, none) or first in _GENERAL.get(second, none)
