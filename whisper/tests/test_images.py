"""The images of compose.yml and the Dockerfile can be pinned."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType

import pytest
import yaml
from django.conf import settings

DIGEST = "sha256:" + "5f" * 32


def loaded() -> ModuleType:
    """Return bin/pin-images, which can't be imported by its name."""
    loader = SourceFileLoader("pin_images", str(settings.BASE_DIR / "bin" / "pin-images"))
    spec = spec_from_loader("pin_images", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


class Registry(BaseHTTPRequestHandler):
    """Knows each image but one, and wants a token, as Docker's does."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"token": "anybody"}).encode())

    def do_HEAD(self) -> None:
        if "unknown" in self.path:
            self.send_response(404)
        elif self.headers.get("Authorization") == "Bearer anybody":
            self.send_response(200)
            self.send_header("Docker-Content-Digest", DIGEST)
        else:
            self.send_response(401)
            here = f"http://{self.headers['Host']}"
            self.send_header("WWW-Authenticate", f'Bearer realm="{here}/token",service="r"')
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def registry() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def copies(tmp_path):
    """Return a folder with copies of both files, which are pinned in place of the real ones."""
    for name in ("compose.yml", "Dockerfile"):
        (tmp_path / name).write_text((settings.BASE_DIR / name).read_text())
    return tmp_path


def test_each_image_gets_its_digest_and_whispers_own_is_left_alone(copies, registry):
    script = loaded()
    assert script.main([], copies, registry) == 0
    assert script.main(["--check"], copies) == 0
    services = yaml.safe_load((copies / "compose.yml").read_text())["services"]
    images = {one["image"] for one in services.values() if "image" in one}
    assert {image.partition(":")[0] for image in images if "@" not in image} == {"whisper"}
    assert len(images) > 5
    assert re.search(rf"^ARG BASE=python:\S+@{DIGEST}$", (copies / "Dockerfile").read_text(), re.M)


def test_pinning_again_changes_nothing(copies, registry):
    script = loaded()
    assert script.main([], copies, registry) == 0
    before = (copies / "compose.yml").read_text()
    assert script.main([], copies, registry) == 0
    assert (copies / "compose.yml").read_text() == before


def test_an_image_that_the_registry_does_not_know_leaves_both_files_as_they_were(
    copies, registry, capsys
):
    file = copies / "Dockerfile"
    file.write_text(file.read_text().replace("ARG BASE=python:", "ARG BASE=unknown:"))
    before = (copies / "compose.yml").read_text()
    assert loaded().main([], copies, registry) == 1
    assert "Nothing was changed" in capsys.readouterr().err
    assert (copies / "compose.yml").read_text() == before


def test_what_is_not_pinned_is_reported(copies, capsys):
    (copies / "compose.yml").write_text("services:\n  postgres:\n    image: postgres:17\n")
    assert loaded().main(["--check"], copies) == 1
    assert "postgres:17 is not pinned" in capsys.readouterr().out
