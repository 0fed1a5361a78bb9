"""The drawing of the architecture is made from a text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from whisper.documents.drawing import DrawingError, drawing

SOURCE = """\
# Two layers
above: Ann | Ben <3
below: - | Cleo: who listens

Ann -> Ben <3
Ann -> Cleo
"""


def test_each_box_and_arrow_is_drawn():
    root = ElementTree.fromstring(drawing(SOURCE, "People"))
    texts = [span.text for span in root.iter("{http://www.w3.org/2000/svg}tspan")]
    assert texts == ["above", "below", "Ann", "Ben <3", "Cleo", "who listens"]
    arrows = [one for one in root.iter() if one.get("class") == "arrow"]
    assert len(arrows) == 2


@pytest.mark.parametrize("line", ["Ann -> Nobody", "above: Ann || Ben"])
def test_a_line_that_makes_no_sense_is_refused(line):
    with pytest.raises(DrawingError):
        drawing(f"{SOURCE}{line}\n", "People")
