"""`xinglin doctor` plays Tencent's server: every way in which a callback can be wrong."""

import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from connectors.tencent.crypto import Envelope, EnvelopeRefused
from connectors.tencent.xml import read_xml, text
from deploy.doctor import Finding, State
from deploy.doctor.callbacks import Knock, look_at_callbacks
from deploy.running import Announced, Running
from tests.unit.deploy.examining import by_part, kit_of, serving, settings_of, url_of

APP, CORP = "wx0123456789abcdef", "ww0123456789abcdef"
KEY, OTHER_KEY = "a" * 42 + "A", "b" * 42 + "A"
WECHAT: Mapping[str, Any] = {"wechat_app_id": APP, "wechat_token": "token1", "wechat_aes_key": KEY}
WECOM: Mapping[str, Any] = {
    "wecom_corp_id": CORP, "wecom_agent_id": 1000002, "wecom_secret": "s", "wecom_token": "token2",
    "wecom_aes_key": KEY, "kf_secret": "s", "kf_token": "token3", "kf_aes_key": KEY,
}  # fmt: skip
Handler = Callable[[web.Request], Awaitable[web.Response]]


def house(envelope: Envelope, ciphered_echo: bool = False, seen: list[str] | None = None) -> Handler:
    """A callback as Tencent wants it."""

    async def handle(request: web.Request) -> web.Response:
        query = request.query
        plain = (query.get("signature", ""), query["timestamp"], query["nonce"])
        full = (query.get("msg_signature", ""), query["timestamp"], query["nonce"])
        try:
            if request.method == "GET":
                if ciphered_echo:
                    return web.Response(body=envelope.open(*full, query["echostr"]).text)
                envelope.verify(*plain)
                return web.Response(text=query["echostr"])
            fields = read_xml(await request.read(), 10_000)
            if envelope.keys:
                fields = read_xml(envelope.open(*full, text(fields, "Encrypt")).text, 10_000)
            else:
                envelope.verify(*plain)
        except EnvelopeRefused:
            return web.Response(status=403)
        if seen is not None:
            seen.append(text(fields, "Event"))
        return web.Response(text="success")

    return handle


async def found(var: Path, handlers: Mapping[str, Handler], fields: Mapping[str, Any]) -> Mapping[str, Finding]:
    """What is found when a house with these callbacks runs here, and is reached from outside under the same address."""
    routes = [web.route("*", path, handler) for path, handler in handlers.items()]
    async with serving(routes) as server:
        url = url_of(server)
        with Announced(var / "run.json", Running(os.getpid(), url, "", "", "", "", "")):
            async with kit_of(settings_of(var, public_url=url, **fields)) as kit:
                return by_part(await look_at_callbacks(kit))


async def wrong(var: Path, handler: Handler, fields: Mapping[str, Any] = WECHAT) -> Knock:
    """What came of knocking at such a door; the same from inside and outside."""
    parts = await found(var, {"/wechat": handler}, fields)
    inside, outside = parts["微信回调（本机）"], parts["微信回调（外网）"]
    assert inside.words == outside.words and inside.state is outside.state
    (outcome,) = [each for each in Knock if inside.words.endswith(each.value)]
    assert inside.failed is (outcome is not Knock.WELL)
    return outcome


async def test_a_good_callback_in_safe_mode_and_in_plain_mode(tmp_path: Path) -> None:
    seen: list[str] = []
    assert await wrong(tmp_path, house(Envelope("token1", [KEY], APP), seen=seen)) is Knock.WELL
    assert seen == ["VIEW", "VIEW"], "nothing follows from what was sent"
    plain = {**WECHAT, "wechat_aes_key": None}
    assert await wrong(tmp_path, house(Envelope("token1", [], APP)), plain) is Knock.WELL


async def test_the_callbacks_of_wecom_cipher_the_echo(tmp_path: Path) -> None:
    doors = {
        "/wecom/callback": house(Envelope("token2", [KEY], CORP), ciphered_echo=True),
        "/kf/callback": house(Envelope("token3", [KEY], CORP), ciphered_echo=True),
    }
    parts = await found(tmp_path, doors, WECOM)
    assert {finding.state for finding in parts.values()} == {State.WELL}, parts
    assert {"企业微信回调（本机）", "微信客服回调（外网）"} <= set(parts)


async def test_another_token_runs(tmp_path: Path) -> None:
    assert await wrong(tmp_path, house(Envelope("other", [KEY], APP))) is Knock.REFUSED


async def test_another_key_or_account_runs(tmp_path: Path) -> None:
    assert await wrong(tmp_path, house(Envelope("token1", [OTHER_KEY], APP))) is Knock.UNREAD
    assert await wrong(tmp_path, house(Envelope("token1", [KEY], "wxffffffffffffffff"))) is Knock.UNREAD


async def test_the_key_before_is_still_read(tmp_path: Path) -> None:
    during = {**WECHAT, "wechat_aes_key": OTHER_KEY, "wechat_aes_key_before": KEY}
    assert await wrong(tmp_path, house(Envelope("token1", [OTHER_KEY, KEY], APP)), during) is Knock.WELL


async def test_no_such_door(tmp_path: Path) -> None:
    async def nothing(_request: web.Request) -> web.Response:
        return web.Response(status=404)

    assert await wrong(tmp_path, nothing) is Knock.NO_DOOR


async def test_a_page_in_the_way(tmp_path: Path) -> None:
    async def page(_request: web.Request) -> web.Response:
        return web.Response(text="<html>请登录</html>", content_type="text/html")

    async def away(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "https://login.test/"})

    assert await wrong(tmp_path, page) is Knock.ODD
    assert await wrong(tmp_path, away) is Knock.ODD


async def test_a_broken_house(tmp_path: Path) -> None:
    async def broken(_request: web.Request) -> web.Response:
        return web.Response(status=500)

    assert await wrong(tmp_path, broken) is Knock.BROKEN


async def test_forged_signatures_that_are_taken(tmp_path: Path) -> None:
    async def trusting(request: web.Request) -> web.Response:
        return web.Response(text=request.query.get("echostr", "success"))

    right = house(Envelope("token1", [KEY], APP))

    async def half(request: web.Request) -> web.Response:
        return await right(request) if request.method == "GET" else web.Response(text="success")

    assert await wrong(tmp_path, trusting) is Knock.FORGEABLE
    assert await wrong(tmp_path, half) is Knock.FORGEABLE


@pytest.mark.parametrize(
    "fields",
    [{"wechat_token": None}, {"wechat_token": "a b"}, {"wechat_aes_key": "short"}, {"wechat_aes_key": "中" * 43}],
)
async def test_secrets_of_a_wrong_form(tmp_path: Path, fields: Mapping[str, Any]) -> None:
    parts = await found(tmp_path, {}, {**WECHAT, **fields})
    assert list(parts) == ["微信密钥格式"] and parts["微信密钥格式"].failed
    assert next(iter(fields)).upper() in parts["微信密钥格式"].words


async def test_plain_mode_is_remarked(tmp_path: Path) -> None:
    parts = await found(tmp_path, {"/wechat": house(Envelope("token1", [], APP))}, {**WECHAT, "wechat_aes_key": None})
    assert parts["微信密钥格式"].state is State.MIND and "安全模式" in parts["微信密钥格式"].words


async def test_a_house_that_does_not_run_and_an_address_that_does_not_answer(tmp_path: Path, free_port: int) -> None:
    settings = settings_of(tmp_path, public_url=f"http://127.0.0.1:{free_port}", **WECHAT)
    async with kit_of(settings, at=lambda: datetime.now(UTC)) as kit:
        parts = by_part(await look_at_callbacks(kit))
    assert parts["微信回调（本机）"].state is State.MIND
    assert parts["微信回调（外网）"].failed and "连不上" in parts["微信回调（外网）"].words


async def test_without_channels_there_is_no_door(tmp_path: Path) -> None:
    async with kit_of(settings_of(tmp_path)) as kit:
        assert await look_at_callbacks(kit) == []


async def test_no_secret_is_told(tmp_path: Path) -> None:
    token, key = secrets.token_hex(8), "c" * 42 + "A"
    fields = {**WECHAT, "wechat_token": token, "wechat_aes_key": key}
    parts = await found(tmp_path, {"/wechat": house(Envelope("other", [KEY], APP))}, fields)
    assert not any(token in finding.words or key in finding.words for finding in parts.values())
