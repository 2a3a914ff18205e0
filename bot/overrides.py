"""What a teacher changes on a sheet. The sheet itself stays as it was scored; what is shown takes her points. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.errors import BadInput
from cases.scoring.sheet import Group


class NoSuchMark(BadInput):
    """讲评里没有这一条，或分数超出了这一条的范围。"""


@dataclass(frozen=True, slots=True)
class Override:
    """One change."""

    item: str  # id of a mark
    points: int
    reason: str
    teacher: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures as everybody reads them."""

    total: int
    max: int
    passed: bool
    waiting: int  # points of marks that still wait for a teacher


def newest(overrides: Sequence[Override]) -> Mapping[str, Override]:
    """What counts: of several changes of one mark the last. They come oldest first."""
    return {each.item: each for each in overrides}


def check_points(sheet: Mapping[str, Any], item: str, points: int) -> None:
    """Raises NoSuchMark unless the sheet has the mark and it can be worth so many points."""
    if not any(mark["item"] == item and 0 <= points <= mark["max"] for mark in sheet["items"]):
        raise NoSuchMark(item)


def shown(sheet: Mapping[str, Any], overrides: Sequence[Override], pass_share: Decimal) -> Shown:
    """The sheet's figures with what teachers changed; judged as cases.debrief judges: no critical mark missing,
    the diagnosis right, and `pass_share` of the points that do not wait for anybody.
    """
    changed = {item: each.points for item, each in newest(overrides).items()}
    marks = [mark | {"points": changed.get(mark["item"], mark["points"])} for mark in sheet["items"]]
    judged = [mark for mark in marks if mark["auto"] or mark["item"] in changed]
    total, most = sum(mark["points"] for mark in marks), sum(mark["max"] for mark in marks)
    waiting = most - sum(mark["max"] for mark in judged)
    missed = any(mark["critical"] and not mark["points"] for mark in judged)
    passed = not missed and _right(sheet, judged, changed) and total >= pass_share * (most - waiting)
    return Shown(total, most, passed, waiting)


def _right(sheet: Mapping[str, Any], judged: Sequence[Mapping[str, Any]], changed: Mapping[str, int]) -> bool:
    """The rules' word on the diagnosis, or the teacher's where she has marked it."""
    for mark in judged:
        if mark["group"] == Group.DIAGNOSIS and mark["item"] in changed:
            return bool(mark["points"] == mark["max"])
    return bool(sheet["diagnosis"]["right"])
