"""Say in a few words why a server gave no answer."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import openai

from whisper.addresses import without_password

TOO_MANY = 429
REASONS = {
    400: "the request was refused",
    401: "the key was refused",
    402: "the account has no credit",
    403: "access was refused",
    404: "the address or the model is unknown",
    413: "the request is too long",
    422: "the request was refused",
    TOO_MANY: "too many requests",
}
LOADING = re.compile(r"loading model|model is (still |currently )?loading", re.IGNORECASE)
WORTH_RETRYING = {408, 409, 425, TOO_MANY}


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why there is no answer.

    Args:
        reason: a phrase that holds nothing a person said, nor any secret.
        retry: whether an immediate retry may help.
        retry_after: seconds that the server asks to wait.
        permanent: whether trying again is pointless until something is changed.
        refused: whether it is this request that the server does not take.
        loading: whether the server says that it is still loading the model.
        away: whether it is the server that fails, whatever it is asked.
    """

    reason: str
    retry: bool = False
    retry_after: float | None = None
    permanent: bool = False
    refused: bool = False
    loading: bool = False
    away: bool = False


def fault_of(error: Exception) -> Fault:
    """Return what an error of the SDK means."""
    match error:
        case openai.APITimeoutError():
            return Fault(f"{_server(error)} can't be reached in time", retry=True, away=True)
        case openai.APIConnectionError():
            return Fault(f"the connection to {_server(error)} failed", retry=True, away=True)
        case openai.APIError():
            return _by_status(error)
        case TimeoutError():
            return Fault("the server did not answer in time", away=True)
        case _:
            return Fault("the answer can't be read")


def _server(error: openai.APIConnectionError) -> str:
    """Return the server's address, without what follows it: a query may hold a key."""
    parts = urlsplit(without_password(str(error.request.url)))
    return f"{parts.scheme}://{parts.netloc}"


def _by_status(error: openai.APIError) -> Fault:
    """Return what a status means, which may also come inside a stream that began well."""
    status = _status(error)
    if status is None or status >= 500 or status in WORTH_RETRYING:
        permanent = error.code == "insufficient_quota"
        reason = REASONS.get(status or 0, "the server failed")
        return Fault(
            reason=f"{reason}{_details(status, error)}",
            retry=not permanent,
            retry_after=_retry_after(error),
            permanent=permanent,
            away=not permanent and status != TOO_MANY,
            loading=bool(LOADING.search(error.message)),
        )
    reason = REASONS.get(status, "the request was refused")
    return Fault(
        reason=f"{reason}{_details(status, error)}",
        permanent=True,
        refused=status in {400, 422},
    )


def _status(error: openai.APIError) -> int | None:
    if isinstance(error, openai.APIStatusError):
        return error.status_code
    code = error.code or ""
    return int(code) if re.fullmatch(r"[45]\d\d", code) else None


def _details(status: int | None, error: openai.APIError) -> str:
    # Only a word such as "model_not_found": the server's sentence could quote what a person said.
    words = (word for word in (error.code, error.type) if re.fullmatch(r"[a-z_]{3,40}", word or ""))
    shown = [str(part) for part in (status, next(words, None)) if part]
    return f" ({', '.join(shown)})" if shown else ""


def _retry_after(error: openai.APIError) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    value = error.response.headers.get("retry-after", "")
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None
