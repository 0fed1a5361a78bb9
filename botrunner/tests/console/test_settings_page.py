"""Tests of the page of settings."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from pydantic import SecretStr

from botrunner.console.settings.queries import DEFAULT, PROCESS, sections, shown
from whisper.environment import Environment, environment

ADDRESS = reverse("console:settings")


@pytest.fixture
def owner(client, db):
    client.force_login(User.objects.create_superuser("owner", password="a long password"))
    return client


def setting(name):
    return next(one for section in sections() for one in section.settings if one.name == name)


def test_each_setting_is_shown_once():
    names = [one.name for section in sections() for one in section.settings]
    assert len(names) == len(set(names)) == len(Environment.model_fields)


def test_no_secret_is_shown(owner, monkeypatch):
    secret = "sk-verysecret"
    for name, value in {
        "llm_api_key": SecretStr(secret),
        "llm_chat_api_url": f"https://ann:{secret}@models.example/v1?key={secret}",
        "redis_url": SecretStr(f"redis://:{secret}@redis:6379/0"),
    }.items():
        monkeypatch.setattr(environment, name, value)
    page = owner.get(ADDRESS).content.decode()
    assert secret not in page
    assert "models.example" in page


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "true"),
        (None, ""),
        (["a", "b"], "a, b"),
        ("http://u:p@h:1/x", "http://u:••••••••@h:1/x"),
        ("http://[", "••••••••"),
        (SecretStr(""), ""),
        ([SecretStr("x")], "••••••••"),
    ],
)
def test_values_are_shown_in_words_and_masked(value, said):
    assert shown(value) == said


def test_it_is_told_where_a_value_comes_from(monkeypatch):
    monkeypatch.setenv("BOT_NAME", "Echo")
    assert setting("BOT_NAME").source == PROCESS
    monkeypatch.delenv("BOT_NAME")
    assert setting("BOT_NAME").source == DEFAULT


def test_a_value_in_a_mounted_file_counts_as_set(monkeypatch, tmp_path):
    monkeypatch.setenv("BOT_NAME_FILE", str(tmp_path / "name"))
    assert setting("BOT_NAME").source == PROCESS


def test_only_what_is_set_can_be_shown(owner, monkeypatch):
    monkeypatch.setenv("BOT_NAME", "Echo")
    page = owner.get(ADDRESS, {"show": "set"}).content.decode()
    assert "BOT_NAME" in page
    assert len(page) < 150_000
