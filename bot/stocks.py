"""How much of a medicine is left, and how long it lasts.

A count is of a medicine, whatever the number of regimens by which it is taken: two in the morning and one in the
evening come out of one box.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import merge
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import doses, regimens
from bot.habits import USUAL, Habits, habits_of
from bot.plan_rows import DaysLeft
from bot.regimen_rows import ACTIVE
from schedules.doses import Outcome, due_times
from schedules.stock import amount_of_dose, lasting, needed
from schedules.timing import Timing, TimingError

LOOK_AHEAD = timedelta(days=366)
"""What lasts longer than a year is enough."""


async def days_left(connection: AsyncConnection, clinic: str, person: str, at: datetime) -> Sequence[DaysLeft]:
    """How long each counted medicine of a person lasts, by the plan as it stands."""
    mine = and_(regimens.c.clinic == clinic, regimens.c.person == person)
    rows = list(await connection.execute(select(regimens).where(mine).order_by(regimens.c.created_at, regimens.c.id)))
    habits = (await habits_of(connection, clinic, [person])).get(person, USUAL)
    found = []
    for drug in dict.fromkeys(drug_of(row) for row in rows if row.status == ACTIVE):
        alike = [row for row in rows if drug_of(row) == drug]
        counted = max((row for row in alike if row.stock is not None), key=lambda row: row.stock_at, default=None)
        if counted is not None:
            used = await _used_since(connection, clinic, alike, counted.stock_at)
            found.append(_days_left(counted, alike, used, habits, at))
    return found


def drug_of(row: Row[Any]) -> str:
    """What makes a medicine the same: its id in the knowledge, else its name."""
    return str(row.drug_id or row.drug)


async def _used_since(
    connection: AsyncConnection, clinic: str, alike: Sequence[Row[Any]], since: datetime
) -> dict[str, int]:
    """Takings since a count, by regimen."""
    taken = and_(doses.c.outcome == Outcome.TAKEN.value, doses.c.outcome_at > since)
    mine = and_(doses.c.clinic == clinic, doses.c.regimen.in_([row.id for row in alike]), taken)
    query = select(doses.c.regimen, func.count()).where(mine).group_by(doses.c.regimen)
    return {row[0]: row[1] for row in await connection.execute(query)}


def _days_left(
    counted: Row[Any], alike: Sequence[Row[Any]], used: dict[str, int], habits: Habits, at: datetime
) -> DaysLeft:
    amount = amount_of_dose(counted.dose)
    unit = amount.unit if amount is not None else None
    each = {row.id: found for row in alike if (found := _in_unit(row, unit)) is not None}
    left = max(Decimal(counted.stock) - sum(each.get(key, Decimal()) * times for key, times in used.items()), Decimal())
    active = [row for row in alike if row.status == ACTIVE]
    unknown = any(row.id not in each for row in active) or all(_as_needed(row) for row in active)
    if unknown:
        return DaysLeft(counted.id, counted.drug, left, unit, None, None)
    takings = merge(*(_takings(row, each[row.id], habits, at) for row in active))
    result = lasting(left, takings, habits.timezone)
    if result is None:
        return DaysLeft(counted.id, counted.drug, left, unit, None, None, enough=True)
    return DaysLeft(counted.id, counted.drug, left, unit, result.days, result.last_day)


def _in_unit(row: Row[Any], unit: str | None) -> Decimal | None:
    """What one taking of a regimen needs, None where it is not said in the unit that was counted."""
    amount = amount_of_dose(row.dose)
    return needed(amount) if amount is not None and amount.unit == unit else None


def _as_needed(row: Row[Any]) -> bool:
    try:
        return Timing.from_fhir(row.timing).as_needed
    except TimingError:
        return True  # when it is due is not to be known


def _takings(row: Row[Any], amount: Decimal, habits: Habits, at: datetime) -> Iterator[tuple[datetime, Decimal]]:
    """When a regimen will be taken, and how much each time; a pause needs nothing."""
    end = at + LOOK_AHEAD
    if row.after == row.id:
        gap = timedelta(minutes=row.after_minutes)
        yield from ((at + gap * place, amount) for place in range(1, LOOK_AHEAD // gap))
    elif row.after is None and not _as_needed(row):
        since = max(at, row.starts_at)
        for due_at in due_times(Timing.from_fhir(row.timing), since, end, habits.day_plan, habits.timezone):
            if row.paused_from is None or not row.paused_from <= due_at < row.paused_until:
                yield due_at, amount
