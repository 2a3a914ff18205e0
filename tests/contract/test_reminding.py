"""What time brings to doses, on SQLite and on PostgreSQL: told once, told together, told again, told to others."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot import phrases
from bot.conversation import Mode
from bot.dose_tables import doses
from bot.habits import Habits, HabitStore
from bot.messages import Address, Kind
from bot.rounds import Shard
from bot.tables import outbox
from schedules.doses import Outcome
from tests.contract.conftest import AT
from tests.contract.dose_ward import MORNING, Ward, ward

__all__ = ["ward"]

pytestmark = pytest.mark.contract

TEN = timedelta(minutes=10)
COMMANDS = ["dose_taken", "dose_snooze", "dose_snooze", "dose_skip"]


async def test_a_dose_is_reminded_once_whoever_beats(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(MORNING - timedelta(seconds=1))
    assert await ward.said() == []
    await asyncio.gather(*(ward.reminding.beat(MORNING + timedelta(seconds=1)) for _ in range(4)))
    await ward.beat(MORNING + timedelta(minutes=5))
    (reminder,) = await ward.said()
    assert reminder.kind is Kind.REMINDER and reminder.text == "到时间吃药啦：氨氯地平 一片"
    assert [button.command for button in reminder.buttons] == COMMANDS


async def test_twelve_medicines_are_one_message(ward: Ward) -> None:
    for drug in range(12):
        await ward.takes(f"药{drug:02}")
    await ward.beat(MORNING)
    (reminder,) = await ward.said()
    assert reminder.text.count("\n· 药") == 12
    assert reminder.buttons[0].label == phrases.ALL_TAKEN
    ended = await ward.regimens.settle_round(
        ward.clinic, reminder.buttons[0].args["round"], Outcome.TAKEN, MORNING, person=ward.patient.person
    )
    assert len(ended) == 12
    await ward.beat(*(MORNING + TEN * n for n in range(1, 9)))
    assert len(await ward.said()) == 1


async def test_unconfirmed_it_comes_again_four_times_and_then_no_more(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(*(MORNING + timedelta(minutes=minute) for minute in range(0, 180, 5)))
    said = await ward.said()
    assert [(message.at - MORNING) // TEN for message in said] == [0, 1, 2, 3, 4]
    assert all("再提醒您一次" in message.text for message in said[1:])
    assert await ward.tasks() == []


async def test_only_what_is_still_open_comes_again(ward: Ward) -> None:
    await ward.takes("甲药")
    await ward.takes("乙药")
    await ward.beat(MORNING)
    first, _ = await ward.regimens.open_doses(ward.clinic, ward.patient.person, MORNING)
    await ward.regimens.settle(ward.clinic, first.id, Outcome.TAKEN, MORNING)
    await ward.beat(MORNING + TEN)
    assert first.drug not in (await ward.said())[-1].text
    assert [button.command for button in (await ward.said())[-1].buttons] == COMMANDS


async def test_what_did_not_leave_is_not_written_again(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(*(MORNING + TEN * n for n in range(9)), deliver=False)
    assert len(await ward.said()) == 1
    await ward.beat(MORNING + timedelta(hours=7), deliver=False)
    assert await ward.outcomes() == [Outcome.UNDELIVERABLE]


async def test_the_family_is_told_and_then_a_nurse_of_what_can_harm(ward: Ward) -> None:
    daughter = await ward.daughter()
    await ward.takes("华法林", critical=True)
    await ward.beat(*(MORNING + TEN * n for n in range(10)))
    (told,) = await ward.said(daughter)
    assert told.at == MORNING + TEN * 5
    assert told.text.startswith("您母亲08:00的药还没有记录吃没吃：华法林 一片")
    assert [button.command for button in told.buttons] == ["family_taken", "family_sees"]
    (task,) = await ward.tasks()
    assert "08:00" in task and "华法林" in task and "告诉了家属" in task
    patient = await ward.store.by_id(ward.clinic, ward.patient.id)
    assert patient is not None and patient.mode is Mode.ASSISTANT, "a task does not take the talk away"


async def test_without_family_a_nurse_is_told_of_a_critical_one_only(ward: Ward) -> None:
    await ward.takes("华法林", critical=True)
    await ward.beat(*(MORNING + TEN * n for n in range(6)))
    assert len(await ward.tasks()) == 1


async def test_a_third_miss_in_a_row_is_noticed_once(ward: Ward) -> None:
    await ward.takes()
    for day in range(4):
        start = MORNING + timedelta(days=day)
        await ward.beat(start, *(start + timedelta(hours=hour) for hour in (2, 7)))
        assert len(await ward.tasks()) == (1 if day >= 2 else 0)
    assert await ward.outcomes(days=4) == [Outcome.MISSED] * 4
    assert "连续3次" in (await ward.tasks())[0]


async def test_nobody_is_called_at_night_for_what_can_wait(ward: Ward) -> None:
    night = replace(Habits(), told_at=AT)
    await HabitStore(ward.databases).keep(ward.clinic, ward.patient.person, night)
    await ward.takes("甲药", "每天晚上10点55分")
    await ward.takes("乙药", "每天晚上11点30分", critical=True)
    late = MORNING.replace(hour=22, minute=55) - timedelta(days=1)
    await ward.beat(*(late + timedelta(minutes=5) * n for n in range(96)))
    told = [(f"{message.at.astimezone(late.tzinfo):%H:%M}", message.text) for message in await ward.said()]
    assert [time for time, text in told if "甲药" in text] == ["22:55"]
    assert [time for time, text in told if "乙药" in text] == ["23:30", "23:40", "23:50", "00:00", "00:10"]


async def test_a_late_reminder_says_so_and_of_a_lost_one_people_are_told(ward: Ward) -> None:
    await ward.takes(critical=True)
    await ward.beat(MORNING + timedelta(hours=2))
    (late,) = await ward.said()
    assert "08:00" in late.text and "不要吃双份" in late.text
    await ward.beat(MORNING + timedelta(days=1, hours=7))
    lost = (await ward.said())[-1]
    assert "系统中断" in lost.text and lost.buttons == ()
    assert await ward.outcomes(days=2) == [Outcome.MISSED, Outcome.UNDELIVERABLE]
    assert any("没能送到" in task for task in await ward.tasks())


async def test_a_snoozed_dose_comes_again_and_nothing_comes_after_the_stop(ward: Ward) -> None:
    regimen = await ward.takes()
    await ward.beat(MORNING)
    (dose,) = await ward.regimens.open_doses(ward.clinic, ward.patient.person, MORNING)
    await ward.regimens.settle(ward.clinic, dose.id, Outcome.SNOOZED, MORNING, minutes=10)
    await ward.beat(MORNING + timedelta(minutes=9))
    assert len(await ward.said()) == 1
    await ward.beat(MORNING + timedelta(minutes=11))
    assert len(await ward.said()) == 2
    assert await ward.regimens.stop(ward.clinic, ward.patient.person, regimen.id, MORNING + timedelta(hours=1))
    await ward.beat(MORNING + timedelta(days=1))
    assert len(await ward.said()) == 2


async def test_a_reminder_that_cannot_be_written_is_due_again(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    await ward.takes()

    def no_reply(*_: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as broken:
        broken.setattr("bot.climbing.reminder", no_reply)
        with pytest.raises(RuntimeError):
            await ward.reminding.beat(MORNING)
    assert await ward.said() == []
    await ward.beat(MORNING + timedelta(seconds=5))
    assert len(await ward.said()) == 1


async def test_the_dose_of_who_is_no_more_ends_undeliverable(ward: Ward) -> None:
    await ward.takes()
    await ward.regimens.lay_out(ward.clinic, AT, timedelta(days=2))
    async with ward.databases.of(ward.clinic).begin() as connection:
        await connection.execute(update(doses).values(conversation="gone"))
    await ward.beat(MORNING)
    assert await ward.outcomes() == [Outcome.UNDELIVERABLE]


async def test_workers_side_by_side_tell_everybody_once(ward: Ward) -> None:
    people = [await ward.store.open(Address(ward.clinic, "web", f"p{n}"), AT) for n in range(30)]
    for person in people:
        for drug in ("甲药", "乙药"):
            await replace(ward, patient=person).takes(drug)
    await ward.regimens.lay_out(ward.clinic, AT, timedelta(days=2))
    shards = [shard for shard in Shard.of(4) for _ in range(2)]
    told = await asyncio.gather(*(_all(ward, shard) for shard in shards))
    assert sum(told) == 30
    for person in people:
        (reminder,) = await ward.said(person)
        assert reminder.text.count("· ") == 2


async def _all(ward: Ward, shard: Shard) -> int:
    written = 0
    while (told := await ward.reminding.rounds.begin(ward.clinic, MORNING, 7, shard)) is not None:
        written += len(told)
    return written


async def test_failed_delivery_is_known_when_the_dose_ends(ward: Ward) -> None:
    await ward.takes()
    await ward.beat(MORNING, deliver=False)
    async with ward.databases.of(ward.clinic).begin() as connection:
        await connection.execute(update(outbox).values(status="failed"))
    await ward.beat(MORNING + timedelta(hours=8), deliver=False)
    assert await ward.outcomes() == [Outcome.UNDELIVERABLE]
    assert len(await ward.said()) == 1, "a nurse knows already: the courier told her"
