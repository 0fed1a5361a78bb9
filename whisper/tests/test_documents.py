"""The pages say what the code does."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, load_command_class

from whisper.documents import PAGES
from whisper.documents.commands import make_targets, our_commands
from whisper.documents.variables import COMMON, common_settings
from whisper.environment import Environment, variable_names
from whisper.environment.faults import choices_of

APPS = ("whisper", "profiles", "memories", "botrunner")


def text_of(path: str) -> str:
    return (settings.BASE_DIR / path).read_text()


def sources() -> list[Path]:
    found = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    return [path for path in found if "tests" not in path.parts]


def pages_by_hand() -> set[str]:
    files = [settings.BASE_DIR / "README.md", *(settings.BASE_DIR / "docs").rglob("*.md")]
    return {str(file.relative_to(settings.BASE_DIR)) for file in files} - PAGES.keys()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_made_from_the_code_is_up_to_date(path):
    assert text_of(path) == PAGES[path](), "run `manage.py document`"


def test_each_variable_that_is_read_is_documented():
    reading = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)\s*["']([A-Z_]+)""")
    read = {name for path in sources() for name in reading.findall(path.read_text())}
    # These are only set, for libraries.
    read -= {"DJANGO_SETTINGS_MODULE", "HF_HUB_OFFLINE"}
    read -= {"OPENBLAS_NUM_THREADS", "ORT_DISABLE_TELEMETRY"}
    page = text_of("docs/settings.md")
    assert {name for name in read | set(variable_names()) if f"`{name}`" not in page} == set()


# Variables that other programs read, and names in code.
OF_OTHERS = {
    "FORWARDED_ALLOW_IPS",
    "LEAST_PEOPLE",
    "OLLAMA_CONTEXT_LENGTH",
    "OTEL_SERVICE_NAME",
    "OTEL_TRACES_SAMPLER",
    "SCHEDULE_SEED",
}
VARIABLE = re.compile(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`")
WITH_DEFAULT = re.compile(r"\| `([A-Z_]+)` \| (\d+)\b[^|]*\|$", re.MULTILINE)


def test_pages_by_hand_name_variables_that_are_read():
    generated = set(VARIABLE.findall(text_of("docs/settings.md")))
    found = {name for path in pages_by_hand() for name in VARIABLE.findall(text_of(path))}
    # Each value may stand in a file that the variable with this ending names.
    named = {name.removesuffix("_FILE") if name not in generated else name for name in found}
    assert named - generated - OF_OTHERS == set()
    assert named >= OF_OTHERS


def test_tables_by_hand_tell_the_default_of_a_setting():
    rows = [row for path in pages_by_hand() for row in WITH_DEFAULT.findall(text_of(path))]
    assert len(rows) > 5
    for name, told in rows:
        assert int(told) == Environment.model_fields[name.lower()].default, name


@pytest.mark.parametrize("path", PAGES)
def test_a_page_made_from_the_code_shows_what_a_person_can_type(path):
    page = text_of(path)
    assert re.findall(r"%\(\w+\)s|\*{3,}", page) == []
    # A path or an address isn't a sentence: it does not begin with a capital.
    assert re.findall(r"\| [A-Z]\w*(?:://|\.(?:db|json|py|md)\b|/)\S*", page) == []


@pytest.mark.parametrize(
    "path",
    ["README.md", *(f"docs/{page.name}" for page in (settings.BASE_DIR / "docs").glob("*.md"))],
)
def test_a_page_names_commands_as_they_work_after_make_run(path):
    lines = text_of(path).splitlines()
    # A line of code is typed as it stands; in a sentence `manage.py NAME` is a command's name. The
    # image has its packages in /venv.
    typed = re.compile(r"python manage\.py|pip install|^ {4}manage\.py")
    works = re.compile(r"(?<!\S)[(`]?(?:\.venv|/venv)/bin/python (manage\.py|-m pip)")
    assert [line for line in lines if typed.search(line) and not works.search(line)] == []


def typed_commands() -> Iterator[tuple[str, str, list[str]]]:
    """Yield the page, the command and its arguments of each line of code that runs manage.py."""
    of_manage = re.compile(r"^ {4,}.*?manage\.py (\w+)(?: (.*))?$", re.MULTILINE)
    for page in sorted(pages_by_hand()):
        for command, arguments in of_manage.findall(text_of(page).replace("\\\n", " ")):
            if "|" not in command:
                yield page, command, shlex.split(re.sub(r"[\[\]]", "", arguments), comments=True)


def test_commands_that_pages_tell_to_type_have_these_arguments():
    ours = dict(our_commands())
    tried = 0
    for page, command, arguments in typed_commands():
        if command in ours:
            parser = load_command_class(ours[command], command).create_parser("manage.py", command)
            try:
                parser.parse_args(arguments)
            except (CommandError, SystemExit) as error:
                pytest.fail(f"{page}: manage.py {command} {arguments}: {error}")
            tried += 1
    assert tried > 40


def explained_messages() -> Iterator[tuple[str, str]]:
    """Yield page and message of each row of the tables that say what to do about a message."""
    for page in pages_by_hand():
        for table in re.findall(r"^\| message \|.*\n((?:\|.*\n)+)", text_of(page), re.MULTILINE):
            for row in table.splitlines()[1:]:
                yield page, re.split(r"(?<!\\)\|", row)[1].strip()


def test_messages_that_pages_explain_are_those_of_the_code():
    # Literals that stand one after the other are one text.
    code = re.sub(r'"\s*\n\s*f?"', "", "\n".join(path.read_text() for path in sources()))
    explained = list(explained_messages())
    assert len(explained) > 20
    unknown = [
        (page, message)
        for page, message in explained
        for part in re.split(r"…|, or:|`[^`]*`|“[^”]*”|\d+", message)
        if len(part.strip(" .,:")) > 3 and part.strip(" .,:") not in code
    ]
    assert unknown == []


def test_a_setting_that_has_choices_lists_them():
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", text_of("docs/settings.md"), re.MULTILINE))
    for name, field in variable_names().items():
        for choice in choices_of(field):
            assert name not in rows or f"`{choice}`" in rows[name]


def test_each_target_and_command_is_documented():
    targets = set(re.findall(r"^([\w-]+):", text_of("Makefile"), re.MULTILINE))
    assert targets == {name for name, _ in make_targets()}
    page = text_of("docs/commands.md")
    assert [name for name, _ in our_commands() if f"### {name}\n" not in page] == []
    assert [name for name in targets if f"`make {name}`" not in page] == []


def test_each_importer_is_described():
    page = text_of("docs/import.md")
    importers = [name for name, _ in our_commands() if name.startswith("import_")]
    assert len(importers) >= 2
    assert [name for name in importers if f"manage.py {name} " not in page] == []


@pytest.mark.parametrize("path", ["README.md", "docs/index.md"])
def test_what_a_page_links_to_is_there(path):
    folder = (settings.BASE_DIR / path).parent
    links = re.findall(r"\]\(([^)#:]+)\)", text_of(path))
    assert links
    assert [link for link in links if not (folder / link).exists()] == []


@pytest.mark.parametrize("path", sorted(pages_by_hand()))
def test_a_page_wraps_its_lines(path):
    # Lines of tables and code, and addresses, can't be broken.
    whole = re.sub(r"^```.*?^```$|^ {4}.*?$|^\s*\|.*?$", "", text_of(path), flags=re.M | re.S)
    assert [line for line in whole.splitlines() if len(line) > 100 and "://" not in line] == []


def test_every_page_is_on_the_map():
    pages = {path.name for path in (settings.BASE_DIR / "docs").glob("*.md")} - {"index.md"}
    assert [page for page in pages if f"({page})" not in text_of("docs/index.md")] == []


def test_the_example_of_env_is_read_and_sets_nothing():
    lines = text_of(".env.example").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


def test_the_settings_begin_with_those_that_the_quick_start_has():
    names = [name for name, _ in COMMON]
    assert len(names) == 10
    assert set(names) <= set(variable_names())
    assert common_settings() in text_of("docs/quick-start.md")
    found = re.findall(r"^\| `([A-Z_]+)`", text_of("docs/settings.md"), re.MULTILINE)
    assert found[:10] == names


def test_commands_of_operators_and_developers_stand_apart():
    page = text_of("docs/commands.md")
    operators, developers = page.split("## For operators")[1].split("## For developers")
    assert "### runbot\n" in operators
    assert "### restore\n" in operators
    assert "### bench\n" in developers
    assert "### train_facts\n" in developers


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("discord.md", "Discord rejected the token"),
        ("elasticsearch.md", "503 unavailable_shards_exception"),
        ("elasticsearch.md", "there is no index yet: run"),
        ("import.md", "is not an SQLite database"),
        ("language-models.md", "the key was refused (401)"),
        ("monitoring.md", "`PeriodicJobFails`"),
        ("redis.md", "`BusyLoadingError`"),
        ("security.md", "the user name or the password is wrong"),
    ],
)
def test_troubleshooting_has_the_messages_of_all_pages(page, message):
    parts = re.split(r"^## ", text_of("docs/troubleshooting.md"), flags=re.MULTILINE)
    (part,) = (part for part in parts if f"]({page})." in part)
    assert message in part


def rows_of_what_to_do(file: str) -> Iterator[str]:
    lines = text_of(file).splitlines()
    for number, line in enumerate(lines):
        if line.startswith("|") and "what to do" in line:
            yield from takewhile(lambda row: row.startswith("|"), lines[number + 2 :])


def test_what_to_do_stands_in_tables_that_troubleshooting_has():
    page = text_of("docs/troubleshooting.md").splitlines()
    found = [
        row.replace("](#", f"]({Path(file).name}#")
        for file in pages_by_hand()
        for row in rows_of_what_to_do(file)
    ]
    assert found
    assert [row for row in found if row not in page] == []
