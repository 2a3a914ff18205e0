"""`xinglin doctor` and WeCom, on the stand-in of its server."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from deploy.doctor import Finding, State
from deploy.doctor.wecom import look_at_wecom
from deploy.standin.wechat.faults import Fault, Trouble
from deploy.standin.wecom.server import WECOM, make_wecom
from deploy.standin.wecom.settings import WeComSettings
from tests.unit.deploy.examining import by_part, kit_of, settings_of, url_of

COMPANY = WeComSettings(lambda: datetime.now(UTC))
RIGHT: Mapping[str, Any] = {
    "wecom_corp_id": COMPANY.corp_id, "wecom_agent_id": COMPANY.agent_id, "wecom_secret": COMPANY.secret,
    "wecom_webhook_key": COMPANY.robot_key, "kf_secret": COMPANY.kf_secret,
}  # fmt: skip
NOBODY_USED: Mapping[str, Any] = dict.fromkeys(RIGHT)
ROSTER = "nurses:\n  - {name: 王护士, wecom: wang}\n"
SHIFT = "nurses:\n  - {name: 王护士, wecom: wang, on_duty: ['08:00-16:00']}\n"
AT_NIGHT = datetime(2026, 11, 21, 18, tzinfo=UTC)  # 02:00 in Shanghai


async def found(
    var: Path, *, send: bool = False, heard: int = 0, trouble: Mapping[str, Trouble] | None = None,
    company: WeComSettings = COMPANY, at: datetime | None = None, **fields: Any,
) -> Mapping[str, Finding]:  # fmt: skip
    """What is found; `heard`: how many messages reach the nurses by it."""
    app = make_wecom(company)
    for path, each in (trouble or {}).items():
        app[WECOM].faults.order(each, path)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    try:
        settings = settings_of(var, **{**RIGHT, "wecom_api_url": url_of(server), **fields})
        async with kit_of(settings, at=lambda: at or datetime.now(UTC), send=send) as kit:
            parts = by_part(await look_at_wecom(kit))
        assert (len(app[WECOM].group()), app[WECOM].company.cards) == (heard, [])
        return parts
    finally:
        await server.close()


async def test_not_used(tmp_path: Path) -> None:
    parts = await found(tmp_path, **NOBODY_USED)
    assert parts["企业微信"].state is State.WELL and "docs/wecom.md" in parts["企业微信"].words


async def test_everything_right_disturbs_nobody(tmp_path: Path) -> None:
    (tmp_path / "nurses.yml").write_text(ROSTER)
    parts = await found(tmp_path)
    assert {finding.state for finding in parts.values()} == {State.WELL}, parts
    assert (
        set(parts) == {"群机器人", "护士应用", "护士名单", "微信客服"} and "杏林医院在线咨询" in parts["微信客服"].words
    )


async def test_the_robot_is_tried_when_wanted(tmp_path: Path) -> None:
    assert "--send" in (await found(tmp_path))["群机器人"].words
    assert (await found(tmp_path, send=True, heard=1))["群机器人"].state is State.WELL


async def test_a_robot_that_is_gone(tmp_path: Path) -> None:
    other = COMPANY.robot_key.replace("6", "7")
    finding = (await found(tmp_path, send=True, wecom_webhook_key=other))["群机器人"]
    assert (finding.failed, finding.code) == (True, 93000) and other not in finding.words


async def test_a_robots_whole_address_is_not_its_key(tmp_path: Path) -> None:
    address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={COMPANY.robot_key}"
    finding = (await found(tmp_path, wecom_webhook_key=address))["群机器人"]
    assert finding.failed and "key=" in finding.words and COMPANY.robot_key not in finding.words


@pytest.mark.parametrize(
    ("field", "value", "part", "code", "words"),
    [
        ("wecom_corp_id", "wwother", "护士应用", 40013, "企业 ID"),
        ("wecom_secret", "wrong", "护士应用", 40001, "XINGLIN_WECOM_SECRET"),
        ("wecom_agent_id", 7, "护士应用", 40056, "AgentID"),
        ("kf_secret", "wrong", "微信客服", 40001, "XINGLIN_KF_SECRET"),
        ("kf_secret", COMPANY.secret, "微信客服", 48002, "授权"),
    ],
)
async def test_what_is_wrong_is_named(tmp_path: Path, field: str, value: Any, part: str, code: int, words: str) -> None:
    finding = (await found(tmp_path, **{field: value}))[part]
    assert (finding.failed, finding.code) == (True, code) and words in finding.words


async def test_an_address_that_may_not_call_is_named(tmp_path: Path) -> None:
    trouble = {"/cgi-bin/message/send": Trouble(Fault.CODE, number=60020)}
    finding = (await found(tmp_path, trouble=trouble))["护士应用"]
    assert (finding.failed, finding.code) == (True, 60020) and "企业可信IP" in finding.words


async def test_no_kf_account_yet(tmp_path: Path) -> None:
    bare = WeComSettings(lambda: datetime.now(UTC), kf_accounts={})
    assert (await found(tmp_path, company=bare))["微信客服"].state is State.MIND


async def test_the_roster(tmp_path: Path) -> None:
    assert (await found(tmp_path))["护士名单"].state is State.MIND
    file = tmp_path / "nurses.yml"
    file.write_text("nurses: 7\n")
    assert (await found(tmp_path))["护士名单"].failed
    file.write_text(SHIFT)
    asleep = (await found(tmp_path, at=AT_NIGHT))["护士名单"]
    assert asleep.state is State.MIND and "此刻当班 0 人" in asleep.words
