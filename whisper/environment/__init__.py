"""Every environment variable that Whisper reads, in one typed place.

Each field below is one variable (its name in capitals). Values come from the process, then from
`.env`; in both, `<NAME>_FILE` may name a file that holds the value. `environment` is read once, at
its first use. What a bad value is answered with is in faults.py.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from whisper.environment.secret_files import SecretFiles, names_of
from whisper.environment.types import (
    Certificate,
    DatabaseAddress,
    Hosts,
    LogLevel,
    Networks,
    NodeAddresses,
    Persona,
    PersonIds,
    RedisAddress,
    RoleOfPerson,
    ShardIds,
    TextsByLanguage,
    WebAddress,
    ZoneName,
    system_zone,
)

# What a value must be, in words, where its type does not say it.
EXPECTED = "expected"


class Environment(BaseSettings):
    """The variables, with their defaults; a fresh clone starts with none of them set."""

    model_config = SettingsConfigDict(
        env_file=os.environ.get("WHISPER_ENV_FILE", ".env"),
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        validate_assignment=True,
        allow_inf_nan=False,
    )

    # Discord
    discord_bot_token: SecretStr | None = Field(
        None, description="Token of the Discord bot. Without one, `runbot` chats in the terminal."
    )
    discord_command_prefix: str = Field(
        "!", description="Messages that start with this prefix are ignored."
    )
    discord_api_url: str | None = Field(
        None, description="Base URL of another Discord HTTP API, for tests with a local server."
    )
    discord_gateway_url: str | None = Field(
        None, description="URL of another Discord gateway, for tests with a local server."
    )
    discord_connect_timeout: float = Field(
        60,
        gt=0,
        description="Seconds that `runbot` tries to connect at the start before it gives up.",
    )
    discord_shard_count: int | None = Field(
        None,
        ge=1,
        le=10_000,
        description="Shards of the bot, in all processes together; Discord's own advice by "
        "default. Set it if several processes share them ([scaling](scaling.md)).",
    )
    discord_shard_ids: ShardIds = Field(
        default_factory=list,
        description="Shards that this process connects, such as `0-3` or `0, 5`; all by default.",
        json_schema_extra={EXPECTED: "shards such as 0-3 or 0, 5"},
    )
    bot_name: str = Field(
        "Whisper",
        validation_alias=AliasChoices("BOT_NAME", "DISCORD_BOT_NAME"),
        description="The companion's name (`DISCORD_BOT_NAME` is read too).",
    )
    admin_user_ids: PersonIds = Field(
        default_factory=list,
        description="Discord ids of the people who run the bot and may use `/owner` in Discord. "
        "Rights in the console are given there.",
        json_schema_extra={EXPECTED: "Discord ids, whole numbers separated by commas"},
    )
    bot_system_prompt_file: Persona = Field(
        None,
        description="Markdown file that describes the persona; it is read again when it changes.",
    )
    people_choose_persona: bool = Field(
        True,
        description="Whether people may choose one of the console's personas for their direct "
        "messages (`/persona choose`); all of them then see its name.",
    )
    consent_mode: Literal["ask", "notice"] = Field(
        "ask",
        description="`ask`: remember people only after they agree. `notice`: inform them, and "
        "stop if they decline; for a private server whose owner decides so.",
    )
    consent_valid_days: int = Field(
        0,
        ge=0,
        description="Days after which consent expires and people are asked again; 0 for never.",
    )
    reconcile: bool = Field(
        True,
        description="After a start or a lost session, look in Discord's history for messages, "
        "edits and deletions that were missed.",
    )
    reconcile_days: int = Field(
        7, ge=1, le=90, description="How many days back that looks, in channels with activity then."
    )
    reconcile_channels: int = Field(
        100, ge=1, description="How many channels that looks at, the latest first."
    )
    reconcile_messages: int = Field(
        200, ge=1, le=5000, description="How many of a channel's newest messages that reads."
    )
    removed_place_retention_days: int = Field(
        30,
        ge=0,
        description="Days after which what was said in a deleted channel or thread, or in a server "
        "that removed the bot, is erased. Coming back to the server within that time cancels it.",
    )
    message_retention_days: int = Field(
        0,
        ge=0,
        description="Days after which messages are erased, with the memories and facts that were "
        "made of them alone; 0 keeps them until their person erases them.",
    )
    trace_retention_days: int = Field(
        30,
        ge=0,
        description="Days after which traces of replies and decisions about places are deleted; 0 "
        "keeps them.",
    )
    mood_retention_days: int = Field(
        365, ge=0, description="Days after which moods are deleted; 0 keeps them."
    )
    import_retention_days: int = Field(
        180,
        ge=0,
        description="Days after which the original texts of imported rows are deleted; the "
        "memories made of them stay. 0 keeps them.",
    )
    failed_work_retention_days: int = Field(
        30,
        ge=0,
        description="Days after which work that was set aside is deleted; 0 keeps it.",
    )
    action_log_retention_days: int = Field(
        730,
        ge=0,
        description="Days after which entries of the action log are deleted; 0 keeps all.",
    )

    care_help_text: str = Field(
        "You don't have to carry this alone. In danger, call your local emergency number; "
        "findahelpline.com lists people who listen, in your country and language.",
        description="Where to find help, mentioned when someone may be in danger.",
    )
    care_help_texts: TextsByLanguage = Field(
        {},
        description='The same by language, as JSON: `{"de": "…", "fr": "…"}`. Other languages '
        "get CARE_HELP_TEXT, or a translation of it while it has its default value.",
    )

    messages_per_minute: int = Field(
        30,
        ge=1,
        description="Messages per minute that one person gets replies to; what comes beyond is "
        "answered together when the minute is over.",
    )
    turn_window_seconds: float = Field(
        1.5,
        ge=0,
        le=30,
        description="Messages that one person sends in one channel within this time get one reply.",
    )
    stream_replies: bool = Field(
        True,
        description="Show replies in Discord while the language model writes them, by editing "
        "the message.",
    )
    reply_buttons: bool = Field(
        True,
        description="Show buttons under replies in Discord: write it again, rate it, delete it.",
    )
    replies_at_once: int = Field(
        16, ge=1, le=1000, description="Replies that are made at the same time; others wait."
    )
    reply_recovery_hours: int = Field(
        24, ge=1, description="Age in hours up to which a message still gets its reply."
    )
    session_gap_hours: float = Field(
        6,
        gt=0,
        le=168,
        description="Hours of silence after which a conversation is over: it is summed up, and "
        "what is said next counts as a new one.",
    )

    roll_up_days: int = Field(
        365,
        ge=0,
        description="Age in days from which lines of conversation are recalled only by the summary "
        "of their session; 0 keeps recalling every line. The messages themselves stay.",
    )

    # Language model
    llm_chat_api_url: WebAddress = Field(
        None, description="OpenAI-compatible endpoint; without one, replies are made offline."
    )
    llm_model_name: str = Field(
        "local-model",
        validation_alias=AliasChoices("LLM_MODEL_NAME", "CHAT_MODEL_NAME"),
        description="Chat model.",
    )
    llm_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("LLM_API_KEY", "OPENROUTER_API_KEY"),
        description="API key of the endpoint; defaults to `OPENROUTER_API_KEY`.",
    )
    openai_api_key: SecretStr | None = Field(
        None,
        description="OpenAI API key for embeddings, and for chat at api.openai.com if that has no "
        "other key. It is never sent to another chat server.",
    )
    llm_temperature: float = Field(0.7, ge=0, le=2, description="Sampling temperature for replies.")
    llm_supports_vision: Literal["auto", "true", "false"] = Field(
        "auto",
        description="Whether the chat model gets images that people send in Discord; `auto` asks "
        "the server's list of models.",
    )
    llm_max_tokens_chat: int = Field(4096, ge=16, description="Longest reply, in tokens.")
    llm_context_tokens: int = Field(
        8192, ge=1024, description="Longest prompt, in tokens, without the reply."
    )
    llm_request_timeout: float = Field(
        90, gt=0, description="Seconds that a whole request may take."
    )
    llm_connection_timeout: float = Field(10, gt=0, description="Seconds that connecting may take.")
    llm_idle_timeout: float = Field(
        30, gt=0, description="Seconds that a reply may pause once it has begun."
    )
    llm_facts_api_url: WebAddress = Field(
        None, description="Endpoint for facts; defaults to that for chat."
    )
    llm_facts_model_name: str | None = Field(
        None, description="Model for facts; defaults to that for chat."
    )
    llm_facts_api_key: SecretStr | None = Field(
        None, description="API key of the endpoint for facts; defaults to `LLM_API_KEY`."
    )
    llm_emotion_api_url: WebAddress = Field(
        None, description="Endpoint for emotions; defaults to that for chat."
    )
    llm_emotion_model_name: str | None = Field(
        None,
        description="Model for emotions. If neither it nor the endpoint is set, the offline "
        "classifier is used.",
    )
    llm_emotion_api_key: SecretStr | None = Field(
        None, description="API key of the endpoint for emotions; defaults to `LLM_API_KEY`."
    )

    # Embeddings and memory
    embedding_backend: Literal["onnx", "sentence-transformers", "api"] | None = Field(
        None,
        description="What turns text into vectors. Default: `api` if `LLM_EMBEDDING_API_URL` is "
        "set, `sentence-transformers` if `LLM_LOCAL_EMBEDDING_MODEL` names a model "
        "other than the built-in one, otherwise `onnx`.",
    )
    embedding_model: Literal["minilm", "mpnet"] = Field(
        "minilm",
        description="Model of the `onnx` backend. `mpnet` (all-mpnet-base-v2, 7 bits) understands "
        "hints better, but takes about three times as long per text and 200 MB of "
        "memory; it requires the extra `mpnet`. After a change, run `manage.py "
        "reembed`.",
    )
    llm_local_embedding_model: str = Field(
        "all-MiniLM-L6-v2",
        description="Model for the `sentence-transformers` backend (a name or a folder).",
    )
    llm_embedding_api_url: WebAddress = Field(
        None, description="OpenAI-compatible endpoint for the `api` backend."
    )
    llm_embedding_model_name: str = Field(
        "text-embedding-nomic-embed-text-v1.5", description="Model for the `api` backend."
    )
    llm_embedding_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("LLM_EMBEDDING_API_KEY", "OPENAI_API_KEY"),
        description="API key for the `api` backend; defaults to `OPENAI_API_KEY`, then "
        "`LLM_API_KEY`.",
    )
    embedding_batch_size: int = Field(100, ge=1, le=4096, description="Texts per request.")
    embedding_threads: int = Field(
        1, ge=1, description="Threads of ONNX Runtime; on a busy machine, two are slower than one."
    )
    memory_index: Literal["local", "elasticsearch", "chroma"] = Field(
        "local",
        description="Engine that searches memories. `chroma`, the older bot's engine, requires "
        "`bin/setup dev` and `memory_index sync`.",
    )
    memory_index_megabytes: int = Field(
        256,
        ge=1,
        description="Memory limit of the local index in megabytes; people who haven't "
        "spoken for longest are dropped first.",
    )

    # Elasticsearch
    elasticsearch_url: NodeAddresses = Field(
        default_factory=lambda: [SecretStr("http://localhost:9200")],
        description="URLs of the Elasticsearch nodes, separated by commas; used if "
        "`MEMORY_INDEX=elasticsearch`.",
    )
    elasticsearch_api_key: SecretStr | None = Field(None, description="Elasticsearch API key.")
    elasticsearch_user: str | None = Field(
        None, description="Elasticsearch user, if there is no API key."
    )
    elasticsearch_password: SecretStr | None = Field(
        None, description="Password of the Elasticsearch user."
    )
    elasticsearch_ca_file: Certificate = Field(
        None, description="CA certificate file for `https://` addresses of Elasticsearch."
    )
    elasticsearch_search_timeout: float = Field(
        0.06,
        gt=0,
        description="Seconds that recall waits for Elasticsearch before it searches in process.",
    )
    elasticsearch_request_timeout: float = Field(
        10, gt=0, description="Seconds that a write or a command waits for Elasticsearch."
    )
    elasticsearch_index_prefix: str = Field(
        "whisper",
        pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$",
        json_schema_extra={
            EXPECTED: "at most 64 of a-z, 0-9, _, . and -, the first a letter or a digit"
        },
        description="Prefix of index and alias names; give each bot on a cluster its own.",
    )
    elasticsearch_shards: int = Field(
        1, ge=1, le=1024, description="Number of shards of a new index."
    )
    elasticsearch_replicas: int = Field(
        0, ge=0, le=10, description="Copies of each shard of a new index; use 1 on several nodes."
    )
    elasticsearch_vector_type: Literal[
        "int8_hnsw", "bbq_hnsw", "int4_hnsw", "hnsw", "int8_flat", "bbq_flat", "flat"
    ] = Field("int8_hnsw", description="How a new index stores vectors.")
    elasticsearch_snapshot_path: str | None = Field(
        None,
        pattern=r"^/",
        json_schema_extra={EXPECTED: "a path that begins with /"},
        description="Snapshot folder as seen by the nodes, below their `path.repo`; `backup` then "
        "takes a snapshot too.",
    )

    chromadb_path: Path = Field(
        Path("chromadb_data"), description="The older bot's ChromaDB directory, for the import."
    )
    chromadb_collection_name: str = Field(
        "user_memories",
        description="The older bot's collection of conversations and of facts about people.",
    )
    chromadb_global_collection_name: str = Field(
        "global_facts", description="The older bot's collection of facts that belong to everyone."
    )

    # Conversation cache
    use_redis_cache: bool | None = Field(
        None,
        description="Keep recent conversation in Redis. Default: `true` if `REDIS_URL` or "
        "`REDIS_HOST` is set. `false` goes back to the in-process cache at the next "
        "start.",
    )
    redis_url: RedisAddress = Field(
        None,
        description="Address of Redis: `redis://:password@host:port/db` (`rediss://` for "
        "TLS, `unix://` for a socket).",
    )
    redis_host: str | None = Field(
        None,
        description="Redis host, if `REDIS_URL` isn't set; `localhost` by default with "
        "`USE_REDIS_CACHE=true`.",
    )
    redis_port: int = Field(6379, ge=1, le=65535, description="Redis port.")
    redis_db: int = Field(0, ge=0, description="Redis database number.")
    redis_password: SecretStr | None = Field(None, description="Redis password.")
    conversation_cache_timeout_minutes: float = Field(
        15, gt=0, description="Minutes after its last message when a channel leaves the cache."
    )
    conversation_cache_bootstrap_limit: int = Field(
        20,
        ge=0,
        le=100,
        description="Messages loaded for a channel that isn't in the cache, from the database or "
        "Discord.",
    )
    conversation_cache_max_local: int = Field(
        50, ge=1, le=5000, description="Messages kept per channel."
    )

    # Database
    whisper_data_dir: Path = Field(Path("data"), description="Folder of the embedded stores.")
    whisper_models_dir: Path | None = Field(
        None,
        description="Folder of the models that are converted from packages at the first start; "
        "several installations of one version can share it. `models` in the data folder, if not "
        "set.",
    )
    database_url: DatabaseAddress = Field(
        None,
        description="Address of the database: `postgres://user:password@host:port/name` or "
        "`sqlite:///path`.",
    )
    postgres_host: str | None = Field(
        None,
        description="PostgreSQL host; setting it selects PostgreSQL if `DATABASE_URL` isn't set.",
    )
    postgres_port: int = Field(5432, ge=1, le=65535, description="PostgreSQL port.")
    postgres_db: str = Field("whisper_engine", description="PostgreSQL database.")
    postgres_user: str = Field("bot_user", description="PostgreSQL user.")
    postgres_password: SecretStr | None = Field(None, description="PostgreSQL password.")
    postgres_min_connections: int = Field(1, ge=0, description="Connections kept open.")
    postgres_max_connections: int = Field(
        10, ge=1, description="Maximum number of connections per process."
    )
    postgres_pool_timeout: float = Field(
        2, gt=0, le=60, description="Seconds that work may wait for a connection."
    )
    postgres_connect_timeout: int = Field(
        5, ge=1, le=300, description="Seconds that opening a connection may take."
    )
    postgres_statement_timeout: float = Field(
        15,
        ge=0,
        description="Seconds that a statement of `runbot`, `runworker` or a web server may take; "
        "0 for no limit. Other commands have no limit.",
    )
    postgres_lock_timeout: float = Field(
        10, ge=0, description="Seconds that such a statement may wait for a lock; 0 for no limit."
    )
    purge_lock_seconds: float = Field(
        5,
        ge=0,
        description="Seconds for which the worker may lock a table of PostgreSQL to rewrite its "
        "file after a deletion; 0 for no limit. A table that takes longer is left to `manage.py "
        "purge_erased`, which has no limit.",
    )
    postgres_idle_transaction_timeout: float = Field(
        60,
        ge=0,
        description="Seconds after which PostgreSQL ends an idle transaction; 0 for never.",
    )
    postgres_pgbouncer: bool = Field(
        False,
        description="The address is a PgBouncer's, so nothing may outlive a transaction. Set the "
        "timeouts on the role instead (docs/postgresql.md).",
    )

    # Backups
    backup_path: Path | None = Field(
        None, description="Backup folder; by default `backups` in the data folder."
    )
    backup_retention_count: int = Field(
        5,
        ge=1,
        description="Backups to keep, plus as many made before a move. Older ones are deleted.",
    )
    auto_backup_enabled: bool = Field(
        True, description="Let `runbot` and `runworker` make a backup when the last one is old."
    )
    auto_backup_interval_hours: float = Field(
        24, gt=0, description="Hours after which the last backup is old."
    )

    # Web and operation
    secret_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SECRET_KEY", "DJANGO_SECRET_KEY"),
        description="Django's secret key; by default a random key is kept in the data folder.",
    )
    allowed_hosts: Hosts = Field(
        default_factory=lambda: ["localhost", "127.0.0.1", "[::1]"],
        description="Host names that the console is served under, separated by commas.",
    )
    api_requests_per_minute: int = Field(
        120, ge=1, description="Requests per minute that a token may make to the API and to `/mcp`."
    )
    metrics_networks: Networks = Field(
        default_factory=lambda: [ip_network("127.0.0.0/8"), ip_network("::1/128")],
        description="Networks from which `/metrics`, and each part in `/health`, can be read "
        "without logging in, separated by commas, for example `127.0.0.0/8,172.16.0.0/12`.",
    )
    otel_exporter_otlp_endpoint: WebAddress = Field(
        None,
        description="URL of an OpenTelemetry collector that takes traces over HTTP, for example "
        "`http://localhost:4318`. Without one there are none.",
    )
    behind_https: bool = Field(
        False,
        description="The console is served over HTTPS: use secure cookies, HSTS and a redirect.",
    )
    session_hours: int = Field(
        336,
        ge=1,
        description="Hours after signing in when a session of the console or the web chat ends, "
        "however it is used.",
    )
    require_second_factor: bool = Field(
        False,
        description="Admins must set up an authenticator app or a passkey before they can do "
        "anything in the console.",
    )
    discord_login_client_id: str | None = Field(
        None,
        description="Client id of a Discord application with which admins can sign in to the "
        "console; those named by `DISCORD_LOGIN_PEOPLE` alone.",
    )
    discord_login_client_secret: SecretStr | None = Field(
        None, description="Client secret of that application."
    )
    discord_login_people: RoleOfPerson = Field(
        default_factory=dict,
        description="Who can sign in with Discord, and as what: Discord ids with `viewer`, "
        "`moderator`, `data officer`, `operator` or `owner`, for example "
        "`123456789012345678=moderator,223456789012345678=owner`.",
        json_schema_extra={EXPECTED: "Discord ids, each with = and a role, separated by commas"},
    )
    debug_mode: bool = Field(
        False, description="Show Django's debug pages; never use it on a public address."
    )
    log_level: LogLevel = Field("INFO", description="Least severe level that is logged.")
    log_format: Literal["text", "json"] = Field(
        "text",
        description="`json`: each line of the log is a JSON object, with the ids of the request, "
        "person, server, channel and message that it is about.",
    )
    time_zone: ZoneName = Field(
        default_factory=system_zone,
        description="Time zone of the console and prompts; by default the system's (`TZ`).",
    )

    @property
    def models_folder(self) -> Path:
        """Return the folder of the converted models."""
        return self.whisper_models_dir or self.whisper_data_dir / "models"

    @property
    def embedder_name(self) -> str:
        """Return the backend that is meant by `EMBEDDING_BACKEND`, or by what else is set."""
        if self.embedding_backend:
            return self.embedding_backend
        if self.llm_embedding_api_url:
            return "api"
        shipped = self.llm_local_embedding_model.rsplit("/", 1)[-1] == "all-MiniLM-L6-v2"
        return "onnx" if shipped else "sentence-transformers"

    @field_validator("postgres_max_connections")
    @classmethod
    def _not_below_the_least(cls, value: int, info: ValidationInfo) -> int:
        least = info.data.get("postgres_min_connections", 0)
        if value < least:
            raise ValueError(f"must be at least POSTGRES_MIN_CONNECTIONS, {least}")
        return value

    @field_validator("discord_shard_ids")
    @classmethod
    def _of_the_count(cls, value: list[int], info: ValidationInfo) -> list[int]:
        count = info.data.get("discord_shard_count")
        if value and count is None:
            raise ValueError("needs DISCORD_SHARD_COUNT, the same in each process")
        if value and count is not None and max(value) >= count:
            raise ValueError(f"must be below DISCORD_SHARD_COUNT, {count}")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the process win over `.env`, and in both `<NAME>` over `<NAME>_FILE`."""
        sources: list[PydanticBaseSettingsSource] = [init_settings]
        for source in (env_settings, dotenv_settings):
            variables = source.env_vars if isinstance(source, EnvSettingsSource) else {}
            sources += [source, SecretFiles(settings_cls, variables)]
        return tuple(sources)


def variable_names() -> dict[str, FieldInfo]:
    """Return every variable that is read, aliases included, with its field."""
    return {
        name: field
        for field_name, field in Environment.model_fields.items()
        for name in names_of(field_name, field)
    }


def __getattr__(name: str) -> Environment:
    # Made on first use, so that a bad value can be explained before anything needs it.
    if name == "environment":
        globals()["environment"] = Environment()
        return globals()["environment"]  # type: ignore[no-any-return]
    raise AttributeError(name)
