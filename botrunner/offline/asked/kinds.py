"""Which kind of fact a question asks for, by its likeness to example questions.

No table lists every wording. A question that fits none of the table's is taken to ask for the kind
whose examples come nearest to it in meaning, as the embedding model sees it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from botrunner.offline.asked.table import OF_OTHERS, OWN
from botrunner.offline.spelling import spelled
from memories.embeddings import embedder
from memories.embeddings.base import Vectors
from memories.embeddings.queries import query_vector
from memories.facts.kinship import is_animal, is_person, subject_of
from memories.facts.predicates import SELF

# What no kind of fact answers.
NO_KIND = ""
# Questions about the person, by the kind of fact that comes first in the answer.
_OF_SELF: Mapping[str, tuple[str, ...]] = {
    "name": ("What is my name?", "What am I called?"),
    "nickname": ("What do people call me?", "What is my nickname?", "How should you address me?"),
    "age": ("How old am I?", "What is my age?", "How many years old will I be?"),
    "birthday": ("When is my birthday?", "When was I born?", "In which month is my birthday?"),
    "birthplace": ("Where was I born?", "In which town was I born?"),
    "origin": (
        "Where am I from?",
        "Where do I come from originally?",
        "What is my native place?",
        "Where did I grow up?",
    ),
    "nationality": ("What nationality am I?", "What citizenship do I have?"),
    "home_with": (
        "Who do I live with?",
        "Who shares my flat?",
        "Who else lives in my house?",
        "Do I live alone?",
    ),
    "home": (
        "Where do I live?",
        "In which city do I live now?",
        "Where am I staying at present?",
        "What is my home address?",
        "Where is my house?",
        "Where have I settled?",
    ),
    "employer": (
        "Where do I work?",
        "Which company do I work for?",
        "Who is my employer?",
        "Who pays my wages?",
        "Where was I working?",
    ),
    "job": (
        "What do I do for a living?",
        "What is my job?",
        "What do I work as?",
        "How do I earn my money?",
        "What is my profession?",
        "What kind of work do I do?",
    ),
    "business": ("What business do I run?", "What is my company called?", "What do I sell?"),
    "school": (
        "Which school do I go to?",
        "Where do I study?",
        "Which university did I attend?",
        "Where was I at school?",
    ),
    "studies": (
        "What am I studying?",
        "What is my degree in?",
        "What is my subject at university?",
    ),
    "relationship": (
        "Am I single?",
        "Am I married?",
        "Who am I dating?",
        "Am I in a relationship?",
        "What is my marital status?",
    ),
    "health": (
        "What am I allergic to?",
        "What illness do I have?",
        "What medicine do I take?",
        "What can't I eat?",
        "What is wrong with my health?",
        "What is my diet?",
    ),
    "learning": ("What am I learning?", "Which language am I learning?"),
    "language": ("Which languages do I speak?", "What languages do I know?"),
    "hobby": (
        "What do I do for fun?",
        "What are my hobbies?",
        "What sport do I play?",
        "Which instrument do I play?",
        "How do I spend my free time?",
    ),
    "favourite": ("What is my favourite?", "What do I like best?"),
    "like": ("What do I like?", "What am I keen on?", "What do I enjoy?"),
    "dislike": ("What do I hate?", "What can't I stand?", "What don't I like?"),
    NO_KIND: (
        "When is my appointment?",
        "When am I leaving?",
        "Who am I meeting?",
        "Where am I going on holiday?",
        "What happened to me?",
        "What did I buy?",
        "How did I do that?",
        "Why did I do it?",
        "What do I want to do?",
        "How long did it take me?",
        "What do I have?",
        "Where is my car?",
    ),
}
# Questions about somebody of theirs.
_OF_ANOTHER: Mapping[str, tuple[str, ...]] = {
    "name": ("What is my {whom} called?", "What is my {whom}'s name?", "Who is my {whom}?"),
    "age": ("How old is my {whom}?", "What is my {whom}'s age?"),
    "birthday": ("When is my {whom}'s birthday?", "When was my {whom} born?"),
    "home": (
        "Where does my {whom} live?",
        "In which city is my {whom} now?",
        "Where is my {whom} staying?",
        "Where has my {whom} moved to?",
    ),
    "origin": ("Where is my {whom} from?", "Where does my {whom} come from?"),
    "employer": ("Where does my {whom} work?", "Who does my {whom} work for?"),
    "job": (
        "What does my {whom} do for a living?",
        "What is my {whom}'s job?",
        "What kind of work does my {whom} do?",
        "What is my {whom} by profession?",
    ),
    "studies": (
        "What does my {whom} study?",
        "What is my {whom} studying?",
        "Which school does my {whom} go to?",
    ),
    "count": ("How many {whom}s do I have?", "Do I have a {whom}?"),
    "relationship": ("Is my {whom} married?", "Is my {whom} single?"),
    "death": (
        "Is my {whom} still alive?",
        "When did my {whom} die?",
        "When did I lose my {whom}?",
    ),
    "favourite": ("What is my {whom}'s favourite?",),
    "like": ("What does my {whom} like?", "What does my {whom} enjoy?"),
    "health": ("What is my {whom} allergic to?", "What illness does my {whom} have?"),
    NO_KIND: (
        "When does my {whom} arrive?",
        "When do I see my {whom}?",
        "What happened to my {whom}?",
        "What does my {whom} want to do?",
        "What did my {whom} do?",
        "What did my {whom} say?",
        "Why is my {whom} angry?",
        "When is my {whom}'s appointment?",
        "Who takes care of my {whom}?",
        "What does my {whom} have?",
    ),
}
# Kinds whose examples are less far than this behind the nearest are as likely.
AHEAD = 0.05
# Stand for whomever a question names: what it asks about them counts.
_PERSON, _ANIMAL = "sister", "dog"
_WHOM = re.compile(
    r"\b(?:(?:my|our|the|(?P<some>an?|any|many)) )?(?P<whom>[^\W\d_][\w-]*)(?P<s>'s)?(?= |\W*$)"
)

# The kind of each of those questions and their vectors, by the model and whom they are about.
_prototypes: dict[tuple[str, str], tuple[Sequence[str], Vectors]] = {}


def likely_kinds(
    question: str, names: Mapping[str, str], *, of_self: bool
) -> tuple[tuple[str, ...], float]:
    """Return the kinds of fact that likely answer a question, and how sure that is. It blocks.

    Args:
        question: as it was asked.
        names: what people and animals of the person are to them, by their names in lower case.
        of_self: whether it is about the person, not about somebody of theirs.

    Returns:
        the kinds, the likeliest first, none if it asks for no fact; and the cosine to the nearest
        question that asks for the first.

    Raises:
        EmbeddingError: the embedder did not answer.
    """
    said, whom = _of_anybody(question, names)
    kinds, vectors = _questions(SELF if of_self else whom)
    near = vectors @ query_vector(said)[0]
    best = float(near.max())
    alike = [kinds[place] for place in near.argsort()[::-1] if near[place] >= best - AHEAD]
    if alike[0] == NO_KIND:
        return (), best
    wanted = (name for kind in alike for name in _answered_with(kind, of_self=of_self))
    return tuple(dict.fromkeys(wanted)), best


def _answered_with(kind: str, *, of_self: bool) -> tuple[str, ...]:
    """Return the kinds of fact that answer a question for one kind, the likeliest first."""
    table = OWN if of_self else OF_OTHERS
    return next((names for _, names in table if names[0] == kind), (kind,) if kind else ())


def _of_anybody(question: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return a question with “my sister” or “my dog” for anyone it names, and which of the two."""
    whom = _PERSON

    def generally(word: re.Match[str]) -> str:
        nonlocal whom
        subject = names.get(word["whom"]) or subject_of(word["whom"])
        if not (is_person(subject) or is_animal(subject)):
            return word[0]
        whom = _ANIMAL if is_animal(subject) else _PERSON
        if word["some"]:
            return f"{word['some']} {whom}{'s' if word['some'] == 'many' else ''}"
        return f"my {whom}{word['s'] or ''}"

    said = _WHOM.sub(generally, spelled(question))
    # “My sister Julie”, “my best friend”
    return re.sub(rf"\bmy (?:\w+ )?(?=my {whom}\b)", "", said), whom


def _questions(whom: str) -> tuple[Sequence[str], Vectors]:
    """Return the kinds of the questions about somebody, and their vectors, one row each."""
    by = embedder()
    if (by.model, whom) not in _prototypes:
        table = _OF_SELF if whom == SELF else _OF_ANOTHER
        asked = [(kind, one.format(whom=whom)) for kind, each in table.items() for one in each]
        _prototypes[by.model, whom] = (
            [kind for kind, _ in asked],
            by.embed([one for _, one in asked]),
        )
    return _prototypes[by.model, whom]
