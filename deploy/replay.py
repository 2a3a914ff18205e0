"""A sheet scored once more from what was kept: the same, byte for byte, or what differs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.debriefs import Kept
from cases.comment import NotTheSame, replay
from cases.debrief import RULES_VERSION, Group, debrief
from cases.marked import read_ending
from cases.model import Case
from cases.scoring.sheet import Debrief


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it, for the person at the terminal."""

    same: bool
    words: str


def scored_again(kept: Kept, cases: Mapping[str, Case]) -> Replayed:
    """Score what was said and concluded with today's case and rules, and hold it against the kept sheet."""
    if kept.sheet is None:
        return Replayed(False, "这次问诊还没有结束，没有讲评。")
    then = Debrief.from_json(kept.sheet)
    case = cases.get(then.versions.case)
    if case is None:
        return Replayed(False, f"病例 {then.versions.case} 已经不在了。")
    now = (case.version, RULES_VERSION)
    if now != (then.versions.case_version, then.versions.rules):
        known = f"病例第 {then.versions.case_version} 版、规则第 {then.versions.rules} 版"
        return Replayed(False, f"讲评出自{known}，现在是第 {now[0]} 版、第 {now[1]} 版：请用当时的版本重算。")
    by_teacher = frozenset(Group(mark.group) for mark in then.items if not mark.auto)
    again = debrief(case, kept.encounter, read_ending(kept.ending or {}), by_teacher)
    if _bytes(again.to_json()) != _bytes(kept.sheet):
        return Replayed(False, f"重算的结果不一样：{then.sheet_hash()[:12]} → {again.sheet_hash()[:12]}")
    return _with_comment(kept, again)


def _with_comment(kept: Kept, sheet: Debrief) -> Replayed:
    same = f"讲评逐字节相同：{sheet.total}/{sheet.max} 分，{sheet.sheet_hash()[:12]}。"
    if kept.comment is None:
        return Replayed(True, same)
    try:
        replay(kept.comment, sheet)
    except NotTheSame as error:
        return Replayed(False, f"{same}模型评语对不上：{error}")
    return Replayed(True, f"{same}模型评语也对得上（{kept.comment.model}）。")


def _bytes(sheet: Mapping[str, object]) -> bytes:
    return json.dumps(sheet, ensure_ascii=False, sort_keys=True).encode()
