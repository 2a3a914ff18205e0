"""The debrief on paper, read back out of the PDF."""

import io
from dataclasses import replace

import pypdf

from bot.overrides import Override, Shown
from bot.paper import BLANK
from bot.practice_sheet import Printed
from bot.practice_sheet.sheet import as_sheet
from cases.comment import by_rules
from cases.debrief import Group, debrief
from cases.encounter import Encounter
from cases.ending import Ending
from cases.marked import AT
from tests.unit.cases.sitting import CASE, ENDING, EXPERT, concluding, play

TALK = play(EXPERT[:12])
SHEET = debrief(CASE, TALK, concluding(diagnosis="急性胃炎"))
PRINTED = Printed(CASE.title, SHEET, TALK, AT, learner="王小明")


def text(printed: Printed) -> str:
    reader = pypdf.PdfReader(io.BytesIO(as_sheet(printed)))
    # Lines break anywhere in Chinese: they are put together again.
    return "".join(page.extract_text() for page in reader.pages).replace("\n", "")


def test_points_parts_and_verdict_stand_at_the_top() -> None:
    said = text(PRINTED)
    for part in (
        f"问诊讲评：{CASE.title}", "学员：王小明", f"总分 {SHEET.total}/{SHEET.max}", "未通过", "2026-01-05 08:00",
        "您的诊断：急性胃炎", f"参考诊断：{CASE.key.diagnosis.truth}", f"病例 {CASE.id} 第 {CASE.version} 版",
        *(part.name for part in SHEET.parts), *(f"{part.got}/{part.max}" for part in SHEET.parts),
    ):  # fmt: skip
        assert part in said, part


def test_what_was_missed_has_its_reason_and_what_was_earned_its_sentence() -> None:
    said = text(PRINTED)
    for mark in SHEET.missed:
        assert mark.label in said and mark.why[:20] in said
    for mark in SHEET.items:
        assert not mark.points or not mark.quote or mark.quote[:15] in said, mark.item


def test_the_heat_map_names_every_item_with_its_sign() -> None:
    said = text(PRINTED)
    assert all(f"{name}（" in said for name in ("现病史", "既往史", "过敏", "想法与担心"))
    assert f"✓{SHEET.heat[0].label}★" in said and "？近期发作变频" in said and "－吸烟" in said


def test_the_whole_talk_is_the_appendix() -> None:
    said = text(PRINTED).replace(" ", "")  # a space at the end of a line is not drawn
    assert "附：问诊全文（12轮）" in said
    for turn in TALK.turns:
        assert turn.said in said
        assert all(line.replace(" ", "") in said for line in turn.answer.splitlines())


def test_what_teacher_model_and_learner_add() -> None:
    plain = text(PRINTED)
    assert "老师改的分" not in plain and "模型讲评" not in plain and "我的反思" not in plain
    change = Override("c_allergy", 1, "问得含蓄，算一半", "李老师", AT)
    more = replace(
        PRINTED, overrides=(change,), shown=Shown(90, 110, True, 0), comment=by_rules(SHEET), reflection="我忘了问过敏"
    )
    said = text(more)
    for part in ("老师改的分", "李老师", "问得含蓄，算一半", "0→1/2", "总分 90/110", "通过（含老师改分）"):
        assert part in said
    assert (
        "模型讲评（机器写的，仅供参考）" in said and by_rules(SHEET).next in said and "我的反思：我忘了问过敏" in said
    )


def test_points_that_wait_for_a_teacher_are_said() -> None:
    sheet = debrief(CASE, TALK, ENDING, frozenset({Group.MANNER}))
    assert f"另有 {sheet.waiting} 分待老师评" in text(replace(PRINTED, sheet=sheet))


def test_an_encounter_in_which_nothing_was_said() -> None:
    empty = Encounter.start(CASE, AT)
    said = text(Printed(CASE.title, debrief(CASE, empty, Ending()), empty, AT))
    assert "没有正式结束" in said and "没有给出" in said and "附：问诊全文（0 轮）" in said and "学员：" not in said


def test_the_same_encounter_is_the_same_file() -> None:
    assert as_sheet(PRINTED) == as_sheet(PRINTED)


def test_hostile_words_are_only_drawn() -> None:
    hostile = play(["(Tj) \\ <script> \ud800 😀 \x00 " + "长" * 4_000, *EXPERT[:3]])
    sheet = debrief(CASE, hostile, Ending("\ud800😀" * 50, plan="=1+1"))
    made = as_sheet(
        replace(PRINTED, sheet=sheet, encounter=hostile, learner="<b>王</b>", reflection="\r\n" * 99 + "好")
    )
    reader = pypdf.PdfReader(io.BytesIO(made))
    said = "".join(page.extract_text() for page in reader.pages)
    assert "<script>" in said and BLANK in said and "<b>王</b>" in said
    assert len(made) < 400_000
