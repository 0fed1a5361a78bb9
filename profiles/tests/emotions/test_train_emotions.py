"""The classifier can be trained again, and bad data is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from profiles.emotions.examples import examples
from profiles.emotions.meaning import FILE as MEANING_FILE
from profiles.emotions.model import LABELS_FILE, MOODS_FILE, Model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Data of two labels, joy (17) and sadness (25), and one text of each other."""
    lines = [f"some words number {label}\t{label}\tx" for label in range(28)] * 6
    lines += ["what a joy today\t17\tx", "so much sorrow today\t25\tx"] * 20
    for part in ("train", "dev", "test"):
        (tmp_path / f"{part}.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path


@pytest.mark.slow
@pytest.mark.long
def test_training_twice_makes_the_same_model_and_its_card(folder, monkeypatch):
    pytest.importorskip("sklearn")
    # A twentieth of the sentences: reading all of them twice takes minutes.
    some = examples(0)[::20]
    monkeypatch.setattr("profiles.emotions.training.examples", lambda seed: some)
    for name in ("a", "b"):
        call_command("train_emotions", folder, to=folder / name)
    for file in (LABELS_FILE, MOODS_FILE, MEANING_FILE):
        assert (folder / "a" / file).read_bytes() == (folder / "b" / file).read_bytes()
    model = Model.load(folder / "a" / LABELS_FILE)
    joy, sadness = model.probabilities(model.read("joy"))[[17, 25]]
    assert joy > sadness
    assert "CC BY 4.0" in (folder / "a" / "README.md").read_text()


@pytest.mark.heavy
def test_a_line_of_another_form_is_named(folder):
    pytest.importorskip("sklearn")
    with (folder / "dev.tsv").open("a") as file:
        file.write("a text with an unknown label\t28\tx\n")
    with pytest.raises(CommandError, match=r"dev.tsv, line \d+"):
        call_command("train_emotions", folder, to=folder)


def test_a_folder_without_data_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"test\.tsv"):
        call_command("train_emotions", tmp_path, to=tmp_path)
