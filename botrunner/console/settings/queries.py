"""What is set, from where, and what applies otherwise; secrets are masked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr

from whisper.documents.variables import SECTIONS, default_of
from whisper.environment import Environment, environment
from whisper.environment.secret_files import names_of

MASK = "••••••••"
# In the documentation; what it leads to is not served here.
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
PROCESS, FILE, DEFAULT = "process", ".env", "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """A variable.

    Args:
        value: what applies; a secret is masked.
        source: where the value comes from.
        default: what applies where nothing is set; empty if it depends on the machine.
    """

    name: str
    value: str
    source: str
    default: str
    meaning: str

    @property
    def is_set(self) -> bool:
        """Return whether somebody has set it."""
        return self.source != DEFAULT


@dataclass(frozen=True, slots=True)
class Section:
    """Variables about one thing."""

    title: str
    settings: Sequence[Setting]

    @property
    def set_here(self) -> int:
        """Return how many of them are set."""
        return sum(one.is_set for one in self.settings)


def sections() -> list[Section]:
    """Return all settings, in the order of the documentation."""
    in_file = _names_in_file()
    found: list[tuple[str, list[Setting]]] = []
    for field_name, field in Environment.model_fields.items():
        if field_name in SECTIONS:
            found.append((SECTIONS[field_name], []))
        names = names_of(field_name, field)
        value = getattr(environment, field_name)
        setting = Setting(
            names[0],
            shown(value),
            _source(names, in_file),
            default_of(field),
            _LINK.sub(r"\1", field.description or ""),
        )
        found[-1][1].append(setting)
    return [Section(title, settings) for title, settings in found]


def shown(value: Any) -> str:
    """Return a value as a page may show it."""
    if value is None or value == "":
        return ""
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return MASK
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(shown(one) for one in value)
    return _without_password(str(value))


def _without_password(text: str) -> str:
    """Return an address with its password masked, and what it is asked for left out."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return MASK
    password = f":{MASK}" if parts.password else ""
    user = f"{parts.username or ''}{password}@" if parts.username or password else ""
    query = f"?{MASK}" if parts.query else ""
    return f"{parts.scheme}://{user}{host}{port}{parts.path}{query}"


def _source(names: Sequence[str], in_file: frozenset[str]) -> str:
    wanted = {spelling for name in names for spelling in (name.upper(), f"{name.upper()}_FILE")}
    if any(os.environ.get(name) for name in os.environ if name.upper() in wanted):
        return PROCESS
    return FILE if wanted & in_file else DEFAULT


def _names_in_file() -> frozenset[str]:
    return frozenset(_in_file())


def _in_file() -> Iterator[str]:
    path = Environment.model_config["env_file"]
    for name, value in dotenv_values(str(path)).items() if path else ():
        if value:
            yield name.upper()
