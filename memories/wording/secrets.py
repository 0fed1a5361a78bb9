"""Secrets in what people say: keys, passwords and numbers of cards are left out before it is kept.

All patterns are linear: each begins with fixed characters, and what repeats has an upper limit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

MARK = "[{} left out]"

_DIGITS = re.compile(r"[ -]")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of secret.

    Args:
        name: what is said in its place.
        pattern: finds it; a group named `secret` is what is left out, else all of it.
        check: whether a match is one indeed.
    """

    name: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool] = lambda _: True


def without_secrets(text: str) -> str:
    """Return a text with a mark in place of each secret; the same text if it has none."""
    for kind in _KINDS:
        text = kind.pattern.sub(lambda match, kind=kind: _left_out(match, kind), text)  # type: ignore[misc]
    return text


def has_secret(text: str) -> bool:
    """Return whether a text holds what `without_secrets` leaves out."""
    return without_secrets(text) != text


def _left_out(match: re.Match[str], kind: _Kind) -> str:
    group = "secret" if "secret" in match.re.groupindex else 0
    secret = match[group]
    if not kind.check(secret):
        return match[0]
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    return match[0][:start] + MARK.format(kind.name) + match[0][end:]


def _is_card(text: str) -> bool:
    """Return whether digits are the number of a card: Luhn's sum ends in 0."""
    digits = [int(digit) for digit in _DIGITS.sub("", text)]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1


def _is_iban(text: str) -> bool:
    """Return whether letters and digits are an account's number: the rest by 97 is 1."""
    plain = text.replace(" ", "").upper()
    moved = plain[4:] + plain[:4]
    return len(plain) >= 15 and int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


def _is_no_plain_word(text: str) -> bool:
    """Return whether what follows "my password is" is one, and not said about it."""
    return any(not one.isalpha() for one in text.strip("\"'`.,!?")) and len(text) >= 4


_WORDS_FOR = (
    r"passwords?|passphrase|passcode|passwort|kennwort|mot de passe|contraseña|senha|wachtwoord"
    r"|hasło|parola|şifrem?|пароль|api[ _-]?key|secret[ _-]?key|access[ _-]?token|auth[ _-]?token"
    r"|cvv2?|cvc|pin(?: ?code| number)?|login code"
)
_KINDS = (
    _Kind(
        "private key",
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,5000}?"
            r"(?:-----END [A-Z ]{0,30}KEY-----|\Z)"
        ),
    ),
    _Kind(
        "key",
        re.compile(
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,255}|\bgithub_pat_\w{22,255}"
            r"|\bglpat-[\w-]{20,64}|\b(?:sk|rk|pk)[-_](?:live|test|proj|ant|or)[-_][\w-]{16,255}"
            r"|\bsk-[A-Za-z0-9]{20,255}|\bxox[abeprs]-[\w-]{10,255}|\bAIza[\w-]{35}|\bya29\.[\w-]{20,255}"
            r"|\bhf_[A-Za-z0-9]{30,64}|\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{50,255}|\bdop_v1_[0-9a-f]{64}"
            r"|\bwhisper_[\w-]{43}|\bSG\.[\w-]{16,64}\.[\w-]{16,64}|\b\d{8,10}:AA[\w-]{33}(?![\w-])"
            r"|\b[MNO][\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,45}|\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{10,1000}"
        ),
    ),
    _Kind(
        "password",
        re.compile(r"\b[a-z][a-z0-9+.-]{1,12}://[^\s:/@]{1,100}:(?P<secret>[^\s:/@]{1,100})@"),
    ),
    _Kind(
        "password",
        re.compile(
            rf"\b(?:{_WORDS_FOR})\b(?:['’]s| is| ist| est| es| é| to| è| ?[:=]){{1,2}}"
            r"(?: still| now)? {0,3}[\"'`“]?(?P<secret>[^\s\"'`”]{3,100})",
            re.IGNORECASE,
        ),
        _is_no_plain_word,
    ),
    _Kind(
        "card number",
        re.compile(
            # What follows <@ or <# is the id of a person, a role or a channel.
            r"(?<![\w.-])(?<!<[@#])(?<!<@[!&])"
            r"(?:[3-6]\d{3}(?:[ -]?\d{4}){3}|3[47]\d{2}[ -]?\d{6}[ -]?\d{5})"
            r"(?![\w-])(?!\.\d)"
        ),
        _is_card,
    ),
    _Kind(
        "account number",
        re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
        _is_iban,
    ),
    _Kind(
        "social security number",
        re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
    ),
)
