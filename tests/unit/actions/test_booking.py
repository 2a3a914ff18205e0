"""挂号 through the executor, with the tracker as Rasa posts it."""

from datetime import timedelta

import pytest

from actions.deps import Deps
from actions.free import free_in, with_places
from tests.unit.actions.conftest import NOON, Talk

FORM = "booking_form"


async def begin(talk: Talk, text: str) -> str:
    return await talk.form_turn(FORM, text, "book_appointment")


async def test_all_that_is_said_at_once_is_taken(talk: Talk) -> None:
    text = await begin(talk, "帮我挂后天上午9点心内科王守拙医生的号")

    assert talk.asked == "booking_confirmed"
    assert all(part in text for part in ("心血管内科", "王守拙", "11月23日 周一 09:00", "门诊楼", "挂号费"))


async def test_confirming_books_and_clears_the_slots(talk: Talk, deps: Deps) -> None:
    await begin(talk, "帮我挂后天上午9点心内科王守拙医生的号")
    assert await talk.form_turn(FORM, "确认", "affirm") == ""
    assert talk.asked is None

    text = await talk.act("action_book")

    assert "挂好了" in text and "序号：1" in text
    (booked,) = await deps.appointments.upcoming("demo", "person-c1", NOON)
    assert (booked.department, booked.starts_at) == ("cardiology", NOON + timedelta(days=1, hours=21))
    assert all(value is None for name, value in talk.slots.items() if name.startswith("booking_"))


async def test_only_what_is_missing_is_asked_for(talk: Talk) -> None:
    await begin(talk, "我要挂号")
    assert talk.asked == "booking_department"
    await talk.form_turn(FORM, "神经内科")
    assert talk.asked == "booking_doctor"
    await talk.form_turn(FORM, "都行")
    assert talk.asked == "booking_day"
    await talk.form_turn(FORM, "下周三")
    assert talk.asked == "booking_time"
    await talk.form_turn(FORM, "9点")
    assert talk.asked == "booking_confirmed"


async def test_a_complaint_leads_to_a_department_and_yes_takes_it(talk: Talk) -> None:
    text = await begin(talk, "我头疼想挂号")
    assert "神经内科" in text and talk.asked == "booking_department"

    assert "神经内科" in await talk.form_turn(FORM, "好的", "affirm")
    assert talk.asked == "booking_doctor"


@pytest.mark.parametrize(
    ("correction", "expected"),
    [
        ("不是，是11月27号", "11月27日"),
        ("改成下午3点", "没有门诊"),
        ("不要王守拙，要林清越", "林清越"),
        ("换成骨科", "骨科"),
        ("换个时间", "什么时间"),
        ("换一天", "哪天"),
        ("周一不行", "哪天"),
    ],
)
async def test_any_correction_in_any_turn_wins(talk: Talk, correction: str, expected: str) -> None:
    await begin(talk, "帮我挂后天上午9点心内科王守拙医生的号")

    assert expected in await talk.form_turn(FORM, correction, "nlu_fallback")
    assert not talk.rejected


@pytest.mark.parametrize(
    ("words", "refusal"), [("昨天", "已经过去"), ("明年5月1日", "目前只能约到"), ("2月30日", "没有这样的日期")]
)
async def test_days_that_cannot_be_are_refused(talk: Talk, words: str, refusal: str) -> None:
    await begin(talk, "挂神经内科，不限医生")

    assert refusal in await talk.form_turn(FORM, words)
    assert talk.asked == "booking_day"


async def test_a_full_opening_is_refused_with_the_nearest(talk: Talk, deps: Deps) -> None:
    found = await free_in(deps, "demo", "cardiology", NOON)
    nine = next(one for one in found if one.opening.id.endswith("20261123T0900"))
    for place in range(nine.left):
        await deps.appointments.book("demo", f"other-{place}", nine.opening, NOON)

    text = await begin(talk, "帮我挂后天上午9点心内科王守拙医生的号")

    assert "约满" in text
    assert {"上午 08:30", "上午 09:30"} <= set(talk.labels())
    assert talk.asked == "booking_time"


async def test_an_opening_taken_before_the_confirmation_is_not_booked_twice(talk: Talk, deps: Deps) -> None:
    await begin(talk, "帮我挂后天上午9点心内科王守拙医生的号")
    await talk.form_turn(FORM, "确认", "affirm")
    nine = next(one for one in await free_in(deps, "demo", "cardiology", NOON) if one.opening.id.endswith("23T0900"))
    for place in range(nine.left):
        await deps.appointments.book("demo", f"other-{place}", nine.opening, NOON)

    assert "约满" in await talk.act("action_book")
    assert talk.events[-1] == {"event": "followup", "name": "booking_form", "timestamp": None}

    await talk.run_form(FORM)
    assert talk.asked == "booking_time", "department, doctor and day are kept"
    assert not any(
        one.opening.id == nine.opening.id for one in with_places(await free_in(deps, "demo", "cardiology", NOON))
    )


@pytest.mark.parametrize("words", ["取消", "算了", "不挂了", "算了吧，谢谢", "先不挂了", "改天再说"])
async def test_leaving_is_kind_and_books_nothing(talk: Talk, deps: Deps, words: str) -> None:
    await begin(talk, "挂骨科")
    assert await talk.form_turn(FORM, words, "cancel_appointment") == ""
    assert talk.asked is None

    assert "先不挂号" in await talk.act("action_book")
    assert await deps.appointments.upcoming("demo", "person-c1", NOON) == ()


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("氨氯地平早上吃还是晚上吃", "query_drug"),
        ("停车怎么收费", "hospital_info"),
        ("每天早上8点提醒我吃氨氯地平", "set_reminder"),
        ("转人工", "request_human"),
        ("取消我明天下午的那个预约", "cancel_appointment"),
        ("孕妇可以做CT检查吗，会不会有影响", "nlu_fallback"),
    ],
)
async def test_another_subject_is_left_to_the_rules_and_the_question_comes_again(
    talk: Talk, words: str, intent: str
) -> None:
    await begin(talk, "挂骨科")
    before = dict(talk.slots)

    await talk.form_turn(FORM, words, intent)
    assert talk.rejected
    assert talk.slots == before

    talk.events.append({"event": "action", "name": "action_answer_drug"})
    assert "哪一位" in await talk.run_form(FORM)
    assert talk.asked == "booking_doctor"


async def test_an_unknown_doctor_is_said_to_be_unknown_and_the_rest_kept(talk: Talk) -> None:
    text = await begin(talk, "帮我挂后天上午心内科李主任的号")

    assert "没有找到“李主任”" in text
    assert (talk.asked, talk.slots["booking_day"]) == ("booking_doctor", "2026-11-23")


async def test_short_noise_is_asked_again(talk: Talk) -> None:
    await begin(talk, "挂骨科")

    assert "没听明白" in await talk.form_turn(FORM, "嗯哪个", "nlu_fallback")
    assert not talk.rejected


async def test_no_at_the_confirmation_asks_what_to_change(talk: Talk) -> None:
    await begin(talk, "帮我挂后天上午9点心内科王守拙医生的号")

    assert "哪里要改" in await talk.form_turn(FORM, "不对", "deny")
    assert talk.asked == "booking_confirmed"


async def test_so_be_it_after_a_suggestion_means_the_suggested_department(talk: Talk) -> None:
    await talk.hear("肚子疼挂什么科", "ask_department").act("action_ask_department")

    assert "消化内科" in await begin(talk, "那帮我挂号")
    assert talk.asked == "booking_doctor"


async def test_without_reference_nothing_is_presumed(talk: Talk) -> None:
    await talk.hear("肚子疼挂什么科", "ask_department").act("action_ask_department")

    await begin(talk, "我要挂号")
    assert talk.asked == "booking_department"


async def test_a_health_question_is_no_complaint_to_book_for(talk: Talk) -> None:
    await begin(talk, "我要挂号")

    await talk.form_turn(FORM, "孕妇能照CT吗有没有影响", "nlu_fallback")
    assert talk.rejected


async def test_who_does_not_know_the_department_is_asked_for_the_complaint(talk: Talk) -> None:
    await begin(talk, "我要挂号")

    assert "哪里不舒服" in await talk.form_turn(FORM, "不知道挂什么科", "ask_department")
    assert "消化内科" in await talk.form_turn(FORM, "我肚子疼", "describe_symptom")


async def test_a_department_without_openings_is_said_to_have_none(talk: Talk, deps: Deps) -> None:
    clinic = deps.library.clinic
    bare = next(one for one in clinic.departments if not clinic.doctors_of(one.id))

    assert "直接到" in await begin(talk, f"挂{bare.name}")
    assert talk.asked == "booking_department"
