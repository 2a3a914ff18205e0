"""设、查、改、停吃药提醒, 以及吃了、等会儿、不吃了."""

from datetime import timedelta

import pytest

from actions.deps import Deps
from bot.regimens import Regimen
from schedules.doses import Outcome
from schedules.timing import Timing
from tests.unit.actions.conftest import NOON, Clock, Talk

FORM = "reminder_form"


async def remind(talk: Talk, text: str) -> str:
    return await talk.form_turn(FORM, text, "set_reminder")


async def confirmed(talk: Talk, *sentences: str) -> str:
    for text in sentences:
        await remind(talk, text)
    await talk.form_turn(FORM, "对", "affirm")
    return await talk.act("action_set_reminder")


async def active(deps: Deps) -> tuple[Regimen, ...]:
    return await deps.regimens.active("demo", "person-c1")


async def test_one_sentence_is_read_back_and_stored_after_a_yes(talk: Talk, deps: Deps) -> None:
    text = await remind(talk, "每天早上8点提醒我吃一片氨氯地平")
    assert "每天早上8点" in text and "氨氯地平 1片" in text and text.endswith("对吗？")
    assert await active(deps) == ()

    await talk.form_turn(FORM, "对", "affirm")
    assert "明天 11月22日 周日 08:00" in await talk.act("action_set_reminder")
    (stored,) = await active(deps)
    assert (stored.drug, stored.drug_id, stored.dose) == ("氨氯地平", "amlodipine", "1片")
    assert (stored.conversation, stored.starts_at) == ("c1", NOON)


async def test_drug_and_time_asked_one_after_the_other(talk: Talk, deps: Deps) -> None:
    await remind(talk, "提醒我吃药")
    assert talk.asked == "reminder_drug"
    await remind(talk, "氨氯地平")
    assert talk.asked == "reminder_timing"
    assert "只提醒这一次" in await remind(talk, "晚上9点")
    assert "每天晚上9点" in await remind(talk, "每天")


async def test_an_unknown_drug_keeps_its_name_and_it_is_said(talk: Talk, deps: Deps) -> None:
    await remind(talk, "提醒我吃药")
    text = (await remind(talk, "灵宁2号丸"), await remind(talk, "一天三次饭后"))[1]

    assert "灵宁2号丸" in text and "不在我的药品资料里" in text
    assert "07:" in text or "08:" in text, "the clock times it comes to are read back"


@pytest.mark.parametrize(
    ("correction", "expected"),
    [("晚上9点", "每天晚上9点"), ("改成早上7点半", "7点半"), ("一次两片", "2片"), ("是阿托伐他汀", "阿托伐他汀")],
)
async def test_corrections_before_the_yes(talk: Talk, correction: str, expected: str) -> None:
    await remind(talk, "每天早上8点提醒我吃氨氯地平")

    text = await talk.form_turn(FORM, correction)
    assert expected in text and talk.asked == "reminder_confirmed"


async def test_a_dose_said_later_leaves_the_time(talk: Talk) -> None:
    await remind(talk, "每天早上8点提醒我吃氨氯地平")

    assert "每天早上8点" in await talk.form_turn(FORM, "一次一片")


async def test_a_moment_that_has_passed_is_refused(talk: Talk) -> None:
    await remind(talk, "今天早上8点提醒我吃氨氯地平")

    assert talk.asked == "reminder_timing"


async def test_interactions_with_what_runs_are_said(talk: Talk) -> None:
    await confirmed(talk, "每天晚上8点提醒我吃华法林")

    text = await remind(talk, "每天早上8点提醒我吃布洛芬")
    assert "布洛芬" in text and "华法林" in text and "医生或药师" in text
    assert talk.said[-1]["sources"]


async def test_the_same_drug_and_too_often_are_said(talk: Talk) -> None:
    await confirmed(talk, "每天早上8点提醒我吃氨氯地平")

    text = await remind(talk, "每天早上8点、下午2点、晚上8点提醒我吃氨氯地平")
    assert "已经有氨氯地平的提醒" in text
    assert "一天最多1次" in text and "一天3次" in text


async def test_more_than_the_label_allows_is_said(talk: Talk) -> None:
    assert "最多10mg" in await remind(talk, "每天早上8点提醒我吃氨氯地平20毫克")


async def test_changing_replaces_the_old_one(talk: Talk, deps: Deps) -> None:
    await confirmed(talk, "每天早上8点提醒我吃一片氨氯地平")

    text = await talk.form_turn(FORM, "把氨氯地平的提醒改到晚上7点", "change_reminder")
    assert "改成：每天晚上7点" in text and "氨氯地平 1片" in text and "已经有" not in text
    await talk.form_turn(FORM, "对", "affirm")
    await talk.act("action_set_reminder")

    (only,) = await active(deps)
    assert "晚上7点" in only.timing.read_back()


async def test_of_several_the_one_to_change_is_asked_for(talk: Talk) -> None:
    await confirmed(talk, "每天早上8点提醒我吃氨氯地平")
    await confirmed(talk, "每天晚上8点提醒我吃阿托伐他汀")

    assert "哪一个" in await talk.form_turn(FORM, "提醒改到晚上7点", "change_reminder")
    assert "每天晚上7点" in await talk.form_turn(FORM, "氨氯地平")


async def test_stopping_one_and_all(talk: Talk, deps: Deps) -> None:
    await confirmed(talk, "每天早上8点提醒我吃氨氯地平")
    await confirmed(talk, "每天晚上8点提醒我吃阿托伐他汀")

    assert "氨氯地平" in await talk.form_turn("stop_form", "停掉氨氯地平的提醒", "cancel_reminder")
    await talk.form_turn("stop_form", "确认停止", "affirm")
    assert "停药或改药请先问医生" in await talk.act("action_stop_reminder")
    assert [one.drug for one in await active(deps)] == ["阿托伐他汀"]

    await talk.form_turn("stop_form", "都停了", "cancel_reminder")
    await talk.form_turn("stop_form", "对", "affirm")
    await talk.act("action_stop_reminder")
    assert await active(deps) == ()
    assert "没有吃药提醒" in await talk.hear("我的提醒", "list_reminders").act("action_list_reminders")


async def due(deps: Deps, clock: Clock, *drugs: str) -> None:
    """Regimens of these drugs, all due at 20:00; the clock stands at 20:05."""
    timing = Timing.from_fhir({"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "timeOfDay": ["20:00:00"]}})
    for name in drugs:
        await deps.regimens.add("demo", Regimen(name, "person-c1", "c1", name, None, "", timing, NOON), NOON)
    await deps.regimens.lay_out("demo", NOON, timedelta(days=1))
    clock.forward(hours=8, minutes=5)


@pytest.mark.parametrize(
    ("words", "action", "outcome"),
    [
        ("吃了", "action_dose_taken", Outcome.TAKEN),
        ("等会儿", "action_dose_snooze", Outcome.SNOOZED),
        ("今天不吃了", "action_dose_skip", Outcome.SKIPPED),
    ],
)
async def test_words_settle_the_open_dose(
    talk: Talk, deps: Deps, clock: Clock, words: str, action: str, outcome: Outcome
) -> None:
    await due(deps, clock, "氨氯地平")

    assert "氨氯地平" in await talk.hear(words, "confirm_taken").act(action)
    past = await deps.regimens.history("demo", "person-c1", NOON, clock.at)
    assert [one.outcome for one in past] == [outcome]


async def test_two_drugs_due_at_once_are_asked_by_commands(talk: Talk, deps: Deps, clock: Clock) -> None:
    await due(deps, clock, "氨氯地平", "阿托伐他汀")

    assert "哪一种药" in await talk.hear("吃了", "confirm_taken").act("action_dose_taken")
    buttons = talk.said[-1]["buttons"]
    assert {button["command"] for button in buttons} == {"dose_taken"}
    assert all(button["args"]["dose"] for button in buttons)


async def test_a_named_drug_or_all_of_them_need_no_question(talk: Talk, deps: Deps, clock: Clock) -> None:
    await due(deps, clock, "氨氯地平", "阿托伐他汀", "二甲双胍")

    assert "氨氯地平" in await talk.hear("氨氯地平吃了", "confirm_taken").act("action_dose_taken")
    text = await talk.hear("都吃了", "confirm_taken").act("action_dose_taken")
    assert "阿托伐他汀" in text and "二甲双胍" in text and "氨氯地平" not in text


async def test_without_an_open_dose_nothing_is_noted(talk: Talk) -> None:
    assert "没有等您确认" in await talk.hear("吃了", "confirm_taken").act("action_dose_taken")


async def test_the_record_counts_the_week(talk: Talk, deps: Deps, clock: Clock) -> None:
    await due(deps, clock, "氨氯地平")
    await talk.hear("吃了", "confirm_taken").act("action_dose_taken")

    text = await talk.hear("我的健康记录", "health_record").act("action_health_record")
    assert "吃了1次" in text and "漏了0次" in text and "氨氯地平" in text


async def test_other_things_than_medicines_are_declined(talk: Talk) -> None:
    assert "只会提醒用药" in await remind(talk, "三天后提醒我复查")
    assert talk.form is None


async def test_a_bare_hour_keeps_the_part_of_the_day_said_before(talk: Talk) -> None:
    for text in ("提醒我晚上吃阿托伐他汀", "20毫克", "9点"):
        await remind(talk, text)

    assert "每天晚上9点 提醒您吃 阿托伐他汀 20毫克" in await remind(talk, "每天")


async def test_a_drug_that_is_stopped_does_not_join_the_reminder(talk: Talk) -> None:
    await remind(talk, "每天晚上9点提醒我吃阿托伐他汀")

    text = await remind(talk, "把阿司匹林停了，另外阿托伐他汀改到晚上10点")
    assert "每天晚上10点 提醒您吃 阿托伐他汀" in text and "阿司匹林" not in text


@pytest.mark.parametrize("words", ["10分钟后提醒", "这次不吃", "阿托伐他汀吃了"])
async def test_words_about_a_dose_are_no_name_of_a_medicine(talk: Talk, words: str) -> None:
    assert "没有等您确认" in await remind(talk, words)
    assert talk.form is None
    await remind(talk, "提醒我吃药")
    assert "不设了" in talk.labels()
    text = await talk.form_turn(FORM, words)
    assert "哪种药" in text and "没听明白" not in text and not talk.slots["reminder_drug"]


async def test_the_label_typed_settles_the_open_dose(talk: Talk, deps: Deps, clock: Clock) -> None:
    await due(deps, clock, "氨氯地平")

    assert "10分钟后再提醒您吃氨氯地平" in await remind(talk, "10分钟后提醒")
