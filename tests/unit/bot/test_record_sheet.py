"""The PDF for the doctor, read back by another library."""

import io
import logging
from datetime import UTC, datetime, timedelta

import pypdf
import pytest

from bot.paper import BLANK, drawable
from bot.record import Record
from bot.record.sheet import as_sheet
from bot.record.standing import Standing, bounds, standing_of
from bot.regimen_rows import STOPPED, Regimen
from schedules.clock import SHANGHAI
from schedules.doses import Outcome, Reason
from schedules.timing import Timing
from tests.unit.bot.recording import AT, EIGHT, NINE_PM, days_back, dose, four_weeks, record, regimen

LINK = "https://xinglin.example/api/v1/record/" + "x" * 180


def pages(of: Record) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(as_sheet(of, LINK))).pages)


def text(of: Record) -> str:
    return "\n".join(page.extract_text() for page in pages(of))


def test_one_drug_fits_on_a_page_with_its_parts() -> None:
    whole = four_weeks(missed=(3, 10), clock=NINE_PM)
    (page,) = pages(whole)
    said = page.extract_text()
    for part in (
        "用药记录（供医生参考）", "杏林示范医院", "2026-10-25至2026-11-21，28天", "生成：2026-11-21 20:00",
        "每天晚上9点", "本人所说", "26/28", "92%", "6/7", "漏服明细（2次）", "晚上26/28",
        "11-11 21:00 缬沙坦", "11-18 21:00 缬沙坦",
        "本人（或家人）在聊天里的确认", "24小时内有效",
    ):  # fmt: skip
        assert part in said
    assert len(page.images) == 2, "the code and the calendar"
    assert page.mediabox.width == pytest.approx(595.28, abs=0.1) and page.mediabox.height == pytest.approx(
        841.89, abs=0.1
    )


def test_its_font_is_inside_and_it_says_nothing_of_the_person() -> None:
    made = as_sheet(four_weeks(), LINK)
    reader = pypdf.PdfReader(io.BytesIO(made))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    for font in fonts.values():
        below = font.get_object()["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"])
    assert b"p1" not in str(reader.metadata).encode() and reader.metadata is not None
    assert reader.metadata.title == "用药记录" and reader.metadata.creation_date == AT
    assert len(made) < 200_000


def test_the_same_record_is_the_same_file() -> None:
    assert as_sheet(four_weeks(), LINK) == as_sheet(four_weeks(), LINK)


def test_only_what_is_taken_now_stands_in_the_list() -> None:
    starts = AT - timedelta(days=60)

    def one(name: str, timing: Timing, **more: object) -> Regimen:
        return Regimen(name, "p1", "c1", name, None, "1片", timing, starts, **more)  # type: ignore[arg-type]

    daily = Timing(time_of_day=(EIGHT,))
    current = [
        one("甲药", daily),
        one("乙药", daily, paused=(AT, AT + timedelta(days=3))),
        one("丙药", Timing(frequency=1, start=days_back(-2)[0])),
        one("丁药", daily, ordered_by="王护士"),
    ]
    past = [one("戊药", daily, status=STOPPED), one("己药", Timing(frequency=1, end=days_back(1)[0]))]
    said = text(record([*current, *past], []))
    assert all(each.drug in said for each in current) and not any(each.drug in said for each in past)
    assert "暂停中" in said and "未开始" in said and "护士录入" in said and "王护士" not in said


def test_nothing_at_all() -> None:
    said = text(record([], []))
    assert "没有正在提醒的药" in said and "没有漏服" in said and "漏服明细（0次）" in said


def test_reasons_for_skipping() -> None:
    one = regimen(1, "二甲双胍")
    skips = [dose(one, day, EIGHT, Outcome.SKIPPED, 1, Reason.UNWELL) for day in days_back(1, 2)]
    assert "跳过：二甲双胍2次（恶心不舒服）。" in text(record([one], skips))


def test_a_full_life_of_pills_takes_two_pages() -> None:
    drugs = [regimen(number, f"第{number}种复方氢氯噻嗪螺内酯片（进口分装）", EIGHT, NINE_PM) for number in range(12)]
    hows = (Outcome.TAKEN, Outcome.MISSED, Outcome.SKIPPED, Outcome.UNDELIVERABLE)
    doses = [
        dose(drug, day, clock, hows[(number + place) % 4])
        for place, drug in enumerate(drugs)
        for number, day in enumerate(days_back(*range(98)))
        for clock in (EIGHT, NINE_PM)
    ]
    whole = record(drugs, doses, weeks=14)
    assert len(pages(whole)) == 2
    assert "只列出最后" in text(whole)


@pytest.mark.parametrize(
    "name", ["💊\x00\x07药", "\u202e药\u2066", "**粗** __斜__ --删--", "ﷺ" * 60, "", "药\n\t药", "A" * 400]
)
def test_whatever_a_drug_is_called(name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert pages(four_weeks(name, missed=(1,)))
    assert not caplog.records, "no library may write a person's words into the log"


def test_what_the_font_lacks_is_a_box() -> None:
    assert drawable("纈沙坦💊 80mg") == f"纈沙坦{BLANK} 80mg"
    assert drawable("一\r\n二\t三") == "一 二 三"


@pytest.mark.parametrize(
    ("timing", "standing"),
    [
        (Timing(frequency=1), Standing.RUNNING),
        (Timing(frequency=1, end=days_back(0)[0]), Standing.RUNNING),
        (Timing(frequency=1, end=days_back(1)[0]), Standing.OVER),
        (Timing(frequency=1, start=days_back(-1)[0]), Standing.TO_COME),
        (Timing(frequency=1, end=AT - timedelta(minutes=1)), Standing.OVER),
        (Timing(events=(AT - timedelta(hours=1),)), Standing.OVER),
        (Timing(events=(AT - timedelta(hours=1), AT + timedelta(hours=1))), Standing.RUNNING),
    ],
)
def test_where_a_regimen_stands(timing: Timing, standing: Standing) -> None:
    assert standing_of(Regimen("r", "p", "c", "药", None, "", timing, AT), AT) is standing


def test_bounds_are_those_of_the_persons_days() -> None:
    day = days_back(0)[0]
    first, last = bounds(Timing(frequency=1, start=day, end=day))
    assert (first, last) == (datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 21, 16, tzinfo=UTC))
    assert last is not None and last.astimezone(SHANGHAI).hour == 0
