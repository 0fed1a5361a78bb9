"""What of the pages is not run as it stands, and what each page takes for granted.

A block or a command is named by how it begins; with a line end, a command alone by all of it. A
test fails for a name that begins none.
"""

from __future__ import annotations

from botrunner.tests.pages.blocks import Block, Command

TESTS = "It runs the tests themselves."
DOCKER = "It needs Docker, and no container engine is at hand."
ROOT = "It changes the machine, as root."
GOEMOTIONS = "It needs GoEmotions, which isn't in the repository."
CONFIGURATION = "It belongs into a file of another program."
FULL_ELASTICSEARCH = "It needs a part of Elasticsearch that its open-source build lacks."
DRAWING = "It shows something, and is nothing to type."
POSTGRESQL = "It is typed at PostgreSQL's prompt, by its superuser."

# By page, what is not run, and why.
NOT_RUN: dict[str, dict[str, str]] = {
    "CONTRIBUTING.md": {
        "make test-fast": TESTS,
        "make lint": "CI runs it beside the tests.",
        "whisper/ ": DRAWING,
    },
    "README.md": {"make test": TESTS},
    "docs/assistant.md": {"[": "test_transcripts.py compares the dialogues."},
    "docs/backup.md": {"restore NAME": "It shows a form, with what may be left out."},
    "docs/deployment.md": {
        "docker ": DOCKER,
        "useradd ": ROOT,
        "location ": CONFIGURATION,
        "whisper.example.org ": CONFIGURATION,
    },
    "docs/elasticsearch.md": {
        "ELASTICSEARCH_USER=": FULL_ELASTICSEARCH,
        "path.repo": CONFIGURATION,
        "cluster.name": CONFIGURATION,
        "PUT ": FULL_ELASTICSEARCH,
    },
    "docs/emotions.md": {"train_": GOEMOTIONS},
    "docs/for-members.md": {"Whisper is": "It is a text to share."},
    "docs/kubernetes.md": {"docker ": DOCKER},
    "docs/migration-guide.md": {"": "`make drill` writes the page while it runs all of it."},
    "docs/migration.md": {
        "createuser ": "It needs a superuser of PostgreSQL.",
        "copy_database FROM_URL": "It shows a form.",
    },
    "docs/monitoring.md": {
        "-m pip": "A test takes nothing from elsewhere.",
        "health http": "It shows a server that has run for a while; test_health.py tries it.",
    },
    "docs/postgresql.md": {
        "sudo ": POSTGRESQL,
        "ALTER ROLE": POSTGRESQL,
        "SELECT ": POSTGRESQL,
    },
    "docs/privacy.md": {"GRANT ": POSTGRESQL},
    "docs/quick-start.md": {"apt-get ": ROOT},
    "docs/redis.md": {
        "bench cache": "It takes minutes; the tests of the benchmarks run it small.",
    },
    "docs/scaling.md": {"DISCORD_SHARD_": "It needs a bot's token of Discord."},
    "docs/updating.md": {
        "git pull\n": "A test takes nothing from elsewhere.",
        "upgrade_check\n": "Which migrations wait differs; test_upgrading.py does it.",
        "python3 -m venv": "test_package.py installs the package.",
    },
}
TALK = "printf 'My cat is called Miso.\\n' | manage runbot --terminal --user-id 123456789012345678"
# Not by `manage`, a function, whose process would outlive the shell that runs it.
SERVER = "beside 8000 .venv/bin/python manage.py runbot --web 8000"
# By page, what was done before, with `manage` for manage.py and `beside` for what keeps running.
BEFORE: dict[str, tuple[str, ...]] = {
    "docs/api.md": (
        "manage prepare",
        TALK,
        "TOKEN=$(manage tokens create --person 123456789012345678 --name One --reason Asked)",
        "manage tokens create --person 123456789012345678 --name Two --reason Asked",
        SERVER,
    ),
    "docs/backup.md": (
        "manage prepare",
        TALK,
        "manage person erase 123456789012345678 --reason Asked --yes",
    ),
    "docs/deployment.md": ("manage prepare",),
    "docs/elasticsearch.md": ("manage prepare", TALK),
    "docs/import.md": ("manage prepare",),
    "docs/migration.md": ("manage prepare", TALK),
    "docs/redis.md": ("manage prepare", SERVER),
    "docs/search.md": ("manage prepare", TALK),
    "docs/security.md": ("manage prepare",),
    "docs/updating.md": ("manage prepare",),
}
# Of the pages, what answers until it is told to end.
SERVERS = ("runbot --no-worker", "runworker", "-m uvicorn")
# What a person is asked and types.
TYPED = {"changepassword": "A-long-passw0rd\\nA-long-passw0rd\\n"}


def reason_of(block: Block, command: Command) -> tuple[str, str] | None:
    """Return the name under which a command is listed and the reason, or None for one to run."""
    for name, reason in NOT_RUN.get(block.page, {}).items():
        typed = command.typed.removeprefix(".venv/bin/python ").removeprefix("manage.py ")
        whole = not name.endswith("\n") and block.text.startswith(name)
        if whole or f"{typed}\n".startswith(name):
            return name, reason
    return None


def to_run(block: Block) -> list[Command]:
    """Return the commands of a block that are run."""
    return [command for command in block.commands if reason_of(block, command) is None]
