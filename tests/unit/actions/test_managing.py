"""暂停, 恢复, 推迟, 撤销, 夜里不叫, 时区, 今天的药, 记录, 还剩几片: a plan managed in words, on real stores."""

from datetime import timedelta

import pytest

from actions.deps import Deps
from bot.regimens import Care, DueDose, Regimen
from schedules.clock import SHANGHAI, local
from schedules.doses import Outcome
from schedules.timing import Timing
from tests.unit.actions.conftest import NOON, Clock, Talk

CLINIC, PERSON = "demo", "person-c1"


def at_clock(*times: str) -> Timing:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "d", "timeOfDay": [f"{one}:00" for one in times]}
    return Timing.from_fhir({"repeat": repeat})


async def takes(deps: Deps, drug: str, timing: Timing, dose: str = "1片", care: Care | None = None) -> Regimen:
    known = deps.library.drugs.find(drug).drug
    one = Regimen(drug, PERSON, "c1", drug, known.id if known else None, dose, timing, NOON, care=care or Care())
    await deps.regimens.add(CLINIC, one, NOON)
    return one


async def lay_out(deps: Deps, clock: Clock) -> None:
    await deps.regimens.lay_out(CLINIC, clock.at, timedelta(days=2))


async def manage(talk: Talk, text: str, intent: str = "manage_plan") -> str:
    return await talk.hear(text, intent).act("action_manage_plan")


async def doses(deps: Deps, clock: Clock) -> list[DueDose]:
    return list(await deps.regimens.history(CLINIC, PERSON, NOON - timedelta(days=1), clock.at + timedelta(days=7)))


async def test_the_plan_pauses_and_goes_on(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))
    await lay_out(deps, clock)

    text = await manage(talk, "提醒暂停三天")
    assert "所有药的提醒先停了" in text and "11月24日" in text and "恢复" in text
    (one,) = await deps.regimens.active(CLINIC, PERSON)
    assert one.paused is not None and one.paused[1] == NOON + timedelta(days=3)
    assert {"撤销", "现在就恢复"} <= set(talk.labels())

    assert "恢复了" in await manage(talk, "我回来了，恢复提醒")
    (one,) = await deps.regimens.active(CLINIC, PERSON)
    assert one.paused is None


async def test_until_friday_includes_friday_and_one_medicine_may_be_meant(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))
    await takes(deps, "阿司匹林", at_clock("08:00"))

    text = await manage(talk, "阿司匹林先停到下周五，要做手术")
    assert text.startswith("好的，阿司匹林的提醒先停了") and "周六 00:00" in text
    paused = {one.drug: one.paused is not None for one in await deps.regimens.active(CLINIC, PERSON)}
    assert paused == {"氨氯地平": False, "阿司匹林": True}


@pytest.mark.parametrize(
    ("text", "answer"), [("暂停提醒", "先停到什么时候"), ("暂停到昨天", "已经过去"), ("暂停一年", "最多停90天")]
)
async def test_a_pause_without_a_usable_end_is_asked_about(talk: Talk, deps: Deps, text: str, answer: str) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    assert answer in await manage(talk, text)
    (one,) = await deps.regimens.active(CLINIC, PERSON)
    assert one.paused is None


async def test_the_whole_plan_moves_by_an_hour_and_back_again(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))
    await lay_out(deps, clock)

    assert "往后推1小时" in await manage(talk, "所有药推迟一小时")
    (one,) = await deps.regimens.active(CLINIC, PERSON)
    assert [f"{each:%H:%M}" for each in one.timing.time_of_day] == ["21:00"]

    clock.forward(minutes=2)
    assert "撤销了" in await manage(talk, "撤销")
    (one,) = await deps.regimens.active(CLINIC, PERSON)
    assert [f"{each:%H:%M}" for each in one.timing.time_of_day] == ["20:00"]
    assert "没有可以撤销的" in await manage(talk, "撤销")


async def test_today_only_moves_today(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))
    await lay_out(deps, clock)

    assert "22:00" in await manage(talk, "今天的推迟到十点")
    due = [one for one in await doses(deps, clock) if one.outcome is None]
    assert f"{local(due[0].due_at):%d %H:%M}" == "21 22:00"
    assert f"{local(due[1].due_at):%d %H:%M}" == "22 20:00"


async def test_too_much_is_not_moved(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))

    assert "最多" in await manage(talk, "所有药推迟八小时")


async def test_quiet_hours_spare_no_critical_medicine(talk: Talk, deps: Deps) -> None:
    await takes(deps, "华法林", at_clock("22:00"), care=Care(critical=True))

    text = await manage(talk, "晚上十点到早上七点别叫我")
    assert "22:00到07:00不叫您" in text and "华法林漏了有危险" in text
    kept = await deps.habits.of(CLINIC, PERSON)
    assert (f"{kept.quiet.first:%H:%M}", f"{kept.quiet.last:%H:%M}") == ("22:00", "07:00")


@pytest.mark.parametrize(
    ("text", "first", "last"), [("晚上十点后别叫我", "22:00", "06:00"), ("夜里十一点半到六点别提醒", "23:30", "06:00")]
)
async def test_hours_of_rest(talk: Talk, deps: Deps, text: str, first: str, last: str) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    await manage(talk, text)
    kept = (await deps.habits.of(CLINIC, PERSON)).quiet
    assert (f"{kept.first:%H:%M}", f"{kept.last:%H:%M}") == (first, last)


async def test_a_nap_does_not_take_the_place_of_the_night(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    assert "只能记夜里" in await manage(talk, "中午十二点半到两点别喊我我要午睡")
    assert (await deps.habits.of(CLINIC, PERSON)).told_at is None


async def test_abroad_the_clock_is_asked_for(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    assert "按哪边的时间" in await manage(talk, "我到美国了")
    assert "还按国内时间" in talk.labels()
    assert "按洛杉矶时间" in await manage(talk, talk.says("按洛杉矶时间"))
    assert (await deps.habits.of(CLINIC, PERSON)).timezone.key == "America/Los_Angeles"
    assert "国内" in await manage(talk, "我回国了")
    assert (await deps.habits.of(CLINIC, PERSON)).timezone == SHANGHAI


async def test_a_tap_by_mistake_is_taken_back(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))
    await lay_out(deps, clock)
    clock.forward(hours=8, minutes=5)
    await talk.hear("吃了", "confirm_taken").act("action_dose_taken")
    clock.forward(minutes=1)

    assert "氨氯地平又算还没吃" in await manage(talk, "点错了，我还没吃")
    (first, *_) = await doses(deps, clock)
    assert first.outcome is None


async def test_todays_plan_tells_what_has_been_taken(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("13:00"))
    await takes(deps, "阿托伐他汀", at_clock("21:00"))
    await lay_out(deps, clock)
    clock.forward(hours=1, minutes=5)
    await talk.hear("吃了", "confirm_taken").act("action_dose_taken")

    text = await talk.hear("今天要吃什么药", "list_reminders").act("action_list_reminders")
    assert "13:00 氨氯地平 1片（✓ 已吃）" in text and "21:00 阿托伐他汀 1片（还没吃）" in text and "还有1次没吃" in text
    tomorrow = await talk.hear("明天要吃什么药", "list_reminders").act("action_list_reminders")
    assert "明天 11月22日" in tomorrow and "13:00 氨氯地平" in tomorrow and "21:00 阿托伐他汀" in tomorrow


async def test_the_plan_of_a_paused_day_is_empty(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))
    await manage(talk, "提醒暂停三天")

    text = await talk.hear("明天要吃什么药", "list_reminders").act("action_list_reminders")
    assert "没有要吃的药" in text and "停着" in text


async def test_the_record_in_words_with_its_link(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("20:00"))
    await lay_out(deps, clock)
    clock.forward(hours=8, minutes=5)
    await talk.hear("吃了", "confirm_taken").act("action_dose_taken")

    text = await talk.hear("我按时吃药了吗", "list_reminders").act("action_list_reminders")
    assert "氨氯地平" in text and "100%" in text
    assert talk.said[-1]["picture"] == "https://example.test/demo.png"


async def test_what_is_left_and_how_long_it_lasts(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00", "20:00"))

    assert "还没告诉我剩多少" in await manage(talk, "还能吃几天", "stock")
    assert "还剩20片" in await manage(talk, "还剩20片", "stock")
    text = await manage(talk, "药还能吃几天", "stock")
    assert "氨氯地平：还剩20片，够吃10天" in text


@pytest.mark.parametrize(("text", "answer"), [("还剩两盒", "一共还有多少片"), ("还剩三片", "还剩3片")])
async def test_boxes_are_no_pieces(talk: Talk, deps: Deps, text: str, answer: str) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    assert answer in await manage(talk, text, "stock")


async def test_of_several_medicines_the_counted_one_is_asked_for(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))
    await takes(deps, "阿托伐他汀", at_clock("20:00"))

    assert "哪一种药" in await manage(talk, "还剩20片", "stock")
    assert "阿托伐他汀还剩20片" in await manage(talk, talk.says("阿托伐他汀"), "stock")


async def test_the_family_is_invited_and_left_by_buttons_of_the_house(talk: Talk, deps: Deps) -> None:
    assert "女儿只会看到药名" in await manage(talk, "让我女儿也收到提醒", "family")
    offer = next(one for one in talk.said[-1]["buttons"] if one.get("command"))
    assert (offer["command"], offer["args"]) == ("family_offer", {"called": "女儿"})
    assert "想让谁" in await manage(talk, "绑定家人", "family")
    await manage(talk, "不再提醒家人", "family")
    assert any(one.get("command") == "family_end" for one in talk.said[-1]["buttons"])


async def test_without_a_plan_nothing_can_be_done_with_it(talk: Talk) -> None:
    assert "没有吃药提醒" in await manage(talk, "提醒暂停三天")
    assert "没有可以撤销的" in await manage(talk, "撤销")


async def test_words_that_say_too_little_are_asked_back(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    assert "您想做什么" in await manage(talk, "吃药的安排")
    assert len(talk.labels()) > 2


async def test_the_words_count_whatever_form_rasa_opens(talk: Talk, deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))

    assert "先停了" in await talk.form_turn("stop_form", "提醒暂停三天", "cancel_reminder")
    assert talk.form is None
    assert "往后推" in await talk.form_turn("reminder_form", "所有药推迟一小时", "change_reminder")
    assert talk.form is None


async def test_somebody_elses_words_touch_nothing(deps: Deps) -> None:
    await takes(deps, "氨氯地平", at_clock("08:00"))
    stranger = Talk(deps, "demo.c2")

    assert "没有吃药提醒" in await manage(stranger, "提醒暂停三天")
    (one,) = await deps.regimens.active(CLINIC, PERSON)
    assert one.paused is None


async def test_a_taking_is_noted_for_when_it_was(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("13:00"))
    await lay_out(deps, clock)
    clock.forward(hours=3)

    assert "1点半吃的" in await talk.hear("我1点半就吃了", "confirm_taken").act("action_dose_taken")
    (first, *_) = await doses(deps, clock)
    assert first.outcome is Outcome.TAKEN and first.outcome_at == NOON + timedelta(hours=1, minutes=30)


async def test_a_dose_left_out_with_its_reason(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("13:00"))
    await lay_out(deps, clock)
    clock.forward(hours=1, minutes=5)

    text = await talk.hear("恶心，这次不吃了", "skip_dose").act("action_dose_skip")
    assert "恶心不舒服" in text and any(one.get("command") == "request_human" for one in talk.said[-1]["buttons"])
    (first, *_) = await doses(deps, clock)
    assert first.reason is not None and first.reason.value == "unwell"


async def test_without_a_reason_the_reasons_are_offered(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("13:00"))
    await lay_out(deps, clock)
    clock.forward(hours=1, minutes=5)

    await talk.hear("这次不吃了", "skip_dose").act("action_dose_skip")
    assert {one["command"] for one in talk.said[-1]["buttons"]} == {"dose_reason"}


async def test_put_off_to_the_time_that_was_said(talk: Talk, deps: Deps, clock: Clock) -> None:
    await takes(deps, "氨氯地平", at_clock("13:00"))
    await lay_out(deps, clock)
    clock.forward(hours=1, minutes=5)

    assert "15:05" in await talk.hear("两小时后再叫我", "snooze").act("action_dose_snooze")
    again = next(one for one in await doses(deps, clock) if one.outcome is None)
    assert f"{local(again.due_at):%H:%M}" == "15:05"
