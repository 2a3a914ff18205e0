"""The sheet put in words, by rules: a few sentences to begin with, and the whole as a message in a chat."""

from collections.abc import Sequence
from typing import Final

from cases.ending import Ending, Sbar
from cases.scoring.sheet import HISTORY, RED_FLAGS, Debrief, Mark, Noticed, Tests, Verdict, Warmth

MOST_SHOWN: Final = 4
"""Missed points that are named in a sentence."""
MOST_IN_CHAT: Final = 3
"""Missed points that are explained in a chat."""


def comment_of(
    ending: Ending,
    marks: Sequence[Mark],
    verdict: Verdict,
    heat: Sequence[Warmth],
    tests: Tests,
    counter: Noticed | None,
    passed: bool,
) -> str:
    """Some sentences, the most important first."""
    missed = [mark for mark in marks if mark.auto and mark.critical and not mark.asked]
    left = [mark for mark in marks if mark.auto and not mark.asked and mark.part in (HISTORY, RED_FLAGS)]
    left = sorted((mark for mark in left if not mark.critical), key=lambda mark: -mark.max)
    lines = [
        _ended(ending),
        "诊断正确。" if verdict.right else "诊断还不对，先看看哪些线索没有用上。" if verdict.said else "",
        f"关键条目漏了：{_listed(missed)}。漏一项就不能通过。" if missed else "",
        f"有害的检查：{'；'.join(_harm(each.label, each.harm) for each in tests.harmful)}。" if tests.harmful else "",
        f"还可以问：{_listed(left[:MOST_SHOWN])}。" if left else "",
        _held_back(heat),
        f"这位病人和原病例有一处不同（{counter.label}），结论里没有体现。" if counter and not counter.noticed else "",
        _waiting(marks),
        "做得不错，继续保持。" if passed else "再练一次，会更好。",
    ]
    return "".join(lines)


def in_words(sheet: Debrief) -> str:
    """The sheet as a message in a chat, short."""
    parts = "，".join(f"{part.name}{part.got}/{part.max}" for part in sheet.parts)
    head = f"讲评：{sheet.total}/{sheet.max}分，{'通过' if sheet.passed else '未通过'}。（{parts}）"
    verdict = f"您的诊断：{sheet.diagnosis.said or '没有给出'}。参考诊断：{sheet.diagnosis.truth}。"
    missed = [mark for mark in sheet.missed if mark.part in (HISTORY, RED_FLAGS) or mark.critical][:MOST_IN_CHAT]
    whys = [f"· {mark.label}：{mark.why}" for mark in missed]
    handover = f"交接（SBAR）：{sheet.sbar.got}/{sheet.sbar.max}分。" if sheet.sbar.max else ""
    lesson = sheet.teaching.partition("\n")[0]  # the page and the printed sheet have all of it
    return "\n".join(line for line in (head, verdict, sheet.comment, *whys, handover, lesson) if line)


def unfinished(ending: Ending) -> tuple[str, ...]:
    """Names of the parts of an ending that were left empty."""
    handed = any(part.strip() for part in _parts_of(ending.sbar))
    parts = {
        "诊断": ending.diagnosis, "鉴别诊断": ending.differentials, "依据": ending.reasons, "处理计划": ending.plan,
        "SBAR 交接": "x" if handed else "",
    }  # fmt: skip
    return tuple(name for name, text in parts.items() if not text.strip())


def _parts_of(sbar: Sbar) -> tuple[str, ...]:
    return sbar.situation, sbar.background, sbar.assessment, sbar.recommendation


def _ended(ending: Ending) -> str:
    empty = unfinished(ending)
    if len(empty) == 5:
        return "这次问诊没有正式结束：诊断、鉴别、依据、处理计划和 SBAR 交接都没有写，这几部分没有分。"
    return f"没有写：{'、'.join(empty)}。" if empty else ""


def _listed(marks: Sequence[Mark]) -> str:
    return "、".join(mark.label for mark in marks)


def _harm(label: str, harm: str) -> str:
    return f"{label}（{harm.rstrip('。')}）" if harm else label


def _held_back(heat: Sequence[Warmth]) -> str:
    locked = sum(each.state == "asked" for each in heat)
    return f"有{locked}处问到了，病人却没有说实话或没说全，换个时机、换个口气再问一遍。" if locked else ""


def _waiting(marks: Sequence[Mark]) -> str:
    points = sum(mark.max for mark in marks if not mark.auto)
    return f"另有{points}分待老师评。" if points else ""
