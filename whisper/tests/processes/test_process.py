"""What a process keeps to itself: its files to its account, and everything to its machine."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from whisper.files import check_modes, owner_of
from whisper.processes.private_files import close_to_others

pytestmark = pytest.mark.process

SWITCH = "ORT_DISABLE_TELEMETRY"
SHOW = f"import os; print(os.environ['{SWITCH}'])"
# No variable of a CI service is passed on: where it finds one, ONNX Runtime keeps quiet by itself.
BARE = {"PATH": os.environ["PATH"], "WHISPER_ENV_FILE": ""}
EMBED = "from memories.embeddings import embedder; embedder().embed(['hello'])"
# Each way in which ONNX Runtime can come to be imported first.
ENTRIES = {
    "settings": "import django; django.setup(); " + EMBED,
    "asgi": "import whisper.asgi; " + EMBED,
    "embedder alone": "import memories.embeddings.onnx",
    "onnxruntime by another package": "import whisper.settings; import onnxruntime",
}


def python(
    tmp_path: Path, *arguments: str, said: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run Python as a person does who has just made a home folder, with an open umask."""
    (tmp_path / "home").mkdir(exist_ok=True)
    own = {"HOME": str(tmp_path / "home"), "WHISPER_DATA_DIR": str(tmp_path / "data")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=BARE | own | {"DJANGO_SETTINGS_MODULE": "whisper.settings"} | variables,
        input=said,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        umask=0o022,
    )


def open_to_others(folder: Path) -> list[str]:
    paths = [folder, *folder.rglob("*")]
    return [str(path) for path in paths if stat.S_IMODE(path.lstat().st_mode) & 0o077]


@pytest.mark.parametrize(
    "entry",
    [
        "settings",
        pytest.param("asgi", marks=pytest.mark.long),
        "embedder alone",
        "onnxruntime by another package",
    ],
)
def test_onnx_runtime_reports_nothing(tmp_path, entry):
    python(tmp_path, "-c", f"{ENTRIES[entry]}; import os; assert os.environ['{SWITCH}'] == '1'")
    assert list((tmp_path / "home").rglob("*")) == []


def test_the_switch_can_not_be_turned_by_accident(tmp_path):
    shown = python(tmp_path, "-c", f"{ENTRIES['settings']}; {SHOW}", **{SWITCH: ""}).stdout
    assert shown.strip() == "1"


@pytest.mark.slow
@pytest.mark.long
def test_each_file_that_a_full_run_leaves_has_an_owner_and_is_closed_to_other_accounts(tmp_path):
    data = tmp_path / "data"
    python(tmp_path, "manage.py", "prepare")
    said = "Hello\nMy dog is called Rex\n/export\n/privacy\n"
    python(tmp_path, "manage.py", "runbot", "--terminal", said=said)
    python(tmp_path, "manage.py", "backup", BACKUP_PATH=str(data / "backups"))
    python(tmp_path, "manage.py", "person", "erase", "1", "--reason", "test", "--yes")
    files = [path.relative_to(data) for path in data.rglob("*") if path.is_file()]
    assert {"whisper.sqlite3", "secret_key"} <= set(map(str, files))
    assert [str(file) for file in files if owner_of(file) is None] == []
    assert open_to_others(data) == []
    assert list((tmp_path / "home").rglob("*")) == []


def test_wider_modes_are_reported(tmp_path, settings):
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o700)
    file = settings.DATA_DIR / "whisper.sqlite3"
    file.touch(mode=0o600)
    assert check_modes(None) == []
    file.chmod(0o644)
    (warning,) = check_modes(None)
    assert warning.id == "whisper.W001"
    assert "whisper.sqlite3" in warning.msg


def test_what_a_web_server_writes_is_closed_to_other_accounts(tmp_path):
    python(tmp_path, "-c", f"import whisper.asgi; open({str(tmp_path / 'new')!r}, 'w')")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_an_older_versions_folder_is_closed_at_the_next_start(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    data.chmod(0o755)
    for name in ("whisper.sqlite3", "terminal_history", "export-1.zip"):
        (data / name).touch()
        (data / name).chmod(0o644)
    python(tmp_path, "manage.py", "check")
    assert open_to_others(data) == []


def test_what_a_link_points_to_is_left_alone(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").touch()
    (tmp_path / "elsewhere").chmod(0o644)
    (tmp_path / "data" / "link").symlink_to(tmp_path / "elsewhere")
    close_to_others(tmp_path / "data")
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o644
