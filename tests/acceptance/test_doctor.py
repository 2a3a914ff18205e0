"""`xinglin doctor` beside a running house with all channels, as an operator runs it: right, then with wrong keys."""

import asyncio
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from bot.settings import ROOT
from tests.contract.channels.street import Street, street

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300), pytest.mark.asyncio(loop_scope="module")]

Lines = Mapping[str, Mapping[str, str]]
DOORS = (
    "微信回调（本机）",
    "微信回调（外网）",
    "微信客服回调（本机）",
    "微信客服回调（外网）",
    "Telegram 回调（外网）",
)
RASA = ("Rasa 环境", "对话模型")  # it runs elsewhere here


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def around(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Street]:
    """One house, all channels before it."""
    async with street(tmp_path_factory.mktemp("doctored"), {}) as standing:
        yield standing


async def examined(around: Street, **wrong: str) -> tuple[int, Lines, str]:
    """The exit status, the lines by part, and all that was written."""
    house = around.houses[0]
    environment = {**house.environment, "XINGLIN_PUBLIC_URL": around.door.url, **wrong}
    command = [str(Path(sys.executable).parent / "xinglin"), "doctor", "--json"]
    run = partial(subprocess.run, capture_output=True, text=True, timeout=120, check=False)
    ran = await asyncio.to_thread(run, command, cwd=ROOT, env=environment)  # the stand-ins live in this loop
    assert "Traceback" not in ran.stderr, ran.stderr
    lines = json.loads(ran.stdout)
    assert len({line["part"] for line in lines}) == len(lines)
    return ran.returncode, {line["part"]: line for line in lines}, ran.stdout + ran.stderr


async def test_a_house_in_order_is_not_disturbed(around: Street) -> None:
    status, lines, _ = await examined(around)
    broken = {part: line for part, line in lines.items() if line["state"] == "失败" and part not in RASA}
    assert not broken
    assert {lines[door]["state"] for door in DOORS} == {"通过"}, {door: lines[door] for door in DOORS}
    assert lines["公众号凭证"]["state"] == lines["客服消息"]["state"] == lines["Telegram"]["state"] == "通过"
    assert status == (1 if any(lines[part]["state"] == "失败" for part in RASA if part in lines) else 0)
    with closing(sqlite3.connect(around.houses[0].folder / "demo.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM conversations").fetchone() == (0,), "nobody said anything"


WRONG = (
    ("XINGLIN_WECHAT_TOKEN", "anothertoken", "微信回调（本机）", "Token 与设置不一致"),
    ("XINGLIN_WECHAT_APP_SECRET", "wrongsecret", "公众号凭证", "AppSecret 不正确"),
    ("XINGLIN_KF_AES_KEY", "z" * 42 + "A", "微信客服回调（外网）", "与设置不一致"),
    ("XINGLIN_TELEGRAM_TOKEN", "1:wrong", "Telegram", "@BotFather"),
    ("LLM_BASE_URL", "http://127.0.0.1:9/v1", "大模型", "不回应"),
)


async def test_what_is_wrong_is_found_and_no_secret_is_told(around: Street) -> None:
    status, lines, written = await examined(around, **{name: value for name, value, _, _ in WRONG})
    assert status == 1
    for name, value, part, words in WRONG:
        assert lines[part]["state"] == "失败" and words in lines[part]["words"], lines[part]
        assert name == "LLM_BASE_URL" or value not in written
