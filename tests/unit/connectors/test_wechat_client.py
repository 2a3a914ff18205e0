"""Which way a message takes, tried on the stand-in of WeChat's server."""

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.messages import Touch
from bot.reach import Standing
from connectors.base import Fate
from connectors.wechat.client import KEEP, SEND, details_in_words
from connectors.wechat.packing import MORE
from connectors.wechat.templates import SUBSCRIPTION_PATH, TEMPLATE_PATH, Details, TemplateKind
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.people import Look, Way
from deploy.standin.wechat.settings import Right
from knowledge.drug_names import DrugBook, load_drug_book
from tests.unit.connectors.wechat_hall import (
    CONVERSATION,
    LONG,
    LONG_TERM,
    NURSE,
    ONE_TIME,
    OPENID,
    REMINDER,
    WARNING,
    WHO,
    Hall,
    message,
    open_hall,
    templates,
)

Open = Callable[..., AbstractAsyncContextManager[Hall]]


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


@pytest.fixture
def hall(tmp_path: Path, book: DrugBook) -> Open:
    """Opens one: `async with hall(templates(…), customer_service=…) as here`."""
    return partial(open_hall, tmp_path, book)


async def test_within_the_window_words_leave_as_they_are_and_are_counted(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        await here.send(message())
        (shown,) = here.shown()
        assert (shown.way, shown.text) == (Way.CUSTOMER_SERVICE, "好的。")
        assert await here.left() == 4


async def test_choices_can_be_touched(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        await here.send(message(1, "吃了吗？", "吃了", "还没"))
        (shown,) = here.shown()
        assert shown.look is Look.MENU
        assert [(item.id, item.content) for item in shown.items] == [("m1-0", "【1】吃了"), ("m1-1", "【2】还没")]


async def test_an_account_that_may_not_send_menus_sends_numbers(hall: Open) -> None:
    async with hall(verified=False) as here:
        await here.said()
        await here.send(message(1, "吃了吗？", "吃了", "还没"))
        assert here.shown()[-1].text == "吃了吗？\n【1】吃了\n【2】还没\n（回复数字即可）"
        assert await here.left() == 4


async def test_the_last_message_is_kept_for_a_warning_or_a_nurse(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        for _ in range(5 - KEEP):
            await here.send(message())
        assert (await here.refused(message())).fate is Fate.WAIT
        await here.send(NURSE)
        assert len(here.shown()) == 5 and await here.left() == 0
        assert (refused := await here.refused(WARNING)).fate is Fate.WAIT and refused.tell
        assert not (await here.refused(message())).tell


async def test_a_nurses_words_take_along_what_was_said_before_but_do_not_give_it_up(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        for _ in range(5 - KEEP):
            await here.send(message())
        await here.send(message(1, "好的。"), replace(NURSE, seq=2))
        assert here.shown()[-1].text == "好的。\n\n【护士】您好，我是王护士。"
        assert (await here.refused(message(1, "好的。"), replace(NURSE, seq=2))).fate is Fate.WAIT


async def test_the_last_part_that_may_leave_says_how_to_get_the_rest(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        for _ in range(3):
            await here.send(message())
        assert (await here.refused(message(1, LONG))).fate is Fate.WAIT
        assert here.shown()[-1].text.endswith(MORE)
        assert not any(one.text.endswith(MORE) for one in here.shown()[:-1])


async def test_without_the_right_everything_waits_for_the_person(hall: Open) -> None:
    async with hall(customer_service=False) as here:
        await here.said()
        assert (await here.refused(message())).fate is Fate.WAIT
        assert (refused := await here.refused(NURSE)).fate is Fate.WAIT and refused.tell
        await here.client.typing(WHO)
        assert here.shown() == [] and not here.is_typing()


async def test_after_48_hours_nothing_leaves_but_a_reminder_by_template(hall: Open) -> None:
    async with hall(templates(TemplateKind.LONG_TERM)) as here:
        await here.said()
        await here.wechat.subscribe(OPENID, [(LONG_TERM, True)])
        await here.reach.subscribed(WHO, LONG_TERM, None)
        here.clock.forward(timedelta(hours=49))
        assert (await here.refused(message())).fate is Fate.WAIT
        await here.send(REMINDER)
        await here.send(REMINDER)
        shown = here.shown()
        assert [one.way for one in shown] == [Way.SUBSCRIPTION] * 2
        assert "苯磺酸左氨氯地平片（施慧达）" in shown[0].text and "每次1片" in shown[0].text


async def test_within_the_window_a_reminder_is_an_ordinary_message(hall: Open) -> None:
    async with hall(templates(TemplateKind.LONG_TERM)) as here:
        await here.said()
        await here.send(REMINDER)
        assert here.shown()[-1].look is Look.MENU


async def test_one_tap_is_one_reminder(hall: Open) -> None:
    async with hall(templates(TemplateKind.ONE_TIME)) as here:
        await here.wechat.subscribe(OPENID, [(ONE_TIME, True)])
        await here.reach.subscribed(WHO, ONE_TIME, 1)
        here.clock.forward(timedelta(hours=49))
        await here.send(REMINDER)
        assert (await here.refused(REMINDER)).fate is Fate.GIVE_UP
        assert [one.way for one in here.shown()] == [Way.SUBSCRIPTION]


async def test_when_wechat_knows_of_no_subscription_it_is_counted_as_used_up(hall: Open) -> None:
    async with hall(templates(TemplateKind.LONG_TERM)) as here:
        await here.reach.subscribed(WHO, LONG_TERM, None)  # refused since, which nobody told us
        assert (await here.refused(REMINDER)).fate is Fate.GIVE_UP
        assert not await here.reach.use_subscription(WHO, LONG_TERM)


async def test_a_busy_server_does_not_use_up_a_tap(hall: Open) -> None:
    async with hall(templates(TemplateKind.ONE_TIME)) as here:
        await here.wechat.subscribe(OPENID, [(ONE_TIME, True)])
        await here.reach.subscribed(WHO, ONE_TIME, 1)
        here.wechat.faults.order(Trouble(Fault.BUSY), SUBSCRIPTION_PATH)
        assert (await here.refused(REMINDER)).fate is Fate.RETRY
        await here.send(REMINDER)
        assert len(here.shown()) == 1


async def test_a_template_message_needs_a_follower_only(hall: Open) -> None:
    async with hall(templates(TemplateKind.TEMPLATE)) as here:
        here.clock.forward(timedelta(hours=49))
        await here.send(REMINDER)
        assert here.shown()[-1].way is Way.TEMPLATE
        await here.reach.mark(WHO, Standing.UNFOLLOWED)
        assert (await here.refused(REMINDER)).fate is Fate.GIVE_UP
        assert len(here.shown()) == 1


async def test_a_repeated_template_message_has_left(hall: Open) -> None:
    async with hall(templates(TemplateKind.TEMPLATE)) as here:
        here.trouble(45066, TEMPLATE_PATH)
        here.clock.forward(timedelta(hours=49))
        await here.send(REMINDER)


async def test_a_reminder_takes_the_reserve_before_it_is_given_up(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        for _ in range(5 - KEEP):
            await here.send(message())
        await here.send(REMINDER)
        assert await here.left() == 0
        assert (await here.refused(REMINDER)).fate is Fate.GIVE_UP


@pytest.mark.parametrize(("code", "fate"), [(45047, Fate.WAIT), (45015, Fate.WAIT), (48001, Fate.WAIT)])
async def test_what_wechat_says_of_the_window_corrects_our_count(hall: Open, code: int, fate: Fate) -> None:
    async with hall() as here:
        await here.said()
        here.trouble(code)
        assert (await here.refused(message())).fate is fate
        assert await here.left() == (5 if code == 48001 else 0)


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        (43004, Standing.UNFOLLOWED), (40003, Standing.UNFOLLOWED),
        (48002, Standing.BLOCKED), (43019, Standing.BLOCKED),
    ],
)  # fmt: skip
async def test_who_cannot_be_reached_is_marked_and_not_tried_again(hall: Open, code: int, standing: Standing) -> None:
    async with hall() as here:
        await here.said()
        here.trouble(code)
        assert (refused := await here.refused(NURSE)).fate is Fate.WAIT and refused.tell, "who comes back reads it"
        assert await here.standing() is standing
        assert (await here.refused(message())).fate is Fate.WAIT
        assert here.shown() == []


@pytest.mark.parametrize(
    ("code", "fate", "after"),
    [
        (-1, Fate.RETRY, None), (45009, Fate.RETRY, timedelta(hours=1)), (45011, Fate.RETRY, timedelta(minutes=1)),
        (40164, Fate.RETRY, timedelta(minutes=10)), (99999, Fate.RETRY, timedelta(minutes=10)),
        (45002, Fate.GIVE_UP, None),
    ],
)  # fmt: skip
async def test_other_refusals(hall: Open, code: int, fate: Fate, after: timedelta | None) -> None:
    async with hall() as here:
        await here.said()
        here.trouble(code)
        refused = await here.refused(message())
        assert (refused.fate, refused.after) == (fate, after)
        assert await here.left() == 5
        await here.send(message())


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.SERVER_ERROR, Fault.GARBAGE, Fault.DROP_BEFORE])
async def test_a_server_in_trouble_costs_the_person_nothing(hall: Open, fault: Fault) -> None:
    async with hall() as here:
        await here.said()
        here.wechat.faults.order(Trouble(fault), SEND)
        assert (await here.refused(message())).fate is Fate.RETRY
        await here.send(message())
        assert len(here.shown()) == 1 and await here.left() == 4


async def test_what_may_have_left_is_sent_again_rather_than_lost(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        here.wechat.faults.order(Trouble(Fault.DROP_AFTER), SEND)
        assert (await here.refused(WARNING)).fate is Fate.RETRY
        await here.send(WARNING)
        assert [one.text for one in here.shown()] == [WARNING.text] * 2


async def test_an_ended_token_is_renewed_unnoticed(hall: Open) -> None:
    async with hall() as here:
        await here.said()
        await here.send(message())
        here.wechat.faults.order(Trouble(Fault.EXPIRED_TOKEN), SEND)
        await here.send(message(2))
        assert len(here.shown()) == 2


async def test_a_field_that_wechat_refuses_leaves_the_reminder_to_a_nurse(hall: Open) -> None:
    async with hall(templates(TemplateKind.TEMPLATE)) as here:
        for code in (47003, 40037, 43004):
            here.trouble(code, TEMPLATE_PATH)
            assert (await here.refused(REMINDER)).fate is Fate.GIVE_UP


async def test_no_ids_or_words_in_the_logs(hall: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "connectors")
    async with hall(templates(TemplateKind.TEMPLATE)) as here:
        await here.said()
        for code in (45047, 45015, 43004, 48001, 45009, 45002, 40164):
            await here.reach.opened(WHO, Touch.SAID, here.clock())
            here.trouble(code)
            await here.refused(message(1, "秘密的话"))
        here.trouble(47003, TEMPLATE_PATH)
        await here.reach.closed(WHO)
        await here.refused(REMINDER)
        written = "".join(str(record.__dict__) for record in caplog.records)
        assert "wechat_operator_needed" in written
        assert OPENID not in written and "秘密" not in written and "氨氯地平" not in written


async def test_who_may_not_use_customer_service_is_told_to_the_operator(
    hall: Open, caplog: pytest.LogCaptureFixture
) -> None:
    async with hall(rights=frozenset(Right) - {Right.CUSTOMER_SERVICE}) as here:
        await here.said()
        assert (await here.refused(message())).fate is Fate.WAIT
        assert [record.__dict__["code"] for record in caplog.records if record.levelno == logging.ERROR] == [48001]


async def test_a_house_that_knows_only_the_words_tells_them() -> None:
    assert await details_in_words(CONVERSATION, REMINDER) == Details(REMINDER.text, REMINDER.at)
