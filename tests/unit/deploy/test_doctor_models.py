"""`xinglin doctor` and the models: reached, listed, streaming, keeping to a schema, in time."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from deploy.doctor import Finding, State
from deploy.doctor.models import look_at_models
from tests.llm_stand_in import MODEL_NAME, StandIn, stand_in
from tests.unit.deploy.examining import by_part, kit_of, serving, settings_of, url_of

FITS = '{"command":"book"}'
STREAM, FORM = "大模型·流式", "大模型·按格式"


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in() as server:
        yield server


async def found(var: Path, base_url: str, **fields: Any) -> Mapping[str, Finding]:
    settings = settings_of(var, **{"llm_base_url": base_url, "llm_model": MODEL_NAME, **fields})
    async with kit_of(settings) as kit:
        return by_part(await look_at_models(kit))


async def test_a_model_that_does_all_that_is_needed(tmp_path: Path, server: StandIn) -> None:
    server.will("answer", '{"command"', ":", '"book"}')
    parts = await found(tmp_path, server.base_url)
    assert {part: finding.state for part, finding in parts.items()} == dict.fromkeys(
        ("大模型", STREAM, FORM), State.WELL
    )
    assert "首字" in parts[STREAM].words


async def test_no_model_is_no_failure(tmp_path: Path) -> None:
    parts = await found(tmp_path, "", llm_base_url=None)
    assert parts["大模型"].state is State.MIND and "LLM_BASE_URL" in parts["大模型"].words


async def test_each_tier_has_its_lines(tmp_path: Path, server: StandIn) -> None:
    server.will("answer", FITS)
    small = {"llm_small_base_url": server.base_url, "llm_small_model": MODEL_NAME}
    parts = await found(tmp_path, server.base_url, **small)
    assert {"大模型", "小模型", "小模型·流式", "小模型·按格式"} <= set(parts)


async def test_a_server_that_is_not_there(tmp_path: Path, free_port: int) -> None:
    parts = await found(tmp_path, f"http://127.0.0.1:{free_port}/v1")
    assert list(parts) == ["大模型"] and parts["大模型"].failed


async def test_a_wrong_key(tmp_path: Path, server: StandIn) -> None:
    server.will("401")
    parts = await found(tmp_path, server.base_url)
    assert parts["大模型"].failed and "密钥" in parts["大模型"].words


async def test_a_model_of_another_name(tmp_path: Path, server: StandIn) -> None:
    parts = await found(tmp_path, server.base_url, llm_model="none-such")
    assert parts["大模型"].failed and "none-such" in parts["大模型"].words and MODEL_NAME in parts["大模型"].words


async def test_without_a_schema(tmp_path: Path, server: StandIn) -> None:
    server.will("answer", "好的，", "我来帮您挂号。")
    parts = await found(tmp_path, server.base_url)
    assert parts[STREAM].state is State.WELL
    assert parts[FORM].failed and "--structured-outputs-config" in parts[FORM].words


async def test_a_schema_that_is_not_kept(tmp_path: Path, server: StandIn) -> None:
    server.will("answer", '{"command":"sing"}')
    assert (await found(tmp_path, server.base_url))[FORM].failed


@pytest.mark.parametrize("behaviour", ["cut", "drop", "garbage", "error", "page", "blank", "length"])
async def test_a_stream_that_breaks(tmp_path: Path, server: StandIn, behaviour: str) -> None:
    server.will(behaviour, FITS)
    assert (await found(tmp_path, server.base_url))[STREAM].failed


async def test_a_model_that_says_nothing_in_time(tmp_path: Path, server: StandIn) -> None:
    server.will("mute")
    parts = await found(tmp_path, server.base_url, llm_first_token_s=0.3)
    assert parts[STREAM].failed and "XINGLIN_LLM_FIRST_TOKEN_S" in parts[STREAM].words


async def test_a_model_that_stops_in_the_middle(
    tmp_path: Path, server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.llm.SILENCE_S", 0.3)
    server.will("stall", "一，", "二，")
    assert "停住" in (await found(tmp_path, server.base_url, llm_first_token_s=1.0))[STREAM].words


async def test_a_model_that_streams_but_does_not_end(tmp_path: Path, server: StandIn) -> None:
    server.will("length", "一，", "二，", "三，")
    finding = (await found(tmp_path, server.base_url))[STREAM]
    assert finding.state is State.MIND and "没有正常说完" in finding.words


async def whole(request: web.Request) -> web.Response:
    """A server that does not know `stream`: the answer comes in one piece of JSON."""
    await request.read()
    choice = {"index": 0, "message": {"role": "assistant", "content": FITS}, "finish_reason": "stop"}
    return web.json_response({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})


async def lump(request: web.Request) -> web.Response:
    """A proxy that holds the stream back until its end."""
    if not (await request.json()).get("stream"):
        return await whole(request)
    choice = {"index": 0, "delta": {"content": "一，二，三，" * 8}, "finish_reason": "stop"}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return web.Response(text=f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n", content_type="text/event-stream")


async def models(_request: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [{"id": MODEL_NAME, "object": "model", "created": 1}]})


async def test_without_streaming(tmp_path: Path) -> None:
    async with serving([web.get("/v1/models", models), web.post("/v1/chat/completions", whole)]) as server:
        parts = await found(tmp_path, f"{url_of(server)}/v1")
    assert parts[STREAM].failed and "stream" in parts[STREAM].words
    assert parts[FORM].state is State.WELL


async def test_a_stream_in_one_lump(tmp_path: Path) -> None:
    async with serving([web.get("/v1/models", models), web.post("/v1/chat/completions", lump)]) as server:
        parts = await found(tmp_path, f"{url_of(server)}/v1")
    assert parts[STREAM].state is State.MIND and "proxy_buffering off" in parts[STREAM].words
