"""What a plot shows."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.plot import PANEL, plot

NAME = "{http://www.w3.org/2000/svg}"


def test_each_curve_has_a_panel_that_begins_at_zero():
    drawn = plot("Growth", [0.0, 30.0, 60.0], {"a & b": [0, 5, 10], "flat": [4, 4, 4]})
    root = ElementTree.fromstring(drawn)
    lines = [
        [float(point.split(",")[1]) for point in line.attrib["points"].split()]
        for line in root.iter(f"{NAME}polyline")
    ]
    (rising, flat) = lines
    assert rising[0] - rising[2] == PANEL
    assert rising[1] == (rising[0] + rising[2]) / 2
    assert len(set(flat)) == 1
    shown = [text.text for text in root.iter(f"{NAME}text")]
    assert {"a & b", "flat", "10", "4", "60 minutes"} <= set(shown)


def test_nothing_but_zeros_can_be_drawn():
    assert "points" in plot("Nothing", [0.0], {"zeros": [0]})
