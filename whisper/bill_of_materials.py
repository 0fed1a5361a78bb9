"""Which packages an installation consists of: a bill of materials in CycloneDX 1.6 (ECMA-424)."""

from __future__ import annotations

import re
import sys
import uuid
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import Distribution, PackageMetadata, distributions
from typing import Any, TypedDict
from urllib.parse import quote

# Names of SPDX begin so; other texts are named as they are.
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{1,40}")
_REQUIRED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Bill(TypedDict):
    """A bill of materials, as CycloneDX writes it in JSON."""

    bomFormat: str
    specVersion: str
    serialNumber: str
    version: int
    metadata: dict[str, Any]
    components: list[dict[str, Any]]
    dependencies: list[dict[str, Any]]


def bill_of_materials(now: datetime) -> Bill:
    """Return all installed packages with versions, licences, and what each requires.

    Args:
        now: the time of the bill, with zone.
    """
    found = [one for one in distributions() if one.metadata["Name"]]
    packages = {_plain(one.metadata["Name"]): one for one in found}
    return Bill(
        bomFormat="CycloneDX",
        specVersion="1.6",
        serialNumber=f"urn:uuid:{uuid.uuid4()}",
        version=1,
        metadata={
            "timestamp": now.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": "whisper",
                "name": "whisper",
                "properties": [{"name": "python", "value": sys.version.split()[0]}],
            },
        },
        components=[_component(packages[name]) for name in sorted(packages)],
        dependencies=[
            {"ref": _purl(packages[name]), "dependsOn": _requires(packages[name], packages)}
            for name in sorted(packages)
        ],
    )


def _component(package: Distribution) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.metadata["Name"],
        "version": package.version,
        "purl": _purl(package),
    }
    if licence := _licence(package.metadata):
        component["licenses"] = [licence]
    return component


def _licence(metadata: PackageMetadata) -> dict[str, Any] | None:
    """Return a package's licence: its SPDX expression, or what it calls it."""
    fields = metadata.json
    if expression := fields.get("license_expression"):
        return {"expression": expression}
    lines = [line for line in fields.get("classifier", ()) if line.startswith("License :: ")]
    named = [line.rpartition(" :: ")[2] for line in lines]
    text = str(fields.get("license", "")).strip()
    if not named and _SPDX.fullmatch(text):
        named = [text]
    return {"license": {"name": named[0]}} if named else None


def _requires(package: Distribution, packages: Mapping[str, Distribution]) -> list[str]:
    """Return which of the packages another one requires, whatever its extras."""
    lines = [line for line in package.requires or () if "extra ==" not in line]
    names = {_plain(match[0]) for line in lines if (match := _REQUIRED.match(line))}
    return sorted(_purl(packages[name]) for name in names & packages.keys())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _purl(package: Distribution) -> str:
    return f"pkg:pypi/{_plain(package.metadata['Name'])}@{quote(package.version, safe='.')}"
