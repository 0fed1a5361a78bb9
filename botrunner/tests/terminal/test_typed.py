"""Tests of what is kept of what somebody typed at the terminal."""

from __future__ import annotations

import pytest

from botrunner.personal_data import typed_path
from botrunner.terminal.screen import Typed
from profiles.actions import decide_consent
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data import registry

pytestmark = pytest.mark.django_db(transaction=True)

ANN, BEN = 1, 2


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path, settings):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(environment, "whisper_data_dir", tmp_path)


async def types(person, line):
    typed = Typed(person)
    typed.append_string(line)
    await typed.keep(line)
    return typed


async def test_a_line_of_somebody_who_agrees_is_there_the_next_time():
    await in_database(decide_consent, ANN, granted=True, source="terminal")
    await types(ANN, "I sail")
    assert list(Typed(ANN).load_history_strings()) == ["I sail"]
    assert list(Typed(BEN).load_history_strings()) == []


async def test_of_who_declined_nothing_comes_to_the_disk_but_the_arrow_works():
    await in_database(decide_consent, ANN, granted=False, source="terminal")
    typed = await types(ANN, "My secret")
    assert typed.get_strings() == ["My secret"]
    assert not typed_path(ANN).exists()


async def test_an_erasure_takes_it_along_and_the_file_of_an_older_version(tmp_path):
    for person in (ANN, BEN):
        await in_database(decide_consent, person, granted=True, source="terminal")
        await types(person, "I sail")
    (tmp_path / "terminal_history").write_text("+I sail")
    await registry.erase_person(ANN)
    assert not typed_path(ANN).exists()
    assert not (tmp_path / "terminal_history").exists()
    assert typed_path(BEN).exists()
