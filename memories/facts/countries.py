"""Which country people of a nationality come from, as far as both are everyday words."""

from __future__ import annotations

_ROWS = """
american: usa, us, united states, america, states
argentinian: argentina
australian: australia
austrian: austria
bangladeshi: bangladesh
belgian: belgium
bosnian: bosnia
brazilian: brazil
british: uk, united kingdom, britain, england, scotland, wales
bulgarian: bulgaria
canadian: canada
chilean: chile
chinese: china
colombian: colombia
croatian: croatia
cuban: cuba
czech: czechia, czech republic
danish: denmark
dutch: netherlands, holland
egyptian: egypt
english: england
estonian: estonia
ethiopian: ethiopia
filipino: philippines
finnish: finland
french: france
german: germany
ghanaian: ghana
greek: greece
hungarian: hungary
icelandic: iceland
indian: india
indonesian: indonesia
iranian: iran
iraqi: iraq
irish: ireland
israeli: israel
italian: italy
jamaican: jamaica
japanese: japan
kenyan: kenya
korean: korea, south korea, north korea
latvian: latvia
lebanese: lebanon
lithuanian: lithuania
malaysian: malaysia
mexican: mexico
moroccan: morocco
nepali: nepal
new zealander: new zealand
kiwi: new zealand
nigerian: nigeria
norwegian: norway
pakistani: pakistan
peruvian: peru
polish: poland
portuguese: portugal
romanian: romania
russian: russia
scottish: scotland
serbian: serbia
slovak: slovakia
slovenian: slovenia
south african: south africa
spanish: spain
swedish: sweden
swiss: switzerland
syrian: syria
taiwanese: taiwan
thai: thailand
tunisian: tunisia
turkish: turkey, türkiye
ukrainian: ukraine
vietnamese: vietnam
welsh: wales
"""
COUNTRIES: dict[str, frozenset[str]] = {
    name: frozenset(one.strip() for one in rest.split(","))
    for name, _, rest in (line.partition(": ") for line in _ROWS.strip().splitlines())
}


def is_from(nationality: str, place: str) -> bool:
    """Return whether a place names a country of a nationality: “Kraków, Poland” of “Polish”."""
    parts = {part.strip().lower().removeprefix("the ") for part in place.split(",")}
    return bool(parts & COUNTRIES.get(nationality.lower(), frozenset()))
