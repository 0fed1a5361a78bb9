"""The table of predicates: all that can be known of a person, one row for each kind of fact.

Hearing, supersession, the prompt, the assistant, the console and search read it. A fact says that
a *subject* ("self", or what somebody is to the person: "sister", "dog") has a *value* under a
*predicate*. To use the table:

- `PREDICATES[name]` is a row; `Category` groups rows by theme, in the order they are told.
- `present(about, value)`, `past(about, value, until=...)` and `question(about)` of a row say a fact
  as a sentence; `about(subject, name=..., to=...)` says whom it is about, to the person ("you") or
  of them ("they").
- `row.slot(entity, value)` is what a newer fact of it takes the place of.

`endings.py` lists what else ends when a fact starts.

A new predicate is one row here, and sentences with its name as a tag in `facts/tagging/sentences`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from memories.facts.kinship import is_animal, is_several

SELF = "self"
SLOT_LENGTH = 100
_YEAR = timedelta(days=365)
# “{live|lives}”: the first goes with you, they and several, the second with one other.
_AGREEMENT = re.compile(r"\{([^|{}]*)\|([^{}]*)\}")


class Category(StrEnum):
    """Themes of facts, in the order in which they are told."""

    NAME = "name"
    BIRTHDAY = "birthday"
    FAMILY = "family"
    PET = "pet"
    HOME = "home"
    WORK = "work"
    HEALTH = "health"
    LIKE = "like"
    DISLIKE = "dislike"
    PLAN = "plan"
    OTHER = "other"


class Cardinality(StrEnum):
    """How many values of a predicate hold of one subject at a time."""

    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class About:
    """Whom a sentence is about.

    Args:
        who: as its subject: "you", "their sister Julie".
        whose: as an owner: "your", "their sister Julie's".
        plural: whether a verb stands in the plural: "live" rather than "lives".
        was: "was" or "were".
    """

    who: str
    whose: str
    plural: bool

    @property
    def was(self) -> str:
        return "were" if self.plural else "was"


@dataclass(frozen=True, slots=True)
class Manner:
    """How values of one shape are said, where a predicate's values have several.

    Args:
        of: what the whole value matches.
        now, before: as in `Predicate`.
    """

    of: re.Pattern[str]
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """One kind of fact.

    Args:
        name: as it is stored.
        category: its theme; of what somebody else has, the theme is family or pet.
        cardinality: one value at a time (a home) or many (likes).
        now, before: how it is said while it holds and afterwards. `{who}`, `{whose}`, `{value}` are
            filled, `{until}` is "" or " until 2019"; `{live|lives}` agrees with the subject.
        asked: the question that it answers.
        key: its slot where the subject is the person; `{value}` where many hold.
        other_now, other_before: the same as `now`, of somebody else; else `now` is used.
        holds: how long it can be taken as true without being said again; None: until it is ended.
        manners: how values of other shapes are said; the first that fits counts.
    """

    name: str
    category: Category
    cardinality: Cardinality
    now: str
    before: str
    asked: str
    key: str
    other_now: str = ""
    other_before: str = ""
    holds: timedelta | None = None
    manners: tuple[Manner, ...] = ()

    def present(self, about: About, value: str, *, own: bool = True) -> str:
        """Return the fact as a sentence, while it holds."""
        manner = self._manner(value)
        now = manner.now if manner else self.now
        return _say(now if own or not self.other_now else self.other_now, about, value)

    def past(self, about: About, value: str, *, until: str = "", own: bool = True) -> str:
        """Return the fact as a sentence once it is over.

        Args:
            until: "" or when it ended, as "until 2019".
        """
        manner = self._manner(value)
        before = manner.before if manner else self.before
        said = before if own or not self.other_before else self.other_before
        return _say(said, about, value, f" {until}" if until else "")

    def question(self, about: About) -> str:
        """Return the question that the fact answers."""
        return _say(self.asked, about, "")

    def _manner(self, value: str) -> Manner | None:
        return next((one for one in self.manners if one.of.fullmatch(value)), None)

    def slot(self, entity: str, value: str) -> str:
        """Return what a newer fact takes the place of.

        Args:
            entity: whose fact it is: "self", "person.sister", "pet.dog.2".
        """
        key = self.key if entity == SELF else f"{entity}.{self._key_of_other}"
        return key.format(value=_key(value))[:SLOT_LENGTH].rstrip(".")

    @property
    def _key_of_other(self) -> str:
        return f"{self.name}.{{value}}" if self.cardinality == Cardinality.MANY else self.name

    def category_of(self, subject: str) -> Category:
        """Return the theme of a fact of this kind about a subject."""
        if subject == SELF or self.category in {Category.BIRTHDAY, Category.PLAN}:
            return self.category
        return Category.PET if is_animal(subject) else Category.FAMILY


def about(subject: str, *, name: str = "", to_person: bool = False) -> About:
    """Return whom a sentence is about.

    Args:
        subject: "self" or a relation or animal.
        name: what the subject is called, where that is to be said.
        to_person: whether the sentence is said to the person ("you") or of them ("they").
    """
    if subject == SELF:
        return About("you", "your", True) if to_person else About("they", "their", True)
    who = f"{'your' if to_person else 'their'} {subject}{f' {name}' if name else ''}"
    several = is_several(subject)
    return About(who, f"{who}'" if several and who.endswith("s") else f"{who}'s", several)


def _say(template: str, about: About, value: str, until: str = "") -> str:
    agreed = _AGREEMENT.sub(lambda both: both[1 if about.plural else 2], template)
    said = agreed.format(
        who=about.who, whose=about.whose, value=value, until=until, was=about.was, a=_article(value)
    )
    return said[0].upper() + said[1:]


def _article(value: str) -> str:
    """Return "a ", "an " or nothing if the value has a word in front already."""
    if re.match(r"(?i)(?:an?|the|their|your|his|her|two|three|\d+)\b", value):
        return ""
    if re.match(r"[AEFHILMNORSX][A-Z]{1,2}\b", value):
        return "an "
    return "an " if re.match(r"(?i)(?!uni|use|eu|one)[aeiou]|h(?:our|on)", value) else "a "


def _key(text: str) -> str:
    words = text.lower().replace("colour", "color").replace(".", "").split()
    return ".".join(word for word in words if word not in {"a", "an", "the"})


def _manner(of: str, now: str, before: str) -> Manner:
    return Manner(re.compile(of, re.IGNORECASE), now, before)


# A value that is an activity of its own: “drive a tram”, “fix bikes”.
_DOING = (
    r"(?:drive|fix|repair|teach|write|translate|design|build|bake|sell|run|cut|do|clean|deliver"
    r"|stack|wait|tend|manage|look|take|train|make|paint|grow|farm|fly|work|edit|photograph|install"
    r"|code|cook|sing|dance|knit|draw|play|collect|stream|volunteer|brew|smoke|own|freelance|paint"
    r"|sew|act|garden|hike|climb|swim|row|ride|sail|surf|ski|skate|fish|hunt|blog"
    r"|hack)(?:e?s)?(?: .*)?"
)


def _row(
    name: str, category: Category, cardinality: Cardinality, key: str, *said: str, **more: object
) -> Predicate:
    now, before, asked = said
    return Predicate(name, category, cardinality, now, before, asked, key, **more)  # type: ignore[arg-type]


_ONE, _MANY = Cardinality.ONE, Cardinality.MANY

_ROWS: tuple[Predicate, ...] = (
    _row(
        "name",
        Category.NAME,
        _ONE,
        "name",
        "{whose} name is {value}.",
        "{whose} name was {value}{until}.",
        "What is {whose} name?",
        other_now="{who} {are|is} called {value}.",
        other_before="{who} {were|was} called {value}{until}.",
    ),
    _row(
        "nickname",
        Category.NAME,
        _ONE,
        "name.preferred",
        "{who} {want|wants} to be called {value}.",
        "{who} wanted to be called {value}{until}.",
        "What {do|does} {who} want to be called?",
    ),
    _row(
        "age",
        Category.BIRTHDAY,
        _ONE,
        "age",
        "{who} {are|is} {value} years old.",
        "{who} {was} {value} years old{until}.",
        "How old {are|is} {who}?",
        holds=_YEAR,
        manners=(
            _manner(
                ".+ (?:months?|weeks?)", "{who} {are|is} {value} old.", "{who} {was} {value} old."
            ),
        ),
    ),
    _row(
        "birthday",
        Category.BIRTHDAY,
        _ONE,
        "birthday",
        "{whose} birthday is {value}.",
        "{whose} birthday was {value}{until}.",
        "When is {whose} birthday?",
    ),
    _row(
        "birth_year",
        Category.BIRTHDAY,
        _ONE,
        "birth.year",
        "{who} {were|was} born in {value}.",
        "{who} {were|was} born in {value}.",
        "What year {were|was} {who} born in?",
    ),
    _row(
        "birthplace",
        Category.HOME,
        _ONE,
        "home.birthplace",
        "{who} {were|was} born in {value}.",
        "{who} {were|was} born in {value}.",
        "Where {were|was} {who} born?",
    ),
    _row(
        "origin",
        Category.HOME,
        _ONE,
        "home.origin",
        "{who} {come|comes} from {value}.",
        "{who} came from {value}.",
        "Where {do|does} {who} come from?",
    ),
    _row(
        "nationality",
        Category.HOME,
        _ONE,
        "home.nationality",
        "{who} {are|is} {value}.",
        "{who} {was} {value}{until}.",
        "What nationality {are|is} {who}?",
    ),
    _row(
        "home",
        Category.HOME,
        _ONE,
        "home.city",
        "{who} {live|lives} in {value}.",
        "{who} lived in {value}{until}.",
        "Where {do|does} {who} live?",
    ),
    _row(
        "home_with",
        Category.HOME,
        _ONE,
        "home.with",
        "{who} {live|lives} {value}.",
        "{who} lived {value}{until}.",
        "Who {do|does} {who} live with?",
        manners=(
            _manner(
                "(?!with |alone|on |by ).+",
                "{who} {live|lives} with {value}.",
                "{who} lived with {value}{until}.",
            ),
        ),
    ),
    _row(
        "job",
        Category.WORK,
        _ONE,
        "work.job",
        "{who} {work|works} as {a}{value}.",
        "{who} worked as {a}{value}{until}.",
        "What {do|does} {who} do for a living?",
        manners=(
            _manner(
                rf"(?:{_DOING})(?<!er)(?<!or)(?<!assistant)",
                "{who} {value}.",
                "{who} used to {value}{until}.",
            ),
            _manner("(?:in|at) .+", "{who} {work|works} {value}.", "{who} worked {value}{until}."),
            _manner(
                "(?:IT|HR|sales|finance|retail|logistics|construction|marketing|accounting"
                "|hospitality"
                "|insurance|education|healthcare|tech|maths|public relations|banking|advertising)",
                "{who} {work|works} in {value}.",
                "{who} worked in {value}{until}.",
            ),
        ),
    ),
    _row(
        "employer",
        Category.WORK,
        _ONE,
        "work.employer",
        "{who} {work|works} at {value}.",
        "{who} worked at {value}{until}.",
        "Where {do|does} {who} work?",
    ),
    _row(
        "status",
        Category.WORK,
        _ONE,
        "work.status",
        "{who} {are|is} {value}.",
        "{who} {was} {value}{until}.",
        "What {are|is} {who} doing?",
        manners=(
            _manner(
                "(?:freelance|graduated|retired last .*|dropped out)",
                "{who} {value}.",
                "{who} {value}{until}.",
            ),
            _manner(
                "(?:maternity|paternity|parental|sick) leave|disability|gap year|a gap year"
                "|sabbatical",
                "{who} {are|is} on {value}.",
                "{who} {was} on {value}{until}.",
            ),
            _manner(
                "(?:fired|laid off|made redundant|promoted|hired).*",
                "{who} {was} {value}.",
                "{who} {was} {value}{until}.",
            ),
            _manner(
                r"freelancer|pensioner|retiree|housewife|househusband|homemaker|.*student"
                r"|stay[- ]at[- ]home .*",
                "{who} {are|is} {a}{value}.",
                "{who} {was} {a}{value}{until}.",
            ),
        ),
        holds=3 * _YEAR,
    ),
    _row(
        "studies",
        Category.WORK,
        _ONE,
        "work.studies",
        "{who} {study|studies} {value}.",
        "{who} studied {value}{until}.",
        "What {do|does} {who} study?",
        holds=5 * _YEAR,
    ),
    _row(
        "school",
        Category.WORK,
        _ONE,
        "work.school",
        "{who} {go|goes} to {value}.",
        "{who} went to {value}{until}.",
        "Where {do|does} {who} study?",
        holds=5 * _YEAR,
    ),
    _row(
        "business",
        Category.WORK,
        _ONE,
        "work.business",
        "{who} {run|runs} {a}{value}.",
        "{who} ran {a}{value}{until}.",
        "What business {do|does} {who} run?",
        manners=(
            # “Bloom & Daughters”: a name has no article.
            _manner(
                r"(?-i:(?!B&B)[A-Z]).*", "{who} {run|runs} {value}.", "{who} ran {value}{until}."
            ),
        ),
    ),
    _row(
        "relationship",
        Category.FAMILY,
        _ONE,
        "family.status",
        "{who} {are|is} {value}.",
        "{who} {was} {value}{until}.",
        "{are|is} {who} in a relationship?",
        manners=(
            _manner(
                "(?:broke|split|got|have|lost|separated|parted|dumped|proposed).*",
                "{who} {value}.",
                "{who} {value}{until}.",
            ),
            _manner(
                "widow|widower|bachelor",
                "{who} {are|is} a {value}.",
                "{who} {was} a {value}{until}.",
            ),
            _manner(
                "(?:long[ -]distance )?relationship",
                "{who} {are|is} in a {value}.",
                "{who} {was} in a {value}{until}.",
            ),
        ),
    ),
    _row(
        "count",
        Category.FAMILY,
        _ONE,
        "count",
        "{who} {have|has} {value}.",
        "{who} had {value}{until}.",
        "How many {do|does} {who} have?",
    ),
    _row(
        "death",
        Category.FAMILY,
        _ONE,
        "death",
        "{who} {have|has} died.",
        "{who} died.",
        "When did {who} die?",
    ),
    _row(
        "favourite",
        Category.LIKE,
        _ONE,
        "favorite.{value}",
        "{whose} favourite {value}.",
        "{whose} favourite was {value}{until}.",
        "What is {whose} favourite?",
    ),
    _row(
        "like",
        Category.LIKE,
        _MANY,
        "like.{value}",
        "{who} {like|likes} {value}.",
        "{who} liked {value}{until}.",
        "What {do|does} {who} like?",
    ),
    _row(
        "dislike",
        Category.DISLIKE,
        _MANY,
        "like.{value}",
        "{who} {do|does} not like {value}.",
        "{who} did not like {value}{until}.",
        "What {do|does} {who} not like?",
    ),
    _row(
        "hobby",
        Category.LIKE,
        _MANY,
        "hobby.{value}",
        "{who} {do|does} {value} for fun.",
        "{who} did {value} for fun{until}.",
        "What {do|does} {who} do for fun?",
        manners=(
            _manner(
                r"(?:the )?(?:guitar|piano|cello|violin|viola|drums|bass|flute|clarinet"
                r"|sax(?:ophone)?|trumpet|trombone"
                r"|ukulele|harp|banjo|accordion|organ|oboe|harmonica|sitar|bagpipes)",
                "{who} {play|plays} the {value}.",
                "{who} played the {value}{until}.",
            ),
            _manner(
                r"(?:foot|basket|volley|hand|base|soft|net)ball|soccer|(?:table |padel )?tennis"
                r"|padel|hockey|rugby|cricket"
                r"|badminton|golf|water polo|chess|darts|pool|poker|d&d|magic.*|futsal|video"
                r" games|board games|bass|squash",
                "{who} {play|plays} {value}.",
                "{who} played {value}{until}.",
            ),
            _manner(_DOING, "{who} {value}.", "{who} used to {value}{until}."),
            _manner(
                r"[\w-]+ing\b.*",
                "{who} {go|goes} in for {value}.",
                "{who} went in for {value}{until}.",
            ),
            _manner(
                r"(?:a |the )?(?:[\w-]+ )*(?:choir|band|club|team|orchestra|league|society|troupe"
                r"|group)",
                "{who} {are|is} in {a}{value}.",
                "{who} {was} in {a}{value}{until}.",
            ),
        ),
    ),
    _row(
        "language",
        Category.OTHER,
        _MANY,
        "language.{value}",
        "{who} {speak|speaks} {value}.",
        "{who} spoke {value}{until}.",
        "Which languages {do|does} {who} speak?",
    ),
    _row(
        "learning",
        Category.OTHER,
        _MANY,
        "learning.{value}",
        "{who} {are|is} learning {value}.",
        "{who} {was} learning {value}{until}.",
        "What {are|is} {who} learning?",
        holds=2 * _YEAR,
    ),
    _row(
        "health",
        Category.HEALTH,
        _MANY,
        "health.{value}",
        "{who} {have|has} {value}.",
        "{who} had {value}{until}.",
        "How {are|is} {whose} health?",
        manners=(
            _manner(
                r"(?:\w+ly )?allergic.*|.*intolerant|.*[ -]?blind.*|.*deaf.*|hard of hearing"
                r"|autistic"
                r"|.*pregnant.*|sober"
                r"|.*vegetarian|.*vegan|pescatarian|.*diabetic|asthmatic|co?eliac|dyslexic"
                r"|epileptic|teetotal|halal|kosher|keto"
                r"|on .*|in .*|bipolar|disabled|neurodivergent|an[a]?emic|paraly[sz]ed"
                r"|expecting.*|left[- ]handed|.* free",
                "{who} {are|is} {value}.",
                "{who} {was} {value}{until}.",
            ),
            _manner(
                r"(?:broke|sprained|fractured|twisted|tore|dislocated|beat|quit|stopped) .*",
                "{who} {value}.",
                "{who} {value}.",
            ),
            _manner("non-smoker", "{who} {are|is} a {value}.", "{who} {was} a {value}{until}."),
            _manner("smoke|drink", "{who} {value}.", "{who} used to {value}{until}."),
            # What is no more in “I gave up smoking” is the deed.
            _manner("smok(?:ing|ed)|cigarettes", "{who} {smoke|smokes}.", "{who} smoked{until}."),
            _manner("drinking|drank", "{who} {drink|drinks}.", "{who} drank{until}."),
            _manner("vap(?:ing|ed)", "{who} {vape|vapes}.", "{who} vaped{until}."),
            _manner(r"(?:no|not?) .*", "{who} {have|has} {value}.", "{who} had {value}{until}."),
            _manner(
                r"(?:eat|eats|drink|drinks) no .*",
                "{who} {value}.",
                "{who} used to {value}{until}.",
            ),
            _manner(
                r"(?:hearing aids?|a hearing aid|glasses|contact lenses|contacts|braces|a brace"
                r"|insoles)",
                "{who} {wear|wears} {value}.",
                "{who} wore {value}{until}.",
            ),
            _manner(
                r"(?:antidepressants|insulin|beta blockers|ritalin|lithium|sertraline|blood"
                r" thinners|.*pills?|.*meds|.*medication|adderall|.*in|statins|prozac|xanax)",
                "{who} {take|takes} {value}.",
                "{who} took {value}{until}.",
            ),
        ),
    ),
    _row(
        "plan",
        Category.PLAN,
        _MANY,
        "plan.{value}",
        "{who} {have|has} {a}{value}{until}.",
        "{who} had {a}{value}{until}.",
        "What {do|does} {who} have planned?",
    ),
    _row(
        "note",
        Category.OTHER,
        _MANY,
        "note.{value}",
        "{value}",
        "{value}",
        "What else is known?",
    ),
)
PREDICATES: dict[str, Predicate] = {row.name: row for row in _ROWS}
