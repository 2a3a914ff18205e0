"""查预约, 改约, 退号."""

import pytest

from actions.deps import Deps
from actions.free import free_in
from bot.appointments import Appointment
from tests.unit.actions.conftest import NOON, Talk


async def booked(deps: Deps, department: str, opening: str, person: str = "person-c1") -> Appointment:
    found = await free_in(deps, "demo", department, NOON)
    one = next(one for one in found if one.opening.id.endswith(opening))
    return await deps.appointments.book("demo", person, one.opening, NOON)


@pytest.mark.parametrize(
    ("form", "intent"), [("change_form", "change_appointment"), ("cancel_form", "cancel_appointment")]
)
async def test_without_appointments_the_form_ends_at_once(talk: Talk, form: str, intent: str) -> None:
    assert "没有待就诊的预约" in await talk.form_turn(form, "取消预约", intent)
    assert talk.form is None
    assert talk.events[-1]["event"] == "followup"


async def test_the_list_names_day_and_doctor(talk: Talk, deps: Deps) -> None:
    await booked(deps, "cardiology", "20261123T0900")

    text = await talk.hear("我的预约", "query_appointment").act("action_list_appointments")

    assert "后天 11月23日 周一 09:00 心血管内科" in text


async def test_moving_in_one_sentence(talk: Talk, deps: Deps) -> None:
    await booked(deps, "cardiology", "20261123T0900")

    text = await talk.form_turn("change_form", "把后天的预约改到下周一上午10点", "change_appointment")
    assert "原来：后天 11月23日 周一 09:00" in text and "后天 11月23日 周一 10:00" in text
    await talk.form_turn("change_form", "确认", "affirm")
    assert "改好了" in await talk.act("action_change_appointment")

    (moved,) = await deps.appointments.upcoming("demo", "person-c1", NOON)
    assert moved.opening.endswith("20261123T1000")


async def test_of_several_the_one_named_is_moved(talk: Talk, deps: Deps) -> None:
    await booked(deps, "cardiology", "20261123T0900")
    await booked(deps, "neurology", "20261125T0900")

    assert "哪一个" in await talk.form_turn("change_form", "我要改约", "change_appointment")
    assert "神经内科" in await talk.form_turn("change_form", talk.says(talk.labels()[1]))
    assert talk.asked == "change_day"


async def test_not_moving_keeps_the_old(talk: Talk, deps: Deps) -> None:
    old = await booked(deps, "cardiology", "20261123T0900")
    await talk.form_turn("change_form", "我要改约", "change_appointment")
    await talk.form_turn("change_form", "不改了", "deny")

    assert "还在" in await talk.act("action_change_appointment")
    assert await deps.appointments.upcoming("demo", "person-c1", NOON) == (old,)


async def test_a_full_target_keeps_the_old_and_asks_on(talk: Talk, deps: Deps) -> None:
    old = await booked(deps, "cardiology", "20261123T0900")
    await talk.form_turn("change_form", "把后天的预约改到下周一上午10点", "change_appointment")
    await talk.form_turn("change_form", "确认", "affirm")
    for place in range(3):
        await booked(deps, "cardiology", "20261123T1000", f"other-{place}")

    assert "还保留着" in await talk.act("action_change_appointment")
    assert talk.events[-1]["name"] == "change_form"
    assert await deps.appointments.upcoming("demo", "person-c1", NOON) == (old,)


@pytest.mark.parametrize("words", ["确认取消", "取消", "嗯取消", "是的，取消吧", "对"])
async def test_cancelling_after_a_yes(talk: Talk, deps: Deps, words: str) -> None:
    await booked(deps, "cardiology", "20261123T0900")
    assert "确认取消吗" in await talk.form_turn("cancel_form", "取消预约", "cancel_appointment")
    await talk.form_turn("cancel_form", words, "affirm")

    assert "已为您取消" in await talk.act("action_cancel_appointment")
    assert await deps.appointments.upcoming("demo", "person-c1", NOON) == ()


@pytest.mark.parametrize("words", ["保留", "不取消了", "算了", "不要", "先不取消", "算了不取消", "那先不取消了，谢谢"])
async def test_not_cancelling_keeps_it(talk: Talk, deps: Deps, words: str) -> None:
    old = await booked(deps, "cardiology", "20261123T0900")
    await talk.form_turn("cancel_form", "取消预约", "cancel_appointment")
    await talk.form_turn("cancel_form", words, "deny")

    assert "保留" in await talk.act("action_cancel_appointment")
    assert await deps.appointments.upcoming("demo", "person-c1", NOON) == (old,)


async def test_all_of_them(talk: Talk, deps: Deps) -> None:
    await booked(deps, "cardiology", "20261123T0900")
    await booked(deps, "neurology", "20261125T0900")
    assert "哪一个" in await talk.form_turn("cancel_form", "取消预约", "cancel_appointment")
    await talk.form_turn("cancel_form", "全部取消", "cancel_appointment")
    await talk.form_turn("cancel_form", "确认取消", "affirm")
    await talk.act("action_cancel_appointment")

    assert await deps.appointments.upcoming("demo", "person-c1", NOON) == ()


@pytest.mark.parametrize(
    ("form", "words"), [("cancel_form", "取消明天的预约"), ("change_form", "把骨科的号改到下周一")]
)
async def test_an_appointment_that_is_not_there_is_said_to_be_missing(
    talk: Talk, deps: Deps, form: str, words: str
) -> None:
    await booked(deps, "cardiology", "20261123T0900")

    assert "没有找到您说的那个预约" in await talk.form_turn(form, words, "cancel_appointment")
    assert "心血管内科" in talk.labels()[0]


async def test_nobody_sees_another_persons_appointment(talk: Talk, deps: Deps) -> None:
    await booked(deps, "cardiology", "20261123T0900", "somebody-else")

    assert "没有待就诊" in await talk.hear("我的预约", "query_appointment").act("action_list_appointments")
