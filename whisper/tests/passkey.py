"""A passkey in software, for tests that look at what a site accepts without a browser."""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cbor import encode
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40
ID = b"a passkey of a test"


@dataclass(slots=True)
class Passkey:
    """An authenticator with one key, whose owner is there and verified.

    Args:
        origin: of the pages that it is used on.
        user: the account that its key is for, as the site names it.
    """

    origin: str
    user: str = ""
    _key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser sends to add this passkey."""
        wanted = options["publicKey"]
        self.user = wanted["user"]["id"]
        key = encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(ID)) + ID + key
        data = _data(wanted["rp"]["id"], WITH_KEY) + attested
        attestation = encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", wanted["challenge"])
        return _credential(clientDataJSON=client, attestationObject=attestation)

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return what a browser sends to sign in."""
        wanted = options["publicKey"]
        client = self._client("webauthn.get", wanted["challenge"])
        data = _data(wanted["rpId"])
        signature = self._key.sign(
            data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        found = _credential(clientDataJSON=client, authenticatorData=data, signature=signature)
        found["response"]["userHandle"] = self.user
        return found

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()


def _data(site: str, more: int = 0) -> bytes:
    flags = PRESENT | VERIFIED | more
    return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, 0)


def _credential(**response: bytes) -> dict[str, Any]:
    number = websafe_encode(ID)
    parts = {name: websafe_encode(value) for name, value in response.items()}
    return {"id": number, "rawId": number, "type": "public-key", "response": parts}
