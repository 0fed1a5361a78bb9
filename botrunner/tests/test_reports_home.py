"""Nothing that runs here reports home: no look-up, no other machine, no file elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings

from whisper.tests.waiting import wait_until

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.process,
    pytest.mark.skipif(STRACE is None, reason="strace is not installed"),
]
CALLS = "connect,sendto,sendmsg,sendmmsg,openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2"
LOOPBACK = re.compile(r'inet_addr\("127\.|inet_pton\(AF_INET6, "(::1|::ffff:127\.)')
PORT = re.compile(r"sin6?_port=htons\((\d+)\)")
OPENED = re.compile(r'(?:openat\([^"]*|open\(|creat\()"([^"]*)"(.*)')
MADE = re.compile(r'(?:mkdir|mkdirat|rename\w*)\(.*"([^"]*)"[^"]*\) += 0')
DNS = 53
MODELS = "WHISPER_MODELS_DIR"
# Only a test that fails waits this long.
SECONDS = 300
# Devices keep nothing.
KEPT_NOWHERE = ("/dev/", "/proc/")


class Machine:
    """A machine of an account with an empty home folder, on which no CI service is recognized."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        for name in ("home", "tmp", "data"):
            (folder / name).mkdir(mode=0o700)

    @property
    def variables(self) -> dict[str, str]:
        """Return all that its processes are told."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "WHISPER_DATA_DIR": str(self.folder / "data"),
            # All tests share what was converted once.
            MODELS: os.environ[MODELS],
            "WHISPER_ENV_FILE": "",
            "DJANGO_SETTINGS_MODULE": "whisper.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    @contextmanager
    def running(self, *command: str):
        """Start a command under strace; it has ended afterwards."""
        assert STRACE is not None
        log = self.folder / f"trace-{len(self.traces())}"
        # Only the calls that are traced stop it.
        trace = [STRACE, "-f", "-qq", "--seccomp-bpf", "-s", "256", "-e", f"trace={CALLS}"]
        process = subprocess.Popen(
            [*trace, "-o", str(log), sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
            assert process.wait(SECONDS) == 0
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def traces(self) -> list[Path]:
        """Return the logs of strace so far."""
        return sorted(self.folder.glob("trace-*"))

    def addresses(self) -> set[str]:
        """Return the calls that asked a name server, or another machine."""
        return {line for line in self._calls() if _goes_out(line)}

    def files_elsewhere(self) -> set[str]:
        """Return what was made or written outside the folders of data and temporary files."""
        written = {path for line in self._calls() if (path := _written(line))}
        own = (*(str(self.folder / name) for name in ("data", "tmp")), self.variables[MODELS])
        return {path for path in written if not path.startswith((*own, *KEPT_NOWHERE))}

    def _calls(self):
        for log in self.traces():
            yield from log.read_text(errors="replace").splitlines()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _goes_out(line: str) -> bool:
    port = PORT.search(line)
    return port is not None and (int(port[1]) == DNS or not LOOPBACK.search(line))


def _written(line: str) -> str | None:
    if "= -1 " in line:
        return None
    made, opened = MADE.search(line), OPENED.search(line)
    if made:
        return made[1]
    if opened and ("creat(" in line or re.search(r"O_(WRONLY|RDWR|CREAT)", opened[2])):
        return opened[1]
    return None


def talk(machine: Machine) -> None:
    """Prepare an installation, talk at the terminal with the web chat open, and run a worker."""
    with machine.running("prepare"):
        pass
    with machine.running("runbot", "--terminal", "--web", str(machine.port)) as process:
        said = "Hello\nMy dog is called Rex\nWhat is my dog called?\n/export\n/privacy\n"
        process.stdin.write(said)
        process.stdin.flush()
        wait_until(lambda: _is_served(machine.port), seconds=SECONDS)
        for page in ("/", "/admin/login/", "/account/passkey/", "/health"):
            _get(machine.port, page)
        process.communicate("/quit\n", timeout=SECONDS)
    with machine.running("runworker") as process:
        wait_until(lambda: "worker" in process.stdout.readline(), seconds=SECONDS)
        os.killpg(process.pid, signal.SIGTERM)


def _is_served(port: int) -> bool:
    try:
        _get(port, "/health")
    except OSError:
        return False
    return True


def _get(port: int, page: str) -> None:
    with urlopen(f"http://127.0.0.1:{port}{page}", timeout=60) as answer:
        answer.read()


@pytest.mark.long
def test_a_talk_asks_nobody_and_leaves_nothing_elsewhere(tmp_path):
    machine = Machine(tmp_path)
    talk(machine)
    assert len(machine.traces()) == 3
    assert (tmp_path / "data" / "whisper.sqlite3").exists()
    assert machine.addresses() == set()
    assert machine.files_elsewhere() == set()
    assert list((tmp_path / "home").rglob("*")) == []


def test_a_look_up_and_a_file_would_be_found(tmp_path):
    machine = Machine(tmp_path)
    code = (
        "import socket, pathlib, contextlib\n"
        "pathlib.Path.home().joinpath('device_id').write_text('7')\n"
        "one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "with contextlib.suppress(OSError): one.sendto(b'q', ('127.0.0.1', 53))\n"
        "with contextlib.suppress(OSError): one.connect(('192.0.2.1', 443))\n"
    )
    with machine.running("shell", "--no-imports", "-c", code):
        pass
    assert len(machine.addresses()) == 2
    assert machine.files_elsewhere() == {str(tmp_path / "home" / "device_id")}
