"""The stand-in of Telegram keeps Telegram's rules, seen by a client that is not ours."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import ClientSession, ServerDisconnectedError, web
from aiohttp.test_utils import TestServer

from deploy.standin.telegram.server import make_telegram
from deploy.standin.telegram.settings import Refused, StandInBot
from deploy.standin.telegram.world import Telegram

BOT = StandInBot(burst=3, per_s=1.0, flood_s=2.0, again_s=0.05)


@dataclass(slots=True)
class Clock:
    """Seconds that pass when a test says so."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


@dataclass(slots=True)
class Line:
    """A raw line to the stand-in."""

    telegram: Telegram
    clock: Clock
    url: str
    http: ClientSession

    async def call(self, method: str, token: str = BOT.token, **params: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.url}bot{token}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] is (answer.status == 200)
            assert body["ok"] or body["error_code"] == answer.status
            return body

    async def says(self, method: str, words: str, code: int = 400, **params: Any) -> None:
        body = await self.call(method, **params)
        assert (body.get("error_code"), words in body.get("description", "")) == (code, True), body


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    clock = Clock()
    telegram = Telegram(BOT, now=clock)
    async with TestServer(make_telegram(telegram)) as server, ClientSession() as http:
        yield Line(telegram, clock, str(server.make_url("/")), http)


async def test_who_may_call_what(line: Line) -> None:
    assert (await line.call("getMe"))["result"]["username"] == "xinglin_bot"
    assert (await line.call("GETME"))["ok"], "names are taken in any case"
    assert (await line.call("getMe", token="1:wrong"))["error_code"] == 401
    await line.says("noSuchMethod", "Not Found", 404)
    async with line.http.get(f"{line.url}bot{BOT.token}/sendMessage?chat_id=5&text=x") as answer:
        assert answer.status == 400
    async with line.http.post(f"{line.url}bot{BOT.token}/sendMessage", data={"reply_markup": "{"}) as answer:
        assert "can't parse JSON" in (await answer.json())["description"]


async def test_rules_of_messages(line: Line) -> None:
    await line.says("sendMessage", "chat not found", chat_id=5, text="x")
    line.telegram.chat(5)
    await line.says("sendMessage", "can't initiate conversation", 403, chat_id=5, text="x")
    line.telegram.start(5)
    await line.says("sendMessage", "message text is empty", chat_id=5, text=" ")
    await line.says("sendMessage", "message is too long", chat_id=5, text="👍" * 2_049)
    assert (await line.call("sendMessage", chat_id=5, text="👍" * 2_048))["ok"]
    for data in ("", "x" * 65, "好" * 22):
        rows = {"inline_keyboard": [[{"text": "甲", "callback_data": data}]]}
        await line.says("sendMessage", "BUTTON_DATA_INVALID", chat_id=5, text="x", reply_markup=rows)
    line.telegram.block(5)
    await line.says("sendMessage", "blocked by the user", 403, chat_id=5, text="x")


async def test_rules_of_edits(line: Line) -> None:
    own = line.telegram.say(5, "我的")
    sent = (await line.call("sendMessage", chat_id=5, text="一"))["result"]["message_id"]
    await line.says("editMessageText", "message is not modified", chat_id=5, message_id=sent, text="一")
    line.clock.at += 60
    await line.says("editMessageText", "can't be edited", chat_id=5, message_id=own, text="二")
    await line.says("editMessageText", "to edit not found", chat_id=5, message_id=99, text="二")
    assert (await line.call("editMessageText", chat_id=5, message_id=sent, text="二"))["ok"]
    assert line.telegram.texts(5) == ["二"]
    assert (await line.call("deleteMessage", chat_id=5, message_id=sent))["ok"]
    await line.says("deleteMessage", "to delete not found", chat_id=5, message_id=sent)


async def test_the_limit_of_a_chat(line: Line) -> None:
    line.telegram.say(5, "x")
    line.telegram.say(6, "x")
    sent = [await line.call("sendMessage", chat_id=5, text=str(n)) for n in range(4)]
    assert [one["ok"] for one in sent] == [True, True, True, False]
    assert sent[3]["parameters"] == {"retry_after": 2}
    assert (await line.call("sendMessage", chat_id=6, text="x"))["ok"], "another chat"
    again = await line.call("sendMessage", chat_id=5, text="x")
    assert again["parameters"]["retry_after"] == 3, "asking in between makes it longer"
    line.clock.at += 3.1
    assert (await line.call("editMessageText", chat_id=5, message_id=2, text="y"))["ok"]


async def test_the_limit_of_all_chats(line: Line) -> None:
    for user in range(40):
        line.telegram.say(user, "x")
    sent = [(await line.call("sendMessage", chat_id=user, text="x"))["ok"] for user in range(40)]
    assert sent == [True] * 30 + [False] * 10


async def test_a_press_is_answered_once_and_soon(line: Line) -> None:
    line.telegram.say(5, "x")
    rows = {"inline_keyboard": [[{"text": "甲", "callback_data": "a"}]]}
    await line.call("sendMessage", chat_id=5, text="选", reply_markup=rows)
    query = line.telegram.press(5, "甲")
    assert line.telegram.updates[-1]["callback_query"]["data"] == "a"
    assert (await line.call("answerCallbackQuery", callback_query_id=query, text="好"))["ok"]
    assert line.telegram.chat(5).notices == ["好"]
    await line.says("answerCallbackQuery", "query is too old", callback_query_id=query)
    late = line.telegram.press(5, "甲")
    line.clock.at += 61
    await line.says("answerCallbackQuery", "query is too old", callback_query_id=late)
    with pytest.raises(Refused):
        line.telegram.press(5, "乙")


async def test_fetching(line: Line) -> None:
    line.telegram.say(5, "一")
    line.telegram.say(5, "二")
    first = (await line.call("getUpdates", offset=0))["result"]
    assert [each["message"]["text"] for each in first] == ["一", "二"]
    assert len((await line.call("getUpdates", offset=0))["result"]) == 2, "not confirmed: again"
    rest = (await line.call("getUpdates", offset=first[0]["update_id"] + 1, limit=1))["result"]
    assert [each["message"]["text"] for each in rest] == ["二"]
    await line.call("getUpdates", offset=first[1]["update_id"] + 1, allowed_updates=["callback_query"])
    line.telegram.say(5, "三")
    assert line.telegram.updates == [], "not among the allowed ones"
    await line.call("setWebhook", url="http://127.0.0.1:9/")
    await line.says("getUpdates", "webhook is active", 409)


async def test_a_fetch_waits_until_something_comes(line: Line) -> None:
    line.telegram.now = asyncio.get_running_loop().time
    waiting = asyncio.ensure_future(line.call("getUpdates", timeout=5))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    line.telegram.say(5, "一")
    assert len((await asyncio.wait_for(waiting, 2))["result"]) == 1


async def test_rules_of_the_webhook(line: Line) -> None:
    await line.says("setWebhook", "HTTPS URL", url="http://example.org/")
    await line.says("setWebhook", "unallowed characters", url="https://example.org/", secret_token="密")
    line.telegram.say(5, "一")
    assert (await line.call("setWebhook", url="https://example.org/", drop_pending_updates=True))["ok"]
    info = (await line.call("getWebhookInfo"))["result"]
    assert (info["url"], info["pending_update_count"]) == ("https://example.org/", 0)
    assert (await line.call("setWebhook", url=""))["ok"] and line.telegram.webhook is None


@dataclass(slots=True)
class Door:
    """A webhook that answers as it is told."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[str, str]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.got.append((body["message"]["text"], request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


async def test_an_update_is_sent_until_it_gets_its_200_and_one_chat_keeps_its_order(line: Line) -> None:
    door, app = Door([503, 500, 200, 404]), web.Application()
    app.add_routes([web.post("/hook", door.take)])
    async with TestServer(app) as gateway:
        await line.call("setWebhook", url=str(gateway.make_url("/hook")), secret_token="s-1")
        line.telegram.say(5, "一")
        line.telegram.say(5, "二")
        async with asyncio.timeout(5):
            while line.telegram.updates:  # noqa: ASYNC110 - the stand-in tells nobody
                await asyncio.sleep(0.02)
    assert door.got == [("一", "s-1"), ("一", "s-1"), ("一", "s-1"), ("二", "s-1"), ("二", "s-1")]
    info = (await line.call("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"


async def test_faults(line: Line) -> None:
    line.telegram.say(5, "x")
    line.telegram.faults.next["sendMessage"] = [Refused(502, "Bad Gateway")]
    await line.says("sendMessage", "Bad Gateway", 502, chat_id=5, text="一")
    line.telegram.faults.lose = 1.0
    with pytest.raises(ServerDisconnectedError):
        await line.call("sendMessage", chat_id=5, text="一")
    assert line.telegram.texts(5) == ["一"], "done, but nobody heard of it"
    line.telegram.faults = replace(line.telegram.faults, lose=0.0, refuse=1.0)
    await line.says("getMe", "Bad Gateway", 502)


async def test_media_can_be_fetched(line: Line) -> None:
    line.telegram.send(5, "photo", "看看")
    message = line.telegram.updates[-1]["message"]
    assert message["caption"] == "看看"
    found = (await line.call("getFile", file_id=message["photo"][-1]["file_id"]))["result"]
    async with line.http.get(f"{line.url}file/bot{BOT.token}/{found['file_path']}") as answer:
        assert (await answer.read()).startswith(b"\xff\xd8\xff")
    async with line.http.get(f"{line.url}file/bot1:wrong/{found['file_path']}") as answer:
        assert answer.status == 404
    await line.says("getFile", "invalid file_id", file_id="x")


async def test_the_phone_page(line: Line) -> None:
    for path, words in (("telegram", "替身"), ("telegram/phone.js", "fetch"), ("telegram/phone.css", "body")):
        async with line.http.get(line.url + path) as answer:
            assert answer.status == 200 and words in await answer.text()

    async def act(done: dict[str, Any]) -> int:
        async with line.http.post(f"{line.url}telegram/chats/5", json=done) as answer:
            return answer.status

    assert await act({"say": "你好"}) == 200
    assert await act({"edit": "您好", "number": 1}) == 200
    assert await act({"send": "voice"}) == 200
    rows = {"inline_keyboard": [[{"text": "甲", "callback_data": "a"}]]}
    number = (await line.call("sendMessage", chat_id=5, text="选", reply_markup=rows))["result"]["message_id"]
    assert await act({"press": "甲", "number": number}) == 200
    assert await act({"press": "乙", "number": number}) == 400
    assert await act({"send": "elephant"}) == 400
    assert await act({"block": True}) == 200
    async with line.http.get(f"{line.url}telegram/chats/5") as answer:
        shown = await answer.json()
    assert [(one["text"], one["media"], one["rows"]) for one in shown["messages"]] == [
        ("您好", "", []), ("", "voice", []), ("选", "", [["甲"]]),
    ]  # fmt: skip
    assert shown["blocked"] is True
