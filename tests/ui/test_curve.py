import re
import xml.etree.ElementTree as ET

from voiceclone.ui.curve import HEIGHT, WIDTH, similarity_svg
from voiceclone.ui.words import Words

EN = Words("en")


def elements(svg: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(tag))


def coordinates(svg: str) -> list[tuple[float, float]]:
    (line,) = elements(svg, "polyline")
    return [tuple(float(n) for n in pair.split(",")) for pair in line.get("points").split()]


def test_the_curve_climbs_between_the_two_lines():
    svg = similarity_svg([(0, 0.2), (10, 0.4), (20, 0.6)], 40, 0.1, 0.7, EN)
    stranger, same = (float(e.get("y1")) for e in elements(svg, "line")[:2])
    (x0, y0), (x1, y1), (x2, y2) = coordinates(svg)
    assert same < y2 < y1 < y0 < stranger  # y grows downwards
    assert x2 - x1 == x1 - x0 > 0


def test_everything_stays_in_the_picture_even_past_the_lines():
    svg = similarity_svg([(0, -0.3), (5, 0.95)], 5, 0.1, 0.7, EN)
    for x, y in coordinates(svg):
        assert 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def test_it_can_be_drawn_before_anything_was_measured():
    svg = similarity_svg([], 80, 0.1, 0.7, EN)
    assert not elements(svg, "polyline")
    assert len(elements(svg, "line")) == 3


def test_the_last_value_is_there_for_those_who_cannot_see_it():
    svg = similarity_svg([(10, 0.4), (20, 0.61)], 40, 0.1, 0.7, EN)
    label = ET.fromstring(svg).get("aria-label")
    assert re.search(r"step 20: 0\.61", label)
