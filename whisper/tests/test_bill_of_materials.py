"""Tests of the software bill of materials."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.heavy

PURL = re.compile(r"pkg:pypi/[a-z0-9-]+@[A-Za-z0-9.%]+")


@pytest.fixture(scope="module")
def bill():
    out = StringIO()
    call_command("sbom", stdout=out)
    return json.loads(out.getvalue())


def test_it_has_what_the_format_asks_for(bill):
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", bill["serialNumber"])
    assert re.fullmatch(r"[0-9T:-]+\+00:00", bill["metadata"]["timestamp"])
    known = {"type", "bom-ref", "name", "version", "purl", "licenses"}
    for one in bill["components"]:
        assert known >= one.keys() >= known - {"licenses"}
        assert PURL.fullmatch(one["purl"])


def test_it_is_valid_by_the_schema_of_cyclonedx(bill):
    # It builds grammars for seconds, which every run of any test would wait for.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(bill))
    assert fault is None, fault


def test_each_package_is_there_once_with_its_version(bill):
    names = [one["bom-ref"] for one in bill["components"]]
    assert len(names) == len(set(names))
    versions = {one["name"].lower(): one["version"] for one in bill["components"]}
    assert versions["django"] == version("django")


def test_what_is_required_is_in_the_bill(bill):
    refs = {one["bom-ref"] for one in bill["components"]}
    requires = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert requires.keys() == refs
    assert {ref for found in requires.values() for ref in found} <= refs
    assert any(ref.startswith("pkg:pypi/asgiref@") for ref in requires[_django(refs)])


def _django(refs):
    (found,) = [ref for ref in refs if ref.startswith("pkg:pypi/django@")]
    return found


def test_each_package_of_the_lock_that_is_installed_is_in_it(bill):
    lock = (settings.BASE_DIR / "requirements-light.txt").read_text()
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    named = {re.sub(r"[-_.]+", "-", one["name"]).lower() for one in bill["components"]}
    assert len(locked & named) > 0.8 * len(locked)


def test_it_is_written_to_a_file(tmp_path):
    out = StringIO()
    call_command("sbom", to=tmp_path / "sbom.json", stdout=out)
    assert json.loads((tmp_path / "sbom.json").read_text())["components"]
