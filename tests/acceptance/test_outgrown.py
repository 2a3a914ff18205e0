"""The outgrown shape: the same house on PostgreSQL and Redis. And `parse` without any house."""

import json
import subprocess
import uuid
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.acceptance.conftest import XINGLIN, free_port, started
from tests.acceptance.test_day import Nurse, events

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]


def test_a_day_on_postgresql_and_redis(tmp_path: Path, model: Path, postgres_url: str, redis_url: str) -> None:
    clinic = f"c{uuid.uuid4().hex[:12]}"
    shape = {"DATABASE_URL": postgres_url, "REDIS_URL": redis_url, "XINGLIN_CLINIC": clinic}
    with started(tmp_path, model, **shape) as house:
        parts = house.call("GET", "/readyz").body["parts"]
        assert (parts["database"], parts["redis"]) == ("ok", "ok")
        assert not list(tmp_path.glob(f"{clinic}*"))
        visitor = house.visitor()
        assert "阿司匹林" in visitor.say("阿司匹林怎么吃")
        visitor.say("每天早上8点提醒我吃氨氯地平")
        assert "氨氯地平" in visitor.say("对")
        assert visitor.post({"id": "same", "text": "你好"}).body == visitor.post(
            {"id": "same", "text": "你好"}
        ).body | {"repeated": False}
        visitor.say("转人工")
        nurse = Nurse(house, "王护士")
        (handoff,) = nurse.call("GET", "handoffs")["handoffs"]
        nurse.call("POST", f"handoffs/{handoff['id']}/accept", {})
        nurse.call("POST", f"handoffs/{handoff['id']}/messages", {"id": "n1", "text": "我在"})
        states = []
        for name, data in events(house, visitor.conversation, {}, 10):
            states.append((name, data))
            if name == "message" and data["text"] == "我在":
                break
        assert states[0][1]["handoff"]["nurse"] == "王护士"


def test_parse_starts_what_it_needs(tmp_path: Path, model: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / model.name).write_bytes(model.read_bytes())
    settings = {"XINGLIN_VAR": str(tmp_path), "XINGLIN_PORT": str(free_port()), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [XINGLIN, "parse"], env=settings, input='{"text": "我要挂号"}\n', capture_output=True, text=True, timeout=120,
        cwd=ROOT, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout)["intent"] == "book_appointment"
    assert not (tmp_path / "run.json").exists()
