"""Secrets in what people say: keys, passwords and numbers of cards are left out before it is kept.

All patterns are linear: each begins with fixed characters, and what repeats has an upper limit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MARK = "[{} left out]"
_MARKED = re.compile(r"\[[a-z]{3,10}(?: [a-z]{3,10}){0,2} left out\]")

_APART = re.compile(r"[\s.-]")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of secret.

    Args:
        name: what is said in its place.
        pattern: finds it; a group named `secret` is what is left out, else all of it.
        length: how much of what was found is one indeed, from its beginning; 0 for nothing.
    """

    name: str
    pattern: re.Pattern[str]
    length: Callable[[str], int] = len


def without_secrets(text: str) -> str:
    """Return a text with a mark in place of each secret; the same text if it has none."""
    parts, end = [], 0
    for start, stop, name in _found(text):
        parts += [text[end:start], MARK.format(name)]
        end = stop
    return "".join([*parts, text[end:]])


def has_secret(text: str) -> bool:
    """Return whether a text holds what `without_secrets` leaves out."""
    return next(_found(text), None) is not None


def _found(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where secrets begin and end, in their order, and of what kind they are."""
    plain, places = _plain(text)
    marked = [match.span() for match in _MARKED.finditer(plain)]
    spans = sorted(
        (start, -stop, number)
        for number, kind in enumerate(_KINDS)
        for start, stop in _spans(plain, kind)
        # What was left out before stays as it is.
        if not any(start < its_end and its_start < stop for its_start, its_end in marked)
    )
    end = 0
    for start, stop, number in spans:
        # One within another, such as a key that is said to be a password.
        if start >= end:
            end = -stop
            yield places[start], places[end - 1] + 1, _KINDS[number].name


def _spans(text: str, kind: _Kind) -> Iterator[tuple[int, int]]:
    group = "secret" if "secret" in kind.pattern.groupindex else 0
    for match in kind.pattern.finditer(text):
        if length := kind.length(match[group]):
            yield match.start(group), match.start(group) + length


def _plain(text: str) -> tuple[str, range | list[int]]:
    """Return a text as the patterns know it, and where each of its characters stands.

    Digits, letters and spaces of other widths become the usual ones, and what can't be seen is left
    out: a card's number copied from a page may hold all of these.
    """
    if text.isascii():
        return text, range(len(text))
    kept = [(place, seen) for place, one in enumerate(text) if (seen := _usual(one))]
    return "".join(seen for _, seen in kept), [place for place, _ in kept]


@lru_cache(maxsize=10_000)
def _usual(character: str) -> str:
    if unicodedata.category(character) == "Cf":
        return ""
    if character.isspace():
        return "\n" if character == "\n" else " "
    usual = unicodedata.normalize("NFKC", character)
    return usual if len(usual) == 1 else character


def _card(text: str) -> int:
    """Return the length of a card's number, or 0 if it isn't one: Luhn's sum ends in 0."""
    digits = [int(digit) for digit in _APART.sub("", text)]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    is_card = (sum(digits[::-2]) + sum(doubled)) % 10 == 0 and len(set(digits)) > 1
    return len(text) if is_card else 0


def _iban(text: str) -> int:
    """Return the length of an account's number at the beginning of a text, or 0.

    Words may follow it; of a number, the rest by 97 is 1.
    """
    for end in range(len(text), 14, -1):
        between = text[end : end + 1].isalnum() or not text[end - 1].isalnum()
        plain = _APART.sub("", text[:end]).upper()
        if between or not 15 <= len(plain) <= 34:
            continue
        if int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1:
            return end
    return 0


def _password(text: str) -> int:
    """Return the length of what is a password, and not said about one ("is too long")."""
    bare = text.strip("\"'`“”„«».,!?;")
    words = bare.replace("-", " ", 1)
    is_said = all(one.isalpha() or one in " '’" for one in words) or _COUNTED.fullmatch(bare)
    return 0 if is_said or len(bare) < 3 or bare in _SHOWN else len(text)


def _password_alone(text: str) -> int:
    """Return the length of what is a password where nothing says that it is one."""
    mixed = any(one.isdigit() for one in text) and any(one.isalpha() for one in text)
    return len(text) if mixed and _password(text) else 0


def _token(text: str) -> int:
    return len(text) if any(one.isdigit() for one in text) else 0


# What is said about one: a 4-digit PIN, 12 characters, the 1st.
_COUNTED = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|x|[- ]?(?:digits?|char\w{0,7}|letters?|words?|numbers?|times|tries"
    r"|stellig\w{0,2}|zeichen|ziffern))?",
    re.IGNORECASE,
)
_SHOWN = {"***", "****", "*****", "******", "********", "...", "…", "???"}
# Words for what is secret, in the languages that the companion is mostly spoken to in.
_WORDS_FOR = (
    r"passwords?|passwd|pwd|pw|passphrases?|passcodes?|passw[oö]rt|passwörter|kennwort|zugangscode"
    r"|mot de passe|code secret|contraseñas?|clave|senha|wachtwoord|has[łl]o(?: to)?|parola|parolă"
    r"|[şs]ifre(?:m|si)?|пароль|пароля|lösenord(?:et)?|salasana(?:ni)?(?: on)?|jelszó|κωδικός"
    r"|adgangskoden?(?: er)?|passord(?:et)?(?: er)?|heslo(?: je)?|mật khẩu|kata sandi|סיסמה"
    r"|كلمة (?:السر|المرور)|पासवर्ड"
)
_KEY = (
    r"api[ _-]?keys?|secret[ _-]?access[ _-]?key|secret[ _-]?key|access[ _-]?key|account[ _-]?key"
    r"|private[ _-]?key|client[ _-]?secret|access[ _-]?token|auth[ _-]?token"
)
_CODE = (
    r"cvv2?|cvc2?|pin(?:[ -]?code| number|-nummer)?|otp|2fa(?: code)?"
    r"|(?:login|verification|security|access) code"
)
_IS = (
    r"(?: ?[:=]{1,2}>? ?| ?-> ?| [—–→-] |['’]s | (?:is|was|are|ist|war|lautet|est|était|es|era|é|è"
    r"|är|jest|este|είναι|adalah|là)(?: still| now|:)? )"
)
# "for the bank", "del wifi", "от почты"
_OF = (
    r"(?: (?:for|of|to|on|at|from|del?|di|della|der|des|fürs?|zum|zur|vom|du|da|do|pour|per|van"
    r"|voor|till|na|od|к|от|для) [^\s:=]{1,30}(?: [^\s:=]{1,30}){0,2}| (?:μου|mea|mio|ta|min))?"
)
_HIDDEN = r"""(?P<secret>["“„«'`][^"”“»'`\n]{3,100}["”“»'`]|[^\s"'`”]{3,100})"""
# Not within a longer word, but for one with `_` in it.
_BEGINS, _ENDS = r"(?<![^\W_])", r"(?![^\W_])"
_SPACED = r"[ .-]{0,2}"
_KINDS = (
    _Kind(
        "private key",
        re.compile(
            r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,5000}?"
            r"(?:-----END [A-Z ]{0,30}KEY(?: BLOCK)?-----|\Z)"
            r"|PuTTY-User-Key-File-\d[\s\S]{0,5000}?(?:Private-MAC: ?\w{1,80}|\Z)"
            r"|AGE-SECRET-KEY-1[0-9A-Z]{20,80}"
        ),
    ),
    _Kind(
        "key",
        re.compile(
            r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,255}|\bgithub_pat_\w{22,255}"
            r"|\bglpat-[\w-]{20,64}|\b(?:sk|rk|pk)[-_](?:live|test|proj|ant|or)[-_][\w-]{16,255}"
            r"|\bsk-[A-Za-z0-9]{20,255}|\bx(?:ox[abeprs]|app)-[\w-]{10,255}|\bAIza[\w-]{35}|\bya29\.[\w-]{20,255}"
            r"|\bhf_[A-Za-z0-9]{30,64}|\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{50,255}|\bdop_v1_[0-9a-f]{64}"
            r"|\bwhisper_[\w-]{43}|\bSG\.[\w-]{16,64}\.[\w-]{16,64}|\b\d{8,10}:AA[\w-]{33}(?![\w-])"
            r"|\b[MNO][\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,45}|\beyJ[\w-]{10,2000}\.eyJ[\w-]{4,4000}\.[\w-]{10,1000}"
        ),
    ),
    _Kind(
        "key",
        re.compile(
            r"\bdiscord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{15,20}/(?P<secret>[\w-]{40,100})"
        ),
    ),
    _Kind(
        "key",
        re.compile(r"\bbearer (?P<secret>[\w.~+/-]{20,500}={0,2})", re.IGNORECASE),
        _token,
    ),
    _Kind(
        "key",
        re.compile(
            rf"{_BEGINS}(?:token|secret)[\"']?(?: ?[:=] ?| is )[\"'`]?"
            r"(?P<secret>[\w.+/-]{12,200}={0,2})",
            re.IGNORECASE,
        ),
        _password_alone,
    ),
    _Kind(
        "recovery phrase",
        re.compile(
            r"\b(?:seed|recovery|mnemonic) (?:phrase|words?)\W{1,3}(?:is\W{1,3})?"
            r"(?P<secret>(?:[a-z]{3,8}[ ,]{1,2}){11,23}[a-z]{3,8})",
            re.IGNORECASE,
        ),
    ),
    _Kind(
        "password",
        re.compile(r"\b[a-z][a-z0-9+.-]{1,12}://[^\s:/@]{1,100}:(?P<secret>[^\s:/@]{1,100})@"),
    ),
    _Kind(
        "password",
        re.compile(
            rf"{_BEGINS}(?:{_WORDS_FOR}|{_KEY}|{_CODE}){_ENDS}[\"'”]?"
            rf"{_OF}{_IS}{{1,2}} {{0,3}}{_HIDDEN}",
            re.IGNORECASE,
        ),
        _password,
    ),
    _Kind(
        "password",
        re.compile(rf"{_BEGINS}pass(?: ?: ?| ?= ?){_HIDDEN}", re.IGNORECASE),
        _password_alone,
    ),
    _Kind(
        "password",
        re.compile(rf"{_BEGINS}(?:{_WORDS_FOR}) (?P<secret>[^\s\"'`”]{{6,100}})", re.IGNORECASE),
        _password_alone,
    ),
    _Kind(
        "password",
        re.compile(rf"{_BEGINS}(?:{_CODE}) (?P<secret>\d{{3,8}})(?![\w:/-]|\.\d)", re.IGNORECASE),
    ),
    _Kind(
        "password",
        re.compile(
            # Of scripts without spaces between words.
            r"(?:パスワード|暗証番号|密码|密碼|口令|비밀번호|암호)"
            r"[은는이가はが是为為叫:= ]{0,4}[\"「『“]?(?P<secret>[!-~]{4,100})"
        ),
        _password,
    ),
    _Kind(
        "card number",
        re.compile(
            # What follows <@ or <# is the id of a person, a role or a channel.
            r"(?<![^\W_])(?<![.+-])(?<!<[@#])(?<!<@[!&])"
            rf"(?:(?:[3-6]\d|2[2-7])\d{{2}}(?:{_SPACED}\d{{4}}){{3}}(?:[ -]\d{{3}})?"
            rf"|3[47]\d{{2}}{_SPACED}\d{{6}}{_SPACED}\d{{5}}"
            rf"|3(?:0[0-5]|[689]\d)\d{_SPACED}\d{{6}}{_SPACED}\d{{4}})"
            r"(?![^\W_]|-|\.\d)"
        ),
        _card,
    ),
    _Kind(
        "card number",
        re.compile(
            # One of a length that ids have, too.
            r"\b(?:card|visa|maestro|unionpay|mastercard|karte|carte|tarjeta|carta|cartão|karta|kaart"
            r"|карт[аы])(?: ?(?:number|no\.?|nummer|numéro|numero|número|номер))?"
            r"(?: is| ist| est| es)?[ :=#]{1,3}(?P<secret>[3-6]\d{12,18})(?!\d)",
            re.IGNORECASE,
        ),
        _card,
    ),
    _Kind(
        "account number",
        re.compile(
            r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b", re.IGNORECASE
        ),
        _iban,
    ),
    _Kind(
        "social security number",
        re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])"),
    ),
    _Kind(
        "social security number",
        re.compile(
            r"\b(?:ssn|social security(?: number| no\.?)?)(?: is)?[ :=]{1,3}"
            r"(?P<secret>\d{3}[ -]?\d{2}[ -]?\d{4})(?!\d)",
            re.IGNORECASE,
        ),
    ),
)
