"""The page of all variables, and an example of the file that sets them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from whisper.environment import Environment, names_of
from whisper.environment_faults import choices_of

# The field with which each section begins.
SECTIONS = {
    "discord_bot_token": "Discord",
    "llm_chat_api_url": "Language model",
    "embedding_backend": "Embeddings and memory",
    "use_redis_cache": "Conversation cache",
    "whisper_data_dir": "Record",
    "secret_key": "Web and operation",
}
SETTINGS_INTRODUCTION = """\
# Settings

Whisper reads these environment variables once, when it starts; none has to be set. They come from
the process, else from `.env` in the folder it is started in ([an example](../.env.example));
`WHISPER_ENV_FILE` names another file. In both places `<NAME>_FILE` may name a file that holds the
value, as containers mount secrets; `<NAME>` itself, where it is set, wins. An empty value counts as
not set. A value that can't be used stops the start with one line that names the variable,
and exit code 2. A name in `.env` that is not a setting is ignored and reported.

This page is made by `manage.py document`.
"""
EXAMPLE_INTRODUCTION = """\
# Copy this file to .env and take the # from what you want to change; docs/settings.md says more.
# It is made by `manage.py document`.
"""
BOUNDS = {"ge": "at least {}", "gt": "more than {}", "le": "at most {}", "lt": "less than {}"}


def settings_page() -> str:
    """Return the page of all variables."""
    lines = [SETTINGS_INTRODUCTION]
    for title, fields in _sections():
        lines += [f"## {title}", "", "| variable | values | default | meaning |"]
        lines.append("|---|---|---|---|")
        lines += [_row(names, field) for names, field in fields]
        lines.append("")
    return "\n".join(lines)


def example_env() -> str:
    """Return a `.env` in which everything stands, nothing set."""
    lines = [EXAMPLE_INTRODUCTION]
    for title, fields in _sections():
        lines += [f"## {title}", ""]
        for names, field in fields:
            lines += textwrap.wrap(
                field.description or "", 98, initial_indent="# ", subsequent_indent="# "
            )
            lines += [f"#{names[0]}={_default(field)}", ""]
    return "\n".join(lines)


def _sections() -> Iterator[tuple[str, list[tuple[list[str], FieldInfo]]]]:
    """Yield the title and the fields of each section, a field with all its names."""
    title = ""
    fields: list[tuple[list[str], FieldInfo]] = []
    for name, field in Environment.model_fields.items():
        if name in SECTIONS:
            if fields:
                yield title, fields
            title, fields = SECTIONS[name], []
        fields.append((names_of(name, field), field))
    yield title, fields


def _row(names: list[str], field: FieldInfo) -> str:
    cells = (_code(names[0]), _values(field), _code(_default(field)), _meaning(names, field))
    return f"| {' | '.join(cells)} |"


def _meaning(names: list[str], field: FieldInfo) -> str:
    text = (field.description or "").replace("|", "\\|")
    others = [name for name in names[1:] if name not in text]
    return f"{text} Also read: {', '.join(map(_code, others))}." if others else text


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if field.default_factory is not None:
        value = field.get_default(call_default_factory=True, validated_data={})
        # What depends on the machine is told by the description.
        value = value if isinstance(value, list) else None
    if value is None:
        return ""
    if isinstance(value, list):
        # What everybody's default is, is no secret.
        return ",".join(
            one.get_secret_value() if isinstance(one, SecretStr) else str(one) for one in value
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(field: FieldInfo) -> str:
    if choices := choices_of(field):
        return ", ".join(map(_code, choices))
    kinds = [kind for kind in get_args(field.annotation) if kind is not NoneType]
    kind = field.annotation if not kinds or get_origin(field.annotation) is list else kinds[0]
    bounds = [
        text.format(getattr(each, bound))
        for each in field.metadata
        for bound, text in BOUNDS.items()
        if hasattr(each, bound)
    ]
    return ", ".join([_kind(kind), *bounds])


def _kind(kind: Any) -> str:
    names = {bool: "`true`, `false`", int: "whole number", float: "number", Path: "path"}
    if kind is SecretStr:
        return "secret"
    shapes = {list: "list", dict: "JSON object"}
    return shapes.get(get_origin(kind) or kind) or names.get(kind, "text")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""
