"""The page of all commands: of manage.py and of make."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

INTRODUCTION = """\
# Commands

This page is made by `manage.py document`.

## make

| target | what it does |
|---|---|
"""
MANAGE = """\
## manage.py

Besides Django's own commands (`migrate`, `changepassword`, `check --deploy`, ...) there are these.
They run as `.venv/bin/python manage.py NAME`; `--help` shows Django's options too. Exit code 2: a
setting is bad; 5: the database can't be used; 1: something else went wrong, and one line says what.
"""


def commands_page() -> str:
    """Return the page of all commands."""
    targets = [f"| `make {name}` | {text} |" for name, text in make_targets()]
    commands = [_section(name, load_command_class(app, name)) for name, app in our_commands()]
    return INTRODUCTION + "\n".join([*targets, "", MANAGE, *commands])


def make_targets() -> Iterator[tuple[str, str]]:
    """Yield the targets of the Makefile with what they say of themselves."""
    text = (settings.BASE_DIR / "Makefile").read_text()
    yield from re.findall(r"^([\w-]+):.*?## (.+)$", text, re.MULTILINE)


def our_commands() -> list[tuple[str, str]]:
    """Return the names of our commands with their apps, in alphabetical order."""
    ours = {
        app.name for app in apps.get_app_configs() if app.path.startswith(str(settings.BASE_DIR))
    }
    # A virtual environment may lie inside the checkout.
    ours = {name for name in ours if (settings.BASE_DIR / name).is_dir()}
    return sorted((name, app) for name, app in get_commands().items() if app in ours)


def _section(name: str, command: BaseCommand) -> str:
    parser = command.create_parser("manage.py", name)
    usual = {action.dest for action in BaseCommand().create_parser("manage.py", name)._actions}
    lines = [f"### {name}", "", " ".join(command.help.split()), ""]
    rows = list(_rows(parser, usual))
    if rows:
        lines += ["| option | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _rows(parser: argparse.ArgumentParser, usual: set[str]) -> Iterator[str]:
    for action in parser._actions:
        if action.dest in usual:
            continue
        if isinstance(action, argparse._SubParsersAction):
            for name, part in action.choices.items():
                yield f"| `{name}` | {_help_of_choice(action, name)} |"
                yield from _rows(part, usual)
            continue
        yield f"| `{_usage(action)}` | {_meaning(parser, action)} |"


def _meaning(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    text = _sentence(parser._get_formatter()._expand_help(action) if action.help else "")
    if action.default in (None, False, argparse.SUPPRESS) or "%(default)" in (action.help or ""):
        return text
    # A path in this checkout is another one elsewhere.
    default = str(action.default).removeprefix(f"{settings.BASE_DIR}/")
    return f"{text} Default: `{default}`.".strip()


def _sentence(text: str) -> str:
    """Return a help text as it stands in a table: with a capital, where it begins with a word."""
    begins_with_a_word = re.match(r"[a-z]+[\s,;:.]?(\s|$)", text)
    text = text[:1].upper() + text[1:] if begins_with_a_word else text
    return text.replace("|", "\\|")


def _help_of_choice(action: argparse._SubParsersAction[argparse.ArgumentParser], name: str) -> str:
    return next((each.help or "" for each in action._choices_actions if each.dest == name), "")


def _usage(action: argparse.Action) -> str:
    if not action.option_strings:
        return str(action.metavar or action.dest)
    name = action.option_strings[-1]
    if action.nargs == 0:
        return name
    choices = "{" + ",".join(map(str, action.choices)) + "}" if action.choices else None
    return f"{name} {action.metavar or choices or action.dest.upper()}".replace("|", "\\|")
