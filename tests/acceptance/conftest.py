"""The real house: `xinglin up` as a process of its own, with real Rasa, on a free port and an empty folder."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, sync_playwright

from bot.settings import ROOT
from deploy.train import ensure_model
from tests.acceptance.pages import launch

XINGLIN = Path(sys.executable).with_name("xinglin")
START_S = 120.0


@dataclass
class Answered:
    """An HTTP answer."""

    status: int
    body: Any


@dataclass
class RunningHouse:
    """A house to talk to."""

    url: str
    var: Path
    process: subprocess.Popen[bytes]
    started_s: float

    def call(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answered:
        """One request; a body that is not bytes goes as JSON."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data=data, method=method, headers=dict(headers or {}))
        try:
            with urlopen(request, timeout=90) as response:
                raw, status = response.read(), response.status
        except HTTPError as error:
            raw, status = error.read(), error.code
        return Answered(status, json.loads(raw) if raw else None)

    def visitor(self) -> "Visitor":
        """A new person on the page."""
        opened = self.call("POST", "/api/v1/conversations", {})
        assert opened.status == 201
        return Visitor(self, opened.body["conversation"])

    @property
    def announced(self) -> dict[str, Any]:
        """What the house tells its own commands."""
        found: dict[str, Any] = json.loads((self.var / "run.json").read_text())
        return found

    def ready(self) -> bool:
        """Whether every part is ready."""
        try:
            return self.call("GET", "/readyz").status == 200
        except (URLError, OSError):
            return False

    def stands(self) -> bool:
        """Whether this process says that it runs; a killed one before it left its own word behind."""
        try:
            return bool(self.announced["pid"] == self.process.pid)
        except (OSError, ValueError, KeyError):
            return False

    def rasa_pid(self) -> int:
        """The process of Rasa."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "serve.py"], capture_output=True, text=True, check=True
        )
        return int(found.stdout.split()[0])


@dataclass
class Visitor:
    """A person who talks to the house."""

    house: RunningHouse
    conversation: str
    last: list[dict[str, Any]] = field(default_factory=list)

    def post(self, body: Mapping[str, Any], **headers: str) -> Answered:
        """Send a message as it is given."""
        sent = {"conversation": self.conversation, "id": uuid.uuid4().hex} | dict(body)
        return self.house.call("POST", "/api/v1/messages", sent, headers)

    def say(self, text: str) -> str:
        """Say something; the answer's texts."""
        return self._answer(self.post({"text": text}))

    def press(self, label: str) -> str:
        """Press a button of the last answer; the answer's texts."""
        return self._answer(self.post({"button": self.button(label)}))

    def button(self, label: str) -> str:
        """The id of the newest button whose label holds some words."""
        found = [b["id"] for m in reversed(self.history()) for b in m["buttons"] if label in b["label"]]
        assert found, f"no button {label}"
        return str(found[0])

    def history(self) -> list[dict[str, Any]]:
        """All messages so far."""
        found: list[dict[str, Any]] = self.house.call("GET", f"/api/v1/messages?conversation={self.conversation}").body[
            "messages"
        ]
        return found

    def wait_for(self, words: str, seconds: float = 20) -> dict[str, Any]:
        """Wait until a message with these words is there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for message in self.history():
                if words in message["text"]:
                    return message
            time.sleep(0.2)
        raise AssertionError(f"no message with {words!r}: {[m['text'] for m in self.history()]}")

    def _answer(self, answered: Answered) -> str:
        assert answered.status == 200, answered
        self.last = answered.body["replies"]
        return "\n".join(reply["text"] for reply in self.last)


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model, made once."""
    return ensure_model(ROOT / "var" / "models", lambda sentence: None)


@contextmanager
def started(var: Path, model: Path, **settings: str) -> Iterator[RunningHouse]:
    """A house for the time of the block."""
    port = free_port()
    (var / "models").mkdir(parents=True, exist_ok=True)
    shutil.copy(model, var / "models" / model.name)
    environment = {
        **os.environ,
        "XINGLIN_VAR": str(var),
        "XINGLIN_PORT": str(port),
        "XINGLIN_HEARTBEAT_S": "0.5",
        **settings,
    }
    for name in ("DATABASE_URL", "REDIS_URL", "LLM_BASE_URL"):
        environment.setdefault(name, "") if name in settings else environment.pop(name, None)
    began = time.monotonic()
    with (var / "up.log").open("ab") as output:
        process = subprocess.Popen([XINGLIN, "up"], env=environment, stdout=output, stderr=output, cwd=ROOT)
    house = RunningHouse(f"http://127.0.0.1:{port}", var, process, 0.0)
    try:
        while not (house.stands() and house.ready()):
            assert process.poll() is None, (var / "up.log").read_text()
            assert time.monotonic() - began < START_S, (var / "up.log").read_text()
            time.sleep(0.2)
        house.started_s = time.monotonic() - began
        yield house
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, model: Path) -> Iterator[RunningHouse]:
    """One house for all tests that leave it as it was."""
    with started(tmp_path_factory.mktemp("house"), model) as running:
        yield running


@pytest.fixture
def visitor(house: RunningHouse) -> Visitor:
    """A new person."""
    return house.visitor()


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Chromium, for one file at a time: while it runs, its loop would be in the way of asynchronous tests."""
    with sync_playwright() as playwright:
        running = launch(playwright, chromium)
        yield running
        running.close()
