"""What is shown of an address."""

from __future__ import annotations

import pytest

from whisper.addresses import without_password


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
        ("postgres://ann:hunter2@db:5432/whisper", "postgres://ann:***@db:5432/whisper"),
        ("postgres://ann@db/whisper", "postgres://ann@db/whisper"),
        ("postgres://ann:hunt@er2/hunter2@db/whisper", "postgres://ann:***@db/whisper"),
        ("postgres://db/w?user=ann&password=hunter2", "postgres://db/w?user=ann&password=***"),
        ("https://llm.example/v1?api_key=hunter2&a=b", "https://llm.example/v1?api_key=***&a=b"),
        ("ann:hunter2@db/whisper", "***@db/whisper"),
        ("http://a:hunter2@one:9200,http://b:hunter2@two:9200", "http://a:***@two:9200"),
        ("localhost:1234", "localhost:1234"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert without_password(address) == shown
