"""Agreement of machine and teachers, against figures worked out by hand and published ones."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.debrief import Group
from cases.ending import Ending
from cases.kappa import FEWEST, Counts, Trio, agreement, compare, pooled, to_json, trusted, untrusted, whole
from cases.marked import Transcript, hand_marked, load_marks, load_transcript, main, played
from tests.unit.cases.sitting import CASE, ENDING, EXPERT, sheet_of

NUMBERS = st.integers(0, 60)
COUNTS = st.builds(Counts, NUMBERS, NUMBERS, NUMBERS, NUMBERS)


def test_the_classical_example_of_cohens_kappa() -> None:
    counts = Counts(20, 5, 10, 15)
    assert (counts.n, counts.observed, counts.kappa) == (50, Decimal("0.7000"), Decimal("0.4000"))
    assert counts.figure == counts.kappa and not counts.lopsided


def test_where_nearly_all_is_the_same_kappa_breaks_and_ac1_holds() -> None:
    counts = Counts(118, 5, 2, 0)
    assert (counts.observed, counts.kappa, counts.ac1) == (Decimal("0.9440"), Decimal("-0.0234"), Decimal("0.9408"))
    assert counts.lopsided and counts.figure == counts.ac1


@pytest.mark.parametrize(("counts", "figure"), [(Counts(), None), (Counts(both=7), 1), (Counts(neither=7), 1)])
def test_without_any_difference(counts: Counts, figure: int | None) -> None:
    assert counts.kappa is None and counts.figure == figure


@given(COUNTS)
def test_figures_lie_between_minus_one_and_one_whoever_is_first(counts: Counts) -> None:
    turned = Counts(counts.both, counts.second, counts.first, counts.neither)
    for one, other in ((counts.kappa, turned.kappa), (counts.ac1, turned.ac1), (counts.observed, turned.observed)):
        assert one == other and (one is None or -1 <= one <= 1)
    if counts.n and not counts.first + counts.second:
        assert counts.figure == 1


@given(COUNTS, COUNTS)
def test_counts_are_pooled_by_adding(one: Counts, other: Counts) -> None:
    assert (one + other).n == one.n + other.n
    groups = pooled([{Group.PLAN: Trio(one, one, other)}, {Group.PLAN: Trio(other, one, one)}])
    assert groups == {Group.PLAN: Trio(one + other, one + one, other + one)} and whole(groups) == groups[Group.PLAN]


def test_a_sheet_is_held_against_both_teachers() -> None:
    sheet = sheet_of()
    a = {mark.item: mark.points == mark.max for mark in sheet.items}
    b = a | {"c_onset": False}
    del b["c_site"]
    groups = compare(sheet, a, b)
    assert groups[Group.ASKED].machine_a.first == 0 and groups[Group.ASKED].machine_b.first == 1
    assert groups[Group.ASKED].teachers.first == 1
    marked = sum(mark.group == "asked" for mark in sheet.items)
    assert groups[Group.ASKED].teachers.n == marked - 1, "c_site was marked by one alone"
    assert whole(groups).machine_a.n == len(b)


def test_half_of_the_points_is_not_earned() -> None:
    half = sheet_of(EXPERT, Ending(diagnosis="急性冠脉综合征"))
    groups = compare(half, {"diagnosis": False}, {"diagnosis": True})
    assert groups == {Group.DIAGNOSIS: Trio(Counts(neither=1), Counts(second=1), Counts(second=1))}


def test_groups_below_the_threshold_are_not_marked_by_the_machine() -> None:
    good, poor = Counts(30, 1, 1, 30), Counts(20, 10, 10, 20)
    groups = {
        Group.ASKED: Trio(good, good, good),
        Group.PLAN: Trio(good, poor, good),
        Group.TOLD: Trio(Counts(0, 5, 5, 0), Counts(0, 5, 5, 0), Counts(5, 0, 0, 5)),
    }
    assert groups[Group.TOLD].teachers.n < FEWEST, "too few to say anything"
    assert untrusted(groups) == {Group.PLAN}
    assert trusted(groups) == frozenset(Group) - {Group.PLAN}
    assert untrusted(groups, Decimal("0.99")) == {Group.ASKED, Group.PLAN}
    assert good.figure and untrusted(groups, good.figure) == {Group.PLAN}, "at the threshold is well enough"
    rows = to_json(groups)
    assert [(row["group"], row["trusted"]) for row in rows] == [("asked", True), ("plan", False), ("told", True)]
    assert rows[0]["label"] == "问到" and rows[0]["machine_a"]["kappa"] == "0.9355"


TRANSCRIPT = """
case: chest-pain-01
case_version: 2
level: weak
said: [您好 哪里不舒服, 疼了多久了？]
orders: {1: [ecg]}
ending: {diagnosis: 心梗, sbar: {situation: 胸痛两小时}}
"""


def test_a_transcript_is_read_and_played(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "chest-pain-01-a.yml"
    file.write_text(TRANSCRIPT, "utf-8")
    transcript = load_transcript(file)
    assert (transcript.level, transcript.ending.sbar.situation, transcript.ending.plan) == ("weak", "胸痛两小时", "")
    encounter = played(CASE, transcript)
    assert encounter.ordered == {"ecg"} and "onset" in encounter.asked
    assert main([str(file)]) == 0
    printed = capsys.readouterr().out
    assert encounter.turns[0].answer in printed and "开单：ecg" in printed
    ids = [item for item, _ in hand_marked(CASE, transcript)]
    assert "order" not in ids and all(f"  {item}:" in printed for item in ids)
    perfect = dict.fromkeys(ids, True)
    assert whole(agreement(CASE, transcript, perfect, perfect)).teachers == Counts(both=len(ids))


def test_marks_are_yes_or_no(tmp_path: Path) -> None:
    file = tmp_path / "marks.yml"
    file.write_text("marker: 甲\nmarks: {c_onset: true, c_site: false}\n", "utf-8")
    assert load_marks(file) == {"c_onset": True, "c_site": False}
    file.write_text("marker: 甲\nmarks: {c_onset: 1, c_site:}\n", "utf-8")
    with pytest.raises(ValueError, match="c_onset, c_site"):
        load_marks(file)


def test_a_played_transcript_is_always_the_same() -> None:
    transcript = Transcript(CASE.id, CASE.version, EXPERT, ENDING)
    assert played(CASE, transcript) == played(CASE, transcript)
