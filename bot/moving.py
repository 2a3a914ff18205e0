"""Single doses at another time: the old one ends as put off into the new one, which remembers when it was first due."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.dose_tables import doses
from bot.drafting import Draft
from bot.laying import dose_row, insert_doses, lay_out_rows
from bot.plan_rows import PlanRefused
from bot.renewing import soonest, usual_interval
from bot.settling import end_open
from schedules import clock
from schedules.doses import Outcome
from schedules.lateness import LateRule, late_until

FURTHEST = timedelta(days=31)
SECOND = timedelta(seconds=1)


async def lay_out_day(draft: Draft, which: Sequence[str], day: date) -> None:
    """Lay out a day ahead, so that its doses can be moved. Raises PlanRefused for one too far."""
    end = clock.instant(day + timedelta(days=1), datetime.min.time(), draft.habits.timezone)
    if end <= draft.at or end > draft.at + FURTHEST:
        raise PlanRefused("只能改今天到一个月以内某一天的时间")
    behind = [row for row in await draft.now(which) if row.after is None and row.queued_until < end]
    await lay_out_rows(draft.connection, draft.clinic, behind, end)


def of_day(draft: Draft, found: Sequence[Row[Any]], day: date) -> Sequence[Row[Any]]:
    """Open doses that belong to a day of the person's wall."""
    return [
        row for row in found if row.outcome is None and clock.local(row.due_at, draft.habits.timezone).date() == day
    ]


async def move_all(draft: Draft, found: Sequence[Row[Any]], minutes: int) -> None:
    """Move doses by so much: none before now, nor too soon after a taking. Raises PlanRefused."""
    moved = {row.id for row in found}
    for row in sorted(found, key=lambda one: one.due_at, reverse=minutes > 0):
        soon, late = await _bounds(draft, row, moved)
        to = max(row.due_at + timedelta(minutes=minutes), soon)
        if late is not None and to > late:
            raise PlanRefused("再推后就离下一次太近了")
        if to != row.due_at:
            await _move(draft, row, to)


async def move_one(draft: Draft, row: Row[Any], to: datetime) -> None:
    """Move a dose to an instant ahead. Raises PlanRefused when that is too near to another taking."""
    if row.outcome is not None:
        raise PlanRefused("这次服药已经有了结果")
    if to <= draft.at:
        raise PlanRefused("这个时间已经过去了")
    soon, late = await _bounds(draft, row, {row.id})
    if to < soon:
        wall = clock.local(soon, draft.habits.timezone)
        raise PlanRefused(f"离上一次服药太近，最早可以改到{wall.month}月{wall.day}日{wall:%H:%M}")
    if late is not None and to > late:
        raise PlanRefused("那时离下一次太近了")
    await _move(draft, row, to)


async def _bounds(draft: Draft, row: Row[Any], moved: set[str]) -> tuple[datetime, datetime | None]:
    """Between when a dose may be moved: half of the interval from the last taking, and to the next that stays."""
    regimen = draft.rows[row.regimen]
    floors = await soonest(draft, [regimen], draft.habits, moved=True)
    soon = max(draft.at, floors.get(regimen.id, draft.at))
    gap = usual_interval(regimen, draft.habits, row.planned_at)
    if gap is None or regimen.after is not None:
        return soon, None
    ahead = [each for each in (await draft.unsettled([regimen.id])).values() if each.outcome is None]
    follows = [each.due_at for each in ahead if each.planned_at > row.planned_at]
    stays = not any(each.id in moved for each in ahead if each.planned_at > row.planned_at)
    following = min([*follows, row.planned_at + gap]) if stays else None
    return soon, following - gap / 2 if following is not None else None


async def _move(draft: Draft, row: Row[Any], to: datetime) -> None:
    regimen = draft.rows[row.regimen]
    gap = usual_interval(regimen, draft.habits, row.planned_at)
    rule = LateRule.read(regimen.late)
    while True:
        # Late is counted from the new time: the person chose it, it was not put off for want of an answer.
        until = late_until(rule, to, to + gap if gap else None, draft.habits.timezone)
        if await insert_doses(draft.connection, [dose_row(regimen, to, until, row.planned_at)]):
            break
        to += SECOND  # another dose was or is due at this very moment
    await end_open(draft.connection, draft.clinic, doses.c.id == row.id, Outcome.SNOOZED, draft.at)
