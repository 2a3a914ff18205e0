"""Who can't be written to learns by template that a nurse has answered, tried on the stand-in of WeChat's server."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.messages import Address
from bot.reach import Standing
from connectors.base import Fate
from connectors.wechat.account_file import EXAMPLE, read_account_file
from connectors.wechat.client import NURSE_WAITS, WARNING_WAITS
from connectors.wechat.fates import TemplateFates
from connectors.wechat.fitting import fit
from connectors.wechat.templates import (
    SUBSCRIPTION_PATH,
    TEMPLATE_PATH,
    Detail,
    Purpose,
    Template,
    TemplateKind,
    Templates,
)
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.people import Way
from knowledge.drug_names import DrugBook, load_drug_book
from tests.unit.connectors.wechat_hall import NURSE, ONE_TIME, OPENID, WARNING, WHO, Hall, message, open_hall, templates

Open = Callable[..., AbstractAsyncContextManager[Hall]]
NOTICE = read_account_file(EXAMPLE).templates
AFTER = timedelta(hours=49)


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


@pytest.fixture
def hall(tmp_path: Path, book: DrugBook) -> Open:
    return partial(open_hall, tmp_path, book)


async def silent_for_two_days(here: Hall) -> None:
    await here.said()
    here.clock.forward(AFTER)


def notices(here: Hall) -> list[str]:
    return [one.text for one in here.shown() if one.way in (Way.TEMPLATE, Way.SUBSCRIPTION)]


@pytest.mark.parametrize("words", [NURSE_WAITS, WARNING_WAITS])
def test_the_words_stand_whole_in_a_field(words: str) -> None:
    assert fit("thing2", words) == words


async def test_after_48_hours_the_patient_learns_once_that_a_nurse_has_answered(hall: Open) -> None:
    async with hall(NOTICE) as here:
        await silent_for_two_days(here)
        for seq in (1, 2, 3):
            refused = await here.refused(replace(NURSE, seq=seq, id=f"n{seq}"))
            assert refused.fate is Fate.WAIT and refused.tell, "the words themselves still wait, and the desk knows"
        (notice,) = notices(here)
        assert NURSE_WAITS in notice and NURSE.text not in notice
        await silent_for_two_days(here)
        await here.refused(NURSE)
        assert len(notices(here)) == 2, "they have written in between"


async def test_a_warning_that_waits_is_told_too_and_ordinary_words_are_not(hall: Open) -> None:
    async with hall(NOTICE) as here:
        await silent_for_two_days(here)
        assert not (await here.refused(message())).tell
        assert notices(here) == []
        await here.refused(WARNING)
        assert WARNING_WAITS in notices(here)[0]


async def test_when_the_five_messages_are_used_up_it_is_told_as_well(hall: Open) -> None:
    async with hall(NOTICE) as here:
        await here.said()
        for _ in range(5):
            await here.send(NURSE)
        await here.refused(NURSE)
        assert len(notices(here)) == 1


async def test_without_such_a_template_nothing_changes(hall: Open) -> None:
    async with hall(templates(TemplateKind.LONG_TERM)) as here:
        await silent_for_two_days(here)
        assert (await here.refused(NURSE)).fate is Fate.WAIT
        assert notices(here) == []


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SERVER_ERROR, Fault.DROP_BEFORE])
async def test_a_busy_server_is_asked_again(hall: Open, fault: Fault) -> None:
    async with hall(NOTICE) as here:
        await silent_for_two_days(here)
        here.wechat.faults.order(Trouble(fault), TEMPLATE_PATH)
        assert (await here.refused(NURSE)).fate is Fate.RETRY
        assert (await here.refused(NURSE)).fate is Fate.WAIT
        assert len(notices(here)) == 1


async def test_what_may_have_left_is_told_again_rather_than_never(hall: Open) -> None:
    async with hall(NOTICE) as here:
        await silent_for_two_days(here)
        here.wechat.faults.order(Trouble(Fault.DROP_AFTER), TEMPLATE_PATH)
        assert (await here.refused(NURSE)).fate is Fate.RETRY
        here.trouble(45066, TEMPLATE_PATH)  # WeChat knows it by our id
        assert (await here.refused(NURSE)).fate is Fate.WAIT
        await here.refused(NURSE)
        assert len(notices(here)) == 1


@pytest.mark.parametrize("code", [47003, 40037, 45009, 40164, 48001])
async def test_what_an_operator_has_to_mend_costs_the_words_nothing(
    hall: Open, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with hall(NOTICE) as here:
        await silent_for_two_days(here)
        here.trouble(code, TEMPLATE_PATH)
        assert (await here.refused(NURSE)).fate is Fate.WAIT
        assert any(record.levelno == logging.ERROR for record in caplog.records)
        assert notices(here) == []
        await here.refused(NURSE)
        assert len(notices(here)) == 1, "mended: the next words tell it"


@pytest.mark.parametrize(
    ("code", "standing"), [(43004, Standing.UNFOLLOWED), (48002, Standing.BLOCKED), (43019, Standing.BLOCKED)]
)
async def test_who_has_gone_is_marked_and_left_alone(hall: Open, code: int, standing: Standing) -> None:
    async with hall(NOTICE) as here:
        await silent_for_two_days(here)
        here.trouble(code, TEMPLATE_PATH)
        assert (await here.refused(NURSE)).fate is Fate.WAIT
        assert await here.standing() is standing
        await here.refused(NURSE)
        assert notices(here) == []


async def test_a_one_time_notice_costs_its_tap(hall: Open) -> None:
    once = Template(ONE_TIME, TemplateKind.ONE_TIME, {"thing1": Detail.WORDS, "thing2": "新消息", "time3": Detail.TIME})
    async with hall(Templates({Purpose.NOTICE: once})) as here:
        await silent_for_two_days(here)
        await here.refused(NURSE)
        assert notices(here) == []
        await here.wechat.subscribe(OPENID, [(ONE_TIME, True)])
        await here.reach.subscribed(WHO, ONE_TIME, 1)
        here.trouble(47003, SUBSCRIPTION_PATH)
        await here.refused(NURSE)
        await here.refused(NURSE)
        assert len(notices(here)) == 1 and not await here.reach.use_subscription(WHO, ONE_TIME)


class Unfollowed(TemplateFates):
    """Nothing of it may be waited for."""

    async def leaves(self, message: str, address: Address, template: str) -> None:
        pytest.fail("followed")

    async def left(self, message: str, number: str) -> None:
        pytest.fail("followed")


async def test_a_lost_notice_is_no_lost_message(hall: Open) -> None:
    async with hall(NOTICE) as here:
        fates = here.client.fates
        unfollowed = Unfollowed(fates.clinic, fates.shelf, fates.undelivered, fates.clock)
        here.client = replace(here.client, fates=unfollowed)
        await silent_for_two_days(here)
        assert (await here.refused(NURSE)).fate is Fate.WAIT
        assert len(notices(here)) == 1
