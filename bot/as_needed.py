"""Medicines taken as needed: noted, and refused too soon.

The least gap is the longer of the one of the timing (`间隔至少6小时`) and of the medicine's care; the most of a day is
counted over any 24 hours, which is never less careful than calendar days.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, select

from bot.dose_tables import doses
from bot.drafting import Draft
from bot.errors import NotFound
from bot.laying import dose_row, insert_doses
from bot.plan_rows import PlanRefused, Taken
from bot.regimen_rows import ACTIVE, due_dose_of
from bot.settling import with_regimen
from bot.stocks import drug_of
from schedules.doses import Outcome
from schedules.timing import PeriodUnit, Timing

ONE_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a medicine may be taken."""

    gap: timedelta
    most: int | None  # in 24 hours


async def may_take(draft: Draft, row: Row[Any], same: Collection[str]) -> Taken:
    """Whether it may be taken at the draft's instant, and from when on."""
    limits, found = limits_of(row), await takings(draft, row, same)
    allowed = allowed_from(found, limits, draft.at)
    return Taken(None, allowed, allowed > draft.at, left_within_a_day(found, limits, draft.at))


async def taken(draft: Draft, row: Row[Any], same: Collection[str], noted: str, *, too_soon: bool) -> Taken:
    """What to say of a taking that has been noted."""
    limits, found = limits_of(row), await takings(draft, row, same)
    allowed = allowed_from(found, limits, draft.at)
    dose = (await draft.connection.execute(with_regimen(draft.clinic, doses.c.id == noted))).one()
    return Taken(due_dose_of(dose), allowed, too_soon, left_within_a_day(found, limits, draft.at))


def regimen_as_needed(draft: Draft, regimen: str) -> Row[Any]:
    """The row of an active regimen taken as needed. Raises NotFound, PlanRefused for one that is taken by the clock."""
    row = draft.rows.get(regimen)
    if row is None or row.status != ACTIVE:
        raise NotFound("no such regimen")
    if not Timing.from_fhir(row.timing).as_needed:
        raise PlanRefused("这个药是按时间吃的，到时候我会提醒您")
    return row


def limits_of(row: Row[Any]) -> Limits:
    """The limits of a regimen taken as needed."""
    timing = Timing.from_fhir(row.timing)
    hourly = timing.period_unit is PeriodUnit.HOUR
    said = timedelta(minutes=int(timing.period * 60)) if hourly else timedelta()
    return Limits(max(said, timedelta(minutes=row.least_gap or 0)), timing.most_per_day)


async def takings(draft: Draft, row: Row[Any], same: Collection[str]) -> Sequence[datetime]:
    """When the person took this drug, or one of `same`, a day around the draft's instant; earliest first."""
    alike = [one.id for one in draft.rows.values() if drug_of(one) == drug_of(row) or one.id in same]
    near = doses.c.outcome_at.between(draft.at - ONE_DAY, draft.at + ONE_DAY)
    taken = and_(doses.c.regimen.in_(alike), doses.c.outcome == Outcome.TAKEN.value, near)
    query = select(doses.c.outcome_at).where(doses.c.clinic == draft.clinic, taken).order_by(doses.c.outcome_at)
    return list((await draft.connection.execute(query)).scalars())


def allowed_from(taken: Sequence[datetime], limits: Limits, at: datetime) -> datetime:
    """The first instant not before `at` at which it may be taken."""
    allowed = at
    for one in taken:
        if one < allowed + limits.gap and allowed < one + limits.gap:
            allowed = one + limits.gap
    if limits.most is not None and len(taken) >= limits.most:
        # Of any `most` takings in a row the first must be a day back before another one follows.
        allowed = max(allowed, taken[-limits.most] + ONE_DAY)
    return allowed


def left_within_a_day(taken: Sequence[datetime], limits: Limits, at: datetime) -> int | None:
    """Takings still allowed in the 24 hours that end at `at`."""
    if limits.most is None:
        return None
    return max(limits.most - sum(1 for one in taken if one > at - ONE_DAY), 0)


async def write_taking(draft: Draft, row: Row[Any]) -> str:
    """Note a taking at the draft's instant; the dose's id. The same one noted twice is one."""
    values = dose_row(row, draft.at, draft.at) | {"outcome": Outcome.TAKEN.value, "outcome_at": draft.at}
    await insert_doses(draft.connection, [values])
    mine = and_(doses.c.clinic == draft.clinic, doses.c.regimen == row.id, doses.c.due_at == draft.at)
    return str((await draft.connection.execute(select(doses.c.id).where(mine))).scalar_one())
