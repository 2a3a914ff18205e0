"""Several matters in one turn, and words that nobody understands again and again."""

from dataclasses import replace
from itertools import pairwise

from bot.answers import Answer, HandoffWanted
from bot.conversation import Route
from bot.errors import ActionsUnavailable, RasaUnavailable
from bot.house import House
from bot.matters import Matter
from bot.messages import Button, Reply
from bot.turn import handle
from tests.unit.bot.conftest import Says, said, structured, texts

BOOK, DRUG, REMIND = (
    Matter("挂心内科", "book_appointment"),
    Matter("阿司匹林饭前吃吗", "query_drug"),
    Matter("提醒我吃阿司匹林", "set_reminder"),
)
WHICH_DOCTOR = Reply("哪位医生？", (Button("王守拙"), Button("不限医生")))


async def test_two_matters_are_answered_in_order_and_the_form_asks_once_and_last(house: House) -> None:
    words = "挂心内科，另外阿司匹林饭前吃吗"
    asks_on = Answer(Route.STRUCTURED, (Reply("饭前吃"),), question=WHICH_DOCTOR)
    rasa = Says([Answer(Route.STRUCTURED, question=WHICH_DOCTOR), asks_on], splits={words: [BOOK, DRUG]})
    turn = await handle(replace(house, rasa=rasa), said(words))
    assert rasa.heard == [BOOK.text, DRUG.text]
    assert texts(turn) == ["饭前吃", "哪位医生？"]


async def test_what_a_form_had_to_say_at_first_is_not_lost_behind_an_aside(house: House) -> None:
    words = "挂明天心内科，另外阿司匹林饭前吃吗"
    none_tomorrow = Answer(Route.STRUCTURED, question=Reply("明天没有门诊，哪天？"))
    aside = Answer(Route.STRUCTURED, (Reply("饭前吃"),), question=WHICH_DOCTOR)
    rasa = Says([none_tomorrow, aside], splits={words: [BOOK, DRUG]})
    assert texts(await handle(replace(house, rasa=rasa), said(words))) == ["饭前吃", "明天没有门诊，哪天？"]


async def test_a_second_matter_that_nobody_knows_does_not_spoil_the_first(house: House) -> None:
    words = "阿司匹林饭前吃吗，另外脚麻咋回事"
    rasa = Says([structured("饭前吃"), None], splits={words: [DRUG, Matter("脚麻咋回事")]})
    turn = await handle(replace(house, rasa=rasa), said(words))
    assert turn.route is Route.FALLBACK and texts(turn)[0] == "饭前吃" and "不敢随便回答" in texts(turn)[1]
    assert not any(reply.missed for reply in turn.replies)


async def test_a_second_thing_to_arrange_waits_until_the_first_is_done(house: House) -> None:
    words = "挂心内科，另外提醒我吃阿司匹林"
    done = Answer(Route.STRUCTURED, (Reply("挂好了"),), then=REMIND.text)
    rasa = Says(
        [Answer(Route.STRUCTURED, question=WHICH_DOCTOR), done, structured("设好了")], splits={words: [BOOK, REMIND]}
    )
    waiting = await handle(replace(house, rasa=rasa), said(words))
    assert rasa.kept == [REMIND.text]
    assert [REMIND.text in texts(waiting)[0], texts(waiting)[1]] == [True, "哪位医生？"]
    assert texts(await handle(replace(house, rasa=rasa), said("随便", "m2"))) == ["挂好了", "设好了"]


async def test_what_is_done_is_told_though_the_next_matter_fails(house: House) -> None:
    words = "确认，另外阿司匹林饭前吃吗"
    splits = {words: [Matter("确认", "affirm"), DRUG]}
    booked = structured("挂好了")
    for n, knowledge in enumerate((None, ActionsUnavailable())):
        rasa = Says([booked, RasaUnavailable()], splits=splits)
        turn = await handle(replace(house, rasa=rasa, llm=Says([knowledge])), said(words, f"m{n}"))
        assert texts(turn)[0] == "挂好了" and len(texts(turn)) == 2


async def test_a_form_still_asks_though_the_next_matter_fails(house: House) -> None:
    first, words = Answer(Route.STRUCTURED, question=WHICH_DOCTOR), "挂心内科，另外阿司匹林饭前吃吗"
    for n, knowledge in enumerate((None, Answer(Route.FALLBACK, (Reply("资料说[1]"),)), ActionsUnavailable())):
        rasa = Says([first, RasaUnavailable()], splits={words: [BOOK, DRUG]})
        turn = await handle(replace(house, rasa=rasa, llm=Says([knowledge])), said(words, f"m{n}"))
        assert len(texts(turn)) == 2 and texts(turn)[1] == "哪位医生？"


async def test_what_can_not_be_kept_is_not_promised(house: House) -> None:
    words = "挂心内科，另外提醒我吃阿司匹林"
    rasa = Says([Answer(Route.STRUCTURED, question=WHICH_DOCTOR)], splits={words: [BOOK, REMIND]}, keeps=False)
    turn = await handle(replace(house, rasa=rasa), said(words))
    assert "我记着" not in texts(turn)[0] and texts(turn)[1] == "哪位医生？"
    assert REMIND.text in [button.say for button in turn.replies[0].buttons]


async def test_nothing_is_done_after_the_conversation_was_passed_on(house: House) -> None:
    words = "转人工，另外阿司匹林饭前吃吗"
    rasa = Says([structured(change=HandoffWanted("患者要求"))], splits={words: [Matter("转人工"), DRUG]})
    turn = await handle(replace(house, rasa=rasa), said(words))
    assert rasa.heard == ["转人工"] and "护士台" in texts(turn)[0]


async def test_a_department_is_named_beside_the_knowledge_and_alone_where_it_is_silent(house: House) -> None:
    both = Answer(Route.STRUCTURED, (Reply("可以看消化内科"),), unsure=True)
    known = Answer(Route.FALLBACK, (Reply("资料说[1]"),))
    asking = replace(house, rasa=Says([both]), llm=Says([known, None]))
    assert texts(await handle(asking, said("胃疼是什么原因"))) == ["资料说[1]", "可以看消化内科"]
    assert texts(await handle(asking, said("胃疼是什么原因", "m2"))) == ["可以看消化内科"]


async def test_words_for_the_silence_of_the_knowledge_are_not_said_beside_it(house: House) -> None:
    instead = Answer(Route.STRUCTURED, (Reply("请说具体一点", missed=True),), unsure=True)
    asking = replace(house, rasa=Says([instead]), llm=Says([Answer(Route.FALLBACK, (Reply("资料说[1]"),)), None]))
    assert texts(await handle(asking, said("浑身不得劲咋回事"))) == ["资料说[1]"]
    assert texts(await handle(asking, said("浑身不得劲", "m2"))) == ["请说具体一点"]


async def test_two_misses_offer_choices_a_third_a_person_and_nothing_is_said_twice(house: House) -> None:
    lost = replace(house, rasa=Says([None]))
    turns = [await handle(lost, said(f"嘟嘟{n}", f"m{n}")) for n in range(6)]
    labels = [[button.label for button in turn.replies[-1].buttons] for turn in turns]
    assert {"挂号", "问药", "转人工"} <= set(labels[1])
    assert all(each[0] == "转人工" for each in labels[2:]) and "010-12345678" in texts(turns[2])[0]
    assert all(texts(before) != texts(after) for before, after in pairwise(turns))
    understood = replace(house, rasa=Says([structured("好"), None]))
    await handle(understood, said("挂号", "m6"))
    assert "不敢随便回答" in texts(await handle(understood, said("嘟嘟", "m7")))[0], "an answer ends the count"


async def test_misses_inside_a_form_offer_what_it_asks_for_and_the_way_out(house: House) -> None:
    missed = Answer(Route.STRUCTURED, question=replace(WHICH_DOCTOR, text="这句我没听明白。哪位医生？", missed=True))
    lost = replace(house, rasa=Says([missed]))
    turns = [await handle(lost, said(f"嘟嘟{n}", f"m{n}")) for n in range(4)]
    assert texts(turns[0]) == ["这句我没听明白。哪位医生？"]
    labels = [[button.label for button in turn.replies[-1].buttons] for turn in turns]
    assert labels[1] == ["王守拙", "不限医生", "不办了", "转人工"]
    assert labels[2] == ["转人工", "王守拙", "不限医生", "不办了"] and "010-12345678" in texts(turns[2])[0]
    assert all(texts(turn)[0].endswith("哪位医生？") for turn in turns)
    assert all("没听明白" not in texts(turn)[0] for turn in turns[1:])
