"""What a member of an enum needs is never forgotten: tables by enum name every member."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

import pytest

from whisper.copying import tables as copied

APPS = ("whisper", "profiles", "memories", "botrunner")
# Tables that leave members out on purpose, each with why that is safe.
PARTIAL = {
    "profiles.privacy.LEVELS": "a custom level has rules of its own",
    "botrunner.web.replies.STATES": "a message that gets no reply has no state to show",
}


def modules() -> Iterator[ModuleType]:
    for app in APPS:
        package = importlib.import_module(app)
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if ".tests" not in found.name and ".migrations" not in found.name:
                try:
                    yield importlib.import_module(found.name)
                except ImportError:
                    continue  # Of an extra that isn't installed.


def tables() -> Iterator[tuple[str, Mapping[enum.Enum, object], type[enum.Enum]]]:
    """Yield each table whose keys are members of one enum, once, with its name."""
    seen: set[int] = set()
    # Where a table is imported it stands too: modules near the top define more of them.
    for module in sorted(modules(), key=lambda module: module.__name__.count(".")):
        for name, value in vars(module).items():
            if not isinstance(value, Mapping) or not value or id(value) in seen:
                continue
            seen.add(id(value))
            kinds = {type(key) for key in value}
            kind = kinds.pop() if len(kinds) == 1 else None
            if isinstance(kind, type) and issubclass(kind, enum.Enum):
                yield f"{module.__name__}.{name}", value, kind


@pytest.mark.django_db
def test_a_table_by_enum_has_a_row_for_each_member():
    found = {name: (set(kind) - set(table), table) for name, table, kind in tables()}
    assert found
    missing = {name: lacks for name, (lacks, _) in found.items() if lacks and name not in PARTIAL}
    assert missing == {}
    assert [name for name in PARTIAL if name not in found or not found[name][0]] == []


def test_each_table_can_be_copied_and_backed_up():
    # It raises for a field that no engine's values are read of.
    assert {"memories_memory", "botrunner_serverday"} <= {table.name for table in copied.tables()}
