"""ChatGPT exports: the branch that was seen last comes along, once, and can be taken back."""

from __future__ import annotations

import json
import os
import resource
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from memories.actions import MemoryDraft, forget, remember
from memories.imports.chatgpt import files
from memories.imports.chatgpt.branches import lines_of
from memories.imports.chatgpt.files import conversations
from memories.models import ImportedRow, Memory, Place
from profiles.actions import decide_consent
from profiles.models import Consent
from whisper.models import ImportRun
from whisper.personal_data import erasures

ANN = 1001
SAMPLE = Path(settings.BASE_DIR).parent / "shared" / "legacy"

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


def take(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_chatgpt", str(path), f"--user-id={ANN}", *options, stdout=out)
    return out.getvalue()


def refusal(path: Path, *options: str) -> str:
    with pytest.raises(CommandError) as error:
        take(path, *options)
    return str(error.value)


@pytest.fixture
def sample() -> Path:
    if not SAMPLE.exists():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("the sample of the older bot is absent, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip("the sample of the older bot is absent")
    return SAMPLE


def message(role: str, text: Any, at: float | None, **more: Any) -> dict[str, Any]:
    parts = text if isinstance(text, list) else [text]
    kind = "text" if isinstance(text, str) else "multimodal_text"
    return {
        "author": {"role": role},
        "create_time": at,
        "content": {"content_type": kind, "parts": parts},
        "metadata": {},
        "recipient": "all",
    } | more


def talk(*messages: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Return a conversation whose messages follow each other; their nodes are n0, n1 …"""
    nodes = {
        f"n{number}": {"message": one, "parent": f"n{number - 1}" if number else None}
        for number, one in enumerate(messages)
    }
    last = f"n{len(messages) - 1}"
    return {
        "conversation_id": "c1",
        "title": "A talk",
        "create_time": 1_000_000.0,
        "mapping": nodes,
        "current_node": last,
    } | more


CAT = message("user", "my cat is called Miso", 1_700_000_000.25)
NICE = message("assistant", "What a name!", 1_700_000_010)


@pytest.fixture
def export(tmp_path):
    def write(*talks: Any) -> Path:
        path: Path = tmp_path / "conversations.json"
        path.write_text(json.dumps(talks))
        return path

    return write


def test_every_message_of_the_sample_is_read_as_its_manifest_says(sample):
    expected = json.loads((sample / "manifest.json").read_text())["chatgpt_export"]
    read = [
        [
            {
                "node": line.node,
                "role": "user" if line.by_person else "assistant",
                "utc": line.at.isoformat(),
                "text": line.text,
                "images": len(line.images),
            }
            for line in lines_of(one, pytest.fail)
        ]
        for _, one in conversations(sample / "chatgpt_export" / "conversations.json")
    ]
    assert read == [one["messages"] for one in expected["conversations"]]
    assert sum(map(len, read)) == expected["totals"]["visible_messages"]


def test_the_turns_of_the_sample_become_memories(sample):
    expected = json.loads((sample / "manifest.json").read_text())["chatgpt_export"]
    said = take(sample / "chatgpt_export")
    assert "turns: 10 imported" in said
    assert Memory.objects.count() == expected["totals"]["turns"]
    words = {one["text"] for talk in expected["conversations"] for one in talk["messages"]}
    for memory in Memory.objects.exclude(text__startswith="[Image"):
        assert memory.text.partition("\n[Image: ")[0] in words
    assert Memory.objects.filter(text="[Image: file-Xk30aNw8uEoR5tGhZb6yPd]").exists()


def test_a_turn_is_private_has_its_own_date_and_the_turn_before_it(export):
    later = message("user", "she is nine", 1_700_000_020)
    take(export(talk(CAT, NICE, later)))
    first, second = Memory.objects.order_by("said_at")
    assert (first.text, first.context, first.place) == (CAT_TEXT, "A talk", Place.IMPORT)
    assert first.said_at == datetime(2023, 11, 14, 22, 13, 20, 250000, tzinfo=UTC)
    assert (second.person_id, second.context) == (ANN, "What a name!")
    assert second.embedding_dimension == 384


CAT_TEXT = "my cat is called Miso"


def test_what_nobody_saw_is_left_out(export):
    hidden = {"is_visually_hidden_from_conversation": True}
    take(
        export(
            talk(
                message("system", "be nice", 1.0),
                message("user", "about me", 2.0, metadata={"is_user_system_message": True}),
                message("user", "hidden words", 3.0, metadata=hidden),
                CAT,
                message("assistant", "search(cats)", 4.0, recipient="web"),
                message("tool", "cats are fine", 5.0),
                message("assistant", "let me think", 6.0, channel="analysis"),
                None,
                NICE,
            )
        )
    )
    assert [memory.text for memory in Memory.objects.all()] == [CAT_TEXT]
    assert ImportedRow.objects.get().document == f"User: {CAT_TEXT}\nAssistant: What a name!"


def test_a_picture_is_named_as_it_was_sent(export):
    part = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-1"}
    named = {"attachments": [{"id": "file-1", "name": "miso.jpg"}]}
    take(export(talk(message("user", [part, "look"], 1.0, metadata=named), NICE)))
    assert Memory.objects.get().text == "look\n[Image: miso.jpg]"


def test_run_again_it_adds_nothing(export):
    path = export(talk(CAT, NICE))
    take(path)
    assert "turns: 1 unchanged" in take(path)
    assert Memory.objects.count() == 1


def test_a_newer_export_adds_only_what_is_new(export):
    take(export(talk(CAT)))
    take(export(talk(CAT, NICE, message("user", "she is nine", 1_700_000_020))))
    assert sorted(memory.text for memory in Memory.objects.all()) == [CAT_TEXT, "she is nine"]
    row = ImportedRow.objects.get(key="c1:n0")
    assert row.document == f"User: {CAT_TEXT}\nAssistant: What a name!"


def test_what_was_forgotten_stays_so_in_a_newer_export(export):
    take(export(talk(CAT)))
    forget(Memory.objects.values_list("pk", flat=True))
    take(export(talk(CAT, NICE)))
    assert not Memory.objects.exists()
    assert NICE["content"]["parts"][0] not in ImportedRow.objects.get().document


def test_an_export_in_several_files_is_read_whole(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for number in range(2):
            one = talk(CAT, conversation_id=f"c{number}")
            archive.writestr(f"export/conversations-00{number}.json", json.dumps([one]))
        archive.writestr("export/user.json", "{}")
    assert "conversations: 2 imported" in take(tmp_path / "export.zip")


def test_facts_are_found_where_they_are_asked_for(export):
    path = export(talk(CAT, NICE))
    take(path)
    assert not Memory.objects.filter(kind=Memory.Kind.USER_FACT).exists()
    take(path, "--facts")
    fact = Memory.objects.get(kind=Memory.Kind.USER_FACT)
    assert "Miso" in fact.text
    assert fact.place == Place.IMPORT
    take(path, "--facts")
    assert Memory.objects.count() == 2


def test_a_dry_run_reports_the_same_and_writes_nothing(export):
    assert "turns: 1 imported" in take(export(talk(CAT, NICE)), "--dry-run")
    for model in (Memory, ImportedRow, ImportRun, Consent):
        assert not model.objects.exists()


def test_a_run_can_be_taken_back(export):
    take(export(talk(CAT, NICE)), "--facts")
    call_command("import_legacy", "rollback", str(ImportRun.objects.get().pk), stdout=StringIO())
    for model in (Memory, ImportedRow, Consent):
        assert not model.objects.exists()


def test_whom_nobody_asked_is_asked_and_a_no_is_heard(export):
    path = export(talk(CAT))
    take(path)
    assert Consent.objects.get().status == Consent.Status.ASKED
    decide_consent(ANN, granted=False, source="test")
    assert "declined" in refusal(path)
    assert "declined" in refusal(path, "--dry-run")


def test_of_somebody_who_was_erased_nothing_comes_back(export):
    erasures.note(ANN)
    assert "was erased" in refusal(export(talk(CAT)))
    assert not Memory.objects.exists()


def test_the_kept_report_holds_no_words(export):
    take(export(talk(CAT), talk(CAT, conversation_id="c2", current_node=None), "Miso"))
    kept = json.dumps(list(ImportRun.objects.values("report", "checkpoint")))
    assert not [word for word in ("Miso", "A talk") if word in kept]


def test_a_branch_without_an_end_is_read_from_its_latest_message(export):
    assert "current_node is missing" in take(export(talk(CAT, NICE, current_node="gone")))
    assert Memory.objects.count() == 1


def test_a_circle_of_nodes_is_read_once(export):
    loop = talk(CAT, NICE)
    loop["mapping"]["n0"]["parent"] = "n1"
    assert "in a circle" in take(export(loop))
    assert Memory.objects.count() == 1


def test_broken_conversations_do_not_stop_the_rest(export):
    broken: list[Any] = [
        None,
        "text",
        {},
        {"mapping": []},
        talk(),
        talk(None),
        {"mapping": {"n0": None}, "current_node": "n0"},
        talk({"author": None, "content": 3}),
        talk(message("user", "when?", None), create_time=None),
        talk(message("user", [{"content_type": "image_asset_pointer"}, None, 3], 1.0)),
        talk(message("user", "later", 1e30), create_time="soon"),
        talk(CAT, is_do_not_remember=True),
    ]
    take(export(*broken, talk(CAT, conversation_id="c2")))
    assert [memory.text for memory in Memory.objects.all()] == [CAT_TEXT]


WRONG = (
    *("null", "true", "7", "-1", "1e308", "0.0", "253402300799", "99999999999"),
    *('"x"', '""', '"\\ud800"', '"\\u0000"', "[]", "[[]]", '["user"]', "{}", '{"a": 1}'),
)
HERE = "wrong here"
LONGEST_KEY = ImportedRow._meta.get_field("key").max_length or 0


def places(of: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the path to each part of a JSON value, the value itself included."""
    yield ()
    pairs = of.items() if isinstance(of, dict) else enumerate(of) if isinstance(of, list) else ()
    for name, part in pairs:
        yield from ((name, *path) for path in places(part))


def with_part(of: Any, path: tuple[Any, ...], part: Any) -> Any:
    """Return a copy of a JSON value with another part at a path."""
    if not path:
        return part
    copy = dict(of) if isinstance(of, dict) else list(of)
    copy[path[0]] = with_part(of[path[0]], path[1:], part)
    return copy


@pytest.fixture
def odd_export(tmp_path):
    """Return an export with something wrong at each place of a conversation, and a good one."""
    picture = {"asset_pointer": "sediment://a", "content_type": "image_asset_pointer"}
    metadata = {"attachments": [{"id": "a", "name": "cat.png"}]}
    sent = message("user", ["look", picture], 1_700_000_020, metadata=metadata)
    whole = talk(CAT, NICE, sent)
    bare = {name: part for name, part in whole.items() if name != "conversation_id"}
    # Each with an id of its own, if it has one, so that none is taken for another.
    texts = [
        json.dumps(with_part(one | given, path, HERE)).replace(f'"{HERE}"', wrong)
        for one in (whole, bare)
        for number, (path, wrong) in enumerate(product(places(one), WRONG))
        for given in [{"conversation_id": f"c{number}"} if one is whole else {}]
    ]
    last = talk(CAT, conversation_id="last")
    path = tmp_path / "conversations.json"
    path.write_text(f"[{', '.join([*texts, json.dumps(last)])}]")
    return path


def test_whatever_stands_anywhere_in_a_conversation_the_rest_is_read(odd_export):
    said = take(odd_export, "--dry-run")
    assert " imported" in said
    assert "no conversation" in said


@pytest.mark.long
def test_whatever_stands_anywhere_in_a_conversation_the_rest_is_imported(odd_export):
    take(odd_export)
    assert ImportedRow.objects.filter(key="last:n0").exists()
    assert Memory.objects.order_by("-said_at")[0].said_at.year == 2023


def test_a_node_with_a_long_name_is_imported(export):
    name = "n" * 999
    one = talk(CAT)
    take(export(one | {"mapping": {name: one["mapping"]["n0"]}, "current_node": name}))
    assert len(ImportedRow.objects.get().key) <= LONGEST_KEY


def test_text_that_no_store_takes_is_cleaned(export):
    take(export(talk(message("user", "my\x00 cat is called Miso", 1.0), title="\x00")))
    assert Memory.objects.get().text == CAT_TEXT


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "contains no list of conversations"),
        ("{}", "contains no list of conversations"),
        ('[{"mapping": {', "is not valid JSON, or it is truncated"),
        ("[" + "9" * 5000 + "]", "integer overflow"),
        ("[1, 2", "is not valid JSON, or it is truncated"),
        ("[\xff]", "is not valid JSON, or it is truncated"),
    ],
)
def test_a_file_that_is_no_export_is_said(tmp_path, content, said):
    path = tmp_path / "conversations.json"
    path.write_bytes(content.encode("latin-1"))
    assert said in refusal(path)


def test_what_stood_before_a_cut_is_kept_and_the_whole_export_adds_the_rest(export):
    path = export(talk(CAT, conversation_id="c1"), talk(CAT, conversation_id="c2"))
    whole = path.read_text()
    path.write_text(whole[:-20])
    assert "truncated" in refusal(path, "--batch-size", "1")
    assert Memory.objects.count() == 1
    path.write_text(whole)
    take(path)
    assert Memory.objects.count() == 2


def test_a_path_that_is_not_there_is_said(tmp_path):
    assert "does not exist" in refusal(tmp_path / "export.zip")


def test_a_folder_or_zip_without_conversations_is_said(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("user.json", "{}")
    assert "contains no conversations.json" in refusal(tmp_path / "export.zip")
    assert "contains no conversations.json" in refusal(tmp_path)


def zipped(path: Path, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations.json", content)
    return path


@pytest.mark.parametrize("text", ["[" * 100_000, '[{"mapping": ' + '{"a": ' * 100_000])
def test_what_nests_too_deep_is_refused_before_it_takes_memory(tmp_path, text):
    path = tmp_path / "conversations.json"
    path.write_text(text)
    tracemalloc.start()
    try:
        assert "nests deeper than 100 levels" in refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_an_encrypted_zip_is_said(tmp_path):
    path = zipped(tmp_path / "export.zip", json.dumps([talk(CAT)]).encode())
    raw = bytearray(path.read_bytes())
    # The flag lies in the entry's own header and in the directory at the end.
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(start) + offset] |= 1
    path.write_bytes(raw)
    assert "is encrypted" in refusal(path)


def test_a_damaged_zip_is_said(tmp_path):
    path = zipped(tmp_path / "export.zip", os.urandom(5000))
    raw = bytearray(path.read_bytes())
    raw[100:2000] = bytes(1900)
    path.write_bytes(raw)
    assert refusal(path)


def test_a_zip_that_unpacks_to_too_much_is_said(tmp_path):
    path = zipped(tmp_path / "export.zip", b"[" + b" " * 50_000_000 + b"]")
    assert "would unpack to" in refusal(path)


def test_a_conversation_without_an_end_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_CONVERSATION", 1_000_000)
    path = tmp_path / "conversations.json"
    path.write_text('["' + "x" * 2_000_000 + '"]')
    assert "more than 1000000 bytes" in refusal(path)


@pytest.mark.slow
def test_a_large_export_is_read_with_little_memory(tmp_path):
    path = tmp_path / "conversations.json"
    with path.open("w") as file:
        file.writelines(large_export())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert sum(1 for _ in conversations(path)) == 4000
    assert path.stat().st_size > 200_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def large_export() -> Iterator[str]:
    for number in range(4000):
        one = talk(message("user", "x" * 50_000, 1.0), conversation_id=f"c{number}")
        yield ("," if number else "[") + json.dumps(one)
    yield "]"


@pytest.mark.parametrize("user_id", ["-1", str(2**63)])
def test_an_id_of_nobody_is_refused(export, user_id):
    with pytest.raises(CommandError, match="is not an id"):
        call_command("import_chatgpt", str(export(talk(CAT))), f"--user-id={user_id}")


def facts():
    """Return the facts by whether they hold, in the order they were said."""
    rows = Memory.objects.filter(kind=Memory.Kind.USER_FACT).order_by("said_at")
    return [(row.predicate, row.value, row.valid_to is None) for row in rows]


def test_imported_facts_have_their_parts_and_later_turns_end_them(export):
    lines = (
        "I live in Porto",
        "I work at Acme",
        "I moved to Braga",
        "I don't work at Acme anymore",
    )
    turns = [message("user", line, 1_700_000_000 + number) for number, line in enumerate(lines)]
    path = export(talk(*turns))
    take(path, "--facts")
    known = [("home", "Porto", False), ("employer", "Acme", False), ("home", "Braga", True)]
    assert facts() == known
    take(path, "--facts")
    assert facts() == known


def test_an_older_imported_turn_does_not_replace_what_was_said_since(export):
    remember(
        MemoryDraft(
            person_id=ANN,
            kind=Memory.Kind.USER_FACT,
            text="They live in Ghent.",
            place=Place.DIRECT,
            said_at=datetime(2025, 1, 1, tzinfo=UTC),
            category="home",
            slot="home.city",
            entity="self",
            subject="self",
            predicate="home",
            value="Ghent",
        )
    )
    take(export(talk(message("user", "I live in Porto", 1_700_000_000))), "--facts")
    assert facts() == [("home", "Porto", False), ("home", "Ghent", True)]
