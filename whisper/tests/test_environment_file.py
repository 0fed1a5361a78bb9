"""Tests of keeping settings in `.env`."""

from __future__ import annotations

import pytest

from whisper.environment import Environment
from whisper.environment.file import keep


@pytest.fixture
def path(monkeypatch, tmp_path):
    """Return where `.env` is; it does not exist yet."""
    monkeypatch.setitem(Environment.model_config, "env_file", str(tmp_path / ".env"))
    return tmp_path / ".env"


def test_a_file_is_made_that_its_owner_alone_can_read(path):
    assert keep({"BOT_NAME": "Nora # 1"}) == path
    assert path.read_text() == "BOT_NAME='Nora # 1'\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert Environment(_env_file=path).bot_name == "Nora # 1"


def test_a_setting_takes_the_place_of_the_one_before_and_leaves_all_else(path):
    path.write_text("# BOT_NAME=a\nLOG_LEVEL=INFO\nexport BOT_NAME=b\nbot_name = c\nBOT_NAMES=d")
    path.chmod(0o640)
    keep({"BOT_NAME": "Nora"})
    assert path.read_text() == "# BOT_NAME=a\nLOG_LEVEL=INFO\nBOT_NAMES=d\nBOT_NAME='Nora'\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("value", ["a'b", "a\nDISCORD_BOT_TOKEN=b", "a\\"])
def test_a_value_that_could_become_another_setting_is_refused(path, value):
    with pytest.raises(ValueError, match="BOT_NAME"):
        keep({"BOT_NAME": value})
    assert not path.exists()


@pytest.mark.parametrize("place", ["", "missing/.env", "."])
def test_without_a_place_for_the_file_nothing_is_written(monkeypatch, tmp_path, place):
    monkeypatch.setitem(
        Environment.model_config, "env_file", str(tmp_path / place) if place else place
    )
    with pytest.raises(OSError, match="not a file"):
        keep({"BOT_NAME": "Nora"})
