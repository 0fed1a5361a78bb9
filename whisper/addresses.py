"""Addresses as people may see them: without the password in them."""

from __future__ import annotations

import re

HIDDEN = "***"
_SECRET_IN_QUERY = re.compile(r"([?&](?:\w*password|\w*token|\w*key)=)[^&\s]*", re.IGNORECASE)


def without_password(address: str) -> str:
    """Return an address, or several separated by commas, with `***` for what is secret in it.

    The address needn't be valid: a mistyped one is shown to the person who typed it this way too.
    """
    before, slashes, rest = address.partition("//")
    if not slashes:
        before, rest = "", address
    login, at, host = rest.rpartition("@")
    if at:
        user = login.partition(":")[0] if slashes else HIDDEN
        password = f":{HIDDEN}" if ":" in login and slashes else ""
        rest = f"{user}{password}@{host}"
    return _SECRET_IN_QUERY.sub(rf"\g<1>{HIDDEN}", f"{before}{slashes}{rest}")
