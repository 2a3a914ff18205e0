"""The buttons of a reminder, as they are pressed: once, twice, late, by somebody else."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from bot import phrases
from bot.dose_commands import DOSE_COMMANDS
from bot.errors import UnknownButton
from bot.messages import Address, Button, Reply
from bot.pressed import Pressed
from schedules.doses import Outcome, Reason
from tests.contract.conftest import AT
from tests.contract.dose_ward import MORNING, Ward, ward

__all__ = ["ward"]

pytestmark = pytest.mark.contract


async def press(ward: Ward, button: Button, at: datetime = MORNING) -> tuple[Reply, ...]:
    """Press a button; what is said."""
    return await do(ward, button.command or "", button.args, at)


async def do(ward: Ward, command: str, args: Mapping[str, str], at: datetime = MORNING) -> tuple[Reply, ...]:
    """A command with its arguments, which may be wrong."""
    return tuple((await DOSE_COMMANDS[command](ward.regimens, Pressed(ward.patient, args, at))).replies)


async def reminded(ward: Ward, *drugs: str) -> dict[str, Button]:
    """The buttons of the reminder of some medicines, by label."""
    for drug in drugs:
        await ward.takes(drug)
    await ward.beat(MORNING)
    return {button.label: button for button in (await ward.said())[-1].buttons}


async def test_taken_is_noted_once(ward: Ward) -> None:
    buttons = await reminded(ward, "氨氯地平")
    (first,) = await press(ward, buttons[phrases.TAKEN])
    (again,) = await press(ward, buttons[phrases.SKIP])
    assert (first.text, again.text) == (phrases.DOSE_TAKEN.format(drug="氨氯地平"), phrases.DOSE_SETTLED)
    assert await ward.outcomes() == [Outcome.TAKEN]


async def test_all_are_taken_with_one_tap(ward: Ward) -> None:
    buttons = await reminded(ward, "甲药", "乙药")
    (said,) = await press(ward, buttons[phrases.ALL_TAKEN])
    assert "甲药" in said.text and "乙药" in said.text
    assert await ward.outcomes() == [Outcome.TAKEN] * 2
    assert [one.text for one in await press(ward, buttons[phrases.ALL_TAKEN])] == [phrases.DOSE_SETTLED]


@pytest.mark.parametrize(("label", "minutes"), [(phrases.SNOOZE, 10), (phrases.SNOOZE_LONG, 30)])
async def test_put_off_they_come_together_again(ward: Ward, label: str, minutes: int) -> None:
    buttons = await reminded(ward, "甲药", "乙药")
    (said,) = await press(ward, buttons[label])
    assert f"{minutes} 分钟" in said.text
    await ward.beat(MORNING + timedelta(minutes=minutes - 1))
    assert len(await ward.said()) == 1
    await ward.beat(MORNING + timedelta(minutes=minutes))
    assert (await ward.said())[-1].text.count("· ") == 2


@pytest.mark.parametrize("reason", list(Reason))
async def test_each_reason_for_leaving_out_has_its_own_help(ward: Ward, reason: Reason) -> None:
    buttons = await reminded(ward, "氨氯地平")
    (asked,) = await press(ward, buttons[phrases.SKIP])
    assert [button.label for button in asked.buttons] == [each.chinese for each in Reason]
    chosen = next(button for button in asked.buttons if button.label == reason.chinese)
    (helped,) = await press(ward, chosen)
    assert len(helped.text) > 20 and "{" not in helped.text
    (dose,) = await ward.regimens.history(ward.clinic, ward.patient.person, AT, MORNING + timedelta(hours=1))
    assert (dose.outcome, dose.reason) == (Outcome.SKIPPED, reason)


async def test_one_by_one(ward: Ward) -> None:
    buttons = await reminded(ward, "甲药", "乙药")
    _, *each = await press(ward, buttons[phrases.ONE_BY_ONE])
    assert sorted(reply.text for reply in each) == ["乙药 一片", "甲药 一片"]
    await press(ward, each[0].buttons[0])
    await press(ward, each[1].buttons[1])
    assert sorted(filter(None, await ward.outcomes())) == [Outcome.SKIPPED, Outcome.TAKEN]


async def test_too_late_it_is_asked_when_it_was_taken(ward: Ward) -> None:
    buttons = await reminded(ward, "氨氯地平")
    evening = MORNING + timedelta(hours=9)
    await ward.beat(evening)
    (asked,) = await press(ward, buttons[phrases.TAKEN], evening)
    then, never = asked.buttons
    (advice,) = await press(ward, never, evening)
    assert advice.text == phrases.LEAVE_OUT and await ward.outcomes() == [Outcome.MISSED]
    await press(ward, then, evening)
    (dose,) = await ward.regimens.history(ward.clinic, ward.patient.person, AT, evening)
    assert (dose.outcome, dose.outcome_at) == (Outcome.TAKEN, MORNING)


async def test_putting_off_too_often_is_refused_kindly(ward: Ward) -> None:
    buttons = await reminded(ward, "氨氯地平")
    (said,) = await press(ward, buttons[phrases.SNOOZE], MORNING + timedelta(hours=6))
    assert "太晚" in said.text and await ward.outcomes() == [None]


@pytest.mark.parametrize("command", list(DOSE_COMMANDS))
@pytest.mark.parametrize(
    "args", [{}, {"dose": "none"}, {"round": "none"}, {"dose": "", "minutes": "9999999999", "reason": "drop table"}]
)
async def test_made_up_arguments_are_no_button_of_ours(ward: Ward, command: str, args: Mapping[str, str]) -> None:
    if command == "dose_left":
        assert await do(ward, command, args)
        return
    with pytest.raises(UnknownButton):
        await do(ward, command, args)


async def test_the_dose_of_somebody_else_stays_as_it_is(ward: Ward) -> None:
    buttons = await reminded(ward, "甲药", "乙药")
    stranger = await ward.store.open(Address(ward.clinic, "web", "stranger"), AT)
    for button in buttons.values():
        with pytest.raises(UnknownButton):
            await DOSE_COMMANDS[button.command or ""](ward.regimens, Pressed(stranger, button.args, MORNING))
    assert await ward.outcomes() == [None, None]
