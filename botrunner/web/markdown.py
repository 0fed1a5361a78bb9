"""What the companion writes as a web page shows it: language models write Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.template.defaultfilters import linebreaksbr
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token


class _Renderer(RendererHTML):
    def heading_open(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        """Begin a heading as a bold line: the page has headings of its own."""
        return "<p><strong>"

    def heading_close(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        return "</strong></p>\n"

    def th_open(self, tokens: Sequence[Token], at: int, *_: Any) -> str:
        """Begin a cell without its style, which the page's security policy forbids."""
        return f"<{tokens[at].tag}>"

    td_open = th_open

    def link_open(self, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
        """Let a link open a page of its own, which learns nothing of this one."""
        tokens[at].attrSet("target", "_blank")
        tokens[at].attrSet("rel", "noopener noreferrer nofollow")
        return self.renderToken(tokens, at, options, env)


# Neither HTML nor pictures: a picture's address would be asked for as soon as it is shown, which
# tells another server what a model put into it. Of links the library takes out scripts and files.
_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_Renderer)
_markdown.enable(["strikethrough", "table"]).disable("image")


# Of longer texts, and of those with very many brackets or marks, the library makes the event loop
# wait; what a model may write in one reply is far shorter.
LONGEST, MOST_MARKS = 12_000, 600
_MARKS = re.compile(r"[\[\]*_~`!<]")


def as_html(text: str) -> str:
    """Return Markdown as HTML in which everything else is escaped; it blocks for milliseconds.

    A text that would take long is returned as it was written.
    """
    if len(text) > LONGEST or len(_MARKS.findall(text)) > MOST_MARKS:
        return f"<p>{linebreaksbr(text, autoescape=True)}</p>\n"
    return str(_markdown.render(text))
