"""The SVG of a comparison."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from moof.capture.comparison import AlignedBlock, Comparison
from moof.capture.plot import plot

SVG = "{http://www.w3.org/2000/svg}"


def test_a_comparison_is_drawn_with_its_breaks() -> None:
    blocks = tuple(
        AlignedBlock(start, 10 + start / 1e5, 1.0, float("inf")) for start in range(0, 96_000, 2048)
    )
    found = Comparison(48_000, 10, 96_000, 90_000, 40.0, (50_000, 60_000), 3.0, blocks)
    picture = ET.fromstring(plot(found, "b < a"))
    assert len(picture.findall(f"{SVG}polyline")) == 2
    assert len(picture.findall(f"{SVG}line")) == 2 * 2
    assert picture.findtext(f"{SVG}text") == "b < a"


def test_nothing_is_drawn_as_nothing() -> None:
    empty = Comparison(48_000, 0, 0, 0, float("inf"), (), 0.0, ())
    assert ET.fromstring(plot(empty, "")) is not None
