"""Several medicines in one sentence, tapers, medicines taken when needed: read back, corrected, stored with care."""

from datetime import timedelta

import pytest

from actions.deps import Deps
from bot.regimens import Regimen
from schedules.lateness import USUAL
from tests.unit.actions.conftest import NOON, Clock, Talk

FORM, DAY_FORM = "reminder_form", "day_form"
THREE = "缬沙坦80mg每天早上7点；二甲双胍0.5g一天两次饭后吃；布洛芬疼的时候吃一片，间隔至少6小时，一天最多3次"
TAPER = "泼尼松30mg每天早上8点，吃7天，之后每周减10mg直到停药"


async def say(talk: Talk, text: str, intent: str = "set_reminder") -> str:
    return await talk.form_turn(FORM, text, intent)


async def confirm(talk: Talk) -> str:
    await talk.form_turn(FORM, "对", "affirm")
    return await talk.act("action_set_reminder")


async def active(deps: Deps) -> dict[str, Regimen]:
    return {one.drug: one for one in await deps.regimens.active("demo", "person-c1")}


async def test_three_medicines_are_read_back_and_stored_at_once(talk: Talk, deps: Deps) -> None:
    text = await say(talk, THREE)
    assert "1. 缬沙坦：每天早上7点，每次80mg" in text and "2. 二甲双胍" in text and "3. 布洛芬：疼时服用" in text
    assert await active(deps) == {}

    assert "缬沙坦" in await confirm(talk)
    stored = await active(deps)
    assert list(stored) == ["缬沙坦", "二甲双胍", "布洛芬"]
    assert stored["缬沙坦"].drug_id == "valsartan" and stored["缬沙坦"].dose == "80mg"
    assert stored["布洛芬"].timing.as_needed and stored["布洛芬"].care.least_gap == timedelta(hours=6)


@pytest.mark.parametrize(
    ("correction", "line"),
    [
        ("第一个改成晚上8点", "1. 缬沙坦：每天晚上8点，每次80mg"),
        ("缬沙坦改成晚上8点", "1. 缬沙坦：每天晚上8点，每次80mg"),
        ("第二个一次1g", "2. 二甲双胍：每天2次，饭后（08:30、18:30），每次1g"),
        ("第二个改成一天三次", "2. 二甲双胍：每天3次"),
        ("第三个不要了", "去掉了布洛芬"),
    ],
)
async def test_one_of_them_is_corrected(talk: Talk, correction: str, line: str) -> None:
    await say(talk, THREE)

    text = await say(talk, correction, "change_reminder")
    assert line in text and talk.asked == "reminder_confirmed"


async def test_a_wrong_one_is_asked_for_and_told_without_its_name(talk: Talk) -> None:
    await say(talk, THREE)

    assert "缬沙坦" in await say(talk, "第一个不对", "deny")
    assert "1. 缬沙坦：每天晚上9点" in await say(talk, "晚上9点", "inform")


async def test_another_is_added_and_all_can_be_left(talk: Talk, deps: Deps) -> None:
    await say(talk, THREE)

    text = await say(talk, "还有氨氯地平每天早上8点一片")
    assert "4. 氨氯地平" in text
    await say(talk, "不设了", "deny")
    assert "先不设" in await talk.act("action_set_reminder")
    assert await active(deps) == {}


async def test_a_medicine_that_was_not_understood_is_named(talk: Talk, deps: Deps) -> None:
    text = await say(talk, "缬沙坦每天早上7点，二甲双胍每天晚上7点，阿托伐他汀")
    assert "没记的：阿托伐他汀" in text
    await confirm(talk)
    assert list(await active(deps)) == ["缬沙坦", "二甲双胍"]


async def test_times_before_the_names_stay_with_their_medicine(talk: Talk) -> None:
    text = await say(talk, "早上8点吃一片缬沙坦晚上9点吃一片阿托伐他汀")
    assert "1. 缬沙坦：每天早上8点，每次1片" in text and "2. 阿托伐他汀：每天晚上9点，每次1片" in text


async def test_the_steps_of_a_taper_are_one_plan(talk: Talk, deps: Deps) -> None:
    text = await say(talk, TAPER)
    assert "每次30mg" in text and "每次20mg" in text and "每次10mg" in text and "加减量" in text
    await confirm(talk)
    steps = await deps.regimens.active("demo", "person-c1")
    assert [one.dose for one in steps] == ["30mg", "20mg", "10mg"]
    assert len({one.plan for one in steps}) == 1 and steps[0].plan

    listed = await talk.hear("我的提醒", "list_reminders").act("action_list_reminders")
    assert "1个吃药提醒" in listed and "加减量，还有3步" in listed
    assert "30mg" in await talk.form_turn("stop_form", "停掉泼尼松的提醒", "cancel_reminder")
    await talk.form_turn("stop_form", "确认停止", "affirm")
    await talk.act("action_stop_reminder")
    assert await deps.regimens.active("demo", "person-c1") == ()


async def test_care_comes_from_the_rule_of_the_medicine(talk: Talk, deps: Deps) -> None:
    await say(talk, "每天晚上8点提醒我吃华法林")
    assert "华法林漏不得" in await confirm(talk)
    stored = (await active(deps))["华法林"]
    assert stored.care.critical and stored.care.late != USUAL


async def test_a_grave_danger_goes_to_the_nurse(talk: Talk) -> None:
    await say(talk, "每天晚上8点提醒我吃华法林")
    await confirm(talk)
    await say(talk, "每天早上8点提醒我吃布洛芬")

    assert "记给护士" in await confirm(talk)
    task = next(part["task"]["reason"] for part in talk.said if "task" in part)
    assert "华法林" in task and "布洛芬" in task


async def test_a_harmless_medicine_is_no_matter_for_the_nurse(talk: Talk) -> None:
    await say(talk, "每天早上8点提醒我吃氨氯地平")
    await confirm(talk)
    assert not any("task" in part for part in talk.said)


async def test_one_ingredient_from_two_medicines_is_added_up(talk: Talk) -> None:
    await say(talk, "每天早上8点、下午2点、晚上8点提醒我吃对乙酰氨基酚片1g")
    await confirm(talk)

    text = await say(talk, "每天中午12点提醒我吃泰诺林缓释片1.3g")
    assert "都含对乙酰氨基酚" in text or "合起来一天" in text or "已经有" in text


async def test_the_day_is_asked_once_and_kept(talk: Talk, deps: Deps) -> None:
    await say(talk, "阿莫西林一天三次，饭后吃")
    await confirm(talk)
    assert any(event.get("name") == DAY_FORM for event in talk.events if event["event"] == "followup")

    assert "只问一次" in await talk.run_form(DAY_FORM)
    await talk.form_turn(DAY_FORM, "7点、12点、18点半、22点", "inform")
    assert "早饭07:00，午饭12:00，晚饭18:30" in await talk.act("action_keep_day")
    kept = await deps.habits.of("demo", "person-c1")
    assert f"{kept.day_plan.supper:%H:%M}" == "18:30" and kept.told_at == NOON

    await say(talk, "奥美拉唑一天一次，早饭前吃")
    await confirm(talk)
    asked = [event for event in talk.events if event["event"] == "followup" and event.get("name") == DAY_FORM]
    assert len(asked) == 1, "asked once only"


@pytest.mark.parametrize("words", ["就按平常", "算了"])
async def test_who_does_not_tell_the_day_is_not_asked_again(talk: Talk, deps: Deps, words: str) -> None:
    await say(talk, "阿莫西林一天三次，饭后吃")
    await confirm(talk)
    await talk.run_form(DAY_FORM)
    await talk.form_turn(DAY_FORM, words, "inform")

    assert "按平常" in await talk.act("action_keep_day")
    assert (await deps.habits.of("demo", "person-c1")).told_at == NOON


async def test_other_words_leave_the_question_of_the_day(talk: Talk) -> None:
    await talk.hear("x").run_form(DAY_FORM)

    await talk.form_turn(DAY_FORM, "阿司匹林饭前吃吗", "query_drug")
    assert talk.rejected
    await talk.act("action_answer_drug")
    assert await talk.run_form(DAY_FORM) == "" and talk.form is None, "it is not asked again and again"


async def test_another_time_keeps_what_belongs_to_the_medicine(talk: Talk, deps: Deps) -> None:
    await say(talk, "每天早上8点提醒我吃一片氨氯地平")
    await confirm(talk)
    before = (await active(deps))["氨氯地平"]

    await say(talk, "把氨氯地平改到晚上7点", "change_reminder")
    assert "改好了" in await confirm(talk)
    after = (await active(deps))["氨氯地平"]
    assert after.id == before.id and "晚上7点" in after.timing.read_back()


async def test_another_dose_from_a_day_on(talk: Talk, deps: Deps, clock: Clock) -> None:
    await say(talk, "每天早上8点提醒我吃一片氨氯地平")
    await confirm(talk)

    assert "从11月22日起" in await say(talk, "氨氯地平从明天起改成半片", "change_reminder")
    assert "改好了" in await confirm(talk)
    doses = {one.dose for one in await deps.regimens.every("demo", "person-c1")}
    assert doses == {"1片", "半片"}


async def test_taken_when_needed_and_asked_about(talk: Talk, deps: Deps, clock: Clock) -> None:
    await say(talk, "布洛芬疼的时候吃一片，间隔至少6小时，一天最多3次")
    await confirm(talk)

    assert "现在可以吃" in await talk.hear("现在能吃布洛芬吗", "query_drug").act("action_answer_drug")
    text = await talk.hear("布洛芬刚吃了一片", "confirm_taken").act("action_dose_taken")
    assert "布洛芬" in text and "18:00" in text
    clock.forward(hours=2)
    assert "还不行" in await talk.hear("布洛芬现在能再吃一片吗", "query_drug").act("action_answer_drug")
    text = await talk.hear("布洛芬又吃了一片", "confirm_taken").act("action_dose_taken")
    assert "太近" in text and any(one.get("command") == "request_human" for one in talk.said[-1]["buttons"])


async def test_a_forgotten_dose_by_the_rule_of_its_medicine(talk: Talk, deps: Deps, clock: Clock) -> None:
    await say(talk, "每天下午1点提醒我吃氨氯地平")
    await confirm(talk)
    await deps.regimens.lay_out("demo", NOON, timedelta(days=2))
    clock.forward(hours=2)

    text = await talk.hear("漏了一次怎么办", "query_drug").act("action_answer_drug")
    assert "氨氯地平" in text and "还可以补" in text
    clock.forward(hours=20)
    assert "跳过" in await talk.hear("漏了一次怎么办", "query_drug").act("action_answer_drug")


async def test_stopping_what_must_not_be_stopped_is_warned_of(talk: Talk) -> None:
    await say(talk, "每天晚上8点提醒我吃华法林")
    await confirm(talk)

    assert "不能自己停" in await talk.form_turn("stop_form", "停掉华法林的提醒", "cancel_reminder")
