"""Tests of `manage.py remember`."""

from __future__ import annotations

import json
from io import BytesIO, StringIO, TextIOWrapper
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from memories.models import Memory, Place
from profiles.actions import ask_consent, decide_consent
from profiles.models import Consent
from profiles.queries import consent_of
from whisper.environment import environment
from whisper.models import OutboxEntry

ANN = 321
AT = "2025-03-01T12:00:00+00:00"

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """Write lines to a file and return its name; a string is a line as it is."""

    def write(*lines):
        path = tmp_path / "lines.jsonl"
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path.write_bytes("\n".join(texts).encode("utf-8", "surrogateescape"))
        return str(path)

    return write


def remember(name, user_id=ANN):
    """Run the command; return exit code, output and errors."""
    out, errors = StringIO(), StringIO()
    try:
        call_command("remember", f"--user-id={user_id}", name, stdout=out, stderr=errors)
    except SystemExit as end:
        return end.code, out.getvalue(), errors.getvalue()
    return 0, out.getvalue(), errors.getvalue()


def test_each_line_is_a_memory_with_vector_and_nothing_is_left_to_the_worker(file):
    code, out, _ = remember(file({"text": "I have a cat", "at": AT, "author": "Ann", "id": 5}))
    memory = Memory.objects.get()
    assert (code, memory.person_id, memory.kind) == (0, ANN, Memory.Kind.CONVERSATION)
    assert (memory.text, memory.speaker, memory.said_at.isoformat()) == ("I have a cat", "Ann", AT)
    assert memory.embedding_dimension == 384
    assert not OutboxEntry.objects.exists()
    assert "1 remembered, 0 already known, 0 broken" in out


def test_a_second_run_adds_nothing(file):
    lines = [
        {"text": "I have a cat", "at": AT, "id": "a"},
        {"text": "I have a cat", "at": AT},
        {"text": "I have a dog", "at": AT},
        {"text": "I have a dog", "at": AT},
    ]
    assert "3 remembered, 1 already known" in remember(file(*lines))[1]
    assert "0 remembered, 4 already known" in remember(file(*lines))[1]
    assert Memory.objects.count() == 3


def test_the_place_follows_from_server_and_direct(file):
    remember(
        file(
            {"text": "one", "at": AT, "channel_id": 7},
            {"text": "two", "at": AT, "channel_id": "8", "guild_id": "9"},
            {"text": "three", "at": AT, "guild_id": 9, "direct": True},
        )
    )
    places = {row.text: (row.place, row.guild_id) for row in Memory.objects.all()}
    assert places == {
        "one": (Place.DIRECT, None),
        "two": (Place.PUBLIC_CHANNEL, 9),
        "three": (Place.DIRECT, None),
    }


def test_context_is_the_line_before_in_the_same_channel(file):
    remember(
        file(
            {"text": "What is your cat called?", "at": AT, "channel_id": 7},
            {"text": "Elsewhere", "at": AT, "channel_id": 8},
            {"text": "Miso", "at": AT, "channel_id": 7},
        )
    )
    assert Memory.objects.get(text="Miso").context == "What is your cat called?"
    assert Memory.objects.get(text="Elsewhere").context == ""


@pytest.mark.parametrize("channel", [{}, {"channel_id": 7}])
@pytest.mark.parametrize("guild_id", [1, 9])
def test_what_was_said_in_private_is_no_context_in_public(file, channel, guild_id):
    remember(
        file(
            {"text": "A secret", "at": AT, "direct": True, **channel},
            {"text": "Hello all", "at": AT, "guild_id": guild_id, **channel},
        )
    )
    assert Memory.objects.get(text="Hello all").context == ""


def test_a_date_without_zone_is_of_the_configured_one(file, monkeypatch):
    monkeypatch.setattr(environment, "time_zone", "Europe/Brussels")
    remember(
        file({"text": "one", "at": "2025-07-01T12:00:00"}, {"text": "two", "at": "2025-01-01"})
    )
    local = ZoneInfo("Europe/Brussels")
    said = {row.text: row.said_at.astimezone(local).isoformat() for row in Memory.objects.all()}
    assert said["one"] == "2025-07-01T12:00:00+02:00"
    assert said["two"] == "2025-01-01T00:00:00+01:00"


@pytest.mark.parametrize(
    "line",
    [
        "{not JSON",
        "[1, 2]",
        '"text"',
        "[" * 100_000,
        {"at": AT},
        {"text": "", "at": AT},
        {"text": " \x00 ", "at": AT},
        {"text": 5, "at": AT},
        {"text": "x", "at": "yesterday"},
        {"text": "x", "at": "2025-13-40"},
        {"text": "x", "at": 1740830400},
        {"text": "x", "at": AT, "id": -1},
        {"text": "x", "at": AT, "id": 2**63},
        {"text": "x", "at": AT, "id": True},
        {"text": "x", "at": AT, "channel_id": 2**63},
        {"text": "x", "at": AT, "channel_id": 1.5},
        {"text": "x", "at": AT, "guild_id": "nine"},
        {"text": "x", "at": AT, "direct": "yes"},
        {"text": "x", "at": AT, "author": ["Ann"]},
    ],
    ids=lambda line: str(line)[:40],
)
def test_a_broken_line_is_told_with_its_number_and_the_rest_goes_on(file, line):
    code, out, errors = remember(file({"text": "one", "at": AT}, line, {"text": "two", "at": AT}))
    assert code == 1
    assert errors.startswith("line 2: ")
    assert "2 remembered, 0 already known, 1 broken" in out


def test_odd_texts_are_cleaned_and_kept(file):
    texts = ["a\x00b", "lone \ud800 one", "x" * 100_000, "😀", "مرحبا"]
    code, _, _ = remember(file(*({"text": text, "at": AT} for text in texts), "", '\udcff{"'))
    kept = set(Memory.objects.values_list("text", flat=True))
    assert code == 1
    assert kept == {"ab", "lone ? one", "x" * 100_000, "😀", "مرحبا"}


def test_standard_input_is_read(monkeypatch):
    line = json.dumps({"text": "from a pipe", "at": AT}).encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"\xef\xbb\xbf" + line)))
    assert remember("-")[0] == 0
    assert Memory.objects.get().text == "from a pipe"


def test_consent_is_taken_from_the_operator_where_none_is_on_record(file):
    remember(file({"text": "one", "at": AT}))
    consent = consent_of(ANN)
    assert consent is not None
    assert (consent.status, consent.source) == (Consent.Status.GRANTED, "batch")


def test_a_no_is_never_overridden(file):
    decide_consent(ANN, granted=False, source="discord")
    with pytest.raises(CommandError, match="declined"):
        remember(file({"text": "one", "at": AT}))
    assert not Memory.objects.exists()


def test_nobody_answers_in_place_of_the_person_who_was_asked(file):
    ask_consent(ANN, source="discord")
    with pytest.raises(CommandError, match="hasn't agreed"):
        remember(file({"text": "one", "at": AT}))
    assert not Memory.objects.exists()


def test_a_missing_file_takes_nobody_s_consent(tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        remember(str(tmp_path / "none.jsonl"))
    assert consent_of(ANN) is None


def test_an_id_that_is_nobody_s_is_refused(file):
    with pytest.raises(CommandError, match="is not an id"):
        remember(file({"text": "one", "at": AT}), user_id=2**63)


@pytest.mark.heavy
def test_more_lines_than_a_batch_keep_their_context(file):
    lines = [{"text": f"line {number}", "at": AT, "channel_id": 7} for number in range(510)]
    assert "510 remembered" in remember(file(*lines))[1]
    assert Memory.objects.get(text="line 500").context == "line 499"
