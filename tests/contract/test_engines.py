"""Both engines bring the same: the same scenarios on the embedded one and on Temporal, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messages import Address
from bot.regimens import DueDose
from schedules.doses import Outcome
from tests.contract.conftest import AT
from tests.contract.dose_ward import MORNING, Ward, ward
from tests.contract.engine_parts import Embedded, Engine, HandClock, outgrown, temporal_url

__all__ = ["temporal_url", "ward"]
pytestmark = pytest.mark.contract

MINUTE, TEN = timedelta(minutes=1), timedelta(minutes=10)


@pytest.fixture(params=["embedded", "temporal"])
async def engine(request: pytest.FixtureRequest, ward: Ward) -> AsyncIterator[Engine]:
    """Each engine in turn."""
    if request.param == "embedded":
        yield Embedded(ward, HandClock())
        return
    async with outgrown(ward, request.getfixturevalue("temporal_url"), HandClock()) as engine:
        yield engine


async def the_dose(engine: Engine) -> DueDose:
    """The first dose of the first day."""
    ward = engine.ward
    return (await ward.regimens.history(ward.clinic, ward.patient.person, AT, MORNING + TEN))[0]


async def minutes_told(engine: Engine) -> list[int]:
    """When the person was told, minutes after eight."""
    return [(message.at - MORNING) // MINUTE for message in await engine.ward.said()]


async def test_unconfirmed_it_climbs_to_the_top(engine: Engine) -> None:
    ward = engine.ward
    daughter = await ward.daughter()
    await ward.takes(critical=True)
    await engine.until(MORNING + timedelta(hours=3))
    assert await minutes_told(engine) == [0, 10, 20, 30, 40]
    (told,) = await ward.said(daughter)
    assert (told.at - MORNING) // MINUTE == 50
    (task,) = await ward.tasks()
    assert "氨氯地平" in task
    await engine.until(MORNING + timedelta(hours=13))
    assert (await the_dose(engine)).outcome is Outcome.MISSED
    assert len(await ward.said()) == 5 and len(await ward.tasks()) == 1


async def test_confirmed_it_stops(engine: Engine) -> None:
    ward = engine.ward
    await ward.takes()
    await engine.until(MORNING + timedelta(minutes=12))
    dose = await the_dose(engine)
    await ward.regimens.settle(ward.clinic, dose.id, Outcome.TAKEN, MORNING + timedelta(minutes=12))
    await engine.until(MORNING + timedelta(hours=13))
    assert await minutes_told(engine) == [0, 10]
    assert (await the_dose(engine)).outcome is Outcome.TAKEN


async def test_put_off_it_comes_again_later(engine: Engine) -> None:
    ward = engine.ward
    await ward.takes()
    await engine.until(MORNING)
    first = await the_dose(engine)
    await ward.regimens.settle(ward.clinic, first.id, Outcome.SNOOZED, MORNING + MINUTE, minutes=30)
    await engine.until(MORNING + timedelta(minutes=45))
    assert await minutes_told(engine) == [0, 31, 41]
    again = (await ward.regimens.history(ward.clinic, ward.patient.person, AT, MORNING + timedelta(hours=1)))[1]
    assert (again.planned_at, again.outcome, (await the_dose(engine)).outcome) == (MORNING, None, Outcome.SNOOZED)


async def test_stopped_it_is_silent(engine: Engine) -> None:
    ward = engine.ward
    regimen = await ward.takes()
    await engine.until(MORNING + TEN)
    await ward.regimens.stop(ward.clinic, ward.patient.person, regimen.id, MORNING + TEN)
    await engine.until(MORNING + timedelta(days=2))
    assert await minutes_told(engine) == [0, 10]
    assert set(await ward.outcomes(3)) == {Outcome.CANCELLED}


async def test_what_stood_still_is_told_late_or_owned_up(engine: Engine) -> None:
    ward = engine.ward
    await ward.takes("氨氯地平", "每天早上8点")
    await ward.takes("阿司匹林", "每天中午12点")
    await engine.until(AT)
    await engine.stands_still(MORNING + timedelta(hours=7))
    await engine.until(MORNING + timedelta(hours=7, minutes=5))
    texts = [message.text for message in await ward.said()]
    assert len(texts) == 2
    assert any("氨氯地平" in text and "阿司匹林" not in text for text in texts)  # its time was over: we own up
    assert any("阿司匹林" in text and "氨氯地平" not in text for text in texts)
    assert await ward.outcomes() == [Outcome.UNDELIVERABLE]


async def test_many_people_are_each_told_once(engine: Engine) -> None:
    ward = engine.ward
    people = [await ward.store.open(Address(ward.clinic, "web", f"p{n}"), AT) for n in range(12)]
    regimen = await ward.takes()
    await ward.regimens.stop(ward.clinic, ward.patient.person, regimen.id, AT)
    for one in people:
        await _takes(ward, one.id, one.person)
    await engine.until(MORNING + timedelta(minutes=25))
    told = [len(await ward.said(one)) for one in people]
    assert told == [3] * 12


async def _takes(ward: Ward, conversation: str, person: str) -> None:
    mine = replace(ward, patient=replace(ward.patient, id=conversation, person=person))
    await mine.takes()


async def test_moved_to_temporal_and_back_in_the_middle_of_a_ladder(ward: Ward, temporal_url: str) -> None:
    clock = HandClock()
    await ward.takes(critical=True)
    await Embedded(ward, clock).until(MORNING + timedelta(minutes=15))
    async with outgrown(ward, temporal_url, clock) as temporal:
        await temporal.adopted()
        await temporal.until(MORNING + timedelta(minutes=32))
    await Embedded(ward, clock).until(MORNING + timedelta(hours=3))
    assert [(message.at - MORNING) // MINUTE for message in await ward.said()] == [0, 10, 20, 30, 40]
    assert len(await ward.tasks()) == 1


async def test_both_engines_at_once_double_nothing(ward: Ward, temporal_url: str) -> None:
    clock = HandClock()
    people = [await ward.store.open(Address(ward.clinic, "web", f"p{n}"), AT) for n in range(8)]
    for one in people:
        await _takes(ward, one.id, one.person)
    async with outgrown(ward, temporal_url, clock) as temporal:
        for minute in range(0, 60, 5):
            clock.at = MORNING + MINUTE * minute
            beats = [ward.reminding.beat(clock.at), ward.reminding.beat(clock.at), temporal.look(), temporal.adopted()]
            await asyncio.gather(*beats)
            await ward.deliver(clock.at)
    for one in people:
        assert [(message.at - MORNING) // MINUTE for message in await ward.said(one)] == [0, 10, 20, 30, 40]
