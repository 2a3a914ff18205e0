"""The assistant's turn around Rasa: odd wishes, what we asked back, consent, what comes back again and again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.answers import Answer, Asked
from bot.asking_back import answers_it, told_with
from bot.consent import GRANT, REFUSE, read_consent
from bot.conversation import Route, Turn
from bot.errors import ActionsUnavailable
from bot.house import House
from bot.messages import Button, InboundMessage, Kind, Reply
from bot.notes import Notes
from bot.noting import Noting
from bot.offers import OFFER_HUMAN
from bot.tables import audit
from bot.turn import handle
from tests.unit.bot.conftest import AT, Says, conversation, said, structured, texts

KNOWN = Answer(Route.FALLBACK, (Reply("资料说抽血前别吃东西。"),))
UNSURE = Answer(Route.STRUCTURED, unsure=True, odd=True)
WISH = Answer(Route.FALLBACK, restated="我要挂号，后天", rescued="book_appointment")


class Remembers(Says):
    """A responder that keeps what it was asked, whole."""

    def __init__(self, says: list[Answer | Exception | None]) -> None:
        super().__init__(says)
        self.asked: list[Asked] = []

    async def respond(self, asked: Asked) -> Answer | None:
        self.asked.append(asked)
        return await super().respond(asked)


def with_parts(house: House, rasa: Says, llm: Says) -> House:
    return replace(house, rasa=rasa, llm=llm)


async def asked_for(house: House, text: str, message_id: str = "m1", **later: float) -> Turn:
    inbound = said(text, message_id)
    at = AT + timedelta(**later)
    return await handle(replace(house, clock=lambda: at), InboundMessage(inbound.address, message_id, text, at))


async def test_a_wish_in_odd_words_goes_back_to_rasa_and_into_the_audit(house: House) -> None:
    rasa, llm = Says([UNSURE, structured("挂哪个科？")]), Remembers([WISH])
    turn = await asked_for(with_parts(house, rasa, llm), "后天给俺弄个号儿")
    assert texts(turn) == ["挂哪个科？"] and turn.route is Route.STRUCTURED
    assert rasa.heard == ["后天给俺弄个号儿", "我要挂号，后天"] and llm.asked[0].odd
    async with house.outcomes.databases.of("demo").read() as connection:
        rows = (await connection.execute(select(audit).where(audit.c.action == "rescued"))).mappings().all()
    assert [(row["actor"], row["subject"], row["detail"]) for row in rows] == [
        ("model", turn.id, {"command": "book_appointment"})
    ]


async def test_plain_words_that_rasa_does_not_know_either_are_a_question_after_all(house: House) -> None:
    llm = Remembers([WISH, KNOWN])
    turn = await asked_for(with_parts(house, Says([UNSURE]), llm), "后天给俺弄个号儿")
    assert texts(turn) == ["资料说抽血前别吃东西。"]
    assert [asked.odd for asked in llm.asked] == [True, False], "it would be rescued for ever"


async def test_in_a_form_nothing_is_rescued(house: House) -> None:
    form = replace(UNSURE, question=Reply("哪天？"))
    llm = Remembers([KNOWN])
    turn = await asked_for(with_parts(house, Says([form]), llm), "随便吧看你们")
    assert not llm.asked[0].odd and texts(turn)[-1] == "哪天？"


def asks_back(text: str) -> Answer:
    return Answer(Route.FALLBACK, (Reply("给谁问的？"),), notes=Notes(asked=text))


async def test_what_we_asked_back_is_answered_with_the_question(house: House) -> None:
    rasa, llm = Says([UNSURE]), Remembers([asks_back("发烧吃什么药"), KNOWN])
    house = with_parts(house, rasa, llm)
    assert texts(await asked_for(house, "发烧吃什么药", "m1")) == ["给谁问的？"]
    assert texts(await asked_for(house, "孩子，3岁", "m2")) == ["资料说抽血前别吃东西。"]
    assert llm.asked[1].text == "孩子发烧吃什么药（3岁）？" and llm.asked[1].told_back
    assert len(rasa.heard) == 1, "Rasa can make nothing of it"
    assert (await conversation(house)).notes.asked == ""


async def test_something_new_is_not_taken_for_the_answer(house: House) -> None:
    rasa, llm = Says([UNSURE, structured("挂哪个科？")]), Remembers([asks_back("发烧吃什么药")])
    house = with_parts(house, rasa, llm)
    await asked_for(house, "发烧吃什么药", "m1")
    assert texts(await asked_for(house, "算了，给我挂个号", "m2")) == ["挂哪个科？"]
    assert (await conversation(house)).notes.asked == ""


@pytest.mark.parametrize(
    "text",
    ["3岁", "给孩子问的", "大人，没怀孕", "没有", "怀孕了", "直接说", "两天了", "我妈70岁，有高血压", "孩子不满3个月"],
)
def test_an_answer_to_what_we_asked_back(text: str) -> None:
    assert answers_it(text)


@pytest.mark.parametrize("text", ["这个不想回答", "别问了，快说吧", "跟你说过好几遍了"])
def test_who_does_not_want_to_tell_is_answered_all_the_same(text: str) -> None:
    assert answers_it(text) and told_with("鼻子不通吃什么药", text) == "鼻子不通吃什么药？"


@pytest.mark.parametrize(
    "text",
    ["3岁能吃布洛芬吗", "挂明天儿科的号", "转人工", "你好", "那怎么办", "提醒我吃药", "算了不问了", "别问了，转人工"],
)
def test_no_answer_to_what_we_asked_back(text: str) -> None:
    assert not answers_it(text)


@pytest.mark.parametrize(
    ("question", "told", "both"),
    [
        ("发烧吃什么药？", "3岁。", "孩子发烧吃什么药（3岁）？"),
        ("孩子发烧怎么办", "2岁，昨晚开始的", "孩子发烧怎么办（2岁，昨晚开始的）？"),
        ("鼻子不通吃什么药", "怀孕了", "孕妇鼻子不通吃什么药？"),
        ("鼻子不通吃什么药", "在喂奶，宝宝四个月", "哺乳期鼻子不通吃什么药（宝宝四个月）？"),
        ("鼻子不通吃什么药", "大人，没怀孕，没有慢性病，没吃别的药", "鼻子不通吃什么药？"),
        ("鼻子不通吃什么药", "我妈70岁，有糖尿病", "鼻子不通吃什么药（我妈70岁，有糖尿病）？"),
        ("拉肚子怎么办", "宝宝，没精神，不吃奶两天了", "孩子拉肚子怎么办（没精神，不吃奶两天了）？"),
    ],
)
def test_question_and_answer_are_one_question(question: str, told: str, both: str) -> None:
    assert told_with(question, told) == both


@pytest.mark.parametrize(
    ("text", "shares", "rest"),
    [
        (f"{GRANT}，能喝酒吗", True, "能喝酒吗"),
        (GRANT, True, ""),
        (REFUSE, False, ""),
        ("别参考我的提醒了", False, ""),
        ("我的用药提醒是几点", None, "我的用药提醒是几点"),
    ],
)
def test_consent_in_plain_words(text: str, shares: bool | None, rest: str) -> None:
    assert read_consent(text) == (shares, rest)


async def test_consent_is_kept_and_taken_back(house: House) -> None:
    llm = Remembers([KNOWN])
    house = with_parts(house, Says([UNSURE]), llm)
    await asked_for(house, f"{GRANT}，能喝酒吗", "m1")
    assert llm.asked[0].text == "能喝酒吗" and llm.asked[0].notes.shares_list is True
    assert (await conversation(house)).notes.shares_list is True
    assert "不会参考" in texts(await asked_for(house, REFUSE, "m2"))[0]
    assert (await conversation(house)).notes.shares_list is False


async def test_the_third_contact_with_one_complaint_is_no_small_matter(house: House) -> None:
    noting = Noting(lambda _: (), lambda text: {"belly": "肚子疼"} if "肚子" in text else {})
    house = replace(with_parts(house, Says([structured("可以看消化科。")]), Says([None])), noting=noting)
    for n, hours in enumerate((0, 10)):
        assert len((await asked_for(house, "肚子疼", f"m{n}", hours=hours)).replies) == 1
    third = await asked_for(house, "还是肚子疼", "m3", hours=40)
    assert third.replies[-1].kind is Kind.NOTICE and "第 3 次" in third.replies[-1].text
    assert "今天就去医院" in third.replies[-1].text and third.replies[-1].buttons
    soon = await asked_for(house, "肚子还疼着呢", "m4", hours=40, minutes=5)
    assert len(soon.replies) == 1, "the same contact is not scolded twice"
    assert len((await asked_for(house, "肚子疼", "m5", days=9)).replies) == 1


async def test_what_we_must_not_do_is_kindly_declined_before_anybody_is_asked(house: House) -> None:
    rasa = Says([structured("好")])
    turn = await asked_for(with_parts(house, rasa, Says([None])), "给我开两盒头孢")
    assert turn.route is Route.REFUSED and not rasa.heard
    assert "处方" in turn.replies[0].text and turn.replies[0].sources and turn.replies[0].buttons


async def test_who_asks_to_change_a_dose_hears_what_is_known_of_it(house: House) -> None:
    rasa, llm = Says([structured("好")]), Remembers([KNOWN, ActionsUnavailable()])
    house = with_parts(house, rasa, llm)
    turn = await asked_for(house, "血压正常了，我自己把药减半行不行", "m1")
    assert turn.route is Route.REFUSED and "医生" in texts(turn)[0] and texts(turn)[1] == "资料说抽血前别吃东西。"
    assert len(texts(await asked_for(house, "血压正常了，我自己把药减半行不行", "m2"))) == 1 and not rasa.heard


async def test_danger_told_bit_by_bit_is_danger(house: House) -> None:
    noting = Noting(lambda _: (), lambda text: {one: one for one in ("便血", "头晕心慌") if one in text})
    house = replace(with_parts(house, Says([structured("好")]), Says([None])), noting=noting)
    assert (await asked_for(house, "便血", "m1")).route is Route.STRUCTURED
    assert (await asked_for(house, "我有点头晕心慌，出冷汗", "m2", minutes=3)).route is Route.RED_FLAG


async def test_what_was_told_long_ago_and_small_talk_alarm_nobody(house: House) -> None:
    noting = Noting(lambda _: (), lambda text: {one: one for one in ("便血", "头晕心慌") if one in text})
    house = replace(with_parts(house, Says([structured("好")]), Says([None])), noting=noting)
    await asked_for(house, "便血", "m1")
    assert (await asked_for(house, "谢谢您", "m2", minutes=3)).route is Route.STRUCTURED
    assert (await asked_for(house, "有点头晕心慌", "m3", hours=5)).route is Route.STRUCTURED


async def test_an_age_given_to_our_question_may_be_danger(house: House) -> None:
    rasa, llm = Says([UNSURE]), Remembers([asks_back("宝宝发烧吃什么药")])
    house = with_parts(house, rasa, llm)
    await asked_for(house, "宝宝发烧吃什么药", "m1")
    assert (await asked_for(house, "刚满月，28天", "m2")).route is Route.RED_FLAG


async def test_passages_that_come_near_stand_beside_the_departments(house: House) -> None:
    departments = Reply("可以看消化内科。", (Button("挂消化内科", say="挂消化内科的号"),), missed=True)
    near = Reply("您想问的是下面哪一个？", (Button("胃镜前准备", say="胃镜前准备"), OFFER_HUMAN), missed=True)
    unsure = replace(UNSURE, replies=(departments,))
    turn = await asked_for(with_parts(house, Says([unsure]), Says([Answer(Route.FALLBACK, (near,))])), "胃里老翻腾")
    assert [button.label for button in turn.replies[0].buttons] == ["胃镜前准备", "挂消化内科"]


async def test_the_nurse_sees_what_is_noted(house: House) -> None:
    house = with_parts(house, Says([structured("好")]), Says([None]))
    await asked_for(house, "我怀孕5个月，在吃缬沙坦", "m1")
    found = await conversation(house)
    assert (await house.outcomes._summary(found)).startswith("【本人：怀孕，在用缬沙坦】")
