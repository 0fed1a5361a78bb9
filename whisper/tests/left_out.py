"""Which tests a selection leaves out, known before they are made.

pytest imports all modules and makes all tests, and then leaves out those with a mark that the
selection refuses. `make test-fast` leaves out more than it runs, and each worker makes all of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

_ONLY_REFUSES = re.compile(r"\s*not \w+(?:\s+and not \w+)*\s*")
_ASSIGNED = re.compile(r"^pytestmark = ", re.MULTILINE)


def refused_marks(config: pytest.Config) -> frozenset[str]:
    """Return the marks that `-m` refuses; none if it asks for more than that.

    A test that is named is made in any case: pytest then says that it was left out.
    """
    selection: str = config.option.markexpr
    if not _ONLY_REFUSES.fullmatch(selection) or any("::" in one for one in config.args):
        return frozenset()
    return frozenset(re.findall(r"not (\w+)", selection))


def marks_of_all(source: str) -> frozenset[str]:
    """Return the marks that a module's `pytestmark` gives to all of its tests."""
    assigned = _ASSIGNED.search(source)
    if assigned is None:
        return frozenset()
    rest = source[assigned.end() :]
    # It ends with its line, or is a list that ends where a line begins with its bracket.
    for end in (rest.find("\n"), rest.find("\n]") + 2):
        try:
            return frozenset(_names(ast.parse(rest[:end], mode="eval").body))
        except SyntaxError:
            continue
    return frozenset()


def _names(marks: ast.expr) -> Iterator[str]:
    for one in marks.elts if isinstance(marks, ast.List) else [marks]:
        mark = one.func if isinstance(one, ast.Call) else one
        if isinstance(mark, ast.Attribute) and ast.unparse(mark.value) == "pytest.mark":
            yield mark.attr
