"""Django's settings, made from `whisper.environment`."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.templatetags.static import static
from django.urls import reverse_lazy

from whisper.environment import Environment, environment
from whisper.processes.private_files import close_to_others, keep_private
from whisper.settings.data_folder import secret_key
from whisper.settings.databases import database
from whisper.settings.redis import caches, channel_layers, redis_address

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = environment.whisper_data_dir.absolute()


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
    "whisper.http.probes.probes",
    "whisper.http.request_ids.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "whisper.http.page_headers.PageHeaders",
    "botrunner.api.errors.ApiErrors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "whisper.console.signing_in.ChangeFirstPassword",
    "whisper.console.badges.CountAgain",
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
ACCOUNT_RATE_LIMITS = {
    # The key is the name that was typed, whoever has it.
    "login": "5/m/ip,5/m/key",
    # A code is six digits: whoever has the password must not be able to try many.
    "login_failed": "5/m/key,50/d/key",
    "reauthenticate": "5/m/user",
}
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
FORMAT_MODULE_PATH = ["whisper.formats"]

STATIC_URL = "static/"
# Files are served from where the packages keep them, so that no collectstatic is needed before the
# first start.
SERVESTATIC_USE_FINDERS = True

# The console's pages, and the one that describes the API, need more (whisper/http/page_headers.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = environment.behind_https
SECURE_SSL_REDIRECT = environment.behind_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if environment.behind_https else None
SECURE_HSTS_SECONDS = 31_536_000 if environment.behind_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = environment.behind_https

# What Django refuses before a view sees it.
SUSPICIOUS = (
    "DisallowedHost",
    "DisallowedModelAdminLookup",
    "DisallowedModelAdminToField",
    "DisallowedRedirect",
    "InvalidSessionKey",
    "RequestDataTooBig",
    "SuspiciousFileOperation",
    "SuspiciousMultipartForm",
    "SuspiciousOperation",
    "SuspiciousSession",
    "TooManyFieldsSent",
    "TooManyFilesSent",
)
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
        "json": {"()": "whisper.logs.JsonLines"},
    },
    "filters": {
        "seldom": {"()": "whisper.logs.Seldom", "seconds": 10},
        "in one line": {"()": "whisper.logs.InOneLine"},
        "from anybody": {"()": "whisper.logs.FromAnybody", "seconds": 10},
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
        "django.request": {"filters": ["in one line"]},
        **{f"django.security.{name}": {"filters": ["from anybody"]} for name in SUSPICIOUS},
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
    "SCRIPTS": [
        lambda request: static("whisper/console.js"),
        lambda request: static("whisper/drafts.js"),
        lambda request: static("whisper/palette.js"),
    ],
    "DASHBOARD_CALLBACK": "whisper.console.front.page.add_front_page",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "whisper.console.navigation.items",
    },
}
