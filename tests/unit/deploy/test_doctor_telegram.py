"""`xinglin doctor` and Telegram, on the stand-in of the Bot API."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from connectors.telegram.routes import SECRET_HEADER
from deploy.doctor import Finding, State
from deploy.doctor.telegram import look_at_telegram
from deploy.standin.telegram.server import make_telegram
from deploy.standin.telegram.settings import Refused
from deploy.standin.telegram.world import Telegram, Webhook
from tests.unit.deploy.examining import by_part, kit_of, serving, settings_of, url_of

COMING, CALLBACK = "Telegram 收信", "Telegram 回调（外网）"


async def found(var: Path, telegram: Telegram, **fields: Any) -> Mapping[str, Finding]:
    server = TestServer(make_telegram(telegram), host="127.0.0.1")
    await server.start_server()
    right = {"telegram_token": telegram.bot.token, "telegram_api_url": url_of(server)}
    try:
        async with kit_of(settings_of(var, **{**right, **fields})) as kit:
            return by_part(await look_at_telegram(kit))
    finally:
        await server.close()


async def test_no_bot(tmp_path: Path) -> None:
    parts = await found(tmp_path, Telegram(), telegram_token=None)
    assert parts["Telegram"].state is State.WELL and "docs/telegram.md" in parts["Telegram"].words


async def test_a_bot_that_fetches(tmp_path: Path) -> None:
    parts = await found(tmp_path, Telegram(), telegram_polling=True)
    assert parts["Telegram"].state is parts[COMING].state is State.WELL and "@xinglin_bot" in parts["Telegram"].words


async def test_a_wrong_token(tmp_path: Path) -> None:
    parts = await found(tmp_path, Telegram(), telegram_token="999:wrong")
    assert parts["Telegram"].failed and "@BotFather" in parts["Telegram"].words
    assert "999:wrong" not in parts["Telegram"].words


async def test_a_wrong_secret(tmp_path: Path) -> None:
    parts = await found(tmp_path, Telegram(), telegram_secret="有空格 的")
    assert parts["Telegram"].failed and "XINGLIN_TELEGRAM_SECRET" in parts["Telegram"].words


async def test_a_server_that_is_not_there(tmp_path: Path, free_port: int) -> None:
    parts = await found(tmp_path, Telegram(), telegram_api_url=f"http://127.0.0.1:{free_port}")
    assert parts["Telegram"].failed and "出网" in parts["Telegram"].words


async def test_a_server_that_is_busy(tmp_path: Path) -> None:
    telegram = Telegram()
    telegram.faults.next["getMe"] = [Refused(502, "Bad Gateway")]
    assert (await found(tmp_path, telegram))["Telegram"].failed


async def test_no_webhook_while_the_house_is_down(tmp_path: Path) -> None:
    assert (await found(tmp_path, Telegram()))[COMING].state is State.MIND


async def test_a_webhook_that_is_left_over(tmp_path: Path) -> None:
    telegram = Telegram(webhook=Webhook("https://old.test/telegram", "s"))
    assert (await found(tmp_path, telegram, telegram_polling=True))[COMING].state is State.MIND


async def test_a_webhook_that_does_not_arrive(tmp_path: Path, free_port: int) -> None:
    telegram = Telegram()
    telegram.webhook = Webhook(f"http://127.0.0.1:{free_port}/telegram/webhook", "s")
    telegram.webhook.last_error, telegram.webhook.last_error_at = "Connection refused", 1
    telegram.say(7, "/start")
    parts = await found(tmp_path, telegram)
    assert parts[COMING].failed and "积压 1 条" in parts[COMING].words and "端口" in parts[COMING].words


async def test_a_webhook_in_order(tmp_path: Path) -> None:
    telegram = Telegram(webhook=Webhook("http://127.0.0.1:9/telegram/webhook", "s"))
    assert (await found(tmp_path, telegram))[COMING].state is State.WELL


async def test_the_callback_refuses_strangers(tmp_path: Path, free_port: int) -> None:
    async def ours(request: web.Request) -> web.Response:
        return web.Response(status=200 if request.headers[SECRET_HEADER] == "right" else 403)

    async def anyones(_request: web.Request) -> web.Response:
        return web.Response()

    async def outcome(*routes: web.RouteDef) -> Finding:
        async with serving(routes) as house:
            return (await found(tmp_path, Telegram(), public_url=url_of(house)))[CALLBACK]

    assert (await outcome(web.post("/telegram/webhook", ours))).state is State.WELL
    assert (await outcome(web.post("/telegram/webhook", anyones))).failed
    assert "404" in (await outcome()).words
    gone = await found(tmp_path, Telegram(), public_url=f"http://127.0.0.1:{free_port}")
    assert gone[CALLBACK].failed and "连不上" in gone[CALLBACK].words
