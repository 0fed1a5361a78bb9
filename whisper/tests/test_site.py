"""The documentation as a site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from mkdocs.commands.build import build
from mkdocs.config import load_config

from whisper.tests.test_documents import text_of

KINDS = ["Start", "Use", "Operate", "Reference", "Develop"]
# Attributes of elements whose target a browser loads without being asked.
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class _Loads(HTMLParser):
    """Collects what a page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if LOADED.get(tag) == name]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the built site; a broken link or a page without a place ends it."""
    folder = tmp_path_factory.mktemp("site")
    file = str(Path(settings.BASE_DIR) / "mkdocs.yml")
    build(load_config(file, site_dir=str(folder), strict=True))
    return folder


@pytest.mark.heavy
def test_no_page_loads_anything_from_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 35
    for page in pages:
        loads = _Loads()
        loads.feed(page.read_text())
        assert [one for one in loads.found if re.match(r"(?:\w+:)?//", one)] == []
    for style in site.rglob("*.css"):
        assert re.findall(r"(?:url\(|@import )['\"]?(?:https?:)?//", style.read_text()) == []


@pytest.mark.heavy
def test_code_within_a_list_is_code(site):
    page = (site / "migration.html").read_text()
    assert "<pre><code>createuser --pwprompt whisper\n" in page


def test_the_map_has_the_kinds_and_the_order_of_the_site():
    (_, *kinds) = yaml.safe_load(text_of("mkdocs.yml"))["nav"]
    named = {name: pages for kind in kinds for name, pages in kind.items()}
    assert list(named) == KINDS
    parts = re.split(r"^## (.+)$", text_of("docs/index.md"), flags=re.MULTILINE)[1:]
    links = [re.findall(r"\]\((?:\.\./)?([^)]+\.md)\)", part) for part in parts[1::2]]
    assert dict(zip(parts[::2], links, strict=True)) == named
