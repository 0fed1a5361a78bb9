"""A fault in the access rule shows on every engine and store: the tests of isolation can fail."""

from __future__ import annotations

import inspect
import textwrap
from typing import Any

import pytest

from memories import access
from memories.access import Scope
from memories.models import Memory, Place
from memories.search import Mode
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, asked, axis, give_vector, said
from memories.tests.search.searching import find
from memories.tests.test_access import may_be_told
from profiles.privacy import Ways

pytestmark = [pytest.mark.heavy, pytest.mark.usefixtures("meaning")]
ELSEWHERE, OTHER_CHANNEL = 901, 911
WHERE: list[dict[str, Any]] = [
    {"place": Place.DIRECT},
    {"place": Place.IMPORT, "channel_id": None},
    {"place": Place.PRIVATE_CHANNEL, "channel_id": CHANNEL, "guild_id": GUILD},
    {"place": Place.PRIVATE_CHANNEL, "channel_id": OTHER_CHANNEL, "guild_id": GUILD},
    {"place": Place.PUBLIC_CHANNEL, "channel_id": CHANNEL, "guild_id": GUILD},
    {"place": Place.PUBLIC_CHANNEL, "channel_id": 920, "guild_id": ELSEWHERE},
]
NOTHING: Ways = frozenset()
SCOPES = [
    Scope.direct(ANN, NOTHING),
    Scope(ANN, Place.PRIVATE_CHANNEL, CHANNEL, GUILD, NOTHING),
    Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD, NOTHING),
]
# Each is one careless change of the rule: of the door, and of the rule as data. What is replaced,
# and by what.
ALONE = "AccessRule.HERE if memory.place in PLACES_ALONE else Way.SERVER_TO_DIRECT"
FROM_DIRECT = "Way.DIRECT_TO_PRIVATE if in_private else Way.DIRECT_TO_PUBLIC"
MUTANTS = {
    "hidden": ({"if memory.hidden:": "if False:"}, {'"hidden": False, ': ""}),
    "owner": (
        {"if memory.person_id != scope.person_id:": "if False:"},
        {'"person_id": scope.person_id}': f'"person_id": {BEN}}}'},
    ),
    "shared facts of another server": (
        {"memory.guild_id is None or memory.guild_id == scope.guild_id": "True"},
        {'[{**shared, "guild_id": None}]': "[shared]"},
    ),
    "from servers to direct messages": (
        {ALONE: "AccessRule.HERE"},
        {"if Way.SERVER_TO_DIRECT in scope.ways:": "if True:"},
    ),
    "across servers": (
        {"AccessRule.HERE if same else Way.ACROSS_SERVERS": "AccessRule.HERE"},
        {"if Way.ACROSS_SERVERS in scope.ways:": "if True:"},
    ),
    "from direct messages to servers": (
        {f"return {FROM_DIRECT}": "return AccessRule.HERE"},
        {f"if ({FROM_DIRECT}) in scope.ways:": "if True:"},
    ),
    "from one private channel to another": (
        {"memory.place == Place.PRIVATE_CHANNEL and same": "memory.place == Place.PRIVATE_CHANNEL"},
        {'{**said_in_private, "channel_id": scope.channel_id}': "said_in_private"},
    ),
}

# Other guards stand behind these parts of the rule: each engine looks in the partitions of the
# person and the server alone, or at least in the person's.
HELD_BACK = {"owner", "shared facts of another server"}


def mutate(monkeypatch, function, changes):
    """Change a function where everybody who imported it finds it changed."""
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in changes.items():
        assert old in source, old
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(compile(source, access.__file__, "exec"), vars(access), made)
    monkeypatch.setattr(function, "__code__", made[function.__name__].__code__)


@pytest.fixture
def everything(index):
    """Let Ann and Ben say the same everywhere, hidden too, with facts of servers; return all."""
    stored = [
        said(f"miso {number} {hidden}", owner, hidden=hidden, **where)
        for owner in (ANN, BEN)
        for number, where in enumerate(WHERE)
        for hidden in (False, True)
    ]
    for guild in (None, GUILD, ELSEWHERE):
        shared = {"place": Place.PUBLIC_CHANNEL, "guild_id": guild}
        stored.append(said(f"miso of {guild}", None, **shared))
    for memory in stored:
        give_vector(memory, axis(0))
    index.settle()
    return list(Memory.objects.all())


def told(index, stored):
    """Return what recall, pool and search give that may not be told, and what they keep back."""
    query = asked("miso", axis(0))
    answers = index.all_as_it_is([(query, scope) for scope in SCOPES])
    wrong, lacking = set(), set()
    for scope, (found, pool) in zip(SCOPES, answers, strict=True):
        allowed = {one.pk for one in stored if not one.hidden and may_be_told(one, scope)}
        given = {one.entry.id for one in found} | {one.id for one in pool.entries}
        given |= {hit.entry.id for hit in find("miso", Mode.WORDS, scope, size=100).hits}
        wrong |= given - allowed
        lacking |= allowed - given
    return wrong, lacking


def test_a_careless_change_of_the_rule_shows_or_is_held_back(index, everything, monkeypatch):
    assert told(index, everything) == (set(), set())
    unnoticed = []
    for name, (door, data) in MUTANTS.items():
        with monkeypatch.context() as patched:
            mutate(patched, access.rule_of, door)
            mutate(patched, access.visible_places, data)
            wrong, _ = told(index, everything)
            if not wrong:
                unnoticed.append(name)
    assert set(unnoticed) <= HELD_BACK
    assert told(index, everything) == (set(), set())
