"""The debrief as a PDF: points, what was missed and why, heat map, order, tests, and the talk as an appendix."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.overrides import Override, Shown, newest
from bot.paper import BODY, FINE, LINE, SOFT, TITLE, WIDE, heading, paper, table, write
from bot.practice_sheet import Printed
from bot.practice_sheet.heat import draw_heat
from cases.scoring.sheet import Debrief, Mark
from schedules.clock import local

if TYPE_CHECKING:
    from fpdf import FPDF

LONGEST_WORDS: Final = 2_000
"""Characters of one message that are printed."""
NOTE: Final = (
    "说明：得分由规则按学员的原话给出，每一分都可以对到下面的对话（行首是轮次）；老师改过的分以老师的为准。"
    "病例是虚构的教学病例，不能用来给真人看病。"
)


def as_sheet(printed: Printed) -> bytes:
    """The PDF; the same encounter always makes the same file."""
    pdf = paper("问诊讲评", printed.ended_at)
    changed = newest(printed.overrides)
    _head(pdf, printed)
    _words(pdf, printed)
    _missed(pdf, printed.sheet, changed)
    draw_heat(pdf, printed.sheet.heat)
    _order(pdf, printed.sheet)
    _tests(pdf, printed.sheet)
    _earned(pdf, printed.sheet, changed)
    _changes(pdf, printed.sheet, changed)
    _talk(pdf, printed)
    return bytes(pdf.output())


def _head(pdf: "FPDF", printed: Printed) -> None:
    sheet = printed.sheet
    figures = printed.shown or Shown(sheet.total, sheet.max, sheet.passed, sheet.waiting)
    write(pdf, f"问诊讲评：{printed.title}", TITLE)
    who = f"学员：{printed.learner}　　" if printed.learner else ""
    made = sheet.versions
    write(pdf, f"{who}结束：{local(printed.ended_at):%Y-%m-%d %H:%M}　　用时：{_minutes(sheet.talk.seconds)}", BODY)
    write(pdf, f"病例 {made.case} 第 {made.case_version} 版，评分规则第 {made.rules} 版", FINE, SOFT)
    write(pdf, NOTE, FINE, SOFT)
    pdf.ln(2)
    verdict = ("通过" if figures.passed else "未通过") + ("（含老师改分）" if printed.overrides else "")
    still = f"　　另有 {figures.waiting} 分待老师评" if figures.waiting else ""
    write(pdf, f"总分 {figures.total}/{figures.max}　　{verdict}{still}", TITLE - 3)
    pdf.ln(1)
    names = [part.name for part in sheet.parts]
    points = [f"{part.got}/{part.max}" for part in sheet.parts]
    table(pdf, [WIDE / len(names)] * len(names), [names, points], BODY, "C" * len(names))


def _words(pdf: "FPDF", printed: Printed) -> None:
    sheet, comment = printed.sheet, printed.comment
    heading(pdf, "结论与讲评")
    write(pdf, f"您的诊断：{sheet.diagnosis.said or '没有给出'}　　参考诊断：{sheet.diagnosis.truth}")
    write(pdf, sheet.comment)
    if sheet.counter:
        noticed = "注意到了" if sheet.counter.noticed else "没有注意到"
        write(pdf, f"变化的细节：{sheet.counter.label}，{noticed}。{sheet.counter.why}")
    if comment:
        pdf.ln(1)
        write(pdf, "模型讲评（机器写的，仅供参考）", BODY, SOFT)
        for remark in (*comment.strengths, *comment.gaps):
            write(pdf, f"· {remark.text}")
        write(pdf, comment.next)
    if printed.reflection:
        write(pdf, f"我的反思：{printed.reflection[:LONGEST_WORDS]}")
    for line in sheet.teaching.splitlines():
        write(pdf, line, FINE, SOFT)


def _missed(pdf: "FPDF", sheet: Debrief, changed: Mapping[str, Override]) -> None:
    left = [mark for mark in sheet.missed if mark.item not in changed]
    heading(pdf, f"没有拿到的分（{len(left)} 项，要紧的在前）")
    rows = [
        (f"{mark.label}{'（关键）' if mark.critical else ''}", f"{mark.points}/{mark.max}", mark.why) for mark in left
    ]
    if rows:
        table(pdf, (52, 14, WIDE - 66), [("条目", "得分", "为什么要紧"), *rows], FINE, "LCL")
    else:
        write(pdf, "全部拿到了。")


def _order(pdf: "FPDF", sheet: Debrief) -> None:
    if not sheet.order.steps:
        return
    heading(pdf, f"问诊次序（{sheet.order.got}/{sheet.order.max}）")
    rows = [(step.label, _turn(step.at), "是" if step.in_order else "否") for step in sheet.order.steps]
    table(pdf, (110, 36, 36), [("理想的次序", "您在第几轮", "次序合适"), *rows], FINE, "LCC")


def _tests(pdf: "FPDF", sheet: Debrief) -> None:
    tests = sheet.tests
    heading(pdf, "检查")
    write(pdf, f"合计 {tests.minutes} 分钟，{tests.cost} 元。")
    done = "、".join(f"{each.label}{'（已做）' if each.done else '（没做）'}" for each in tests.needed)
    write(pdf, f"需要的：{done or '无'}")
    if tests.useless:
        write(pdf, f"多余的：{'、'.join(each.label for each in tests.useless)}")
    for each in tests.harmful:
        write(pdf, f"有害或误时的：{each.label}。{each.harm}")


def _earned(pdf: "FPDF", sheet: Debrief, changed: Mapping[str, Override]) -> None:
    earned = [mark for mark in sheet.items if mark.points and mark.item not in changed]
    heading(pdf, f"拿到的分（{len(earned)} 项）和凭据")
    rows = [(mark.label, f"{mark.points}/{mark.max}", _turn(mark.turn), mark.quote or "") for mark in earned]
    if rows:
        table(pdf, (52, 14, 16, WIDE - 82), [("条目", "得分", "轮次", "您的原话"), *rows], FINE, "LCCL")


def _changes(pdf: "FPDF", sheet: Debrief, changed: Mapping[str, Override]) -> None:
    if not changed:
        return
    marks: Mapping[str, Mark] = {mark.item: mark for mark in sheet.items}
    heading(pdf, "老师改的分")
    rows: Sequence[tuple[str, ...]] = [
        (marks[item].label, f"{marks[item].points}→{each.points}/{marks[item].max}", each.teacher, each.reason)
        for item, each in changed.items()
        if item in marks
    ]
    table(pdf, (48, 22, 24, WIDE - 94), [("条目", "得分", "老师", "理由"), *rows], FINE, "LCLL")


def _talk(pdf: "FPDF", printed: Printed) -> None:
    pdf.add_page()
    heading(pdf, f"附：问诊全文（{len(printed.encounter.turns)} 轮）")
    for number, turn in enumerate(printed.encounter.turns, start=1):
        if pdf.will_page_break(2 * LINE):
            pdf.add_page()
        write(pdf, f"{number}　学员：{turn.said[:LONGEST_WORDS]}", FINE)
        for line in turn.answer.splitlines():
            write(pdf, line if line.startswith("【") else f"病人：{line}", FINE, SOFT)
        pdf.ln(1)


def _turn(at: int | None) -> str:
    return "" if at is None else str(at + 1)


def _minutes(seconds: int) -> str:
    return f"{seconds // 60} 分 {seconds % 60} 秒"
