"""What is wrong with the environment, in plain words: one line for each variable."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import DotEnvSettingsSource

from whisper.addresses import without_password
from whisper.environment import EXPECTED, Environment, variable_names
from whisper.environment.secret_files import SecretFileError

EXIT_BAD_ENVIRONMENT = 2
BOUNDS = {"ge": "of at least", "gt": "greater than", "le": "at most", "lt": "less than"}
KINDS = {bool: "true or false", int: "a whole number", float: "a number", Path: "a path"}
# How similar an unknown name has to be to a known one; 1 means identical.
LIKENESS = 0.7
# docker compose reads the same file, for itself.
OTHERS = ("COMPOSE_", "DOCKER_")


def exit_on_bad_environment() -> None:
    """Stop the process with one line for each bad variable, instead of a traceback.

    Names in `.env` that nothing reads are reported, and stop nothing.
    """
    try:
        Environment()
        for line in unread(_names_in_file()):
            print(f"{_file()}: {line}", file=sys.stderr)
    except ValidationError as error:
        _exit(explain(error))
    except SecretFileError as error:
        _exit(str(error))
    except (OSError, UnicodeDecodeError) as error:
        _exit(f"{_file()} can't be read: {error}")


def explain(error: ValidationError) -> str:
    """Return one line for each variable that could not be read."""
    return "\n".join(_line(fault) for fault in error.errors())


def unread(names: Iterable[str]) -> Iterator[str]:
    """Yield a line for each name that looks like a setting's, and one for all others that are none.

    Args:
        names: of variables, in capitals.
    """
    known = {each for name in variable_names() for each in (name, f"{name}_FILE")}
    unlike = []
    for name in sorted(set(names) - known):
        if meant := difflib.get_close_matches(name, known, n=1, cutoff=LIKENESS):
            yield f"{name} is not a setting and is ignored. Did you mean {meant[0]}?"
        elif not name.startswith(OTHERS):
            unlike.append(name)
    if unlike:
        verb = "is not a setting and is" if len(unlike) == 1 else "are not settings and are"
        yield f"{', '.join(unlike)} {verb} ignored."


def _exit(text: str) -> None:
    print(text, file=sys.stderr)
    raise SystemExit(EXIT_BAD_ENVIRONMENT) from None


def _file() -> Any:
    return Environment.model_config["env_file"]


def _names_in_file() -> list[str]:
    read = DotEnvSettingsSource(Environment, env_ignore_empty=False).env_vars
    return [name.upper() for name in read]


def _line(fault: Any) -> str:
    name = str(fault["loc"][0]).upper()
    field = variable_names()[name]
    if fault["type"] == "value_error":
        wrong = str(fault["ctx"]["error"])
    else:
        wrong = f"must be {_expected(field)}"
    return f"{name} {wrong}{_given(name, field, fault['input'])}."


def _expected(field: FieldInfo) -> str:
    """Return what a value must be, such as `a whole number between 1 and 65535`."""
    if isinstance(field.json_schema_extra, dict) and EXPECTED in field.json_schema_extra:
        return str(field.json_schema_extra[EXPECTED])
    if choices := choices_of(field):
        return " or ".join(filter(None, [", ".join(choices[:-1]), choices[-1]]))
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType]
    kind: Any = kinds[0] if kinds else field.annotation
    return f"{KINDS.get(kind, 'text')}{_bounds(field)}"


def choices_of(field: FieldInfo) -> list[str]:
    """Return the values that a field may have, if they are listed."""
    for kind in (field.annotation, *get_args(field.annotation)):
        if get_origin(kind) is Literal:
            return [str(choice) for choice in get_args(kind)]
    return []


def _bounds(field: FieldInfo) -> str:
    found = {
        bound: getattr(each, bound)
        for each in field.metadata
        for bound in BOUNDS
        if hasattr(each, bound)
    }
    if set(found) == {"ge", "le"}:
        return f" between {found['ge']} and {found['le']}"
    words = " and ".join(f"{BOUNDS[bound]} {value}" for bound, value in found.items())
    return f" {words}" if words else ""


def _given(name: str, field: FieldInfo, value: Any) -> str:
    """Return what was given; of an address all but the password, of another secret nothing."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if name.endswith("_URL"):
        return f", got {without_password(text)!r}"
    return "" if "Secret" in str(field.annotation) else f", got {text!r}"
