"""What `manage.py doctor` looks at of the language model and of Discord."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from botrunner.llm.endpoints import Endpoint, endpoint
from whisper.doctor import Finding, bad, examines, fine, poor
from whisper.environment import environment

SECONDS = 10.0
REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
DISCORD = "https://discord.com/api/v10"
# Flags of an application: the Message Content intent, of a verified bot or of a small one.
READS_MESSAGES = 1 << 18 | 1 << 19
PORTAL = "in the developer portal (Bot, Privileged Gateway Intents)"


@examines("language model")
def _model() -> Iterator[Finding]:
    where = endpoint("chat")
    if where is None:
        yield fine("none; replies are made by rules (LLM_CHAT_API_URL connects one)")
        return
    # Keys go by https, or stay on the machine; the settings have checked the address.
    head = {"Authorization": f"Bearer {where.key}"} if where.key else {}
    try:
        listed = _get(f"{where.url.rstrip('/')}/models", head)
    except HTTPError as error:
        yield _refused_model(where, error)
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or type(error).__name__
        yield bad(f"{where.url} doesn't answer ({why})", "start it, or correct LLM_CHAT_API_URL")
    else:
        yield _named_model(where, listed)


def _refused_model(where: Endpoint, error: HTTPError) -> Finding:
    if error.code in REFUSALS:
        return bad(f"{where.url} rejects the key", "correct LLM_API_KEY")
    if error.code == HTTPStatus.NOT_FOUND:
        return poor(f"{where.url} lists no models", "does LLM_CHAT_API_URL end in /v1?")
    return bad(f"{where.url} answers with error {error.code}", "see the log of that server")


def _named_model(where: Endpoint, listed: Any) -> Finding:
    data = listed.get("data") if isinstance(listed, dict) else None
    names = [str(one.get("id")) for one in data or [] if isinstance(one, dict)]
    if names and where.model not in names:
        return poor(
            f"{where.url} has no model {where.model}",
            f"set LLM_MODEL_NAME to one of {', '.join(names[:5])}",
        )
    return fine(f"{where.url} answers, with {where.model}")


@examines("discord")
def _discord() -> Iterator[Finding]:
    token = environment.discord_bot_token
    if token is None:
        yield fine("no token; runbot chats in the terminal (DISCORD_BOT_TOKEN connects it)")
        return
    base = (environment.discord_api_url or DISCORD).rstrip("/")
    # Discord refuses programs that don't say who they are.
    head = {
        "Authorization": f"Bot {token.get_secret_value()}",
        "User-Agent": "DiscordBot (whisper, 1)",
    }
    try:
        me = _get(f"{base}/users/@me", head)
        application = _get(f"{base}/applications/@me", head)
        servers = _get(f"{base}/users/@me/guilds", head)
    except HTTPError as error:
        if error.code in REFUSALS:
            yield bad("Discord rejects the token", "copy it again from the developer portal")
        else:
            yield bad(f"Discord answers with error {error.code}", "try again later")
        return
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", None) or type(error).__name__
        yield bad(f"Discord can't be reached ({why})", "check the network and its firewall")
        return
    yield fine(f"logged in as {me['username']}, in {len(servers):,} servers")
    if not application.get("flags", 0) & READS_MESSAGES:
        yield poor(
            "the Message Content intent is off, so in servers it reads mentions alone",
            f"turn it on {PORTAL}",
        )
    if not servers:
        yield poor("it is in no server", "invite it, as docs/discord.md says, or write to it")


def _get(url: str, head: dict[str, str]) -> Any:
    """Return the JSON at an address.

    Raises:
        OSError, ValueError: there is none.
    """
    request = Request(url, headers=head)  # noqa: S310 - of the settings, which are checked
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        return json.load(answer)
