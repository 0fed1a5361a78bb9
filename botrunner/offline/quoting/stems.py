"""Stems of words, those of one meaning made alike."""

from __future__ import annotations

from botrunner.offline.quoting.foreign import kin_in
from botrunner.offline.spelling import spelled
from memories.facts.kinship import is_animal, means, subject_of
from memories.wording.words import terms

# Words that tell nothing of what a question or a line is about.
SMALL = frozenset(
    terms(
        "what which where when who whose whom why how many much name called tell told say said know"
        " remember do did have has am is are was were my me i you still favourite live work like"
        " love hate kind thing any anything again mention about ever go get happen good really"
        " please got new want see often"
    )
)
TIMES = frozenset(
    terms(
        "yesterday today tomorrow week month year last next monday tuesday wednesday thursday"
        " friday saturday sunday time day since long old january february march april may june"
        " july august september october november december"
    )
)
ASKING = SMALL | TIMES


def telling(text: str) -> set[str]:
    """Return the stems of the words that say what a question is about.

    A question about a dog isn't one about pets, though a line about a dog is.
    """
    found = stems(text) - ASKING
    return found if _PET & set(terms(spelled(text))) else found - _PET


def stems(text: str) -> set[str]:
    """Return the stems of a text's words, words of one meaning made alike."""
    said = spelled(text)
    spoken = [subject for word in said.split() if (subject := subject_of(word.strip("?!.,'")))]
    kin = [*map(means, spoken), *kin_in(text)]
    # A line about a hamster is about a pet.
    kin += ["pet"] if any(map(is_animal, spoken)) else []
    found = {_SAME.get(stem, stem) for stem in terms(said)} | set(terms(" ".join(kin)))
    # “Mum and dad retired to Portugal” is about one's parents.
    return found | _PARENTS if found >= _BOTH_PARENTS else found


_PET = set(terms("pet"))
_BOTH_PARENTS, _PARENTS = set(terms("mother father")), set(terms("parents"))
# Stems of words that mean the same.
_SAME = {
    "expect": "due", "pregnant": "due", "deceas": "die", "dead": "die", "oper": "surgeri",
    "wed": "marri", "marriag": "marri", "vehicl": "car", "vacat": "trip", "retir":
    "pension", "begin": "start", "began": "start", "sick": "ill", "afraid": "scare", "fear":
    "scare", "terrifi": "scare", "colleg": "univers", "doctor": "gp", "doc": "gp", "dr": "gp",
    "physician": "gp", "mobil": "phone", "laptop": "comput", "pc": "comput",
    "reloc": "move", "emigr": "move",
    "stay": "visit", "instructor": "teach", "teacher": "teach", "baker": "bake", "driver":
    "drive", "writer": "write", "painter": "paint", "singer": "sing", "professor": "prof",
    "lectur": "prof", "hook": "addict", "gave": "give", "bike": "bicycl", "cycl": "bicycl",
    "mom": "mother", "mum": "mother", "dad": "father", "film": "movi", "uni": "univers",
    "exam": "test", "holiday": "trip", "flat": "apart", "boss": "manag", "dish": "food",
    "meal": "food", "cuisin": "food", "tune": "song", "seri": "show", "town": "citi",
    "buse": "bus", "purchas": "bought", "buy": "bought", "ate": "eat", "taught": "teach",
}  # fmt: skip
_IRREGULAR = """
met meet, went go, left leave, lost lose, broke break, broken break, stole steal, stolen steal
flew fly, flown fly, drove drive, driven drive, wrote write, written write, won win, sold sell
fell fall, felt feel, slept sleep, spent spend, paid pay, made make, saw see, seen see, ran run
swam swim, sang sing, sung sing, chose choose, came come, took take, taken take, found find
drank drink, grew grow, grown grow, rode ride, wore wear, worn wear, caught catch, built build
brought bring, thought think, taught teach, began begin, told tell, heard hear, gone go, sent send
"""
_PAIRS = [pair.split() for pair in _IRREGULAR.replace("\n", ",").split(",") if pair.strip()]
# “Made” and the like tell nothing and have no stem.
_STEMS = [(terms(past), terms(verb)) for past, verb in _PAIRS]
_SAME |= {past[0]: verb[0] for past, verb in _STEMS if past and verb}
