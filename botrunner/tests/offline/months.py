"""Months of five invented people: what they say day by day, and what is known of them then."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a person.

    Args:
        day: counted from the beginning of the months.
        says: what they say.
        takes_back: what they delete of it.
        holds: words that some fact that holds in the evening has.
        over: words that no fact that holds in the evening has.
        asks: questions asked in the evening, and what the reply contains.
        erases: whether they have everything erased in the end.
        agrees_again: whether they first agree, once more, to be remembered.
    """

    day: int
    says: tuple[str, ...] = ()
    takes_back: str = ""
    holds: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    asks: dict[str, str] = field(default_factory=dict)
    erases: bool = False
    agrees_again: bool = False


NORA = (
    Day(0, ("My name is Nora.", "I live in Bristol.", "My husband is called Tom."),
        holds=("Nora", "Bristol", "Tom"), asks={"where do I live?": "Bristol"}),
    Day(3, ("My sister is called Julia.",), holds=("Julia",)),
    Day(4, ("Actually my sister's name is Julie, not Julia",), holds=("Julie",), over=("Julia",),
        asks={"what is my sister called?": "Julie"}),
    Day(20, ("I have a dentist appointment on Friday",), holds=("dentist",),
        asks={"when is my dentist appointment?": "27 March"}),
    Day(30, (), asks={"when was my dentist appointment?": "27 March"}),
    Day(45, ("I moved to Leeds last week",), holds=("Leeds",), over=("Bristol",),
        asks={"where do I live now?": "Leeds", "where did I live before?": "Bristol"}),
    Day(60, (), holds=("Leeds", "Julie", "Tom"), asks={"who's my husband?": "Tom"}),
)  # fmt: skip
DANIEL = (
    Day(1, ("im Daniel", "I work at Dell", "my girlfriend is called Aoife"),
        holds=("Daniel", "Dell", "Aoife"), asks={"where do i work": "Dell"}),
    Day(9, ("I quit my job at Dell",), over=("Dell",),
        asks={"do I still work at Dell?": "Not any more"}),
    Day(15, ("Aoife and I broke up",), over=("Aoife",), asks={"who was my ex?": "Aoife"}),
    Day(40, ("I work at Apple now",), holds=("Apple",), over=("Dell", "Aoife"),
        asks={"where do I work?": "Apple", "where did I work before?": "Dell"}),
    Day(70, ("I am so happy, I passed my exam!",),
        asks={"how have I been feeling lately?": "passed my exam"}),
)  # fmt: skip
RUTH = (
    Day(2, ("My name is Ruth.", "My dog is called Rex.", "I love gardening."),
        holds=("Ruth", "Rex", "gardening"), asks={"what's my dog called?": "Rex"}),
    Day(12, ("my dog Rex died yesterday",), asks={"what was my dog called?": "Rex"}),
    Day(25, ("My cat is called Miso.",), holds=("Miso",), over=("Rex is",),
        asks={"do I have any pets?": "Miso"}),
    Day(26, ("I live at 5 Elm Street, York",), takes_back="I live at 5 Elm Street, York",
        over=("Elm",)),
    Day(55, (), holds=("Miso", "gardening"), asks={"what do I love?": "gardening"}),
)  # fmt: skip
VIKTOR = (
    Day(0, ("I am Viktor from Bulgaria", "I work as a taxi driver"),
        holds=("Viktor", "taxi driver"), asks={"what is my job?": "taxi driver"}),
    Day(8, ("My son is called Georgi.",), holds=("Georgi",)),
    Day(33, ("I am retired now",), holds=("retired",), over=("taxi driver",),
        asks={"what was my job before?": "taxi driver"}),
    Day(50, (), erases=True, over=("Viktor", "Georgi", "retired")),
    Day(51, ("My name is Viktor.",), agrees_again=True, holds=("Viktor",), over=("Georgi",),
        asks={"what is my son called?": "told me"}),
)  # fmt: skip
MINA = (
    Day(5, ("im Mina", "my fav food is ramen", "i have a hamster called Nugget"),
        holds=("Mina", "ramen", "Nugget"), asks={"fav food": "ramen"}),
    Day(6, ("don't remember this: my PIN is 4411",), over=("4411",)),
    Day(14, ("my fav food is sushi now",), holds=("sushi",), over=("ramen",),
        asks={"what's my favourite food?": "sushi"}),
    Day(21, ("remind me to call the bank on Monday at 10",), holds=("call the bank",),
        asks={"what do I have to do on Monday?": "call the bank"}),
    Day(64, (), holds=("sushi", "Nugget"), asks={"whats my hamsters name": "Nugget"}),
)  # fmt: skip

PEOPLE = {"Nora": NORA, "Daniel": DANIEL, "Ruth": RUTH, "Viktor": VIKTOR, "Mina": MINA}
