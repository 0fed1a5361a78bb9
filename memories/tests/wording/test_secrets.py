"""Tests of secrets in what people say: which are left out, and what only looks like one."""

from __future__ import annotations

import pytest

from memories.actions import remember
from memories.models import Memory
from memories.tests.factories import draft
from memories.wording.secrets import has_secret, without_secrets

SECRETS = [
    ("my card is 4111 1111 1111 1111 ok", "my card is [card number left out] ok"),
    ("378282246310005", "[card number left out]"),
    ("5500-0000-0000-0004", "[card number left out]"),
    ("DE89 3704 0044 0532 0130 00", "[account number left out]"),
    ("GB82WEST12345698765432", "[account number left out]"),
    ("my SSN: 078-05-1120.", "my SSN: [social security number left out]."),
    ("my PIN is 4411", "my PIN is [password left out]"),
    ("mein Passwort ist geheim99", "mein Passwort ist [password left out]"),
    ("the wifi password's banana-42", "the wifi password's [password left out]"),
    ("postgres://ann:s3cret@db/x", "postgres://ann:[password left out]@db/x"),
    ("use AKIAIOSFODNN7EXAMPLE there", "use [key left out] there"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[key left out]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dozjgNryP4J3jVmNHl0w5N", "[key left out]"),
    (
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- there",
        "[private key left out] there",
    ),
    ("mastercard 2223000048400011", "mastercard [card number left out]"),
    ("card 4111\u00a01111\u00a01111\u00a01111", "card [card number left out]"),
    ("4111.1111.1111.1111", "[card number left out]"),
    ("４１１１\u200b１１１１１１１１１１１１ is it", "[card number left out] is it"),
    ("_4111111111111111_", "_[card number left out]_"),
    ("6212 8656 9070 2931 376", "[card number left out]"),
    ("maestro 5018585847195406131", "maestro [card number left out]"),
    ("es91 2100 0418 4502 0005 1332 is my iban", "[account number left out] is my iban"),
    ("DE89-3704-0044-0532-0130-00", "[account number left out]"),
    ("my social security number is 078051120", "my social security number is {ssn}"),
    ("aws_secret_access_key = wJalrXUtn/K7MDENG", "aws_secret_access_key = [password left out]"),
    ("password: AKIAIOSFODNN7EXAMPLE", "password: [key left out]"),
    ("Authorization: Bearer abcdefghij0123456789", "Authorization: Bearer [key left out]"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ", "[private key left out]"),
    ("seed phrase: " + "witch " * 11 + "ice", "seed phrase: [recovery phrase left out]"),
    ("the password for netflix is Summer2024!", "the password for netflix is {password}"),
    ("the wifi password was hunter22", "the wifi password was {password}"),
    ('my password is "open sesame 7"', "my password is {password}"),
    ('{"password": "hunter22"}', '{"password": {password}}'),
    ("pw hunter22", "pw {password}"),
    ("2FA code 482913", "2FA code {password}"),
    ("La contraseña de mi correo es Luna2020!", "La contraseña de mi correo es {password}"),
    ("Mein Passwort lautet Sonne#55", "Mein Passwort lautet {password}"),
    ("пароль от почты — qwerty99", "пароль от почты — {password}"),
    ("hasło do wifi: kot88", "hasło do wifi: {password}"),
    ("wifi密码是maomi88", "wifi密码是{password}"),
    ("パスワードはsakura99です", "パスワードは{password}です"),
]
MARKS = {
    "{ssn}": "[social security number left out]",
    "{password}": "[password left out]",
}
PLAIN = [
    "I forgot my password again",
    "my password is long",
    "call me at 0170 1234567",
    "the id is 410000000000000301",
    "4111 1111 1111 1112 is no card",
    "<@4111111111111111> and <@!4111111111111111> in <#4111111111111111> of <@&4111111111111111>",
    "1234567890123 milliseconds",
    "born 1990-05-12, aged 35",
    "the pin is stuck in the board",
    "see https://example.org/a:b@c",
    "DE00 3704 0044 0532 0130 00",
    "0000 0000 0000 0000",
    "a password manager like 1Password",
    "I forgot the password to 7zip",
    "passwords are case-sensitive",
    "the PIN is 4-digit",
    "the password on my-laptop is weird",
    "id 4111111111111111115",
    "2024 2025 2026 2027",
    "call 0049 30 1234567, or +49 151 23456789",
    "2023-12-31 23:59:59.123456",
    "https://discord.com/channels/1087654321098765432/1087654321098765433",
    "secret santa is on 2024-12-24",
    "密码忘了 3 次",
]


@pytest.mark.parametrize(("text", "kept"), SECRETS)
def test_a_secret_is_left_out(text, kept):
    for short, mark in MARKS.items():
        kept = kept.replace(short, mark)
    assert without_secrets(text) == kept
    # A message is looked at when it comes, and what is made of it when it is kept.
    assert without_secrets(kept) == kept
    assert has_secret(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_a_secret_stays(text):
    assert without_secrets(text) == text


@pytest.mark.django_db
def test_no_memory_is_made_of_a_secret():
    remember(draft("Her card is 4111 1111 1111 1111"))
    assert Memory.objects.get().text == "Her card is [card number left out]"
