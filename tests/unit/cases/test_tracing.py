"""An electrocardiogram is drawn from numbers: the same ones give the same picture, and what they say can be seen."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from cases.library import load_cases
from cases.tracing import LEADS, ROWS, Tracing, ecg_svg

DRAWN = [
    (case.id, each.tracing)
    for case in load_cases().values()
    for each in case.script.investigations
    if each.tracing is not None
]


def heights(svg: str, lead: str) -> list[float]:
    """Millivolts of a lead over its two and a half seconds."""
    number = LEADS.index(lead)
    points = re.findall(r'<polyline points="([^"]+)"', svg)[number]
    middle = number % ROWS * 30 + 15
    return [(middle - float(point.split(",")[1])) / 10 for point in points.split()]


def test_several_cases_show_one() -> None:
    assert len(DRAWN) >= 4


@pytest.mark.parametrize(("name", "tracing"), DRAWN)
def test_it_is_a_picture_of_twelve_leads(name: str, tracing: Tracing) -> None:
    svg = ecg_svg(tracing)
    assert ElementTree.fromstring(svg).tag.endswith("svg") and svg == ecg_svg(tracing)
    assert [lead for lead in LEADS if f">{lead}</text>" in svg] == list(LEADS)


def test_an_elevated_segment_stands_higher() -> None:
    plain, raised = ecg_svg(Tracing(75)), ecg_svg(Tracing(75, leads={"V2": {"st": 0.4}}))
    assert sum(heights(raised, "V2")) > sum(heights(plain, "V2")) + 5
    assert heights(raised, "V6") == heights(plain, "V6")


def test_a_faster_heart_has_more_beats_and_fibrillation_is_uneven() -> None:
    def beats(tracing: Tracing) -> list[int]:
        line = heights(ecg_svg(tracing), "II")
        return [n for n in range(1, len(line) - 1) if line[n] > 0.7 and line[n - 1] < line[n] >= line[n + 1]]

    assert len(beats(Tracing(150))) > len(beats(Tracing(60)))
    steady, uneven = beats(Tracing(120)), beats(Tracing(120, irregular=True))
    gaps = [{b - a for a, b in pairwise(each)} for each in (steady, uneven)]
    assert max(gaps[0]) - min(gaps[0]) <= 1 < max(gaps[1]) - min(gaps[1])
