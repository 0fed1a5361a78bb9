"""Code that is one release older works on the tables that this one's migrations make."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.db.migrations import AddField, DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from memories.models import Memory, Message, ReplyTrace
from profiles.models import Consent, Profile
from whisper.copying.locations import named
from whisper.models import OutboxEntry, PeriodicJob
from whisper.tests.database_copies import make

RELEASED = settings.BASE_DIR / ".ci" / "released"
ANN = 100000000000000001
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHAT = ("runbot", "--terminal", "--json", "--user-id", str(ANN), "--user-name", "Ann")
SAID = ("My name is Ann.", "I live in Lisbon.", "What do you know about me?")


def ours() -> list[str]:
    """Return the labels of the apps whose migrations are ours."""
    here = settings.BASE_DIR
    return [app.label for app in apps.get_app_configs() if Path(app.path).parent == here]


def added_columns(loader: MigrationLoader) -> Iterator[tuple[str, str, str]]:
    """Yield app, model and field of all that a later migration than the first ones added."""
    found: set[tuple[str, str, str]] = set()
    for key in sorted(key for key in loader.disk_migrations if key[0] in ours()):
        migration, app = loader.disk_migrations[key], key[0]
        for operation in migration.operations:
            if isinstance(operation, AddField) and not migration.initial:
                found.add((app, operation.model_name_lower, operation.name))
            elif isinstance(operation, RenameField):
                old = (app, operation.model_name_lower, operation.old_name)
                if old in found:
                    found.remove(old)
                    found.add((app, operation.model_name_lower, operation.new_name))
            elif isinstance(operation, RemoveField):
                found.discard((app, operation.model_name_lower, operation.name))
            elif isinstance(operation, RenameModel | DeleteModel):
                found = {_renamed(one, app, operation) for one in found} - {("", "", "")}
    yield from sorted(found)


def _renamed(column: tuple[str, str, str], app: str, operation: Any) -> tuple[str, str, str]:
    old = getattr(operation, "old_name_lower", None) or operation.name_lower
    if column[:2] != (app, old):
        return column
    if isinstance(operation, DeleteModel):
        return ("", "", "")
    return (app, operation.new_name_lower, column[2])


def test_each_required_column_that_was_added_has_a_default_in_the_database():
    loader = MigrationLoader(None)
    state = loader.project_state()
    lacking = []
    for app, model, name in added_columns(loader):
        field = state.models[app, model].fields[name]
        if not (field.null or field.many_to_many or field.has_db_default()):
            lacking.append(f"{app}.{model}.{name}")
    assert lacking == [], "an older bot beside the new tables could write no row any more"


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(settings.BASE_DIR), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        pytest.skip("git is not installed")


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Return a folder with the code of the last release."""
    return code_of(RELEASED.read_text().split()[-1], tmp_path_factory.mktemp("released"))


@pytest.fixture(scope="module")
def before_the_newest_migration(tmp_path_factory):
    """Return a folder with the code of the last commit that lacks a migration of today's."""
    found = git("log", "-1", "--format=%H", "--", "*/migrations/0*.py").stdout.decode().strip()
    return code_of(f"{found}^", tmp_path_factory.mktemp("before"))


def code_of(commit: str, folder: Path) -> Path:
    """Fill a folder with the code of a commit, and return it."""
    found = git("archive", "--format=tar", commit)
    if found.returncode:
        pytest.skip(f"the history lacks {commit}: {found.stderr.decode().strip()[:200]}")
    with tarfile.open(fileobj=BytesIO(found.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


class Deployment:
    """A database that code of two releases works on."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url = url
        services = ("DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL", "MEMORY_INDEX")
        self._environment = {k: v for k, v in os.environ.items() if k not in services} | {
            "DJANGO_SETTINGS_MODULE": "whisper.settings",
            "DATABASE_URL": url,
            "WHISPER_DATA_DIR": str(folder / "data"),
            "WHISPER_ENV_FILE": "",
            "AUTO_BACKUP_ENABLED": "false",
        }
        (folder / "data").mkdir()

    def run(self, code: Path, *arguments: str, said: tuple[str, ...] = ()) -> str:
        """Run a command of one of the releases and return what it wrote."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=code,
            env=self._environment,
            input="".join(f"{line}\n" for line in said),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert "Traceback" not in done.stderr, done.stderr[-3000:]
        return done.stdout

    def chat(self, code: Path, *said: str) -> list[dict[str, Any]]:
        """Let Ann say these lines, and return the replies."""
        written = self.run(code, *CHAT, said=said)
        return [json.loads(line) for line in written.splitlines()]

    @contextmanager
    def talking(self, code: Path) -> Iterator[Callable[[str], str]]:
        """Let a bot run on; give what Ann says a line with, which returns the reply."""
        with subprocess.Popen(
            [sys.executable, "manage.py", *CHAT],
            cwd=code,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        ) as bot:
            given, replies = bot.stdin, bot.stdout
            assert given is not None
            assert replies is not None

            def say(line: str) -> str:
                given.write(f"{line}\n")
                return str(json.loads(replies.readline())["reply"])

            yield say
            given.close()
            assert bot.wait(100) == 0

    def migrations(self) -> int:
        """Return how many migrations were applied."""
        return int(self.execute("SELECT count(*) FROM django_migrations")[0][0])

    def execute(self, sql: str) -> list[Any]:
        """Run a statement on the database itself."""
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            with closing(sqlite3.connect(path)) as database, database:
                return database.execute(sql).fetchall()
        with psycopg.connect(self.url) as server:
            cursor = server.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def hide_newer(self, code: Path) -> list[Any]:
        """Let code find no trace of newer migrations, as when it had started before them."""
        known = {
            (app, path.stem) for app in ours() for path in code.glob(f"{app}/migrations/0*.py")
        }
        names = ", ".join(f"'{app}'" for app in ours())
        applied = self.execute(f"SELECT app, name FROM django_migrations WHERE app IN ({names})")
        for app, name in set(applied) - known:
            self.execute(f"DELETE FROM django_migrations WHERE app = '{app}' AND name = '{name}'")
        return applied


@pytest.mark.slow
@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("sqlite", marks=pytest.mark.long),
        pytest.param("postgres", marks=pytest.mark.service),
    ],
)
def test_the_last_release_talks_and_remembers_on_the_new_tables(
    released, engine, new_url, tmp_path
):
    deployment = Deployment(tmp_path, new_url(engine))
    make(deployment.url).release()
    deployment.hide_newer(released)
    replies = deployment.chat(released, *SAID)
    assert "Lisbon" in replies[-1]["reply"]
    counted = "SELECT count(*) FROM {} WHERE {}"
    assert deployment.execute(counted.format("memories_message", "true")) == [(2 * len(SAID),)]
    assert deployment.execute(counted.format("profiles_profile", "interaction_count > 0")) == [(1,)]
    assert deployment.execute(counted.format("memories_memory", "true"))[0][0] > 0
    deployment.run(settings.BASE_DIR, "migrate", "--verbosity=0", "--fake")
    (reply,) = deployment.chat(settings.BASE_DIR, SAID[-1])
    assert "Lisbon" in reply["reply"]


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.service)])
def test_a_bot_that_runs_while_the_tables_are_migrated_keeps_talking(
    before_the_newest_migration, engine, new_url, tmp_path
):
    older, deployment = before_the_newest_migration, Deployment(tmp_path, new_url(engine))
    deployment.run(older, "migrate", "--verbosity=0")
    had = deployment.migrations()
    with deployment.talking(older) as say:
        assert "Ann" in say(SAID[0])
        deployment.run(settings.BASE_DIR, "migrate", "--verbosity=0")
        assert deployment.migrations() > had
        assert say(SAID[1])
        assert "Lisbon" in say(SAID[2])
    (reply,) = deployment.chat(settings.BASE_DIR, SAID[2])
    assert "Lisbon" in reply["reply"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    "engine",
    ["sqlite", pytest.param("postgresql", marks=[pytest.mark.service, pytest.mark.long])],
)
def test_to_migrate_another_database_changes_nothing_in_this_one(db, new_url, engine):
    Profile.objects.create(person_id=1, interaction_count=9)
    named(new_url(engine)).migrate()
    assert Profile.objects.get().session_count == 0


BEFORE_THE_RENAMES = [
    ("whisper", "0002_erasures_copies_imports"),
    ("profiles", "0007_defaults_in_the_database"),
    ("memories", "0007_defaults_in_the_database"),
]


def write_as_before(old: Any, alias: str) -> None:
    """Write rows by the names that columns had before they were renamed."""

    def create(app: str, name: str, /, **values: Any) -> Any:
        return old.get_model(app, name).objects.using(alias).create(**values)

    create("profiles", "Consent", discord_id=ANN, status="granted", source="test")
    create("profiles", "Profile", discord_id=ANN, name="Ann", preferred_name="Annie")
    where = {"channel_id": 5, "place": "direct"}
    words = {"text": "My cat is called Miso.", "author_name": "Ann"}
    said = create(
        "memories",
        "Message",
        platform="discord",
        message_id=7,
        author_id=ANN,
        person_id=ANN,
        sent_at=NOON,
        **where,
        **words,
    )
    create(
        "memories",
        "Message",
        platform="discord",
        message_id=8,
        author_id=99,
        person_id=ANN,
        from_companion=True,
        sent_at=NOON,
        **where,
    )
    values = {"text": words["text"], "said_at": NOON, "valid_from": NOON, "place": "direct"}
    fact = create(
        "memories", "Memory", owner_id=ANN, kind="user_fact", slot="pet", origin="x", **values
    )
    fact.sources.add(said)
    create("memories", "Memory", owner_id=None, kind="shared_fact", guild_id=3, **values)
    create("memories", "ReplyTrace", message=said, person_id=ANN, model="echo")
    create("whisper", "OutboxEntry", topic="memories.embed", owner_id=ANN)
    create("whisper", "OutboxEntry", topic="whisper.purge", due_at=NOON)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("sqlite", marks=pytest.mark.long),
        pytest.param("postgres", marks=pytest.mark.service),
    ],
)
def test_nothing_is_lost_where_columns_are_renamed(engine, new_url):
    place = named(new_url(engine))
    executor = MigrationExecutor(connections[place.alias])
    executor.migrate(BEFORE_THE_RENAMES)
    write_as_before(executor.loader.project_state(BEFORE_THE_RENAMES).apps, place.alias)
    place.release()
    place.migrate()
    profile = Profile.objects.using(place.alias).get(person_id=ANN)
    assert (profile.name, profile.preferred_name) == ("Ann", "Annie")
    assert Consent.objects.using(place.alias).get(person_id=ANN).status == "granted"
    said, reply = Message.objects.using(place.alias).order_by("platform_id")
    assert (said.platform_id, said.person_id, said.text) == (7, ANN, "My cat is called Miso.")
    assert (reply.platform_id, reply.person_id, reply.from_companion) == (8, ANN, True)
    fact = Memory.objects.using(place.alias).get(person_id=ANN)
    assert (fact.slot, fact.origin, list(fact.sources.all())) == ("pet", "x", [said])
    assert Memory.objects.using(place.alias).filter(person_id=None, guild_id=3).exists()
    assert ReplyTrace.objects.using(place.alias).get(message=said).person_id == ANN
    assert OutboxEntry.objects.using(place.alias).get().person_id == ANN
    assert PeriodicJob.objects.using(place.alias).get(name="purge").due_at == NOON
    with pytest.raises(IntegrityError), transaction.atomic(using=place.alias):
        # Constraints came along as well.
        Profile.objects.using(place.alias).create(person_id=-1)
