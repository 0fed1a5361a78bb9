"""The console's first admin."""

from __future__ import annotations

import re
import stat
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def create(**options: str) -> str:
    out = StringIO()
    call_command("create_first_admin", stdout=out, **options)
    return out.getvalue()


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file that the password goes to, in a data folder of the test's own."""
    monkeypatch.setattr("whisper.environment.environment.whisper_data_dir", tmp_path)
    return tmp_path / "first_admin_password"


def test_the_password_in_the_file_that_is_named_opens_the_console(client, file):
    [(name, named)] = re.findall(r"user (\w+), password in (\S+) ", create())
    assert named == str(file)
    assert client.login(username=name, password=file.read_text().strip())
    assert client.get("/admin/").status_code == 200


def test_the_password_is_not_printed(file):
    assert create().count(file.read_text().strip()) == 0


def test_only_the_account_that_runs_whisper_can_read_the_password(file):
    file.touch()
    file.chmod(0o644)
    create()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_there_is_no_admin_whose_password_nobody_can_know(file):
    file.mkdir()
    with pytest.raises(CommandError, match=r"first_admin_password.*createsuperuser"):
        create()
    assert not get_user_model().objects.exists()


def test_it_is_created_once():
    create()
    assert create() == ""
    assert get_user_model().objects.count() == 1


def test_two_installations_have_different_passwords(file):
    create()
    first = file.read_text()
    get_user_model().objects.all().delete()
    create()
    assert file.read_text() != first


def test_a_name_that_another_account_has_is_not_taken():
    get_user_model().objects.create_user("admin")
    with pytest.raises(CommandError, match="give another --username"):
        create()
    assert "user boss" in create(username="boss")
