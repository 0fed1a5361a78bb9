"""Tests of the pictures of the console, in a real browser where there is one."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import resolve

from botrunner.console.screenshots import PictureError, pictures, take
from botrunner.console.urls import urlpatterns
from botrunner.tests.console.test_limits import NO_PAGES
from whisper.tests.browser import CHROMIUM, needs_chromium

# Pages that no picture shows, and why.
NOT_PICTURED = {
    "health": "A part of the front page.",
    "new_persona": "The form of a persona, still empty.",
}
PNG = b"\x89PNG"


@pytest.mark.django_db
def test_an_empty_database_has_nothing_to_show():
    with pytest.raises(PictureError, match="run `manage"):
        pictures()


@pytest.mark.django_db
def test_without_a_superuser_the_command_says_what_to_do(tmp_path):
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("screenshots", to=tmp_path, chromium="/bin/true", stdout=StringIO())


@pytest.mark.heavy
def test_each_page_of_the_console_is_pictured(demo_world, db):
    shown = {resolve(one.address.partition("?")[0]).url_name for one in pictures()}
    assert {one.name for one in urlpatterns} - NO_PAGES - shown == set(NOT_PICTURED)


@pytest.mark.slow
@pytest.mark.long
@needs_chromium
@pytest.mark.django_db(transaction=True)
def test_each_page_is_pictured_without_a_complaint_of_the_browser(tmp_path):
    call_command("demo", people=4, messages=120, verbosity=0, stdout=StringIO())
    owner = User.objects.create_superuser("owner", password="a long password")
    chosen = pictures()
    taken = list(take(chosen, tmp_path, account=owner, chromium=str(CHROMIUM), themes=["dark"]))
    assert [one.file.stem for one in taken] == [f"{one.name}-dark" for one in chosen]
    assert all(one.file.read_bytes().startswith(PNG) for one in taken)
    assert [one.complaints for one in taken] == [()] * len(taken)
