"""Django's settings, made from `whisper.environment`."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.urls import reverse_lazy

from whisper.environment import Environment, environment
from whisper.process import close_to_others, keep_private
from whisper.redis.keys import KEYS, TIMEOUT_SECONDS

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.whisper_data_dir.absolute()
SHORTEST_KEY = 32
SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    # Sorting must not need a folder for temporary files: a read-only root may have none.
    "temp_store=MEMORY",
    # Reads mapped pages: a third faster for memories scattered over a large file.
    f"mmap_size={256 * 2**20}",
)


def secret_key(env: Environment, data_dir: Path) -> str:
    """Return the given key, else one that is made once and kept beside the embedded stores."""
    if env.secret_key:
        return env.secret_key.get_secret_value()
    path = writable(data_dir) / "secret_key"
    # Empty or cut short: a full disk or a power failure came between making and writing it.
    if path.exists() and len(path.read_text().strip()) < SHORTEST_KEY:
        path.unlink()
    if not path.exists():
        _write_key(path)
    return path.read_text()


def _write_key(path: Path) -> None:
    """Write a new key at once or not at all; another process's, made meanwhile, stays."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret_key-") as new:
        new.write(secrets.token_urlsafe(50))
        new.flush()
        os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(new.name, path)


def writable(folder: Path) -> Path:
    """Return the data folder, which is made if it is missing.

    Raises:
        ImproperlyConfigured: nothing can be written to it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ImproperlyConfigured(
            f"WHISPER_DATA_DIR: {folder} can't be written ({error.strerror}). "
            "Name a writable folder, or set SECRET_KEY and DATABASE_URL."
        ) from error
    return folder


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
            "name": "record",
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


def redis_address(env: Environment) -> str | None:
    """Return the URL of Redis, or None if none is configured or it is switched off."""
    if env.use_redis_cache is False:
        return None
    if env.redis_url:
        return env.redis_url.get_secret_value()
    if env.redis_host or env.use_redis_cache:
        secret = env.redis_password.get_secret_value() if env.redis_password else ""
        password = f":{quote(secret, safe='')}@" if secret else ""
        host = env.redis_host or "localhost"
        return f"redis://{password}{host}:{env.redis_port}/{env.redis_db}"
    return None


def caches(address: str | None) -> dict[str, Any]:
    """Return Django's caches; the default one in Redis if configured.

    Rates are counted in Redis without Django; what is not, is counted in this process. Vectors of
    what people ask stay in it.
    """
    local = "django.core.cache.backends.locmem.LocMemCache"
    in_process = {
        name: {"BACKEND": local, "LOCATION": name, "OPTIONS": {"MAX_ENTRIES": most}}
        for name, most in (("rates", 10_000), ("vectors", 2_000))
    }
    if address is None:
        return {**in_process, "default": {"BACKEND": local, "LOCATION": "default"}}
    # Not needed without Redis, and not free at the start.
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    options = {
        "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
        "SOCKET_TIMEOUT": TIMEOUT_SECONDS,
        "SOCKET_CONNECT_TIMEOUT": TIMEOUT_SECONDS,
        "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
    }
    in_redis = {
        "BACKEND": "whisper.redis.cache.RedisOrLocalCache",
        "LOCATION": address,
        "KEY_PREFIX": KEYS.cache,
        "OPTIONS": options,
    }
    return {**in_process, "default": in_redis}


def channel_layers(address: str | None) -> dict[str, Any]:
    """Return the channel layer: over Redis if configured, else in process."""
    if address is None:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    host = {
        "address": address,
        "socket_timeout": TIMEOUT_SECONDS,
        "socket_connect_timeout": TIMEOUT_SECONDS,
    }
    return {
        "default": {
            "BACKEND": "whisper.redis.channel_layer.RedisOrLocalChannelLayer",
            "CONFIG": {"hosts": [host], "prefix": KEYS.layer},
        }
    }


def discord_apps(env: Environment) -> list[dict[str, str]]:
    """Return the application at Discord that people sign in with, if there is one."""
    if not env.discord_login_client_id:
        return []
    secret = env.discord_login_client_secret
    return [
        {
            "client_id": env.discord_login_client_id,
            "secret": secret.get_secret_value() if secret else "",
        }
    ]


# Every process of Whisper passes here before it writes anything.
keep_private()
close_to_others(DATA_DIR)
SECRET_KEY = secret_key(environment, DATA_DIR)
DEBUG = environment.debug_mode
ALLOWED_HOSTS = environment.allowed_hosts
INSTALLED_APPS = [
    "unfold",
    # Its pages are loaded with the addresses, by processes that serve them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # Second factors and signing in with Discord.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    # Serves the page that describes the API from its own files.
    "ninja",
    "whisper",
    "profiles",
    "memories",
    "botrunner",
    # After ours: it has a command `runworker` too, and of one name the first app's is run.
    "channels",
]
# It has no tables, but loads what speaks HTTP at the start.
if environment.discord_login_client_id:
    INSTALLED_APPS.append("allauth.socialaccount.providers.discord")
# Benchmarks come with a checkout; a deployment can leave their folder out.
if (BASE_DIR / "bench").is_dir():
    INSTALLED_APPS.append("bench")
MIDDLEWARE = [
    "whisper.probes.probes",
    "whisper.request_ids.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "whisper.page_headers.PageHeaders",
    "botrunner.api.errors.ApiErrors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "whisper.console.signing_in.ChangeFirstPassword",
    "whisper.accounts.middleware.RequireSecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "whisper.urls"
ASGI_APPLICATION = "whisper.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The second one is where a package has them.
        "DIRS": [BASE_DIR / "templates", BASE_DIR / "whisper" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "whisper.accounts.context.names",
            ]
        },
    }
]

DATABASES = {"default": database(environment, DATA_DIR)}
# SQLite ignores the further columns of an index; PostgreSQL uses them.
SILENCED_SYSTEM_CHECKS = ["models.W040"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_ADDRESS = redis_address(environment)
CACHES = caches(REDIS_ADDRESS)
CHANNEL_LAYERS = channel_layers(REDIS_ADDRESS)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{module}.{name}"}
    for module, name in (
        ("whisper.passwords", "UnlikeTheAccount"),
        ("whisper.passwords", "EndsTokens"),
        ("django.contrib.auth.password_validation", "UserAttributeSimilarityValidator"),
        ("django.contrib.auth.password_validation", "MinimumLengthValidator"),
        ("django.contrib.auth.password_validation", "CommonPasswordValidator"),
        ("django.contrib.auth.password_validation", "NumericPasswordValidator"),
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "/"

AUTHENTICATION_BACKENDS = ["whisper.accounts.backends.Accounts"]
ACCOUNT_ADAPTER = "whisper.accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
# A code is six digits: whoever has the password must not be able to try many.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/key,50/d/key", "reauthenticate": "5/m/user"}
MFA_ADAPTER = "whisper.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "5/m/ip"}
MFA_TOTP_ISSUER = environment.bot_name
# Clocks of phones are a little wrong.
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "whisper.accounts.adapters.DiscordAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "discord": {
        "APPS": discord_apps(environment),
        "SCOPE": ["identify"],
        "OAUTH_PKCE_ENABLED": True,
    }
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = environment.time_zone
USE_TZ = True

STATIC_URL = "static/"
# Files are served from where the packages keep them, so that no collectstatic is needed before the
# first start.
SERVESTATIC_USE_FINDERS = True

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.behind_https
SECURE_SSL_REDIRECT = environment.behind_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.behind_https else None
SECURE_HSTS_SECONDS = 31_536_000 if environment.behind_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = environment.behind_https

# At DEBUG they write whole requests, and with them what people said.
TALKATIVE = (
    "aiohttp",
    "asyncio",
    "chromadb",
    "discord",
    "elastic_transport",
    "elasticsearch",
    "httpcore2",
    "openai",
    "redis",
    "urllib3",
    "uvicorn",
    "websockets",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "whisper.logs.WithoutRows",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"class": "whisper.logs.JsonLines", "format": "%(message)s"},
    },
    "filters": {
        "seldom": {"()": "whisper.logs.Seldom", "seconds": 10},
        "count errors": {"()": "whisper.logs.CountErrors"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if environment.log_format == "json" else "plain",
            "filters": ["count errors"],
        },
        "live": {"class": "whisper.live.faults.FaultHandler"},
    },
    "root": {"handlers": ["stderr", "live"], "level": environment.log_level},
    # One line a request to the language model would stand amid the chat in a terminal.
    "loggers": {
        "httpx2": {"level": "WARNING"},
        # Two lines each time a passkey is used.
        "fido2": {"level": "WARNING"},
        **{name: {"level": "INFO"} for name in TALKATIVE if environment.log_level == "DEBUG"},
        # Django's own handlers would write the same a second time, in a format that is not ours.
        "django": {"handlers": []},
        # The pool logs every attempt; while PostgreSQL is away there are several per second.
        "psycopg.pool": {"filters": ["seldom"]},
    },
}
UNFOLD = {
    "SITE_TITLE": "Whisper",
    "SITE_HEADER": "Whisper",
    "SITE_SYMBOL": "hearing",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("whisper/favicon.svg"),
        }
    ],
    "BORDER_RADIUS": "8px",
    "ACCOUNT": {
        "navigation": [{"title": "Second factor", "link": reverse_lazy("mfa_index")}],
    },
    "STYLES": [
        lambda request: static("whisper/console.css"),
        lambda request: static("whisper/pages.css"),
        lambda request: reverse_lazy("console:mood_colours"),
    ],
    "SCRIPTS": [lambda request: static("whisper/console.js")],
    "DASHBOARD_CALLBACK": "whisper.console.front.add_front_page",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "whisper.console.navigation.items",
    },
}
