"""What must hold of every sheet, whatever was said."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.debrief import Debrief, debrief
from cases.ending import Ending, Sbar
from cases.scoring.sheet import HISTORY, RED_FLAGS
from tests.unit.cases.sitting import CASE, ENDING, EXPERT, NOTHING, got, play

LINES = st.lists(
    st.sampled_from((*EXPERT, "嗯", "快点说", "做个胃镜", "做个运动平板试验", "您抽烟吗？", "睡得好吗")), max_size=12
)
WORDS = st.one_of(st.just(""), st.text(max_size=80), st.sampled_from((ENDING.diagnosis, ENDING.reasons, ENDING.plan)))
ENDINGS = st.builds(Ending, WORDS, WORDS, WORDS, WORDS, st.builds(Sbar, WORDS, WORDS, WORDS, WORDS))
a_few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@a_few
@given(LINES, ENDINGS)
def test_totals_are_sums_and_nothing_is_more_than_full(lines: list[str], ending: Ending) -> None:
    sheet = debrief(CASE, play(lines), ending)
    assert sheet.total == sum(mark.points for mark in sheet.items) == sum(part.got for part in sheet.parts)
    assert sheet.max == sum(mark.max for mark in sheet.items) == sum(part.max for part in sheet.parts)
    assert all(0 <= mark.points <= mark.max and mark.asked == (mark.points > 0) for mark in sheet.items)
    assert sheet.max == debrief(CASE, play([]), NOTHING).max, "what can be earned does not depend on what was said"


@a_few
@given(LINES, st.sampled_from(EXPERT))
def test_asking_one_thing_more_never_lowers_the_history(lines: list[str], more: str) -> None:
    fewer, after = (debrief(CASE, play(said), NOTHING) for said in (lines, [*lines, more]))
    for part in (HISTORY, RED_FLAGS):
        assert got(after, part) >= got(fewer, part)


@a_few
@given(LINES, ENDINGS)
def test_scoring_twice_gives_the_same_bytes_and_survives_storage(lines: list[str], ending: Ending) -> None:
    encounter = play(lines)
    sheet = debrief(CASE, encounter, ending)
    assert debrief(CASE, encounter, ending).text() == sheet.text()
    assert Debrief.from_json(sheet.to_json()) == sheet


@a_few
@given(LINES)
def test_the_last_question_again_changes_no_point(lines: list[str]) -> None:
    once, twice = (debrief(CASE, play(said), NOTHING) for said in (lines, [*lines, *lines[-1:]]))
    told = {mark.item for mark in once.items if mark.asked}
    assert told <= {mark.item for mark in twice.items if mark.asked} | {"order"}


@a_few
@given(LINES, st.sampled_from(("麻烦您了。", "谢谢您。", "嗯。", "好的。")))
def test_polite_or_empty_words_more_change_nothing_of_the_history(lines: list[str], filler: str) -> None:
    padded = [each for line in lines for each in (line, filler)]
    short, long = (debrief(CASE, play(said), ENDING) for said in (lines, padded))
    for part in (HISTORY, RED_FLAGS, "检查", "诊断与处理", "交接(SBAR)"):
        assert got(short, part) == got(long, part)


def test_length_alone_earns_nothing() -> None:
    wordy = replace(ENDING, plan=ENDING.plan + "，请注意观察病情变化" * 100)
    assert debrief(CASE, play(EXPERT), wordy).total == debrief(CASE, play(EXPERT), ENDING).total
