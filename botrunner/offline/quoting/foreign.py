"""Words for people and animals in other languages, so that lines in those are found, too."""

from __future__ import annotations

import re

_WORDS = """
mother: mutter mama mère maman madre mamá mamma moeder mãe mama
father: vater papa père padre papá papà vader pai tata
sister: schwester sœur soeur hermana sorella zus irmã siostra
brother: bruder frère hermano fratello broer irmão brat
wife: frau ehefrau femme esposa mujer moglie vrouw mulher żona
husband: mann ehemann mari esposo marido marito mąż
girlfriend: freundin copine novia ragazza fidanzata vriendin namorada dziewczyna
boyfriend: freund copain novio ragazzo fidanzato vriend namorado chłopak
daughter: tochter fille hija figlia dochter filha córka
son: sohn fils hijo figlio zoon filho syn
child: kind kinder enfant enfants hijos figli kinderen filhos dzieci
grandmother: oma großmutter grand-mère mamie abuela nonna avó babcia
grandfather: opa großvater grand-père papi abuelo nonno avô dziadek
dog: hund chien chienne perro perra cane hond cachorro cão pies
cat: katze kater chat chatte gato gata gatto gatta kat kot
roommate: mitbewohner mitbewohnerin colocataire coloc coinquilina coinquilino huisgenoot
friend: ami amie amigo amiga amico amica kumpel
boss: chef chefin jefe jefa capo
"""
_KIN = {
    word: line.partition(":")[0]
    for line in _WORDS.strip().splitlines()
    for word in line.partition(":")[2].split()
}
# “Mon chat”, though not “the chat”.
_OWNED = re.compile(
    r"(?i)\b(?:mein\w{0,2}|unser\w{0,2}|eine?[nmr]?|mon|ma|mes|notre|nos|une?|mis?|nuestr[oa]s?|una?"
    r"|mi[oaei]i?|nostr[oaie]|mijn|ons|onze|een|meus?|minhas?|nosso|nossa|uma?|mój|moja|moje)"
    r" (?P<whom>[^\W\d_][\w-]*)"
)


def kin_in(text: str) -> list[str]:
    """Return what people and animals named in another language are: "wife" for “meine Frau”."""
    named = (one["whom"].lower() for one in _OWNED.finditer(text))
    return [_KIN[word] for word in named if word in _KIN]
