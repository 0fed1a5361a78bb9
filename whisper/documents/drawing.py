"""Draw layers of boxes and the arrows between them, as SVG, from a few lines of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from django.conf import settings

SOURCE = "docs/architecture.txt"
WIDTH, MARGIN = 960, 24
LABEL_WIDTH = 150
BOX_HEIGHT, LAYER_HEIGHT = 44, 104
GAP = 28
# In place of a box: nothing, so that an arrow can pass.
ROOM = "-"
STYLE = """
  text { font: 14px system-ui, sans-serif; fill: #1f2937; text-anchor: middle; }
  .layer { fill: #6b7280; text-anchor: start; }
  .band { fill: #f3f4f6; }
  .box { fill: #ffffff; stroke: #4f46e5; }
  .arrow { fill: none; stroke: #6b7280; marker-end: url(#head); }
  #head path { fill: #6b7280; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e5e7eb; } .layer { fill: #9ca3af; }
    .band { fill: #1f2937; } .box { fill: #111827; stroke: #818cf8; }
    .arrow { stroke: #9ca3af; } #head path { fill: #9ca3af; }
  }
"""
HEAD = (
    '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0L8 4L0 8z"/></marker>'
)


class DrawingError(Exception):
    """A line of the source is neither a layer nor an arrow between boxes."""


@dataclass(frozen=True, slots=True)
class Box:
    """What a box says, with its lines below, and where it is, in pixels."""

    name: str
    below: str
    layer: int
    left: float
    width: float

    @property
    def top(self) -> float:
        """Return its upper edge."""
        return MARGIN + self.layer * LAYER_HEIGHT + (LAYER_HEIGHT - GAP - BOX_HEIGHT) / 2

    @property
    def bottom(self) -> float:
        """Return its lower edge."""
        return self.top + BOX_HEIGHT

    @property
    def center(self) -> float:
        """Return the middle of its edges above and below."""
        return self.left + self.width / 2


def architecture_drawing() -> str:
    """Return the drawing of the page on the architecture."""
    return drawing(
        (settings.BASE_DIR / SOURCE).read_text(), "How the parts of Whisper fit together"
    )


def drawing(source: str, title: str) -> str:
    """Return an SVG of what a text describes.

    Args:
        source: lines such as `layer: box | box` from top to bottom, and `box -> box`.
        title: what it shows, for those who can't see it.

    Raises:
        DrawingError: a line is neither, or an arrow names a box that isn't there.
    """
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith("#")]
    arrows = [line.split(" -> ") for line in lines if " -> " in line]
    layers = [line.partition(": ") for line in lines if " -> " not in line]
    boxes = {
        box.name: box for number, (_, _, row) in enumerate(layers) for box in _row(row, number)
    }
    try:
        drawn = [_arrow(boxes[start], boxes[end]) for start, end in arrows]
    except (KeyError, ValueError) as error:
        raise DrawingError(f"an arrow can't be drawn: {error}") from error
    height = 2 * MARGIN + len(layers) * LAYER_HEIGHT - GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f"<defs>{HEAD}</defs>",
        *(_band(name, number) for number, (name, _, _) in enumerate(layers)),
        *drawn,
        *map(_box, boxes.values()),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(row: str, layer: int) -> list[Box]:
    names = [name.strip() for name in row.split("|")]
    if not all(names):
        raise DrawingError(f"layer {layer + 1} has a box without a name")
    room = WIDTH - 2 * MARGIN - LABEL_WIDTH - 12
    width = (room - GAP * (len(names) - 1)) / len(names)
    first = MARGIN + LABEL_WIDTH
    return [
        Box(*name.partition(": ")[::2], layer, first + place * (width + GAP), width)
        for place, name in enumerate(names)
        if name != ROOM
    ]


def _band(name: str, layer: int) -> str:
    top = MARGIN + layer * LAYER_HEIGHT
    height = LAYER_HEIGHT - GAP
    words = re.split(r",\s*", name)
    lines = "".join(
        f'<tspan x="{MARGIN + 12}" dy="{0 if number == 0 else 18}">{escape(word)}</tspan>'
        for number, word in enumerate(words)
    )
    first = top + height / 2 + 5 - 9 * (len(words) - 1)
    return (
        f'<rect class="band" x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" '
        f'height="{height}" rx="8"/><text class="layer" y="{first:g}">{lines}</text>'
    )


def _box(box: Box) -> str:
    words = [box.name, box.below] if box.below else [box.name]
    first = box.top + BOX_HEIGHT / 2 + 5 - 9 * (len(words) - 1)
    lines = "".join(
        f'<tspan x="{box.center:g}" dy="{0 if number == 0 else 18}">{escape(word)}</tspan>'
        for number, word in enumerate(words)
    )
    return (
        f'<rect class="box" x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" '
        f'height="{BOX_HEIGHT}" rx="6"/><text y="{first:g}">{lines}</text>'
    )


def _arrow(start: Box, end: Box) -> str:
    """Return an arrow: within a layer straight, between two from edge to edge as a curve."""
    if start.layer == end.layer:
        right = start.left < end.left
        y = start.top + BOX_HEIGHT / 2
        begin, finish = (
            (start.left + start.width, end.left) if right else (start.left, end.left + end.width)
        )
        path = f"M{begin:g} {y:g}H{finish:g}"
    else:
        down = start.layer < end.layer
        y1, y2 = (start.bottom, end.top) if down else (start.top, end.bottom)
        middle = (y1 + y2) / 2
        path = (
            f"M{start.center:g} {y1:g}C{start.center:g} {middle:g} "
            f"{end.center:g} {middle:g} {end.center:g} {y2:g}"
        )
    return f'<path class="arrow" d="{path}"/>'
