"""The variables: where they come from, and what a bad one comes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from whisper.environment import Environment, SecretFileError, explain, variable_names
from whisper.tests.commands import manage

BAD = {
    "ADMIN_USER_IDS": "12,Ann",
    "CONSENT_MODE": "never",
    "DISCORD_CONNECT_TIMEOUT": "0",
    "LLM_CHAT_API_URL": "localhost:1234",
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
    "BEHIND_HTTPS": "maybe",
    "LOG_LEVEL": "LOUD",
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
    assert {line.partition(":")[0] for line in lines} == {name}
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
    assert explain(caught.value).startswith(f"{name}: ")


def test_more_open_connections_than_allowed_are_refused(monkeypatch):
    monkeypatch.setenv("POSTGRES_MIN_CONNECTIONS", "20")
    with pytest.raises(ValidationError) as caught:
        read()
    assert explain(caught.value).startswith("POSTGRES_MAX_CONNECTIONS: is less than POSTGRES_MIN")


@pytest.mark.parametrize("name", ["REDIS_PORT", "DATABASE_URL"])
def test_a_command_stops_at_a_bad_value_without_a_traceback(name):
    run = manage("check", **{name: BAD[name]})
    assert run.returncode == 2
    assert run.stderr.startswith(f"{name}: ")
    assert len(run.stderr.splitlines()) == 1
    assert "hunter2" not in run.stderr + run.stdout


def test_several_bad_values_are_told_at_once():
    run = manage("check", REDIS_PORT="x", LOG_LEVEL="LOUD")
    assert [line.partition(":")[0] for line in run.stderr.splitlines()] == [
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
    keys = ["OPENAI_API_KEY", "OPENROUTER_API_KEY", "LLM_API_KEY"]
    for key in keys:
        monkeypatch.setenv(key, f"of {key}")
        assert secret(read().llm_api_key) == f"of {key}"


@pytest.mark.parametrize("name", ["DISCORD_BOT_TOKEN", "LLM_API_KEY"])
def test_the_process_wins_over_a_secret_file_and_that_over_env(monkeypatch, tmp_path, name):
    def value() -> str:
        return secret(getattr(read(tmp_path), name.lower()))

    (tmp_path / ".env").write_text(f"{name}=from .env\n")
    assert value() == "from .env"
    (tmp_path / "token").write_text("from the file\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "token"))
    assert value() == "from the file"
    monkeypatch.setenv(name, "from the process")
    assert value() == "from the process"


def test_an_empty_value_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("LLM_MAX_TOKENS_CHAT", "")
    assert read().llm_max_tokens_chat == 4096


def test_a_secret_file_serves_the_other_names_too(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("sk-1")
    monkeypatch.setenv("OPENROUTER_API_KEY_FILE", str(tmp_path / "key"))
    assert secret(read().llm_api_key) == "sk-1"


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
