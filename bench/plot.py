"""Draw what a benchmark saw over time, as an SVG for the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, PANEL, MARGIN = 720, 110, 24
# Room for the numbers at the left, and for the name above each panel.
LEFT, ABOVE = 72, 26
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2937; }
  .number { fill: #6b7280; text-anchor: end; }
  .frame { fill: #f3f4f6; }
  .line { fill: none; stroke: #4f46e5; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e5e7eb; } .number { fill: #9ca3af; }
    .frame { fill: #1f2937; } .line { stroke: #818cf8; }
  }
"""


def plot(title: str, minutes: Sequence[float], curves: Mapping[str, Sequence[float]]) -> str:
    """Return an SVG with a panel for each curve, all over the same minutes.

    Args:
        title: what it shows, for those who can't see it.
        minutes: of each point, rising.
        curves: by name, each with as many points. A panel begins at zero.
    """
    height = MARGIN + len(curves) * (ABOVE + PANEL) + MARGIN
    panels = "\n".join(
        _panel(name, values, minutes, MARGIN + number * (ABOVE + PANEL))
        for number, (name, values) in enumerate(curves.items())
    )
    end = f'<text class="number" x="{WIDTH - MARGIN}" y="{height - 6}">{minutes[-1]:.0f} minutes'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n{panels}\n{end}</text>\n</svg>\n"
    )


def _panel(name: str, values: Sequence[float], minutes: Sequence[float], top: float) -> str:
    most, wide = max(*values, 1), WIDTH - LEFT - MARGIN
    upper = top + ABOVE - 6
    points = " ".join(
        f"{LEFT + wide * at / max(minutes[-1], 1):.1f},{upper + PANEL * (1 - value / most):.1f}"
        for at, value in zip(minutes, values, strict=True)
    )
    return (
        f'<text x="{LEFT}" y="{top + 13}">{escape(name)}</text>\n'
        f'<rect class="frame" x="{LEFT}" y="{upper}" width="{wide}" height="{PANEL}"/>\n'
        f'<text class="number" x="{LEFT - 6}" y="{upper + 10}">{most:,.0f}</text>\n'
        f'<text class="number" x="{LEFT - 6}" y="{upper + PANEL}">0</text>\n'
        f'<polyline class="line" points="{points}"/>'
    )
