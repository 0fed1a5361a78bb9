"""How the console draws an emotion: a mark of its own shape and colour, and its name."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString

from profiles.models import Emotion

# Paths around the origin, about 12 wide: the shape shows the emotion too, not just the colour.
SHAPES: Mapping[str, str] = {
    "circle": "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z",
    "star": "M0,-7L1.8,-2.3L6.7,-2.2L2.9,0.9L4.1,5.7L0,3L-4.1,5.7L-2.9,0.9L-6.7,-2.2L-1.8,-2.3z",
    "heart": "M0,6L-5.6,0.2A3.4,3.4 0 0,1 0,-3.9A3.4,3.4 0 0,1 5.6,0.2z",
    "diamond": "M0,-6.5L6.5,0L0,6.5L-6.5,0z",
    "bar": "M-6,-1.8H6V1.8H-6z",
    "triangle": "M0,-6L6.5,5H-6.5z",
    "wedge": "M0,6L6.5,-5H-6.5z",
    "cross": "M-5.5,-3.2L-3.2,-5.5L0,-2.3L3.2,-5.5L5.5,-3.2L2.3,0L5.5,3.2L3.2,5.5L0,2.3L-3.2,5.5"
    "L-5.5,3.2L-2.3,0z",
    "square": "M-5,-5H5V5H-5z",
    "drop": "M0,-7C3,-2.5 5,-0.5 5,2A5,5 0 0,1 -5,2C-5,-0.5 -3,-2.5 0,-7z",
}


def drawn(value: str, *, words: bool = True) -> SafeString:
    """Return an emotion's mark and its name; of one that isn't known, a neutral mark and the value.

    Args:
        words: whether the name is seen; those who listen hear it anyway.
    """
    known = value in Emotion.values
    emotion = Emotion(value) if known else Emotion.NEUTRAL
    mark = format_html(
        '<svg class="mark mood-{}" viewBox="-8 -8 16 16" aria-hidden="true"><path d="{}"/></svg>',
        emotion.value,
        SHAPES[emotion.traits.shape],
    )
    label = emotion.label if known else value
    name = format_html('<span class="hidden">{}</span>', label)
    return format_html('<span class="mood">{}{}</span>', mark, label if words else name)
