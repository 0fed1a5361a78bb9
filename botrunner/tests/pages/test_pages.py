"""What the documentation tells people to type works, page by page, in a fresh installation."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from botrunner.tests.pages.blocks import Block, blocks_of, pages
from botrunner.tests.pages.listed import NOT_RUN, reason_of, to_run
from botrunner.tests.pages.running import installation, missing, run
from conftest import require_service
from memories.tests.legacy.with_chroma import require_chroma
from profiles.tests.legacy.older_bot import sample
from whisper.environment import Environment, variable_names
from whisper.tests.database_copies import PostgresDatabases
from whisper.tests.migrated_file import copy_migrated
from whisper.tests.redis.redis_server import free_port

SHORT = ("README.md", "docs/quick-start.md")
# First words of commands that a page may tell to type, so that nothing else is taken for one.
PROGRAMS = {
    *(".venv/bin/python", "bin/setup", "cat", "cp", "curl", "drill", "drill()", "make", "mkdir"),
    *("printf", "rm"),
}


@cache
def blocks() -> list[Block]:
    return [block for page in pages() for block in blocks_of(page)]


def runnable() -> list[str]:
    return sorted({block.page for block in blocks() if to_run(block)})


def test_blocks_are_found():
    assert len(blocks()) > 60
    assert len(runnable()) > 15


def test_each_block_can_be_run_or_is_listed_with_the_reason():
    typed = [(str(block), command.typed) for block in blocks() for command in to_run(block)]
    assert [one for one in typed if one[1].split()[0] not in PROGRAMS] == []


def test_what_is_listed_stands_on_its_page():
    used = {
        (block.page, found[0])
        for block in blocks()
        for command in block.commands
        if (found := reason_of(block, command))
    }
    assert {(page, name) for page, names in NOT_RUN.items() for name in names} - used == set()


@pytest.mark.parametrize("block", [block for block in blocks() if block.is_settings], ids=str)
def test_settings_of_a_page_are_known_and_accepted(block, tmp_path):
    names = {line.partition("=")[0].removesuffix("_FILE") for line in block.text.splitlines()}
    assert names <= set(variable_names())
    (tmp_path / "secret").write_text("secret")
    lines = [
        f"{name}={tmp_path / 'secret' if name.endswith('_FILE') else value}"
        for name, _, value in (line.partition("=") for line in block.text.splitlines())
    ]
    (tmp_path / ".env").write_text("\n".join(lines))
    Environment(_env_file=tmp_path / ".env")


def replaced(folder: Path, database: str = "") -> dict[str, str]:
    """Return what stands for something on the pages, and what it is here."""
    older = str(sample())
    web, other = str(free_port()), str(free_port())
    return {
        "/path/to/the/older/bot": older,
        "/path/to/it": older,
        "/path/to/chromadb_data": f"{older}/chromadb",
        "/path/to/it/chromadb_data": f"{older}/chromadb",
        "/path/to/new_chromadb_data": str(folder / "new_chromadb_data"),
        "/tmp/whisper-drill": str(folder / "drill"),
        "export.zip": f"{older}/chatgpt_export",
        "https://YOUR-HOST": f"http://localhost:{web}",
        "whisper_…": "$TOKEN",
        "USERNAME": "admin",
        "postgres://whisper:PASSWORD@localhost/whisper": database,
        # An HTTP error is a failure.
        "curl ": "curl -fsS ",
        "8000": web,
        "8001": other,
        # Nothing else was imported before on the page.
        "import_legacy rollback 3": "import_legacy rollback 2",
    }


def ran(page: str, folder: Path, database: str = "", **variables: str) -> list[str]:
    """Run a page's commands, and return the lines it shows that weren't printed."""
    own = blocks_of(page)
    variables["PORT"] = str(free_port())
    return missing(own, run(page, own, folder, replaced(folder, database), **variables))


@pytest.mark.process
@pytest.mark.timeout(1800)
@pytest.mark.slow
@pytest.mark.parametrize("page", [SHORT[0], pytest.param(SHORT[1], marks=pytest.mark.long)])
def test_the_first_pages_work_as_they_say(page, tmp_path):
    folder = installation(tmp_path / "whisper")
    (folder / "data").mkdir(mode=0o700)
    # To migrate takes seconds, and those of the other pages do.
    copy_migrated(folder / "data" / "whisper.sqlite3")
    assert ran(page, folder) == []


@pytest.fixture
def database() -> Iterator[Callable[[], str]]:
    """Return a function that gives the address of an empty database on PostgreSQL."""
    made: list[PostgresDatabases] = []

    def make() -> str:
        made.append(PostgresDatabases(require_service("postgres")))
        return made[-1].make()

    yield make
    for databases in made:
        databases.drop()


@pytest.fixture
def service(database) -> Iterator[Callable[[str], dict[str, str]]]:
    """Return a function that gives the variables of a page about a service."""
    prefix = f"whisper-page-{uuid.uuid4().hex[:8]}"

    def variables(page: str) -> dict[str, str]:
        if page == "docs/postgresql.md":
            return {"DATABASE_URL": database()}
        if page == "docs/redis.md":
            return {"REDIS_URL": require_service("redis")}
        if page == "docs/elasticsearch.md":
            address = require_service("elasticsearch")
            return {
                "MEMORY_INDEX": "elasticsearch",
                "ELASTICSEARCH_URL": address,
                "ELASTICSEARCH_INDEX_PREFIX": prefix,
            }
        return {}

    yield variables
    if address := os.environ.get("ELASTICSEARCH_URL"):
        with Elasticsearch(address) as client:
            client.indices.delete(index=f"{prefix}-memories-v1", ignore_unavailable=True)


@pytest.mark.process
@pytest.mark.timeout(1800)
@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("page", runnable())
def test_what_a_page_tells_to_type_works(page, tmp_path, service, database):
    target = database() if page == "docs/migration.md" else ""
    if page == "docs/import.md":
        require_chroma()
    assert ran(page, installation(tmp_path / "whisper"), target, **service(page)) == []
