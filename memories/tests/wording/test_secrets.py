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
]
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
]


@pytest.mark.parametrize(("text", "kept"), SECRETS)
def test_a_secret_is_left_out(text, kept):
    assert without_secrets(text) == kept
    assert has_secret(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_only_looks_like_a_secret_stays(text):
    assert without_secrets(text) == text


@pytest.mark.django_db
def test_no_memory_is_made_of_a_secret():
    remember(draft("Her card is 4111 1111 1111 1111"))
    assert Memory.objects.get().text == "Her card is [card number left out]"
