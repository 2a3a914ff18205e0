"""`xinglin doctor` and the official account: every finding is provoked on the stand-in of WeChat's server."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from deploy.doctor import Finding, State
from deploy.doctor.wechat import look_at_wechat
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wechat.server import WECHAT, make_wechat
from deploy.standin.wechat.settings import Right, StandInSettings
from tests.unit.deploy.examining import by_part, kit_of, settings_of, url_of

ACCOUNT = StandInSettings()
TOKEN_PATH = "/cgi-bin/stable_token"


async def found(
    var: Path, account: StandInSettings = ACCOUNT, trouble: Trouble | None = None, **fields: Any
) -> Mapping[str, Finding]:
    """What is found with this account behind the stand-in, and the settings of a right one but for `fields`."""
    app = make_wechat(account)
    if trouble:
        app[WECHAT].world.faults.order(trouble, TOKEN_PATH)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    right = {"wechat_app_id": account.app_id, "wechat_app_secret": account.secret, "wechat_api_url": url_of(server)}
    try:
        async with kit_of(settings_of(var, **{**right, **fields})) as kit:
            parts = by_part(await look_at_wechat(kit))
        assert app[WECHAT].world.people.all() == [], "an examination reaches nobody"
        return parts
    finally:
        await server.close()


async def test_an_account_that_is_not_used(tmp_path: Path) -> None:
    parts = await found(tmp_path, wechat_app_id=None)
    assert (
        list(parts) == ["公众号"] and parts["公众号"].state is State.WELL and "docs/wechat.md" in parts["公众号"].words
    )


async def test_an_account_with_everything(tmp_path: Path) -> None:
    parts = await found(tmp_path)
    assert parts["公众号凭证"].state is State.WELL and parts["客服消息"].state is State.WELL


async def test_a_missing_secret(tmp_path: Path) -> None:
    finding = (await found(tmp_path, wechat_app_secret=None))["公众号凭证"]
    assert finding.failed and "XINGLIN_WECHAT_APP_SECRET" in finding.words


async def test_a_wrong_app_id(tmp_path: Path) -> None:
    finding = (await found(tmp_path, wechat_app_id="wxffffffffffffffff"))["公众号凭证"]
    assert (finding.failed, finding.code) == (True, 40013) and "AppID" in finding.words


@pytest.mark.parametrize("code", [40125, 40001])
async def test_a_wrong_secret(tmp_path: Path, code: int) -> None:
    trouble = Trouble(Fault.CODE, number=code) if code != 40125 else None
    finding = (await found(tmp_path, trouble=trouble, wechat_app_secret="wrong"))["公众号凭证"]
    assert (finding.failed, finding.code) == (True, code) and "AppSecret 不正确" in finding.words
    assert "wrong" not in finding.words


async def test_a_frozen_secret(tmp_path: Path) -> None:
    finding = (await found(tmp_path, trouble=Trouble(Fault.CODE, number=40243)))["公众号凭证"]
    assert finding.failed and "解冻" in finding.words


async def test_an_address_that_may_not_call_is_named(tmp_path: Path) -> None:
    finding = (await found(tmp_path, replace(ACCOUNT, allowed_ips=frozenset({"203.0.113.7"}))))["公众号凭证"]
    assert (finding.failed, finding.code) == (True, 40164)
    assert "本机的出口地址 127.0.0.1 " in finding.words and "IP 白名单" in finding.words


async def test_a_busy_server_is_no_failure_of_ours(tmp_path: Path) -> None:
    finding = (await found(tmp_path, trouble=Trouble(Fault.BUSY)))["公众号凭证"]
    assert finding.state is State.MIND


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.GARBAGE, Fault.DROP_BEFORE])
async def test_a_server_that_gives_no_answer(tmp_path: Path, fault: Fault) -> None:
    finding = (await found(tmp_path, trouble=Trouble(fault)))["公众号凭证"]
    assert finding.failed and "没有收到" in finding.words


async def test_a_server_that_is_not_there(tmp_path: Path, free_port: int) -> None:
    assert (await found(tmp_path, wechat_api_url=f"http://127.0.0.1:{free_port}"))["公众号凭证"].failed


async def test_no_right_to_customer_service(tmp_path: Path) -> None:
    without = replace(ACCOUNT, rights=ACCOUNT.rights - {Right.CUSTOMER_SERVICE})
    finding = (await found(tmp_path, without))["客服消息"]
    assert (finding.failed, finding.code) == (True, 48001) and "XINGLIN_WECHAT_CUSTOMER_SERVICE=false" in finding.words
    settled = (await found(tmp_path, without, wechat_customer_service=False))["客服消息"]
    assert settled.state is State.WELL


async def test_a_right_that_is_not_used(tmp_path: Path) -> None:
    finding = (await found(tmp_path, wechat_customer_service=False))["客服消息"]
    assert finding.state is State.MIND and "XINGLIN_WECHAT_CUSTOMER_SERVICE=true" in finding.words
