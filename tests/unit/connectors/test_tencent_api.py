"""Calls to a server that answers as Tencent's does: politely, wrongly, late or not at all."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientTimeout, web

from bot.logs import JsonLines
from connectors.tencent.remedies import NO_ANSWER, WECOM_REMEDIES, Remedy
from tests.tencent_server import OK, Answer, World, refused, says, tencent_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with tencent_world() as made:
        yield made


async def test_words_leave_as_they_are(world: World) -> None:
    world.answers = [says(OK)]
    body = {"touser": "o1", "text": {"content": "阿司匹林，一日两次😷"}}
    assert await world.api().call("/cgi-bin/message/custom/send", body=body) == OK
    (seen,) = world.seen
    assert (seen.method, seen.token, seen.query) == ("POST", "t1", {})
    assert "阿司匹林，一日两次😷".encode() in seen.body
    assert b"\\u" not in seen.body
    assert json.loads(seen.body) == body
    assert seen.headers["Content-Type"] == "application/json; charset=utf-8"


async def test_half_a_character_does_not_stop_a_message(world: World) -> None:
    world.answers = [says(OK)]
    await world.api().call("/send", body={"content": "你好\ud83d"})
    assert json.loads(world.seen[0].body) == {"content": "你好?"}


async def test_without_a_body_it_is_get(world: World) -> None:
    world.answers = [says({"ip_list": ["1.2.3.4"]})]
    assert await world.api().call("/cgi-bin/getcallbackip", query={"a": "1&2"}) == {"ip_list": ["1.2.3.4"]}
    assert (world.seen[0].method, world.seen[0].query) == ("GET", {"a": "1&2"})


async def test_without_a_holder_there_is_no_token(world: World) -> None:
    world.answers = [says({"access_token": "x", "expires_in": 7200}), says({"errcode": 40001, "errmsg": "secret"})]
    api = world.api(with_token=False)
    assert (await api.call("/cgi-bin/stable_token", body={}))["expires_in"] == 7200
    assert (await refused(api.call("/cgi-bin/stable_token", body={}))).code == 40001
    assert [seen.token for seen in world.seen] == [None, None]


@pytest.mark.parametrize("content_type", ["text/plain", "text/html; charset=gbk", "application/octet-stream", "x"])
async def test_any_content_type_is_read_as_json(world: World, content_type: str) -> None:
    world.answers = [says({"nickname": "王\u0001"}, content_type=content_type)]
    assert await world.api().call("/user/info") == {"nickname": "王\u0001"}


async def test_raw_control_characters_and_broken_utf8_are_read(world: World) -> None:
    world.answers = [says(b'{"nickname": "a\x01b\xff"}')]
    assert await world.api().call("/user/info") == {"nickname": "a\x01b\ufffd"}


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_once_more_with_a_new_token(world: World, code: int) -> None:
    world.answers = [says({"errcode": code, "errmsg": "access_token"}), says(OK)]
    assert await world.api().call("/send", body={"a": 1}) == OK
    assert [seen.token for seen in world.seen] == ["t1", "t2"]
    assert [json.loads(seen.body) for seen in world.seen] == [{"a": 1}, {"a": 1}]
    assert world.counted(code, Remedy.TOKEN) == 1


async def test_but_only_once(world: World) -> None:
    world.answers = [says({"errcode": 40001, "errmsg": "invalid credential"})]
    error = await refused(world.api().call("/send", body={}))
    assert (error.code, error.remedy, len(world.seen), world.fetched) == (40001, Remedy.TOKEN, 2, 2)
    assert world.counted(40001, Remedy.TOKEN) == 2


async def test_twenty_calls_whose_token_died_fetch_one(world: World) -> None:
    async def by_token(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.02)
        good = request.query["access_token"] == "t2"
        return web.json_response(OK if good else {"errcode": 42001, "errmsg": "expired"})

    world.answers = [by_token]
    api = world.api()
    assert await asyncio.gather(*(api.call("/send", body={}) for _ in range(20))) == [OK] * 20
    assert world.fetched == 2


async def test_a_refusal_tells_what_to_do(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    world.answers = [says({"errcode": 45015, "errmsg": "response out of time limit oABC"})]
    error = await refused(world.api().call("/send", body={}))
    assert (error.code, error.remedy, error.errmsg) == (45015, Remedy.CLOSED, "response out of time limit oABC")
    assert "48 小时" in error.words
    assert str(error) == "45015" and error.detail_for_wire == "" and not error.maybe_done
    assert len(world.seen) == 1
    (line,) = [record for record in caplog.records if record.name.startswith("connectors")]
    shown = JsonLines().format(line)
    assert json.loads(shown)["code"] == 45015 and line.levelname == "INFO"
    assert "oABC" not in shown and "t1" not in shown
    assert world.counted(45015, Remedy.CLOSED) == 1


async def test_the_same_number_can_mean_another_thing_to_wecom(world: World) -> None:
    world.answers = [says({"errcode": 48002, "errmsg": "api forbidden"})]
    assert (await refused(world.api().call("/a"))).remedy is Remedy.GONE
    assert (await refused(world.api(remedies=WECOM_REMEDIES).call("/a"))).remedy is Remedy.OPERATOR


async def test_an_unknown_number_goes_to_the_operator(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.answers = [says({"errcode": 987654, "errmsg": "?"})]
    error = await refused(world.api().call("/a"))
    assert (error.remedy, bool(error.words)) == (Remedy.OPERATOR, True)
    assert [record.levelname for record in caplog.records if record.name.startswith("connectors")] == ["ERROR"]
    assert world.counted(987654, Remedy.OPERATOR) == 1


@pytest.mark.parametrize(
    "answer",
    [
        says(b"<html>502</html>", 502),
        says(b"", 200),
        says(OK, 500),
        says([1], 200),
        says({"errcode": "busy"}),
        says(b"[" * 100_000),
        says(b"", 302),
    ],
)
async def test_no_proper_answer_may_be_asked_for_again(world: World, answer: Answer) -> None:
    world.answers = [answer]
    error = await refused(world.api().call("/send", body={}))
    assert (error.code, error.remedy) == (NO_ANSWER, Remedy.RETRY)
    assert world.counted(NO_ANSWER, Remedy.RETRY) == 1


async def test_busy_may_be_asked_again(world: World) -> None:
    world.answers = [says({"errcode": -1, "errmsg": "system error"})]
    assert (await refused(world.api().call("/a"))).remedy is Remedy.RETRY
    assert len(world.seen) == 1


async def test_a_redirect_takes_the_token_nowhere(world: World) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(str(request.url.with_path("/elsewhere")))

    world.answers = [elsewhere, says(OK)]
    assert (await refused(world.api().call("/a"))).code == NO_ANSWER
    assert len(world.seen) == 1


async def test_an_answer_that_never_comes_may_have_been_taken(world: World) -> None:
    async def never(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        raise AssertionError

    world.answers = [never]
    async with asyncio.timeout(5):
        error = await refused(world.api(timeout=ClientTimeout(total=0.2)).call("/send", body={}))
    assert (error.code, error.remedy, error.maybe_done) == (NO_ANSWER, Remedy.RETRY, True)
    assert "t1" not in str(error) + error.errmsg


async def test_a_broken_connection_may_have_been_taken(world: World) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    world.answers = [cut]
    error = await refused(world.api().call("/send", body={}))
    assert (error.code, error.maybe_done) == (NO_ANSWER, True)


async def test_a_server_that_is_not_there_took_nothing(world: World, free_port: int) -> None:
    world.base_url = f"http://127.0.0.1:{free_port}"
    error = await refused(world.api().call("/send", body={}))
    assert (error.code, error.remedy, error.maybe_done) == (NO_ANSWER, Remedy.RETRY, False)
    assert str(free_port) not in str(error) + error.errmsg
    assert world.counted(NO_ANSWER, Remedy.RETRY) == 1
