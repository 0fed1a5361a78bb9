"""What the system says of an address is found under the errors of libraries."""

from __future__ import annotations

import pytest
import redis

from whisper.networking import system_reason


def test_a_refused_connection_is_found_under_a_librarys_error():
    with pytest.raises(redis.ConnectionError) as caught:
        redis.Redis(host="127.0.0.1", port=9).ping()
    assert system_reason(caught.value) == "Connection refused"


def test_the_address_in_the_words_is_left_out():
    error = OSError(111, "Connect call failed ('127.0.0.1', 9)")
    assert system_reason(error) == "Connection refused"


def test_an_error_that_the_system_did_not_raise_has_no_reason():
    assert system_reason(ValueError("a key")) == ""
