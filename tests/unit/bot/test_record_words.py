"""The record in words."""

from datetime import time, timedelta

import pytest

from bot.record import Record
from bot.record.words import (
    ALL_TAKEN,
    KEEP_AT_HAND,
    NONE_LEFT,
    NOT_DOUBLE,
    PUT_IT,
    UNWELL,
    helpful,
    in_words,
    period,
)  # fmt: skip
from schedules.adherence import DayPart
from schedules.doses import Outcome, Reason
from tests.unit.bot.recording import AT, EIGHT, NINE_PM, days_back, dose, four_weeks, record, regimen


def test_four_weeks_of_one_drug() -> None:
    assert in_words(four_weeks(missed=(3, 10), clock=NINE_PM)).splitlines() == [
        "最近4周（10月25日到11月21日）的用药记录：",
        "缬沙坦：应吃28次，吃了26次（92%）。漏了2次，都在晚上。",
        PUT_IT[DayPart.EVENING] + NOT_DOUBLE,
    ]


def test_nothing_missed_is_praised_and_nothing_is_warned_of() -> None:
    said = in_words(four_weeks())
    assert "应吃28次，吃了28次（100%）" in said and said.endswith(ALL_TAKEN) and NOT_DOUBLE not in said


def test_a_single_missed_dose_is_named_by_its_day() -> None:
    assert "漏了1次（11月18日早上）。" in in_words(four_weeks(missed=(3,)))


def test_each_drug_has_a_line_of_its_own() -> None:
    drugs = [regimen(number, f"药{number}") for number in range(12)]
    doses = [dose(one, day) for one in drugs for day in days_back(1, 2)]
    lines = in_words(record(drugs, doses)).splitlines()
    assert [line.split("：")[0] for line in lines[1:13]] == [f"· 药{number}" for number in range(12)]


def test_late_and_skipped_with_their_reasons() -> None:
    one, (first, second, third, fourth) = regimen(1, "二甲双胍"), days_back(1, 2, 3, 4)
    skips = [dose(one, second, EIGHT, Outcome.SKIPPED, 1, Reason.NOT_AT_HAND)]
    late = dose(one, first, after=31)
    said = in_words(record([one], [late, *skips]))
    assert "应吃2次，吃了1次（50%）。其中1次晚了半小时以上。跳过1次（忘带）。" in said
    more = [dose(one, day, EIGHT, Outcome.SKIPPED, 1, Reason.UNWELL) for day in (third, fourth)]
    assert "跳过3次（恶心不舒服2次、忘带1次）。" in in_words(record([one], [late, *skips, *more]))


def test_what_was_not_delivered_is_said_as_ours() -> None:
    one, (first, second) = regimen(1, "缬沙坦"), days_back(1, 2)
    said = in_words(record([one], [dose(one, first), dose(one, second, EIGHT, Outcome.UNDELIVERABLE)]))
    assert "应吃1次，吃了1次（100%）" in said and "还有1次提醒没送到您手里，是我们的问题，不算您漏的。" in said
    alone = in_words(record([one], [dose(one, second, EIGHT, Outcome.UNDELIVERABLE)]))
    assert "缬沙坦：还没有能算的次数。" in alone and ALL_TAKEN not in alone


def test_missed_at_two_times_says_which_more_often() -> None:
    one = regimen(1, "二甲双胍", EIGHT, NINE_PM)
    evenings = [dose(one, day, NINE_PM, Outcome.MISSED) for day in days_back(1, 2)]
    morning = dose(one, days_back(3)[0], EIGHT, Outcome.MISSED)
    assert "漏了3次，晚上最多。" in in_words(record([one], [*evenings, morning]))
    assert "漏了2次。" in in_words(record([one], [evenings[0], morning])), "no time stands out"


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (Reason.UNWELL, UNWELL),
        (Reason.NONE_LEFT, NONE_LEFT),
        (Reason.NOT_AT_HAND, KEEP_AT_HAND),
        (Reason.BETTER, ""),
        (Reason.OTHER, ""),
    ],
)
def test_one_sentence_that_may_help(reason: Reason, sentence: str) -> None:
    one = regimen(1, "缬沙坦")
    skipped = dose(one, days_back(1)[0], EIGHT, Outcome.SKIPPED, 1, reason)
    assert helpful(record([one], [skipped])) == sentence


@pytest.mark.parametrize(("clock", "part"), list(zip(map(time, (3, 8, 10, 12, 15, 20)), DayPart, strict=True)))
def test_every_part_of_the_day_has_its_own(clock: time, part: DayPart) -> None:
    assert helpful(four_weeks(missed=(1, 2), clock=clock)) == PUT_IT[part]


def test_nothing_due_yet() -> None:
    assert in_words(record([], [])) == "最近4周（10月25日到11月21日）还没有到过点的药，等有了记录再看。"
    one = regimen(1, "缬沙坦")
    assert "还没有到过点的药" in in_words(record([one], [dose(one, days_back(0)[0], NINE_PM, None)]))


def _span(weeks: int, until: int, days: int | None = None) -> Record:
    whole = record([], [], weeks=weeks)
    end = whole.until - timedelta(days=until)
    since = end - timedelta(days=days) if days else whole.since
    return Record("p1", "", since, end, AT, (), ())


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (_span(1, 0), "最近1周（11月15日到11月21日）"),
        (_span(4, 0, 10), "最近10天（11月12日到11月21日）"),
        (_span(4, 0, 1), "今天"),
        (_span(4, 5, 1), "11月16日"),
        (_span(4, 5, 7), "11月10日到11月16日"),
    ],
)
def test_how_a_span_is_called(span: Record, words: str) -> None:
    assert period(span) == words
