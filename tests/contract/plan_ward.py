"""A patient who changes the plan: the plan as it stands, as it is told, and all of its rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.dose_tables import doses, habits, regimens
from bot.plans import Plans
from bot.regimens import DueDose, Regimen
from schedules.clock import SHANGHAI, local
from schedules.doses import Outcome
from schedules.regimen import read_regimen
from schedules.timing import Timing
from tests.contract.conftest import AT
from tests.contract.dose_ward import MORNING, Ward

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plans_of(ward: Ward) -> Plans:
    """The plans of the house."""
    return Plans(ward.databases)


def timing(said: str) -> Timing:
    """What was said, as a timing."""
    found = read_regimen(f"{said}吃氨氯地平", AT).timing
    assert found is not None
    return found


async def doses_of(ward: Ward, regimen: str | None = None) -> Sequence[DueDose]:
    """All doses of the patient, or of one regimen."""
    found = await ward.regimens.history(ward.clinic, ward.patient.person, AT - 400 * DAY, AT + 400 * DAY)
    return [dose for dose in found if regimen in (None, dose.regimen)]


async def open_times(ward: Ward, regimen: str | None = None) -> list[str]:
    """When the open doses are due, on the wall of Shanghai: 22日08:00."""
    return [wall(dose.due_at) for dose in await doses_of(ward, regimen) if dose.outcome is None]


def wall(at: datetime) -> str:
    """22日08:00."""
    return f"{local(at, SHANGHAI):%d日%H:%M}"


async def ended(ward: Ward, outcome: Outcome, regimen: str | None = None) -> list[str]:
    """When the doses were due that ended so."""
    return [wall(dose.due_at) for dose in await doses_of(ward, regimen) if dose.outcome is outcome]


async def told_dose(ward: Ward, regimen: Regimen) -> DueDose:
    """The last dose of which the patient was told."""
    return [dose for dose in await doses_of(ward, regimen.id) if dose.round is not None][-1]


async def take(ward: Ward, regimen: Regimen, at: datetime) -> None:
    """The patient confirms the last dose told."""
    dose = await told_dose(ward, regimen)
    settled = await ward.regimens.settle(ward.clinic, dose.id, Outcome.TAKEN, at, person=ward.patient.person)
    assert settled.changed


async def everything(ward: Ward) -> dict[str, list[dict[str, Any]]]:
    """All rows that a change of the plan may touch."""
    found = {}
    async with ward.databases.of(ward.clinic).read() as connection:
        for table in (regimens, doses, habits):
            rows = (await connection.execute(select(table).order_by(table.c.id))).mappings()
            found[table.name] = [dict(row) for row in rows]
    return found


__all__ = ["AT", "DAY", "HOUR", "MORNING"]
