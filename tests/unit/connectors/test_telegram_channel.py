"""Learners on Telegram: from the stand-in's phone through the house and back, over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from yarl import URL

from bot.conversation import Conversation
from bot.errors import StoreUnavailable
from bot.house import House
from bot.messages import Button, Reply
from bot.store import ConversationStore
from connectors.telegram.routes import SECRET_HEADER
from tests.unit.bot.conftest import CHEST_PAIN, Says, structured
from tests.unit.bot.conftest import house as house
from tests.unit.bot.conftest import red_flags as red_flags
from tests.unit.connectors.telegram_hall import LEARNER, SECRET, SNOOZE, TAKEN, Hall, hall, heard, post, tell, update
from tests.unit.connectors.telegram_hall import quick_house as quick_house
from tests.unit.connectors.telegram_hall import rooms as rooms


@pytest.fixture
async def around(house: House) -> AsyncIterator[Hall]:
    async with hall(house) as standing:
        yield standing


async def test_words_are_answered(around: Hall) -> None:
    around.telegram.say(LEARNER, "挂号")
    await around.shows(lambda: around.telegram.texts(LEARNER) == ["好"])
    assert (await heard(around), around.count("said")) == (["挂号"], 1)


async def test_opening_the_bot_welcomes(around: Hall) -> None:
    around.telegram.start(LEARNER, "class-3")
    await around.shows(lambda: around.telegram.texts(LEARNER))
    assert all(words in around.telegram.texts(LEARNER)[0] for words in ("练习", "真实患者", "120"))
    labels = [[one["text"] for one in row] for row in around.telegram.chat(LEARNER).messages[-1].rows]
    assert labels[0] == ["开始问诊练习", "挂号"]


async def test_the_menu_says_words(around: Hall) -> None:
    for command in ("/practice", "/exit@xinglin_bot", "/help"):
        around.telegram.say(LEARNER, command)
    await around.shows(lambda: len(around.telegram.texts(LEARNER)) == 3)
    assert await heard(around) == ["我想练习问诊", "退出练习", "你能做什么"]
    assert [one["command"] for one in around.telegram.menu] == ["start", "practice", "exit", "help"]


async def test_a_pressed_button_says_its_words_and_only_shows_what_was_chosen(house: House) -> None:
    ask = Reply("看哪个科？", (Button("内科", say="挂内科"), Button("外科", say="挂外科")))
    asks = replace(house, rasa=Says([replace(structured("x"), replies=(ask,)), structured("好的")]))
    async with hall(asks) as here:
        here.telegram.say(LEARNER, "挂号")
        await here.shows(lambda: here.telegram.texts(LEARNER))
        query = here.telegram.press(LEARNER, "外科")
        await here.shows(lambda: len(here.telegram.texts(LEARNER)) == 2)
        await here.quiet()
        assert await heard(here) == ["挂号", "挂外科"]
        assert [[one["text"] for one in row] for row in here.telegram.chat(LEARNER).messages[1].rows] == [["✓ 外科"]]
        assert query not in here.telegram.pressed, "the waiting sign was ended"
        here.telegram.press(LEARNER, "✓ 外科")
        await here.quiet()
        assert (len(await heard(here)), here.telegram.chat(LEARNER).notices) == (2, ["这一条已经选过了。"])


async def test_the_same_dose_is_offered_once_but_two_drugs_stay(around: Hall) -> None:
    around.telegram.say(LEARNER, "你好")
    await around.shows(lambda: around.telegram.texts(LEARNER))
    other = replace(TAKEN, args={"dose": "d2"})
    await tell(around, Reply("一", (TAKEN, SNOOZE)), Reply("二", (other,)), Reply("又", (TAKEN,)))
    await around.shows(lambda: len(around.telegram.texts(LEARNER)) == 4)
    await around.quiet()
    shown = {each.text: bool(each.rows) for each in around.telegram.chat(LEARNER).messages if each.from_bot}
    assert shown == {"好": False, "一": False, "二": True, "又": True}


async def test_a_correction_is_a_new_saying(around: Hall) -> None:
    number = around.telegram.say(LEARNER, "我头疼两天")
    around.telegram.edit(LEARNER, number, "我头疼两周")
    await around.shows(lambda: len(around.telegram.texts(LEARNER)) == 2)
    assert await heard(around) == ["我头疼两天", "（更正）我头疼两周"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("photo", "图片"),
        ("voice", "语音"),
        ("document", "文件"),
        ("location", "位置"),
        ("sticker", "收到了"),
        ("video", "文件"),
    ],
)
async def test_what_is_no_text_gets_a_kind_word(around: Hall, kind: str, words: str) -> None:
    around.telegram.send(LEARNER, kind)
    await around.shows(lambda: around.telegram.texts(LEARNER))
    assert words in around.telegram.texts(LEARNER)[0]


async def test_a_group_is_told_once_where_we_answer(around: Hall) -> None:
    for _ in range(3):
        around.telegram.say_in_group(-500, "/start@xinglin_bot")
    await around.quiet()
    assert around.telegram.texts(-500) == ["我只在私聊里回答：请点我的头像，直接给我发消息。"]


async def test_an_update_that_comes_again_has_one_effect(around: Hall) -> None:
    around.telegram.faults.repeat = 5
    around.telegram.say(LEARNER, "挂号")
    await around.quiet()
    assert (around.telegram.texts(LEARNER), await heard(around)) == (["好"], ["挂号"])
    assert around.count("said") == 6


async def test_many_at_once_are_answered_in_order(around: Hall) -> None:
    for n in range(20):
        around.telegram.say(LEARNER, f"第{n}句")
    await around.shows(lambda: len(around.telegram.texts(LEARNER)) == 20)
    assert await heard(around) == [f"第{n}句" for n in range(20)]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "密"])
async def test_a_wrong_secret_is_refused_without_reading(around: Hall, secret: str | None) -> None:
    url = URL(around.url)
    header = "" if secret is None else f"{SECRET_HEADER}: {secret}\r\n"
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {url.path} HTTP/1.1\r\nHost: x\r\n{header}Content-Length: 900\r\n\r\n".encode())
    assert b" 403 " in await asyncio.wait_for(reader.readline(), 5), "the body never comes, the answer does"
    writer.close()
    assert (around.count("wrong_secret"), around.count("said")) == (1, 0)


async def test_a_channel_that_fetches_has_no_door(house: House) -> None:
    async with hall(house, secret=None) as here:
        assert await post(here, b"{}", "") == 404


ODD = (b"", b"\xff", b"[]", b"{", b'{"update_id": 1}', b"[" * 90_000, b'{"update_id": "x", "message": 1}')


@pytest.mark.parametrize("body", [*ODD, json.dumps(update(1, {"a": 1})).encode()])
async def test_what_can_not_be_read_gets_its_200_and_is_counted(around: Hall, body: bytes) -> None:
    assert await post(around, body) == 200
    assert around.count("said") == 0 and around.count("malformed") + around.count("other_update") == 1


async def test_a_body_beyond_all_measure_is_not_read(around: Hall) -> None:
    assert await post(around, b" " * 300_000) == 413


@dataclass(slots=True)
class Down:
    """A store that does not answer."""

    async def open(self, *_: object) -> Conversation:
        raise StoreUnavailable("down")


async def test_while_the_store_is_down_telegram_keeps_the_message(around: Hall) -> None:
    house_, store = around.connector.house, around.connector.house.store
    around.connector.house = replace(house_, store=Down())  # type: ignore[arg-type]
    around.telegram.say(LEARNER, "挂号")
    await around.shows(lambda: around.telegram.webhook and around.telegram.webhook.last_error)
    assert len(around.telegram.updates) == 1
    state = await around.connector.counts.webhook_lag(around.client)
    assert (state.set, state.pending, state.healthy) == (True, 1, False)
    assert "503" in state.last_error
    assert around.registry.get_sample_value("xinglin_telegram_pending_updates") == 1
    around.connector.house = replace(house_, store=store)
    await around.shows(lambda: around.telegram.texts(LEARNER) == ["好"])
    assert isinstance(store, ConversationStore)


async def test_in_danger_there_are_words_even_without_a_store(around: Hall) -> None:
    around.connector.house = replace(around.connector.house, store=Down())  # type: ignore[arg-type]
    around.telegram.say(LEARNER, CHEST_PAIN)
    await around.shows(lambda: around.telegram.texts(LEARNER))
    assert "120" in around.telegram.texts(LEARNER)[0]
