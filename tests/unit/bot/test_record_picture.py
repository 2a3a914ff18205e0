"""The calendar as a picture, read back pixel by pixel."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageColor

from bot.record import Record, font
from bot.record.day_state import DayState, state_of
from bot.record.picture import CELL, EDGE, GAP, HEAD, MOST_WEEKS, ROW, WIDTH, as_picture, fitting, height_of
from schedules.adherence import Tally
from schedules.doses import Outcome
from tests.unit.bot.recording import EIGHT, NINE_PM, days_back, dose, four_weeks, record, regimen


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def paper(image: Image.Image, row: int, weekday: int) -> DayState | None:
    """The kind of day whose colour a cell has; None for white paper beside the cells."""
    spot = (EDGE + weekday * (CELL + GAP) + 12, HEAD + row * ROW + ROW - GAP - 12)
    seen = image.getpixel(spot)
    assert isinstance(seen, tuple)

    def distance(state: DayState) -> int:
        return sum(abs(a - b) for a, b in zip(seen, ImageColor.getrgb(state.paper), strict=False))

    nearest = min((state for state in DayState if state is not DayState.OURS), key=distance)
    return nearest if distance(nearest) < 24 else None


def test_a_week_is_a_row_and_a_day_has_its_colour() -> None:
    image = opened(as_picture(four_weeks(missed=(0, 5))))
    assert image.width == WIDTH
    assert paper(image, 4, 5) is DayState.NONE, "Saturday, 21 November, is missed"
    assert paper(image, 4, 0) is DayState.NONE, "and Monday before it"
    assert [paper(image, 4, day) for day in (1, 2, 3, 4)] == [DayState.ALL] * 4
    assert paper(image, 0, 6) is DayState.ALL, "it begins on Sunday, 25 October"
    assert [paper(image, 0, day) for day in range(6)] == [None] * 6 and paper(image, 4, 6) is None


def test_some_of_a_day_all_drugs_together_and_one_alone() -> None:
    morning, evening, (day, other) = regimen(1, "缬沙坦"), regimen(2, "钙片", NINE_PM), days_back(2, 3)
    doses = [dose(morning, day), dose(evening, day, NINE_PM, Outcome.MISSED), dose(morning, other)]
    whole = record([morning, evening], doses)
    both, one, two = (opened(as_picture(whole, drug)) for drug in (None, "缬沙坦", "钙片"))
    assert [paper(image, 4, 3) for image in (both, one, two)] == [DayState.SOME, DayState.ALL, DayState.NONE]
    assert [paper(image, 4, 2) for image in (both, one, two)] == [DayState.ALL, DayState.ALL, DayState.NOTHING]


@pytest.mark.parametrize(
    ("sums", "state"),
    [
        (None, DayState.NOTHING),
        (Tally(0, 0, 0, 0), DayState.NOTHING),
        (Tally(0, 0, 0, 1), DayState.OURS),
        (Tally(2, 0, 0, 1), DayState.ALL),
        (Tally(1, 1, 0, 0), DayState.SOME),
        (Tally(0, 1, 1, 0), DayState.NONE),
    ],
)
def test_kinds_of_days(sums: Tally | None, state: DayState) -> None:
    assert state_of(sums) is state


def test_kinds_are_told_apart_without_colour() -> None:
    assert len({state.sign for state in DayState}) == len({state.words for state in DayState}) == len(DayState)
    for state in DayState:
        light, dark = sorted(map(_luminance, (state.paper, state.ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, "WCAG 2.2 AA: contrast of text"
    drawn = {as_picture(_one_day(outcome)) for outcome in (*Outcome, None)}
    assert len(drawn) == 4, "taken, skipped or missed, undeliverable, and the rest that does not count"


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [part / 255 for part in ImageColor.getrgb(colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _one_day(outcome: Outcome | None) -> Record:
    one = regimen(1, "缬沙坦")
    return record([one], [dose(one, days_back(2)[0], EIGHT, outcome)])


def test_nothing_to_draw_is_drawn_too() -> None:
    assert paper(opened(as_picture(record([], []))), 2, 2) is DayState.NOTHING


def test_of_a_long_span_the_last_weeks_are_shown() -> None:
    one = regimen(1, "缬沙坦")
    year = record([one], [dose(one, day, EIGHT, Outcome.MISSED) for day in days_back(*range(300))], weeks=52)
    quarter = record([one], year.doses, weeks=MOST_WEEKS)
    assert height_of(as_picture(year)) == height_of(as_picture(quarter)) <= 2_500
    assert len(as_picture(year)) < 120_000


def test_the_same_record_is_the_same_picture_also_from_many_threads() -> None:
    whole = four_weeks(missed=(3,))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(as_picture, [whole] * 24))) == 1


def test_long_names_are_cut_and_strange_ones_do_no_harm() -> None:
    assert fitting("缬沙坦", 32, 500) == "缬沙坦"
    cut = fitting("复方氢氯噻嗪" * 20, 32, 500)
    assert cut.endswith("…") and cut.startswith("复方氢氯噻嗪")
    for name in ("💊\x00\x07", "\u202e缬沙坦", "䓬𠀀ﷺ" * 50, ""):
        assert as_picture(four_weeks(name)).startswith(b"\x89PNG")


def test_the_font_has_what_is_written_in_china() -> None:
    held = {chr(code) for code in TTFont(font.FILE).getBestCmap()}
    assert font.characters() <= held
    assert set("缬沙坦噁哌嗪苯二氮䓬纈沙坦藥腘℃μ①～，。（）" + "".join(state.sign for state in DayState)) <= held
    assert "SIL OPEN FONT LICENSE" in font.FILE.with_name("OFL.txt").read_text(encoding="utf-8")
