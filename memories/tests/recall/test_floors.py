"""Floors that recall must not fall below, on the sets that come with Whisper."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from memories.evaluation.nonsense import SETS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Bare vectors find 20 %.
FEWEST_HINTS = 20.0
LEAST_SILENCE = 98.0


def evaluated(kind, capsys):
    call_command("evaluate", kind, str(SETS / f"{kind}.jsonl"), json=True)
    return json.loads(capsys.readouterr().out)


def test_hints_are_found_no_less_than_by_bare_vectors(capsys):
    assert evaluated("implicit", capsys)["overall"]["recall@10"] >= FEWEST_HINTS


def test_nonsense_recalls_nothing(capsys):
    assert evaluated("nonsense", capsys)["overall"] >= LEAST_SILENCE
