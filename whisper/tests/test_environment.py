"""The variables: where they come from, and what a bad one comes to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from pydantic import SecretStr, ValidationError

from whisper.environment import Environment, variable_names
from whisper.environment.faults import explain, unread
from whisper.environment.secret_files import SecretFileError
from whisper.tests.commands import manage

BAD = {
    "ADMIN_USER_IDS": "12,Ann",
    "CARE_HELP_TEXTS": '{"de": 5}',
    "CONSENT_MODE": "never",
    "DISCORD_CONNECT_TIMEOUT": "0",
    "DISCORD_SHARD_COUNT": "0",
    "DISCORD_SHARD_IDS": "1-two",
    "EMBEDDING_MODEL": "large",
    "LLM_CHAT_API_URL": "localhost:1234",
    "LLM_SUPPORTS_VISION": "maybe",
    "LLM_TEMPERATURE": "hot",
    "LLM_MAX_TOKENS_CHAT": "-1",
    "EMBEDDING_BACKEND": "word2vec",
    "EMBEDDING_BATCH_SIZE": "0",
    "MEMORY_INDEX": "none",
    "ELASTICSEARCH_URL": "http://user:hunter2@host",
    "ELASTICSEARCH_CA_FILE": "no/such/file",
    "ELASTICSEARCH_INDEX_PREFIX": "Whisper*",
    "ELASTICSEARCH_SHARDS": "0",
    "ELASTICSEARCH_SEARCH_TIMEOUT": "0",
    "ELASTICSEARCH_VECTOR_TYPE": "ivf",
    "USE_REDIS_CACHE": "perhaps",
    "REDIS_URL": "http://:hunter2@host",
    "REDIS_PORT": "65536",
    "CONVERSATION_CACHE_TIMEOUT_MINUTES": "nan minutes",
    "DATABASE_URL": "mysql://whisper:hunter2@host/whisper",
    "POSTGRES_MAX_CONNECTIONS": "0",
    "POSTGRES_POOL_TIMEOUT": "0",
    "POSTGRES_CONNECT_TIMEOUT": "never",
    "POSTGRES_STATEMENT_TIMEOUT": "-1",
    "POSTGRES_PGBOUNCER": "perhaps",
    "METRICS_NETWORKS": "127.0.0.0/8,10.0.0.7/8",
    "BEHIND_HTTPS": "maybe",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "yaml",
    "TIME_ZONE": "Mars/Olympus",
}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in variable_names():
        monkeypatch.delenv(name, raising=False)


def read(folder=None) -> Environment:
    return Environment(_env_file=folder and folder / ".env")


def secret(value: SecretStr | None) -> str:
    assert value is not None
    return value.get_secret_value()


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_is_explained_in_one_line_that_names_the_variable(monkeypatch, name):
    monkeypatch.setenv(name, BAD[name])
    with pytest.raises(ValidationError) as caught:
        read()
    lines = explain(caught.value).splitlines()
    assert {line.partition(" ")[0] for line in lines} == {name}
    assert "hunter2" not in str(lines)


def test_every_kind_of_value_that_can_be_bad_is_tried():
    fields = Environment.model_fields.values()
    kinds: set[object] = {
        field.annotation for field in fields if "Secret" not in str(field.annotation)
    }
    tried = {variable_names()[name].annotation for name in BAD}
    # Any text is a name, a path or a list of names.
    free: set[object] = {str, str | None, Path, Path | None, list[str]}
    assert kinds - tried - free == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMIN_USER_IDS", "0"),
        ("ADMIN_USER_IDS", str(2**63)),
        ("LLM_REQUEST_TIMEOUT", "inf"),
        ("CONVERSATION_CACHE_TIMEOUT_MINUTES", "nan"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgres://ann@host:port/whisper"),
    ],
)
def test_a_value_that_would_only_fail_later_is_refused_at_the_start(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        read()
    assert explain(caught.value).startswith(f"{name} must be ")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("REDIS_PORT", "x", "must be a whole number between 1 and 65535, got 'x'"),
        ("REDIS_PORT", "6379.5", "must be a whole number between 1 and 65535, got '6379.5'"),
        ("REDIS_DB", "-1", "must be a whole number of at least 0, got '-1'"),
        ("LLM_REQUEST_TIMEOUT", "0", "must be a number greater than 0, got '0'"),
        ("LLM_REQUEST_TIMEOUT", "inf", "must be a number greater than 0, got 'inf'"),
        (
            "POSTGRES_POOL_TIMEOUT",
            "99",
            "must be a number greater than 0 and at most 60, got '99'",
        ),
        ("DEBUG_MODE", "perhaps", "must be true or false, got 'perhaps'"),
        ("CONSENT_MODE", "never", "must be ask or notice, got 'never'"),
        (
            "EMBEDDING_BACKEND",
            "word2vec",
            "must be onnx, sentence-transformers or api, got 'word2vec'",
        ),
        (
            "LLM_CHAT_API_URL",
            "localhost:1234",
            "must be a URL such as http://localhost:1234/v1, got 'localhost:1234'",
        ),
        (
            "REDIS_URL",
            "http://ann:hunter2@cache:6379",
            "must be a URL such as redis://host:6379/0, got 'http://ann:***@cache:6379'",
        ),
        (
            "DATABASE_URL",
            "mysql://ann:hunter2@db/w?password=hunter2",
            "must be a URL such as postgres://user@host:5432/name or sqlite:///path, "
            "got 'mysql://ann:***@db/w?password=***'",
        ),
        (
            "ADMIN_USER_IDS",
            "12,Ann",
            "must be Discord ids, whole numbers separated by commas, got 'Ann'",
        ),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(monkeypatch, name, value, line):
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        read()
    assert explain(caught.value) == f"{name} {line}."


def test_no_message_of_the_library_that_checks_is_passed_on(monkeypatch):
    for name, value in BAD.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        read()
    theirs = {fault["msg"] for fault in caught.value.errors() if fault["type"] != "value_error"}
    assert [
        line for line in explain(caught.value).splitlines() if any(m in line for m in theirs)
    ] == []


def test_more_open_connections_than_allowed_are_refused(monkeypatch):
    monkeypatch.setenv("POSTGRES_MIN_CONNECTIONS", "20")
    with pytest.raises(ValidationError) as caught:
        read()
    expected = "POSTGRES_MAX_CONNECTIONS must be at least POSTGRES_MIN_CONNECTIONS, 20, got '10'."
    assert explain(caught.value) == expected


def test_shards_may_be_named_in_ranges(monkeypatch):
    monkeypatch.setenv("DISCORD_SHARD_COUNT", "16")
    monkeypatch.setenv("DISCORD_SHARD_IDS", "0-3, 8")
    assert read().discord_shard_ids == [0, 1, 2, 3, 8]


@pytest.mark.parametrize(
    ("count", "ids", "says"),
    [
        ("4", "4", "must be below DISCORD_SHARD_COUNT, 4"),
        ("4", "3-1", "must be shards such as 0-3 or 0, 5"),
        (None, "0", "needs DISCORD_SHARD_COUNT, the same in each process"),
    ],
)
def test_shards_that_there_can_not_be_are_refused(monkeypatch, count, ids, says):
    if count:
        monkeypatch.setenv("DISCORD_SHARD_COUNT", count)
    monkeypatch.setenv("DISCORD_SHARD_IDS", ids)
    with pytest.raises(ValidationError) as caught:
        read()
    assert f"DISCORD_SHARD_IDS {says}" in explain(caught.value)


@pytest.mark.process
@pytest.mark.parametrize("name", ["REDIS_PORT", "DATABASE_URL"])
def test_a_command_stops_at_a_bad_value_without_a_traceback(name):
    run = manage("check", **{name: BAD[name]})
    assert run.returncode == 2
    assert run.stderr.startswith(f"{name} must be ")
    assert len(run.stderr.splitlines()) == 1
    assert "hunter2" not in run.stderr + run.stdout


@pytest.mark.process
def test_several_bad_values_are_told_at_once():
    run = manage("check", REDIS_PORT="x", LOG_LEVEL="LOUD")
    assert [line.partition(" ")[0] for line in run.stderr.splitlines()] == [
        "REDIS_PORT",
        "LOG_LEVEL",
    ]


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ("DISCORD_BOT_NAME", "bot_name"),
        ("CHAT_MODEL_NAME", "llm_model_name"),
    ],
)
def test_an_older_name_is_read_where_the_newer_is_not_set(monkeypatch, other, field):
    monkeypatch.setenv(other, "Ann")
    assert getattr(read(), field) == "Ann"


def test_the_first_of_several_keys_is_used(monkeypatch):
    keys = ["OPENROUTER_API_KEY", "LLM_API_KEY"]
    for key in keys:
        monkeypatch.setenv(key, f"of {key}")
        assert secret(read().llm_api_key) == f"of {key}"


def test_a_key_of_openai_is_for_embeddings_and_no_key_of_any_chat(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "of OpenAI")
    assert read().llm_api_key is None
    assert secret(read().llm_embedding_api_key) == secret(read().openai_api_key) == "of OpenAI"


@pytest.mark.parametrize("name", ["DISCORD_BOT_TOKEN", "LLM_API_KEY"])
def test_the_process_wins_over_env_and_a_value_over_a_file_with_it(monkeypatch, tmp_path, name):
    def value() -> str:
        return secret(getattr(read(tmp_path), name.lower()))

    for place in (".env", "the process"):
        (tmp_path / f"token of {place}").write_text(f"from the file of {place}\n")
    lines = [f"{name}_FILE={tmp_path}/token of .env\n", f"{name}=from .env\n"]
    (tmp_path / ".env").write_text(lines[0])
    assert value() == "from the file of .env"
    (tmp_path / ".env").write_text("".join(lines))
    assert value() == "from .env"
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "token of the process"))
    assert value() == "from the file of the process"
    monkeypatch.setenv(name, "from the process")
    assert value() == "from the process"


@pytest.mark.process
def test_a_secret_file_that_env_names_and_that_is_missing_stops_the_start(tmp_path):
    (tmp_path / ".env").write_text("DISCORD_BOT_TOKEN_FILE=/nowhere/token\n")
    run = manage("check", WHISPER_ENV_FILE=str(tmp_path / ".env"))
    assert run.returncode == 2
    assert run.stderr.startswith("DISCORD_BOT_TOKEN_FILE: /nowhere/token can't be read")


@pytest.mark.process
@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("DISCORD_TOKEN", "DISCORD_BOT_TOKEN"),
        pytest.param("LLM_CHAT_URL", "LLM_CHAT_API_URL", marks=pytest.mark.long),
        pytest.param("DISCORD_TOKEN_FILE", "DISCORD_BOT_TOKEN_FILE", marks=pytest.mark.long),
        pytest.param("redis_pass", "REDIS_PASSWORD", marks=pytest.mark.long),
    ],
)
def test_a_name_in_env_that_is_not_read_is_told_with_the_one_that_was_meant(tmp_path, given, meant):
    (tmp_path / ".env").write_text(f"{given}=hunter2\nLOG_LEVEL=ERROR\n")
    run = manage("check", WHISPER_ENV_FILE=str(tmp_path / ".env"))
    assert run.returncode == 0
    assert run.stderr == (
        f"{tmp_path}/.env: {given.upper()} is not a setting and is ignored. Did you mean {meant}?\n"
    )


@pytest.mark.process
def test_names_that_are_like_none_of_ours_are_told_in_one_line(tmp_path):
    (tmp_path / ".env").write_text("WEATHER=sun\nZEBRA=1\nCOMPOSE_PROFILES=redis\n")
    run = manage("check", WHISPER_ENV_FILE=str(tmp_path / ".env"))
    assert run.stderr == f"{tmp_path}/.env: WEATHER, ZEBRA are not settings and are ignored.\n"


def test_the_example_of_env_holds_no_name_that_is_not_read():
    example = (settings.BASE_DIR / ".env.example").read_text()
    names = re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)
    assert names
    assert list(unread(names)) == []


def test_an_empty_value_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("LLM_MAX_TOKENS_CHAT", "")
    assert read().llm_max_tokens_chat == 4096


def test_a_secret_file_serves_the_other_names_too(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sk-1")
    monkeypatch.setenv("OPENROUTER_API_KEY_FILE", str(tmp_path / "key"))
    assert secret(read().llm_api_key) == "sk-1"


@pytest.mark.process
@pytest.mark.parametrize("variable", ["LLM_API_KEY_FILE", "WHISPER_ENV_FILE"])
def test_a_file_that_is_no_text_stops_the_start(tmp_path, variable):
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    run = manage("check", **{variable: str(tmp_path / "key")})
    assert run.returncode == 2
    assert str(tmp_path / "key") in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_secret_file_that_is_missing_is_named_with_its_variable(monkeypatch):
    monkeypatch.setenv("LLM_API_KEY_FILE", "/nowhere/key")
    with pytest.raises(SecretFileError, match="LLM_API_KEY_FILE: /nowhere/key"):
        read()


def test_no_secret_is_shown_with_the_environment(monkeypatch):
    for name, field in variable_names().items():
        if "Secret" in str(field.annotation) and not name.endswith("URL"):
            monkeypatch.setenv(name, "hunter2")
    assert "hunter2" not in repr(read())


def test_the_time_zone_is_the_systems(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert read().time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("given", "backend"),
    [
        ({}, "onnx"),
        ({"llm_embedding_api_url": "http://localhost:1234/v1"}, "api"),
        ({"llm_local_embedding_model": "all-Mpnet-BASE-v2"}, "sentence-transformers"),
        ({"llm_local_embedding_model": "sentence-transformers/all-MiniLM-L6-v2"}, "onnx"),
        ({"embedding_backend": "onnx", "llm_embedding_api_url": "http://localhost/v1"}, "onnx"),
    ],
)
def test_what_an_older_env_file_says_of_embeddings_chooses_the_backend(given, backend):
    assert Environment(_env_file=None, **given).embedder_name == backend
