"""Three weeks of the simulated year, with kills, a standstill and a dead channel: the accountant finds no fault."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from bot.db import Databases
from bot.dose_tables import doses
from deploy.bench.year.accountant import DOUBLED, LATE, UNACCOUNTED, UNASKED, Accountant, Findings
from deploy.bench.year.course import Course, Scenario
from deploy.bench.year.ledger import read_ledger
from deploy.bench.year.rhythms import DAY
from tests.contract.conftest import KEYS

pytestmark = [pytest.mark.contract, pytest.mark.timeout(900)]

# The clocks change in New York on 12 March and in Berlin on 26 March, here while nothing leaves the house.
START = datetime(2028, 3, 6, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
THREE_WEEKS = Scenario(
    START, days=21, people=10, kills=30, beat=HALF_HOUR,
    offline=(START + 9 * DAY, START + 11 * DAY), mute=(START + 20 * DAY, START + 21 * DAY), set_back=START + 5 * DAY,
)  # fmt: skip


async def test_weeks_with_kills_are_accounted_for(databases: Databases, clinic: str) -> None:
    course = await lived(databases, clinic, THREE_WEEKS)
    found = await audit(databases, clinic, course)

    assert not found.faults, dict(found.examples)
    assert sum(course.death.places.values()) >= 25, course.death.places
    assert len(course.death.places) >= 4, "killed at many places"
    assert found.counts["due"] > 150
    assert {"taken", "skipped", "missed", "undeliverable"} <= found.counts.keys()


async def test_the_accountant_sees_what_is_wrong(databases: Databases, clinic: str) -> None:
    course = await lived(databases, clinic, Scenario(START, days=4, people=6, kills=0, beat=HALF_HOUR))
    honest = await audit(databases, clinic, course)
    assert not honest.faults, dict(honest.examples)
    ledger = await read_ledger(databases.of(clinic))
    told = next(rows for rows in ledger.in_round.values() if rows[0].outcome == "taken")
    ahead = next(rows[-1] for rows in ledger.doses.values() if rows[-1].round is None)
    async with databases.of(clinic).begin() as connection:
        await connection.execute(update(doses).where(doses.c.id == told[0].id).values(late_until=START))
        await connection.execute(update(doses).where(doses.c.id == ahead.id).values(due_at=START, planned_at=START))

    found = await audit(databases, clinic, course)

    assert found.faults[LATE] and found.faults[UNASKED]
    async with databases.of(clinic).begin() as connection:
        await connection.execute(delete(doses).where(doses.c.id == told[0].id))
    found = await audit(databases, clinic, course)
    assert found.faults[UNACCOUNTED] and found.faults[DOUBLED]


async def lived(databases: Databases, clinic: str, scenario: Scenario) -> Course:
    """The course, at its end."""
    url = databases.url_of(clinic).render_as_string(hide_password=False)
    course = Course(scenario, url, KEYS, clinic)
    await course.run()
    return course


async def audit(databases: Databases, clinic: str, course: Course) -> Findings:
    """What the accountant says."""
    return Accountant(course, await read_ledger(databases.of(clinic))).audit()
