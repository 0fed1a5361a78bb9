"""The drill of the move from the older bot."""

from __future__ import annotations

import pytest

from bench.migration.installation import DrillError, Installation, Step
from bench.migration.page import guide
from bench.migration.phases import Phase
from whisper.tests.commands import manage


def test_the_guide_says_when_how_and_back_with_times():
    phase = Phase("Redis", "A restart loses it.", "Restart.", "Set `USE_REDIS_CACHE=false`.")
    phase.steps.append(Step("manage.py cache warm", 1.234, ["first", "5 channels", "warm"]))
    phase.found.append("2 of 2 messages answered")
    page = guide([phase], 1000)
    assert "1,000 messages" in page
    assert "| Redis | 1 s | – | a restart |" in page
    assert "python manage.py cache warm    # 1.2 s\n    5 channels\n    warm\n" in page
    assert "**Way back:** Set `USE_REDIS_CACHE=false`" in page
    assert "- 2 of 2 messages answered" in page


class Answering(Installation):
    """Pretends that the database was asked how many messages it has."""

    __slots__ = ()

    def run(self, *arguments: str) -> Step:
        return Step("", 0.0, ["3 4"])


@pytest.mark.parametrize("said", [3, 4])
def test_what_is_lost_or_there_twice_ends_the_drill(tmp_path, said):
    with pytest.raises(DrillError, match=f"Of {said} messages 3 are in the database, 4 in all"):
        Answering(tmp_path, said=said).kept()


@pytest.mark.process
def test_a_command_that_fails_ends_the_drill_with_its_last_line(tmp_path):
    here = Installation(tmp_path, hidden={str(tmp_path): "FOLDER"})
    with pytest.raises(DrillError, match=r"manage\.py restore FOLDER/none: "):
        here.run("restore", f"{tmp_path}/none")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(400)
def test_the_move_there_and_back_loses_nothing():
    nowhere = {"DATABASE_URL": "", "REDIS_URL": "", "ELASTICSEARCH_URL": ""}
    done = manage("migration_drill", "--messages", "60", **nowhere)
    assert done.returncode == 0, done.stderr
    assert "Back to the older bot" in done.stdout
    assert "said so far are there, each once" in done.stdout
