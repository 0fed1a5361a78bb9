"""After an erasure, no byte of what a person said is in any file of the product or its services.

One person says a word that nobody else says, in every way there is: at the terminal, in the web
chat, in an import and in exports. They are erased and the stores purged, as docs/privacy.md says.
Then the bytes of all files are searched: the data folder (database, log, spool, terminal history,
exports, jobs), temporary files, the home folder, the logs of each process, and the folders of
PostgreSQL, Redis and Elasticsearch. Backups hold what they held until they are deleted by age.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import pty
import re
import signal
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self

import httpx2
import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from botrunner.tests.installation import OWNER, PASSWORD, SECONDS, Installation
from memories.tests.cluster import start_cluster
from whisper.tests.database.postgres_server import PostgresServer
from whisper.tests.redis.redis_server import RedisServer
from whisper.tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.process, pytest.mark.timeout(900)]
# An import and the daily job make some. They keep what they hold until they are deleted.
BACKUPS = "backups"
# The second look a minute after an erasure is not waited for.
WAITING = """
from django.utils.timezone import now
from whisper.models import OutboxEntry
print(OutboxEntry.objects.filter(due_at__lte=now()).count())
"""
# A terminal without colours; a log that says all it can.
PLAIN = {"TERM": "dumb", "PROMPT_TOOLKIT_NO_CPR": "1", "LOG_LEVEL": "DEBUG"}
WORD = "qvorxplimdog"
REPLY = "Whisper: "
CHAT_ID = "1700000000000001"
# More than a form keeps in memory: what is uploaded passes through a temporary file.
PADDING = 3_000_000
# An admin forgets one of the memories, which is kept aside for a day.
FORGETTING = """
from memories.actions import put_aside
from memories.models import Memory
from whisper.action_log import COMPANION
print(put_aside([Memory.objects.first().pk], actor=COMPANION, reason="By mistake."))
"""


class Terminal:
    """Somebody at a terminal of the companion, with the console served as well."""

    def __init__(self, installation: Installation) -> None:
        self._screen, other = pty.openpty()
        command = ("runbot", "--terminal", "--web", str(installation.port))
        self._process = installation.start(*command, screen=other)
        os.close(other)
        self._shown = b""
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        self.await_shown("you: ")
        return self

    def __exit__(self, *error: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(SECONDS)
        os.close(self._screen)

    def type(self, line: str, expected: str) -> None:
        """Type a line, and wait for what is shown as the answer."""
        self._shown = b""
        os.write(self._screen, line.encode() + b"\r")
        self.await_shown(expected)

    def await_shown(self, expected: str) -> None:
        """Wait until the screen shows what a pattern matches."""
        pattern = re.compile(expected)

        def is_shown() -> bool:
            assert self._process.poll() is None, self._shown.decode(errors="replace")
            return pattern.search(self._shown.decode(errors="replace")) is not None

        wait_until(is_shown, seconds=SECONDS)

    def leave(self) -> None:
        """Say goodbye and wait for the end of the process."""
        os.write(self._screen, b"/quit\r")
        assert self._process.wait(SECONDS) == 0

    def _read(self) -> None:
        # At its end, a terminal answers with an error.
        with suppress(OSError):
            while piece := os.read(self._screen, 65_536):
                self._shown += piece


class Browser:
    """A superuser's browser, without the pages' scripts."""

    def __init__(self, installation: Installation) -> None:
        self._origin = installation.origin
        self._client = httpx2.Client(
            base_url=self._origin,
            follow_redirects=True,
            timeout=SECONDS,
            headers={"Origin": self._origin},
        )
        wait_until(self._is_served, seconds=SECONDS)
        page = "/admin/login/"
        self.send(page, {"username": OWNER, "password": PASSWORD})

    def _is_served(self) -> bool:
        try:
            return self._client.get("/admin/login/").status_code == 200
        except httpx2.HTTPError:
            return False

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def get(self, address: str) -> httpx2.Response:
        """Open an address."""
        response = self._client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return response

    def send(
        self, address: str, form: dict[str, str], file: tuple[str, bytes] | None = None
    ) -> httpx2.Response:
        """Send a form, with a file if there is one, and return the page that follows."""
        token = {"csrfmiddlewaretoken": self._client.cookies["csrftoken"]}
        files = None if file is None else {"file": file}
        response = self._client.post(address, data=form | token, files=files)
        assert response.status_code == 200, (address, response.status_code, response.text[:500])
        return response

    def await_job(self, address: str) -> str:
        """Wait until a job is done, and return its page."""

        def ended() -> bool:
            page = self.get(address).text
            assert "chip danger" not in page, page
            return "chip granted" in page

        wait_until(ended, seconds=SECONDS)
        return self.get(address).text

    def chat(self, text: str) -> None:
        """Say something in the web chat, and wait for the reply."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        address = self._origin.replace("http", "ws") + "/ws/chat/"
        headers = {"Cookie": cookies}
        with connect(address, additional_headers=headers, origin=Origin(self._origin)) as socket:
            socket.send(json.dumps({"type": "say", "id": CHAT_ID, "text": text}))
            while not _is_reply(json.loads(socket.recv(timeout=SECONDS))):
                pass


def _is_reply(event: dict[str, object]) -> bool:
    assert event.get("type") != "refused", event
    return (event.get("type"), event.get("who"), event.get("to")) == (
        "message",
        "companion",
        CHAT_ID,
    )


def chatgpt_export(text: str) -> bytes:
    """Return an export of one conversation in which somebody says a text."""
    message = {
        "id": "b",
        "author": {"role": "user"},
        "create_time": 1_700_000_000.0,
        "content": {"content_type": "text", "parts": [text]},
    }
    conversation = {
        "id": "c",
        "conversation_id": "c",
        "title": f"About {WORD}",
        "create_time": 1_700_000_000.0,
        "current_node": "b",
        "mapping": {
            "a": {"id": "a", "parent": None, "children": ["b"], "message": None},
            "b": {"id": "b", "parent": "a", "children": [], "message": message},
        },
    }
    return json.dumps([conversation]).encode() + b" " * PADDING


def use_pages(browser: Browser, person: str) -> None:
    """Say the word in the web chat, import it, and export it in both ways."""
    browser.get("/")
    browser.chat(f"I walked in the park with {WORD} today")
    browser.send("/admin/memories/message/", {"reading_reason": f"asked about {person}"})
    tried = browser.send(
        "/admin/jobs/upload/",
        {"kind": "import_chatgpt", "person": person, "reason": "They asked.", "facts": "on"},
        ("conversations.json", chatgpt_export(f"I have a cat and a dog, {WORD}.")),
    )
    browser.await_job(tried.url.path)
    imported = browser.send(f"{tried.url.path}import/", {})
    browser.await_job(imported.url.path)
    exported = browser.send(f"/admin/people/{person}/export/", {"export-reason": "They asked."})
    browser.await_job(exported.url.path)
    assert holds(browser.get("/export/").content)


def live(installation: Installation, person: str) -> None:
    """Let a person say, recall, upload and export the word."""
    with Terminal(installation) as terminal:
        terminal.type(f"My dog is called {WORD}", REPLY)
        terminal.type("What is my dog called?", f"{REPLY}.*{WORD}")
        with closing(Browser(installation)) as browser:
            use_pages(browser, person)
        terminal.type(f"Remind me tomorrow at 9 to feed {WORD}", "I'll remind you")
        terminal.type("/export", "Everything I hold about you")
        terminal.leave()


def work_off(installation: Installation) -> None:
    """Let a worker do what waits in the outbox."""
    with installation.running("runworker"):
        wait_until(lambda: installation.shell(WAITING) == "0", seconds=SECONDS)


def holds(content: bytes) -> bool:
    """Return whether bytes hold the word in any case, plain, as UTF-16 or compressed."""
    plain = content.lower()
    if WORD.encode() in plain or WORD.encode("utf-16-le") in plain:
        return True
    if content.startswith(gzip.compress(b"")[:3]):
        return holds(gzip.decompress(content))
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(holds(archive.read(name)) for name in archive.namelist())
    return False


def files_with_the_word(folders: list[Path]) -> set[str]:
    """Return the files that hold the word, or have it in their name, by their paths."""
    found = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if BACKUPS in path.parts or not path.is_file():
                continue
            if WORD in path.name.lower() or holds(_bytes_of(path)):
                found.add(f"{folder.name}/{path.relative_to(folder)}")
    return found


def _bytes_of(path: Path) -> bytes:
    # A server may delete its file meanwhile.
    with suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def check(
    installation: Installation,
    folders: list[Path],
    expected: list[str],
    flush: Callable[[], object] = lambda: None,
) -> None:
    """Let a person live and be erased, and search the files before and afterwards.

    Args:
        folders: of everything that could hold a word.
        expected: shapes of paths that hold it before the erasure, so that the test can fail.
        flush: has a server write what it holds in memory to its files.
    """
    person = installation.shell("from botrunner.accounts import owner_person_id as o; print(o())")
    live(installation, person)
    work_off(installation)
    assert installation.shell(FORGETTING) == "1"
    made = ("--person", person, "--name", f"for {WORD}", "--scope", "export", "--reason", "Asked.")
    installation.run("tokens", "create", *made)
    flush()
    before = files_with_the_word(folders)
    missing = [one for one in expected if not any(re.match(one, path) for path in before)]
    assert missing == [], sorted(before)
    certificate = installation.run("person", "erase", person, "--reason", "They asked.", "--yes")
    work_off(installation)
    purged = installation.run("purge_erased")
    assert files_with_the_word(folders) == set(), (certificate, purged)


@contextmanager
def services(
    folder: Path,
) -> Iterator[tuple[dict[str, str], list[Path], Callable[[], object]]]:
    """Start PostgreSQL, Redis and Elasticsearch.

    Yields their addresses by settings, their folders, and what has PostgreSQL write its files.
    """
    for name in ("redis", "elasticsearch"):
        (folder / name).mkdir()
    saving = ("--appendonly", "yes", "--save", "1 1")
    with PostgresServer() as postgres, RedisServer(folder / "redis", *saving) as redis:
        cluster = start_cluster(folder / "elasticsearch", 1)
        try:
            addresses = {
                "DATABASE_URL": postgres.url,
                "REDIS_URL": redis.url,
                "ELASTICSEARCH_URL": cluster.addresses["node-1"],
                "MEMORY_INDEX": "elasticsearch",
            }
            folders = [postgres._folder, folder / "redis", folder / "elasticsearch"]
            yield addresses, folders, lambda: postgres.execute("CHECKPOINT")
        finally:
            cluster.stop()


@pytest.mark.long
def test_nothing_is_left_on_sqlite(tmp_path):
    installation = Installation(tmp_path / "product", MEMORY_INDEX="local", **PLAIN)
    expected = ["product/data/whisper.sqlite3", "product/data/tasks/", "product/data/export-"]
    expected.append("product/data/terminal_history-")
    installation.prepare()
    check(installation, [installation.folder], expected)


@pytest.mark.long
@pytest.mark.service
def test_nothing_is_left_on_postgresql_redis_and_elasticsearch(tmp_path):
    (tmp_path / "services").mkdir()
    with services(tmp_path / "services") as (addresses, folders, flush):
        installation = Installation(tmp_path / "product", **addresses, **PLAIN)
        expected = [".*/pg_wal/", ".*/base/", "redis/appendonlydir/", "elasticsearch/.*/indices/"]
        expected += ["product/data/tasks/", "product/data/export-"]
        installation.prepare()
        check(installation, [installation.folder, *folders], expected, flush)
