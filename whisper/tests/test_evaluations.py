"""Evaluations are found by the command, and their figures come with intervals and a baseline."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from whisper import evaluations
from whisper.evaluations import Share, evaluation, outcome, read_lines, reading


@pytest.fixture
def coins(tmp_path, monkeypatch):
    """A kind of set whose lines say whether they were judged right."""
    # All of them first: a module that registered into the copy would not do so again.
    monkeypatch.setattr(evaluations, "_evaluations", dict(evaluations.evaluations()))

    @evaluation("coins", "coins that fell heads up")
    def run(path, options):
        with reading("coins", path):
            heads = [bool(row["heads"]) for row in read_lines(path)]
        return outcome({"heads": Share(sum(heads), len(heads))})

    path = tmp_path / "coins.jsonl"
    path.write_text('{"heads": 1}\n{"heads": 1}\n{"heads": 0}\n{"heads": 1}\n')
    return path


def evaluate(*args, **options) -> str:
    out = StringIO()
    call_command("evaluate", *args, stdout=out, **options)
    return out.getvalue()


def test_json_is_one_object_in_percent_with_intervals(coins):
    figures = json.loads(evaluate("coins", coins, json=True))
    assert figures["heads"] == 75.0
    assert figures["intervals"]["heads"] == [30.1, 95.4]
    assert figures["counts"]["heads"] == [3, 4]


def test_the_table_shows_the_share_and_what_changed_since_the_baseline(coins):
    assert "baseline" not in evaluate("coins", coins)
    assert "75.0" in evaluate("coins", coins, keep_baseline=True)
    assert "As in the baseline." in evaluate("coins", coins)
    coins.write_text('{"heads": 1}\n')
    assert "heads: 75.0 before, 100.0 now" in evaluate("coins", coins)


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"tails": 1}'])
def test_a_file_of_another_form_is_named(coins, text):
    coins.write_text(text)
    with pytest.raises(CommandError, match=r"coins\.jsonl is not a coins set"):
        evaluate("coins", coins)


def test_a_missing_file_is_named(coins):
    with pytest.raises(CommandError, match=r"gone\.jsonl can't be read"):
        evaluate("coins", coins.with_name("gone.jsonl"))


@pytest.mark.parametrize(
    ("share", "low", "high"), [(Share(0, 10), 0.0, 27.8), (Share(10, 10), 72.2, 100.0)]
)
def test_an_interval_is_honest_at_both_ends(share, low, high):
    assert share.interval == (low, high)


def test_nothing_judged_tells_nothing():
    assert (Share(0, 0).percent, Share(0, 0).interval) == (0.0, (0.0, 100.0))
