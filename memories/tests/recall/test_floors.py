"""Floors that recall must not fall below, on the sets that come with Whisper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from memories.evaluation.nonsense import SETS, padded, read_nonsense, shipped_memories
from memories.wording.words import terms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# Bare vectors find 20 %.
FEWEST_HINTS = 20.0
LEAST_SILENCE = 98.0


def evaluated(kind, capsys, file=None, **options):
    call_command("evaluate", kind, str(file or SETS / f"{kind}.jsonl"), json=True, **options)
    return json.loads(capsys.readouterr().out)


def test_hints_are_found_no_less_than_by_bare_vectors(capsys):
    assert evaluated("implicit", capsys)["overall"]["recall@10"] >= FEWEST_HINTS


@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.long)])
def test_nonsense_recalls_nothing(capsys, step, tmp_path):
    lines = (SETS / "nonsense.jsonl").read_text("utf-8").splitlines()
    (tmp_path / "nonsense.jsonl").write_text("\n".join(lines[::step]))
    found = evaluated("nonsense", capsys, tmp_path / "nonsense.jsonl")
    assert found["overall"] >= LEAST_SILENCE


@pytest.mark.long
def test_nonsense_recalls_nothing_among_many_memories(capsys):
    assert evaluated("nonsense", capsys, among=Path("1500"))["overall"] >= LEAST_SILENCE


def test_made_up_lines_pad_memories_to_a_number_and_share_no_word_with_a_text():
    cases = read_nonsense(SETS / "nonsense.jsonl")
    own = shipped_memories()
    person = padded(own, 1_000, cases)
    added = person.drafts[len(own.drafts) :]
    assert len(person.drafts) == len({draft.origin for draft in person.drafts}) == 1_000
    asked = {term for case in cases for term in terms(case.query)}
    assert all(asked.isdisjoint(terms(draft.text)) for draft in added)
