"""What mkdocs needs to know of these pages, which are written to be read in the repository too."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
# They stand beside docs/, where people look for them.
BESIDE = ("CONTRIBUTING.md", "CHANGELOG.md")
# The indentation that Python-Markdown asks for within a list; GitHub's goes by the marker's width.
WITHIN_A_LIST = 4
_ITEM = re.compile(r"( {0,3})([-*]|\d+\.) +(?=\S)")
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#]*)((?:#[^)]*)?)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand beside the folder of the documentation."""
    for name in BESIDE:
        text = (ROOT / name).read_text()
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return a page with links that hold within the site, and lists as Python-Markdown has them."""
    folder = ROOT if page.file.src_uri in BESIDE else (ROOT / "docs" / page.file.src_uri).parent
    return _indented(_LINK.sub(lambda link: _within_the_site(link, folder), markdown))


def _within_the_site(link: re.Match[str], folder: Path) -> str:
    """Return a link to another page; of one to a file of the code, which isn't here, the words."""
    words, target, anchor = link.groups()
    if not target or "://" in target or target.startswith("mailto:"):
        return link[0]
    path = (folder / target).resolve()
    if path.parent == ROOT and path.name in BESIDE:
        return f"[{words}]({path.name}{anchor})"
    if path.is_relative_to(ROOT / "docs"):
        shown_from = ROOT / "docs" if folder == ROOT else folder
        return f"[{words}]({os.path.relpath(path, shown_from)}{anchor})"
    return words if path.exists() else link[0]


def _indented(markdown: str) -> str:
    """Return a page in which all of a list's item is indented as Python-Markdown wants it."""
    lines, width = [], 0
    for line in markdown.split("\n"):
        item = _ITEM.match(line)
        if item and not item[1]:
            width = item.end()
        elif line and not line.startswith(" " * width):
            width = 0
        inside = width and line and not (item and not item[1])
        lines.append(" " * (WITHIN_A_LIST - width) + line if inside else line)
    return "\n".join(lines)
