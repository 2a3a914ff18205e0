"""Reading sigs, as a table; every plan is valid FHIR R4, is heard again when read back, and its steps fit together."""

import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.clock import SHANGHAI
from schedules.due import due_times
from schedules.problems import RegimenProblem
from schedules.regimen import timing_of_dosage
from schedules.sigs import MOST_CHARS, SigReading, read_sigs
from schedules.timing import Timing
from tests.unit.schedules.fhir_rules import dosage_faults

AT = datetime(2026, 11, 21, 10, 0, tzinfo=SHANGHAI)
TABLE: dict[str, str | list[str]] = yaml.load(
    Path(__file__).with_name("sigs.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader
)
READ = {said: read_sigs(said, AT) for said in TABLE}
VALID = [said for said, readings in READ.items() if all(one.valid for one in readings)]
SEVERAL_STEPS = [said for said in VALID if any(len(one.steps) > 1 for one in READ[said])]


def told(reading: SigReading) -> str:
    """A reading in the words of the table."""
    if reading.problems:
        return f"{reading.drug or ''}!{'、'.join(reading.problems)}"
    return reading.read_back() + (f" [{reading.strength}]" if reading.strength else "")


def steps(readings: Sequence[SigReading]) -> list[tuple[Timing, str | None]]:
    """Timing and dose of every step."""
    return [(one.timing, one.dose) for reading in readings for one in reading.steps]


@pytest.mark.parametrize("said", TABLE)
def test_read_as_in_the_table(said: str) -> None:
    expected = TABLE[said]
    assert [told(one) for one in READ[said]] == ([expected] if isinstance(expected, str) else expected)


@pytest.mark.parametrize("said", VALID)
def test_what_is_read_back_is_read_again(said: str) -> None:
    again = read_sigs("；".join(one.read_back() for one in READ[said]), AT)
    assert steps(again) == steps(READ[said])
    assert [one.problems for one in again] == [()] * len(READ[said])


@pytest.mark.parametrize("said", VALID)
def test_every_dosage_is_valid_fhir_and_keeps_its_timing(said: str) -> None:
    for reading in READ[said]:
        dosages = json.loads(json.dumps(reading.to_fhir()))
        assert [fault for dosage in dosages for fault in dosage_faults(dosage)] == []
        assert [timing_of_dosage(dosage) for dosage in dosages] == [one.timing for one in reading.steps]
        places = [dosage.get("sequence") for dosage in dosages]
        assert places == ([None] if len(dosages) == 1 else sorted(place or 0 for place in places))


@pytest.mark.parametrize("said", SEVERAL_STEPS)
def test_the_steps_of_a_plan_never_fall_together_and_leave_no_day_out(said: str) -> None:
    for reading in READ[said]:
        since, until = AT.astimezone(UTC), AT.astimezone(UTC) + timedelta(days=60)
        each = [list(due_times(one.timing, since, until)) for one in reading.steps]
        every = sorted(itertools.chain.from_iterable(each))
        assert len(set(every)) == len(every)
        gaps = {(later - sooner).days for sooner, later in itertools.pairwise(every)}
        assert max(gaps, default=0) <= 7


def test_the_table_is_as_large_as_promised_and_knows_every_problem() -> None:
    assert len(TABLE) >= 250 and len(VALID) >= 180 and len(SEVERAL_STEPS) >= 35
    found = {problem for readings in READ.values() for one in readings for problem in one.problems}
    asked_in_talk = {"一次还是每天", "星期几", "几号"}
    assert found >= set(RegimenProblem) - asked_in_talk - {"太长", "太多", "步骤接不上"}
    assert all(problem.question.endswith(("。", "？")) for problem in RegimenProblem)


def test_a_taper_comes_to_its_end() -> None:
    (taper,) = read_sigs("泼尼松 30mg 每天一次 连服7天，之后每周减5mg 直到停药", AT)
    assert [one.dose for one in taper.steps] == ["30mg", "25mg", "20mg", "15mg", "10mg", "5mg"]
    days = [len(list(due_times(one.timing, AT, AT + timedelta(days=90)))) for one in taper.steps]
    assert days == [7] * 6


def test_a_long_taper_is_read_again() -> None:
    (taper,) = read_sigs("泼尼松 30mg qd，每周减1mg，直到停药", AT)
    assert len(taper.steps) == 30
    assert steps(read_sigs(taper.read_back(), AT)) == steps([taper])


def test_a_first_dose_is_taken_once() -> None:
    (plan,) = read_sigs("氯吡格雷首次300mg，以后每次75mg，每天一次", AT)
    first, rest = (list(due_times(one.timing, AT, AT + timedelta(days=4))) for one in plan.steps)
    assert [one.dose for one in plan.steps] == ["300mg", "75mg"]
    assert len(first) == 1 and len(rest) == 3 and first[0] < rest[0]


def test_a_first_dose_does_not_move_the_days_of_the_others() -> None:
    (plan,) = read_sigs("泼尼松首次4片，以后每次2片，隔日一次，早上8点", AT)
    due = [list(due_times(one.timing, AT, AT + timedelta(days=6))) for one in plan.steps]
    assert [len(each) for each in due] == [1, 2]
    first, second, third = itertools.chain.from_iterable(due)
    assert second - first == third - second == timedelta(days=2)


NAMES = {"缬沙坦": "缬沙坦", "氨氯地平": "氨氯地平", "阿莫西林胶囊": "阿莫西林", "地高辛": "地高辛", "钙尔奇": "钙尔奇"}


def finder(text: str) -> list[tuple[str, int, int]]:
    """Known names in a text."""
    places = [(text.find(word), word) for word in NAMES if word in text]
    return [(NAMES[word], start, start + len(word)) for start, word in sorted(places)]


WITH_NAMES = {
    "缬沙坦80mg每天早上一片氨氯地平5mg每天晚上一片": ["缬沙坦：每天早上1次，每次1片", "氨氯地平：每天晚上1次，每次1片"],
    "缬沙坦80mg和氨氯地平5mg，每天早上各一次": ["缬沙坦：每天早上1次，每次80mg", "氨氯地平：每天早上1次，每次5mg"],
    "早上吃缬沙坦80mg，晚上吃氨氯地平5mg": ["缬沙坦：每天早上1次，每次80mg", "氨氯地平：每天晚上1次，每次5mg"],
    "阿莫西林胶囊 每次2粒 tid": ["阿莫西林：每天3次，每次2粒"],
    "钙尔奇 1片 qd 与地高辛间隔2小时": ["钙尔奇：每天1次，每次1片（与地高辛间隔2小时）"],
    "缬沙坦80mg qd；某某新药 每天两次 每次1粒": ["缬沙坦：每天1次，每次80mg", "某某新药：每天2次，每次1粒"],
    "缬沙坦80mg qd，共10次": ["缬沙坦：每天1次，从2026年11月21日10:00开始，总共10次，每次80mg"],
}


@pytest.mark.parametrize("said", WITH_NAMES)
def test_known_names_part_the_drugs(said: str) -> None:
    assert [one.read_back() for one in read_sigs(said, AT, names=finder)] == WITH_NAMES[said]


def test_words_taken_for_a_name_are_not_dropped() -> None:
    """What follows a comma may look like another drug; where that makes no sense the first one is doubtful too."""
    (reading,) = read_sigs("氨氯地平5mg每天一次，血压飙升140加量", AT, names=finder)
    assert reading.problems == (RegimenProblem.UNREAD,)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("一" * (MOST_CHARS + 1), RegimenProblem.TOO_LONG),
        ("阿莫西林" + "，每次1片" * 300, RegimenProblem.TOO_MANY),
        (
            "；".join(f"药品{'甲乙丙丁戊己庚辛壬癸'[n % 10]}{n // 10}方 每天一次" for n in range(100)),
            RegimenProblem.TOO_MANY,
        ),
        ("阿莫西林每天一次" + "吃" * 1000, RegimenProblem.TOO_LONG),
        ("每天一次，" * 100, RegimenProblem.TOO_MANY),
        ("泼尼松 100mg qd，每天减1mg，直到停药", RegimenProblem.TAPER),
        ("", RegimenProblem.HOW_OFTEN),
        ("\0\ud800；；。，", RegimenProblem.HOW_OFTEN),
    ],
)
def test_too_much_and_nonsense_are_refused_in_words(said: str, problem: RegimenProblem) -> None:
    assert [one.problems for one in read_sigs(said, AT)] == [(problem,)]


def test_steps_that_do_not_fit_are_refused() -> None:
    text = "泼尼松：每天1次，从2026年11月21日10:00开始，连服7天，每次30mg；然后每天1次，从{}开始，每次20mg"
    assert read_sigs(text.format("2026年11月28日10:00"), AT)[0].valid
    for wrong in ("2026年11月27日10:00", "2026年12月5日10:00"):
        assert read_sigs(text.format(wrong), AT)[0].problems == (RegimenProblem.STEPS,)
    assert read_sigs("华法林 早上8点1片，同时8:00半片", AT)[0].problems == (RegimenProblem.STEPS,)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        read_sigs("一天三次", datetime(2026, 11, 21))


WORDS = st.sampled_from(
    [
        *(
            "阿莫西林",
            "缬沙坦",
            "每天",
            "一天",
            "三次",
            "两次",
            "每次",
            "0.5g",
            "1片",
            "半片",
            "2粒",
            "10mg",
            "tid",
            "bid",
        ),
        *("qd", "qn", "q8h", "biw", "prn", "po", "pc", "ac", "饭后", "饭前半小时", "睡前", "早上", "晚上", "早", "晚"),
        *("，", "；", "、", "。", "连服7天", "×7d", "共10次", "首次", "以后", "之后", "然后", "同时", "第1周", "第2周"),
        *("前3天", "每周减5mg", "直到停药", "减到1片维持", "隔日", "单日", "双日", "每周一三五", "必要时", "发热时"),
        *("38.5℃以上时", "间隔至少6小时", "一天不超过4次", "一天不超过4片", "从明天开始", "顿服", "分3次", "每日30mg"),
        *("80mg*7片", "/kg", "停7天", "或", "8点", "20:00"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(WORDS, max_size=14).map("".join) | st.text(max_size=80))
def test_nothing_a_person_writes_raises_and_all_that_is_read_is_read_again(text: str) -> None:
    readings = read_sigs(text, AT)
    assert readings
    for reading in readings:
        assert bool(reading.phases) == reading.valid
        faults: list[Any] = [fault for dosage in reading.to_fhir() for fault in dosage_faults(dosage)]
        assert faults == []
        if reading.valid and reading.drug is None:
            assert steps(read_sigs(reading.read_back(), AT)) == steps([reading])
