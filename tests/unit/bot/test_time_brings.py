"""Families and follow-ups in whole turns: typed, pressed, screened."""

from datetime import timedelta

from bot import family_phrases
from bot.conversation import Route
from bot.follow_up_days import FollowUpDays
from bot.house import House
from bot.messages import Address, InboundMessage
from bot.occasion_rows import OccasionKind
from bot.occasions import Occasions
from bot.turn import handle
from tests.unit.bot.conftest import AT, conversation, said, texts


async def test_a_relative_types_the_code(house: House) -> None:
    mother = await conversation(house)
    code = await house.families.linking.offer(mother, "女儿", AT)
    answer = await handle(house, InboundMessage(Address("demo", "web", "daughter"), "d1", f"家人 {code}", AT))
    (consent,) = answer.replies
    assert [one.label for one in consent.buttons] == ["同意，是我母亲", "同意，是我父亲", "不用"]
    pressed = InboundMessage(Address("demo", "web", "daughter"), "d2", "", AT, consent.buttons[0].id)
    assert texts(await handle(house, pressed)) == [family_phrases.JOINED]
    (question,) = await house.store.last(mother, 1)
    assert texts(await handle(house, said("", "m1", question.buttons[0].id)))[0].startswith("好了")
    assert texts(await handle(house, said("不再提醒家人", "m2"))) == [family_phrases.ENDED.format(who="女儿")]


async def asked(house: House) -> None:
    """The first question of a day is put to the visitor."""
    patient = await conversation(house)
    discharged = AT.date()
    await house.follow_ups.plan(patient, "pneumonia", discharged, "王护士", AT)
    tellers = {OccasionKind.FOLLOW_UP: FollowUpDays(house.follow_ups.book)}
    occasions = Occasions("demo", house.outcomes.databases, tellers, house.outcomes.tell_message)
    assert await occasions.beat(AT + timedelta(days=1)) == 1


async def test_a_question_is_answered_by_a_number_or_in_its_words(house: House) -> None:
    await asked(house)
    first, second = house.follow_ups.book()["pneumonia"].questions[:2]
    answer = await handle(house, said("3", "m1"))
    assert first.words in answer.replies[0].text and second.ask in answer.replies[1].text
    (task,) = await house.handoffs.listing("demo")
    assert first.why in task.reason

    assert "第3个" in texts(await handle(house, said("不喘，或更好了。", "m2")))[0]
    assert texts(await handle(house, said("谢谢", "m3"))) == ["好"], "other words go their usual way"


async def test_danger_comes_before_every_question(house: House) -> None:
    await asked(house)
    answer = await handle(house, said("我胸口压榨样疼，喘不上气", "m1"))
    assert answer.route is Route.RED_FLAG
