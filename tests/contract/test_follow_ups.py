"""Follow-up after discharge on both databases: each day asked once, each bad answer at a nurse's at once."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import follow_up_words as words
from bot import follow_ups as asking
from bot.conversation import Conversation, Mode, Urgency
from bot.db import Databases
from bot.errors import UnknownButton
from bot.follow_up_commands import FOLLOW_UP_COMMANDS
from bot.follow_ups import NoSuchFollowUp, NothingAhead, WrongDischarge
from bot.link_moves import move_all
from bot.messages import Address, Button, Kind, Message, Reply
from bot.occasion_rows import OccasionKind
from bot.pressed import Pressed
from bot.tables import audit
from schedules.follow_ups import again_at
from tests.contract.conftest import AT
from tests.contract.occasion_parts import Time, at_time, book

pytestmark = pytest.mark.contract

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DISCHARGED = date(2026, 11, 21)  # AT is 16:00 on that day in Shanghai
DAY_1 = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
DAY_3 = DAY_1 + 2 * DAY
SURGERY = "abdominal_surgery"


@pytest.fixture
async def time(databases: Databases, clinic: str) -> Time:
    return await at_time(databases, clinic)


async def planned(time: Time, follow_up: str = SURGERY) -> None:
    await time.follow_ups.plan(time.patient, follow_up, DISCHARGED, "王护士", AT)


async def press(time: Time, button: Button, at: datetime, who: Conversation | None = None) -> Sequence[Reply]:
    conversation = await time.store.by_id(time.clinic, (who or time.patient).id)
    assert conversation is not None and button.command is not None
    answer = await FOLLOW_UP_COMMANDS[button.command](time.follow_ups, Pressed(conversation, button.args, at))
    return answer.replies


async def answer_all(time: Time, asked: Message | Reply, at: datetime, said: Mapping[str, int]) -> list[Reply]:
    """Answer one question after the other, with the choice given for it, else the first; all that was said."""
    heard: list[Reply] = []
    question: Message | Reply | None = asked
    while question is not None:
        button = question.buttons[said.get(question.buttons[0].args["question"], 0)]
        replies = await press(time, button, at)
        heard += replies
        question = next((one for one in replies if one.buttons), None)
    return heard


async def audited(time: Time, action: str) -> list[Mapping[str, str]]:
    async with time.databases.of(time.clinic).read() as connection:
        rows = await connection.execute(select(audit.c.detail).where(audit.c.action == action))
        return list(rows.scalars())


async def test_the_patient_is_told_and_asked_on_its_days(time: Time) -> None:
    await planned(time)
    (told,) = await time.said()
    assert "王护士" in told.text and "第1、3、7天" in told.text

    assert await time.occasions.beat(DAY_1 - HOUR) == 0
    assert await time.occasions.beat(DAY_1) == 1
    question = (await time.said())[-1]
    assert question.kind is Kind.NOTICE and "出院后第1天" in question.text and "第1个" in question.text
    assert question.text.endswith(book()[SURGERY].questions[0].ask)

    heard = await answer_all(time, question, DAY_1 + HOUR, {})
    assert len(heard) == len(book()[SURGERY].on_day(1))
    assert heard[-1].text == words.DONE_WELL.format(next=words.NEXT.format(day=3))
    assert await time.states(OccasionKind.FOLLOW_UP) == ["answered", "waiting", "waiting"]
    assert await time.tasks() == []
    assert await audited(time, "follow_up_answered") == [{"score": "0"}]
    assert await time.occasions.beat(DAY_1 + DAY) == 0
    assert await time.occasions.beat(DAY_3) == 1


async def test_a_bad_answer_is_at_the_nurses_at_once(time: Time) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    fever = (await time.said())[-1]

    advice, following = await press(time, fever.buttons[2], DAY_1 + HOUR)

    asked = book()[SURGERY].questions[0]
    assert asked.words in advice.text and following.buttons
    (task,) = await time.tasks()
    assert task.urgency is Urgency.ASKED
    for reason in ("第1天", "腹部手术后", asked.ask, asked.choices[2].say, asked.why):
        assert reason in task.reason
    patient = await time.store.by_id(time.clinic, time.patient.id)
    assert patient is not None and patient.mode is Mode.ASSISTANT


async def test_an_emergency_stands_first_and_is_told_as_one(time: Time) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    heard = await answer_all(time, (await time.said())[-1], DAY_1, {"fever": 2, "pain": 2})
    (task,) = await time.tasks()
    assert task.urgency is Urgency.RED_FLAG
    (warning,) = [one for one in heard if one.kind is Kind.RED_FLAG]
    assert "120" in warning.text and heard[-1].text.startswith("谢谢您，都答完了。护士会看到")


async def test_a_button_pressed_again_changes_nothing_and_another_corrects(time: Time) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    fever = (await time.said())[-1]

    first = await press(time, fever.buttons[0], DAY_1)
    assert await press(time, fever.buttons[0], DAY_1 + HOUR) == first
    corrected = await press(time, fever.buttons[2], DAY_1 + HOUR)
    assert corrected[-1] == first[-1], "the same question is next"
    again = await press(time, fever.buttons[2], DAY_1 + HOUR)
    assert again == corrected and len(await time.tasks()) == 1
    (day, *_) = await time.follow_ups.days(time.clinic, time.patient.person)
    assert (dict(day.answers), day.score) == ({"fever": 2}, 3)


async def test_two_presses_at_once_are_one_answer_each(time: Time) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    fever = (await time.said())[-1]
    await asyncio.gather(*(press(time, fever.buttons[2], DAY_1) for _ in range(4)))
    (task,) = await time.tasks()
    assert task.reason.count("出院随访") == 1


@pytest.mark.parametrize(
    "wrong", [{"choice": "9"}, {"choice": "²"}, {"choice": ""}, {"question": "x"}, {"occasion": "x"}]
)
async def test_what_no_button_says_is_refused(time: Time, wrong: Mapping[str, str]) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    button = (await time.said())[-1].buttons[0]
    with pytest.raises(UnknownButton):
        await press(time, Button("x", command=button.command, args={**button.args, **wrong}), DAY_1)


async def test_nobody_answers_for_somebody_else(time: Time) -> None:
    await planned(time)
    stop = (await time.said())[-1].buttons[0]
    await time.occasions.beat(DAY_1)
    answer = (await time.said())[-1].buttons[0]
    other = await time.store.open(Address(time.clinic, "web", "other"), AT)
    for button in (stop, answer):
        with pytest.raises(UnknownButton):
            await press(time, button, DAY_1, other)
    assert await time.states(OccasionKind.FOLLOW_UP) == ["told", "waiting", "waiting"]


async def test_who_does_not_answer_is_asked_once_more_and_then_by_a_nurse(time: Time) -> None:
    await planned(time, "pneumonia")
    await time.occasions.beat(DAY_1)
    await press(time, (await time.said())[-1].buttons[0], DAY_1 + HOUR)

    assert await time.occasions.beat(DAY_1 + 20 * HOUR) == 0
    assert await time.occasions.beat(DAY_1 + DAY) == 1
    again = (await time.said())[-1]
    assert again.text.startswith("昨天的随访") and again.buttons[0].args["question"] == "breath"
    assert await time.tasks() == []

    await time.occasions.beat(DAY_3)
    (task,) = await time.tasks()
    assert "1/5" in task.reason and await time.states(OccasionKind.FOLLOW_UP) == ["too_late", "told", "waiting"]
    (over,) = await press(time, again.buttons[0], DAY_3)
    assert over.text == words.OVER


async def test_beats_at_once_and_a_kill_between_ask_it_once(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    await planned(time)

    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr("bot.occasions.write_each", killed)
        with pytest.raises(RuntimeError):
            await time.occasions.beat(DAY_1)
    await asyncio.gather(*(time.occasions.beat(DAY_1) for _ in range(4)))
    assert len(await time.said()) == 2


async def test_an_answer_whose_task_fails_is_no_answer(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    bad = (await time.said())[-1].buttons[2]

    async def killed(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(asking, "request_handoff", killed)
        with pytest.raises(RuntimeError):
            await press(time, bad, DAY_1)
    (day, *_) = await time.follow_ups.days(time.clinic, time.patient.person)
    assert day.answers == {}
    await press(time, bad, DAY_1)
    assert len(await time.tasks()) == 1


async def test_the_house_stood_still_over_the_day(time: Time) -> None:
    await planned(time)
    assert await time.occasions.beat(DAY_1 + 3 * DAY) == 1, "day 3 is still worth asking, a day late"
    (task,) = await time.tasks()
    assert "第1天" in task.reason and "没能按时发出" in task.reason


async def test_set_twice_even_at_once_it_is_there_once(time: Time) -> None:
    await asyncio.gather(*(planned(time) for _ in range(4)))
    await planned(time)
    assert len(await time.said()) == 1 and len(await audited(time, "follow_up_planned")) == 1
    assert len(await time.follow_ups.days(time.clinic, time.patient.person)) == 3


async def test_only_the_days_ahead_are_set(time: Time) -> None:
    plan = time.follow_ups.plan
    days = await plan(time.patient, SURGERY, DISCHARGED - 2 * DAY, "王护士", AT)
    assert [day.day for day in days] == [3, 7]
    with pytest.raises(NothingAhead):
        await plan(time.patient, SURGERY, DISCHARGED - 20 * DAY, "王护士", AT)
    with pytest.raises(NoSuchFollowUp):
        await plan(time.patient, "nothing", DISCHARGED, "王护士", AT)
    for wrong in (DISCHARGED + 2 * DAY, DISCHARGED - 91 * DAY):
        with pytest.raises(WrongDischarge):
            await plan(time.patient, SURGERY, wrong, "王护士", AT)


async def test_the_patient_wants_no_more_questions(time: Time) -> None:
    await planned(time)
    stop = (await time.said())[-1].buttons[0]
    for _ in range(2):
        assert (await press(time, stop, AT))[0].text == words.STOPPED
    assert await time.occasions.beat(DAY_3) == 0
    (task,) = await time.tasks()
    assert task.reason == words.TASK_STOPPED.format(title="腹部手术后")
    assert len(await audited(time, "follow_up_stopped")) == 1


async def test_who_continues_elsewhere_is_asked_and_answers_there(time: Time) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    button = (await time.said())[-1].buttons[0]
    page = await time.store.open(Address(time.clinic, "web", "page"), AT)
    async with time.databases.of(time.clinic).begin() as connection:
        await move_all(connection, time.clinic, time.patient.person, page)

    assert (await press(time, button, DAY_1, page))[-1].buttons
    await time.occasions.beat(DAY_1 + DAY)
    assert len(await time.said(page)) == 1


async def test_a_number_or_the_words_of_an_answer_are_understood(time: Time) -> None:
    await planned(time)
    await time.occasions.beat(DAY_1)
    shown = await time.said()
    typed = words.typed_answer
    assert typed("2", shown) == typed("第二个", shown) == typed("37.3到37.9℃。", shown) == shown[-1].buttons[1]
    assert typed("9", shown) is None and typed("你好", shown) is None and typed("2", shown[:1]) is None


def test_it_is_asked_again_in_the_morning() -> None:
    asked = DAY_1
    assert again_at(asked) == DAY_1 + DAY
    assert again_at(asked + 4 * HOUR) == DAY_1 + DAY
    assert again_at(asked + 5 * HOUR) == DAY_1 + 2 * DAY
