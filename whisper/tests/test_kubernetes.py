"""The manifest for Kubernetes, as far as it can be checked without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from whisper.environment import variable_names

ROOT = Path(settings.BASE_DIR)
USER = "useradd --create-home --uid 10001 whisper"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """Return what is applied, by its kind."""
    text = (ROOT / "deploy" / "kubernetes" / "whisper.yaml").read_text()
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


@pytest.fixture
def pod(manifest) -> dict[str, Any]:
    found: dict[str, Any] = manifest["Deployment"]["spec"]["template"]
    return found


def test_settings_are_known(manifest):
    given = {*manifest["Secret"]["stringData"], *manifest["ConfigMap"]["data"]}
    assert given <= set(variable_names())


def test_it_runs_the_image_of_compose_as_its_account_and_writes_to_volumes_alone(pod):
    compose = yaml.safe_load((ROOT / "compose.yml").read_text())["services"]["whisper"]
    (container,) = pod["spec"]["containers"]
    assert container["image"] == compose["image"]
    assert container["args"] == compose["command"]
    assert f"{pod['spec']['terminationGracePeriodSeconds']}s" == compose["stop_grace_period"]
    assert USER in (ROOT / "Dockerfile").read_text()
    assert pod["spec"]["securityContext"]["runAsUser"] == 10001
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    mounts = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert mounts == {"data": "/data", "tmp": "/tmp"}
    assert set(mounts) == {one["name"] for one in pod["spec"]["volumes"]}


def test_names_refer_to_what_is_there(manifest, pod):
    (container,) = pod["spec"]["containers"]
    volumes = {one["name"]: one for one in pod["spec"]["volumes"]}
    claim = volumes["data"]["persistentVolumeClaim"]["claimName"]
    assert claim == manifest["PersistentVolumeClaim"]["metadata"]["name"]
    read = {next(iter(one)): next(iter(one.values()))["name"] for one in container["envFrom"]}
    assert read == {"configMapRef": "whisper", "secretRef": "whisper"}
    labels = pod["metadata"]["labels"]
    assert manifest["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert manifest["Service"]["spec"]["selector"] == labels
    ports = {port["name"] for port in container["ports"]}
    assert {port["targetPort"] for port in manifest["Service"]["spec"]["ports"]} == ports


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
async def test_what_a_probe_asks_is_answered_by_the_pods_address(probe, pod, async_client):
    (container,) = pod["spec"]["containers"]
    asked = container[probe]["httpGet"]
    headers = {one["name"].lower(): one["value"] for one in asked["httpHeaders"]}
    answer = await async_client.get(asked["path"], headers=headers)
    assert answer.status_code == 200
