"""How the database is reached: PostgreSQL, or an SQLite file in the data folder."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import dj_database_url

from whisper.environment import Environment
from whisper.settings.data_folder import writable

SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    # Sorting must not need a folder for temporary files: a read-only root may have none.
    "temp_store=MEMORY",
    # Reads mapped pages: a third faster for memories scattered over a large file.
    f"mmap_size={256 * 2**20}",
)


def database(env: Environment, data_dir: Path) -> dict[str, Any]:
    """Return the database's connection: PostgreSQL if configured, else an SQLite file."""
    if env.database_url:
        config: dict[str, Any] = dict(dj_database_url.parse(env.database_url.get_secret_value()))
    elif env.postgres_host:
        config = {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": env.postgres_host,
            "PORT": env.postgres_port,
            "NAME": env.postgres_db,
            "USER": env.postgres_user,
            "PASSWORD": env.postgres_password.get_secret_value() if env.postgres_password else "",
        }
    else:
        file = writable(data_dir) / "whisper.sqlite3"
        config = {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = {
            "timeout": 20,
            # Writers queue for the lock instead of failing when a read turns into a write.
            "transaction_mode": "IMMEDIATE",
            "init_command": "; ".join(f"PRAGMA {pragma}" for pragma in SQLITE),
        }
        # Opening the file again for each unit of work costs five times the work: 2 ms.
        config["CONN_MAX_AGE"] = None
        # A test database in memory is private to one thread; the bot's tests use several.
        config["TEST"] = {"NAME": data_dir / "test.sqlite3"}
    else:
        config |= {
            "ENGINE": "whisper.database.postgresql",
            "DISABLE_SERVER_SIDE_CURSORS": env.postgres_pgbouncer,
        }
        # What the address asks for (sslmode, application_name, ...) goes before.
        config["OPTIONS"] = postgresql_options(env) | config.get("OPTIONS", {})
    return config


def postgresql_options(env: Environment) -> dict[str, Any]:
    """Return how connections to PostgreSQL are made and kept."""
    options: dict[str, Any] = {
        "pool": {
            "name": "database",
            "min_size": env.postgres_min_connections,
            "max_size": env.postgres_max_connections,
            "timeout": env.postgres_pool_timeout,
            # Then the next request tries again, instead of waiting for an ever longer pause to
            # end.
            "reconnect_timeout": 1,
        },
        "connect_timeout": env.postgres_connect_timeout,
        "application_name": "whisper",
        # A line that is dead is found out within half a minute, and with something sent on it in
        # ten seconds.
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
    }
    if env.postgres_pgbouncer:
        return options
    limits = {"idle_in_transaction_session_timeout": env.postgres_idle_transaction_timeout}
    if serves_people():
        limits["statement_timeout"] = env.postgres_statement_timeout
        limits["lock_timeout"] = env.postgres_lock_timeout
    return options | {
        "options": " ".join(f"-c {name}={limit * 1000:.0f}" for name, limit in limits.items()),
        # Statements that come again are planned once: a third less time for a profile.
        "server_side_binding": True,
        "prepare_threshold": 5,
    }


def serves_people() -> bool:
    """Return whether people wait for this process; a command of an operator takes its time."""
    return Path(sys.argv[0]).name != "manage.py" or sys.argv[1:2] in (["runbot"], ["runworker"])
