"""The units for systemd, as far as they can be checked without running it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from django.conf import settings

from botrunner.process import CLOSE_SECONDS, FINISH_SECONDS
from whisper.environment import variable_names

ROOT = Path(settings.BASE_DIR)
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


def service(unit: Path) -> dict[str, str]:
    """Return the section of the service; of a name that comes twice, the last value."""
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(unit.read_text())
    return dict(parser["Service"])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_accepts_a_unit(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not at hand")
    text = unit.read_text().replace("/opt/whisper/.venv/bin/python", sys.executable)
    copy = tmp_path / unit.name
    copy.write_text(text.replace("/opt/whisper", str(ROOT)).replace("User=whisper", "User=root"))
    for other in UNITS:
        (tmp_path / other.name).touch()
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    ours = [line for line in checked.stderr.splitlines() if unit.name in line]
    assert (checked.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_gives_time_to_finish_and_names_known_variables(unit):
    assert float(service(unit)["TimeoutStopSec"]) > FINISH_SECONDS + CLOSE_SECONDS
    lines = [line for line in unit.read_text().splitlines() if line.startswith("Environment=")]
    given = {one.partition("=")[0] for line in lines for one in line[12:].split()}
    assert given <= {*variable_names(), "WHISPER_ENV_FILE", "PYTHONDONTWRITEBYTECODE"}
