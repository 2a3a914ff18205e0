"""Another amount of a medicine: the old regimen ends, and a new one takes over all else of it."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, insert, or_, update

from bot.dose_tables import doses, regimens
from bot.drafting import Draft
from bot.plan_rows import PlanRefused
from bot.regimen_rows import STOPPED, After, Regimen, Stock, regimen_of, row_of
from schedules.doses import Outcome, next_due
from schedules.stock import amount_of_dose
from schedules.timing import Timing, TimingError

MINUTE = timedelta(minutes=1)


async def another_dose(draft: Draft, row: Row[Any], dose: str, from_at: datetime) -> str:
    """Make the regimen of the new amount, and end the old one before `from_at`; the new one's id.

    Raises PlanRefused when nothing of it is due from then on, or when it can only be changed at once.
    """
    old = regimen_of(row)
    if old.after is None and next_due(
        old.timing, from_at - MINUTE, draft.habits.day_plan, draft.habits.timezone
    ) is None and not old.timing.as_needed:  # fmt: skip
        raise PlanRefused("这个药在那之前就已经吃完了")
    new = _successor(old, dose, from_at)
    await draft.connection.execute(insert(regimens).values(row_of(draft.clinic, new, draft.at)))
    until_then = _ended_before(old, from_at) if from_at > max(draft.at, old.starts_at) else None
    if until_then is None:
        await _hand_over(draft, old, new, from_at)
    else:
        await _end_before(draft, old, until_then)
    return new.id


def _ended_before(old: Regimen, from_at: datetime) -> Timing | None:
    """The old timing up to an instant; None when nothing of it was due before."""
    events = tuple(each for each in old.timing.events if each < from_at)
    try:
        return replace(old.timing, events=events) if old.timing.events else replace(old.timing, end=from_at - MINUTE)
    except TimingError:
        return None


def _successor(old: Regimen, dose: str, from_at: datetime) -> Regimen:
    """The timing stays as it is, so that its rhythm and its count go on; nothing of it is due before it starts."""
    key = uuid.uuid4().hex
    after = After(key, old.after.minutes) if old.after is not None and old.after.regimen == old.id else old.after
    was, will_be = amount_of_dose(old.dose), amount_of_dose(dose)
    same_unit = was is not None and will_be is not None and was.unit == will_be.unit
    stock: Stock | None = old.stock if same_unit else None
    return replace(old, id=key, dose=dose, starts_at=max(old.starts_at, from_at), after=after, stock=stock)


async def _hand_over(draft: Draft, old: Regimen, new: Regimen, from_at: datetime) -> None:
    """The new one goes on at once, with the doses that are open: they are told of with the new amount."""
    of_old = and_(regimens.c.clinic == draft.clinic, regimens.c.id == old.id)
    await draft.connection.execute(update(regimens).where(of_old).values(status=STOPPED, stopped_at=from_at))
    tied = and_(regimens.c.clinic == draft.clinic, regimens.c.after == old.id, regimens.c.id != old.id)
    await draft.connection.execute(update(regimens).where(tied).values(after=new.id))
    open_or_put_off = or_(doses.c.outcome.is_(None), doses.c.outcome == Outcome.SNOOZED.value)
    coming = and_(doses.c.regimen == old.id, or_(doses.c.outcome.is_(None), doses.c.due_at > draft.at))
    mine = and_(doses.c.clinic == draft.clinic, coming, open_or_put_off)
    await draft.connection.execute(update(doses).where(mine).values(regimen=new.id))


async def _end_before(draft: Draft, old: Regimen, timing: Timing) -> None:
    tied = [row for row in draft.rows.values() if row.after == old.id and row.id != old.id]
    if tied:
        raise PlanRefused(f"{tied[0].drug}是跟着它提醒的，请到那天再告诉我")
    of_old = and_(regimens.c.clinic == draft.clinic, regimens.c.id == old.id)
    await draft.connection.execute(update(regimens).where(of_old).values(timing=timing.to_fhir()))
