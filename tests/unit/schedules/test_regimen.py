"""Reading regimens, as a table; the FHIR Dosage; what is read back is read again to the same timing."""

import time as stopwatch
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.regimen import Regimen, RegimenProblem, RegimenReading, read_regimen, timing_of_dosage
from schedules.timing import PeriodUnit, Timing

AT = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
TABLE = yaml.load(Path(__file__).with_name("regimen.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def told(reading: RegimenReading) -> str:
    """A reading in the words of the table."""
    if reading.problems:
        return f"!{reading.problems[0]}"
    assert reading.timing is not None
    return " | ".join(word for word in (reading.timing.read_back(), reading.dose, reading.note) if word)


@pytest.mark.parametrize("said", TABLE)
def test_heard_as_in_the_table(said: str) -> None:
    assert told(read_regimen(said, AT)) == TABLE[said]


@pytest.mark.parametrize("said", [said for said in TABLE if not TABLE[said].startswith("!")])
def test_what_is_read_back_is_heard_again(said: str) -> None:
    timing = read_regimen(said, AT).timing
    assert timing is not None
    assert read_regimen(timing.read_back(), AT).timing == timing


@pytest.mark.parametrize("said", TABLE)
def test_a_timing_or_problems_never_both_never_neither(said: str) -> None:
    reading = read_regimen(said, AT)
    assert (reading.timing is None) == bool(reading.problems)
    assert all(RegimenProblem(problem).question.endswith(("？", "。")) for problem in reading.problems)


def test_the_tables_are_as_large_as_promised() -> None:
    assert len(TABLE) >= 180
    of_orders = {"太长", "太多", "加减量不清楚", "步骤接不上", "没读懂"}
    assert {value[1:] for value in TABLE.values() if value.startswith("!")} == set(RegimenProblem) - of_orders


@pytest.mark.parametrize(
    ("said", "drug"),
    [
        ("每天早上8点提醒我吃氨氯地平", "氨氯地平"),
        ("缬沙坦80mg，每天早上一次", "缬沙坦"),
        ("阿莫西林每日三次，每次0.5g，饭后半小时，连服7天", "阿莫西林"),
        ("请提醒我每晚8点吃阿托伐他汀钙片", "阿托伐他汀钙片"),
        ("每天早上8点", None),
    ],
)
def test_what_is_left_is_the_drug(said: str, drug: str | None) -> None:
    assert read_regimen(said, AT).drug == drug


def test_an_answer_completes_the_sentence_before() -> None:
    assert read_regimen("每天提醒我吃氨氯地平", AT).problems == (RegimenProblem.WHICH_HOUR,)
    assert told(read_regimen("每天提醒我吃氨氯地平，早上8点", AT)) == "每天早上8点"


def test_a_course_keeps_all_takings_of_its_days() -> None:
    timing = read_regimen("每日三次，连服7天", AT).timing
    assert timing is not None
    assert timing.start == AT
    assert timing.end == AT + timedelta(days=7, minutes=-1)


def test_today_is_the_date_of_the_persons_zone() -> None:
    late = datetime(2026, 11, 21, 20, 0, tzinfo=ZoneInfo("UTC"))
    timing = read_regimen("隔天一次", late, ZoneInfo("America/New_York")).timing
    assert timing is not None and timing.start == date(2026, 11, 21)
    moment = read_regimen("今天下午四点提醒我", late, ZoneInfo("America/New_York")).timing
    assert moment is not None and moment.events == (datetime(2026, 11, 21, 21, 0, tzinfo=ZoneInfo("UTC")),)


def test_the_dosage_of_fhir() -> None:
    reading = read_regimen("阿莫西林每日三次，每次0.5g，饭后半小时", AT)
    assert reading.timing is not None
    dosage = Regimen("阿莫西林", "amoxicillin", reading.dose, reading.timing).to_fhir()
    assert dosage == {
        "text": "阿莫西林：每天3次，饭后30分钟，每次0.5g",
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d", "when": ["PC"], "offset": 30}},
        "doseAndRate": [
            {"doseQuantity": {"value": 0.5, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g"}}
        ],
    }
    assert timing_of_dosage(dosage) == reading.timing


def test_as_needed_stands_in_the_dosage() -> None:
    reading = read_regimen("布洛芬发热时吃1~2片，间隔至少6小时，一天不超过4次", AT)
    assert reading.timing is not None
    dosage = Regimen("布洛芬", None, reading.dose, reading.timing, note="多喝水").to_fhir()
    assert dosage["asNeededCodeableConcept"] == {"text": "发热"}
    assert dosage["patientInstruction"] == "多喝水"
    assert dosage["doseAndRate"] == [
        {"doseRange": {"low": {"value": 1, "unit": "片"}, "high": {"value": 2, "unit": "片"}}}
    ]
    assert timing_of_dosage(dosage) == reading.timing
    foreign = {"timing": {"repeat": {"frequency": 1, "period": 6, "periodUnit": "h"}}, "asNeededBoolean": True}
    assert timing_of_dosage(foreign) == Timing(period=Decimal(6), period_unit=PeriodUnit.HOUR, as_needed=True)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_regimen("一天三次", datetime(2026, 11, 21))


@pytest.mark.parametrize(
    "unit", ["1", "一天", "每周一", "每", "早晚饭", "间隔", "片", "从明天", "到", "开始", "🙂", "\0", "三次", "一二"]
)
def test_long_text_is_refused_and_what_is_read_costs_little(unit: str) -> None:
    assert read_regimen(unit * 10_000, AT).problems == (RegimenProblem.TOO_LONG,)
    started = stopwatch.perf_counter()
    read_regimen((unit * 1000)[:1000], AT)
    assert stopwatch.perf_counter() - started < 2.0


FRAGMENTS = st.sampled_from(
    [
        *(
            "每",
            "天",
            "日",
            "三",
            "次",
            "隔",
            "周",
            "一",
            "早",
            "晚",
            "上",
            "饭",
            "后",
            "睡前",
            "8",
            "点",
            "小时",
            "片",
        ),
        *("0.5", "g", "，", "从", "到", "明天", "开始", "连服", "-", "月", "号", "必要时", "q", "h", "bid"),
    ]
)


@settings(deadline=None)
@given(st.lists(FRAGMENTS, max_size=16).map("".join) | st.text(max_size=60))
def test_nothing_a_person_writes_raises_and_all_heard_is_heard_again(text: str) -> None:
    reading = read_regimen(text, AT)
    assert (reading.timing is None) == bool(reading.problems)
    if reading.timing is not None:
        assert read_regimen(reading.timing.read_back(), AT).timing == reading.timing
