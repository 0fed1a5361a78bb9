"""The rows of the table of predicates, one for each kind of fact."""

from __future__ import annotations

import re
from datetime import timedelta

from memories.facts.predicates.predicate import Cardinality, Category, Manner, Predicate

_YEAR = timedelta(days=365)


def _manner(of: str, now: str, before: str) -> Manner:
    return Manner(re.compile(of, re.IGNORECASE), now, before)


# A value that is an activity of its own: “drive a tram”, “fix bikes”.
_DOING = (
    r"(?:drive|fix|repair|teach|write|translate|design|build|bake|sell|run|cut|do|clean|deliver"
    r"|stack|wait|tend|manage|look|take|train|make|paint|grow|farm|fly|work|edit|photograph|install"
    r"|code|cook|sing|dance|knit|draw|play|collect|stream|volunteer|brew|smoke|own|freelance|paint"
    r"|sew|act|garden|hike|climb|swim|row|ride|sail|surf|ski|skate|fish|hunt|blog"
    r"|hack)(?:e?s)?(?: .*)?"
    # With what it is done to: “tune pianos”.
    r"|(?:tune|mend|groom|restore|serve|mow|weld|shear|breed|iron|pack|pick|sort|mix|roast|walk|mind"
    r"|dye|lay|unblock|test|inspect|treat|help|operate|shoe|bind|move|lift|carry|load|stock|fit|wash"
    r"|service|maintain)s? .+"
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
                "|hospitality|procurement|purchasing|compliance|payroll|recruitment|publishing"
                "|manufacturing|(?:cyber ?)?security|customer (?:service|support)|operations"
                "|insurance|education|healthcare|tech|maths|public relations|banking|advertising"
                "|cleaning|catering|nursing|gardening|engineering|consulting|shipping|farming)",
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
                r"(?:\w+ )?(?:bees|hens|chickens|ducks|geese|pigeons|goats|sheep|pigs|koi|ferrets"
                r"|reptiles|stick insects|tropical fish|canaries)",
                "{who} {keep|keeps} {value}.",
                "{who} kept {value}{until}.",
            ),
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
                r" thinners|.*pills?|.*meds|.*medication|adderall|statins"
                r"|\w+(?:cillin|mycin|formin|pirin|parin|farin|mazepin|statin)|prozac|xanax)",
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
