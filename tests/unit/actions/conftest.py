"""A talk with the action server as Rasa has it: tracker in, events and responses out, events kept for the next turn."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.callers import Caller
from actions.deps import Deps
from actions.registry import make_executor
from bot.appointments import Appointments
from bot.crypto import Keyring
from bot.db import Databases
from bot.errors import NotFound
from bot.habits import HabitStore
from bot.plans import Plans
from bot.regimens import Regimens
from bot.tables import metadata
from knowledge.library import Library, load_library

# Saturday 2026-11-21, 12:00 in Shanghai.
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
FORMS = ("booking_form", "change_form", "cancel_form", "reminder_form", "stop_form", "day_form")


class KnownCallers:
    """Every conversation of clinic `demo` belongs to a person of its own."""

    async def caller(self, sender_id: str) -> Caller:
        clinic, _, conversation = sender_id.partition(".")
        if clinic != "demo" or not conversation:
            raise NotFound(sender_id)
        return Caller(clinic, conversation, f"person-{conversation}")


@dataclass(slots=True)
class Clock:
    """The time of the test."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **step: float) -> datetime:
        self.at += timedelta(**step)
        return self.at


@dataclass(slots=True)
class Talk:
    """One conversation. `hear` is a person's sentence; `act` runs one action and keeps its events, as Rasa does."""

    deps: Deps
    sender: str = "demo.c1"
    events: list[dict[str, Any]] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    form: str | None = None
    text: str = ""
    intent: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)  # reply parts of the last action

    def hear(self, text: str, intent: str = "inform") -> "Talk":
        self.events += [_event("action", name="action_listen"), _event("user", text=text)]
        self.text, self.intent = text, intent
        return self

    async def act(self, action: str) -> str:
        """Run an action; the texts it said, joined."""
        result = await make_executor(lambda: self.deps).run(self.call(action))
        assert result is not None
        self.said = [response["custom"] for response in result.responses]
        self.events.append(_event("action", name=action))
        self.events += [_event("bot", text=None, data={"custom": part}) for part in self.said]
        for event in result.events:
            self._apply(event)
        return "\n".join(str(part.get("text", "")) for part in self.said)

    def call(self, action: str) -> dict[str, Any]:
        tracker = {
            "sender_id": self.sender,
            "slots": dict(self.slots),
            "latest_message": {"text": self.text, "intent": {"name": self.intent, "confidence": 0.9}, "entities": []},
            "latest_event_time": time.time(),
            "followup_action": None,
            "paused": False,
            "events": list(self.events),
            "latest_input_channel": "rest",
            "active_loop": {"name": self.form} if self.form else {},
            "latest_action": {"action_name": "action_listen"},
            "latest_action_name": "action_listen",
        }
        return {"next_action": action, "sender_id": self.sender, "tracker": tracker, "domain": {}, "version": "3.6.21"}

    async def form_turn(self, form: str, text: str, intent: str = "inform") -> str:
        """A sentence that opens the form, or answers its question. The form's own action is noted as Rasa notes it."""
        self.hear(text, intent)
        return await self.run_form(form)

    async def run_form(self, form: str) -> str:
        if self.form != form:
            self.form = form
            self.events.append(_event("active_loop", name=form))
        self.events.append(_event("action", name=form))
        texts = await self.act(f"validate_{form}")
        self.events.remove(next(one for one in self.events if one.get("name") == f"validate_{form}"))
        if self.asked is None:  # nothing is missing: Rasa ends the form
            self.form = None
        return texts

    def _apply(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        if event["event"] == "slot":
            self.slots[event["name"]] = event["value"]
        if event["event"] == "active_loop":
            self.form = event["name"]

    @property
    def asked(self) -> str | None:
        """The slot asked for."""
        return self.slots.get("requested_slot")

    @property
    def rejected(self) -> bool:
        """Whether the last action left the words to somebody else."""
        return bool(self.events[-1]["event"] == "action_execution_rejected")

    def labels(self) -> list[str]:
        """Labels of the last message's buttons."""
        return [button["label"] for button in self.said[-1]["buttons"]]

    def says(self, label: str) -> str:
        """What a button of the last message says."""
        return next(str(button["say"]) for button in self.said[-1]["buttons"] if button["label"] == label)


def _event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"event": kind, "timestamp": time.time(), **fields}


@pytest.fixture(scope="session")
def library() -> Library:
    """The real knowledge, loaded once."""
    return load_library()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def deps(library: Library, clock: Clock, tmp_path: Path) -> AsyncIterator[Deps]:
    """Real stores on SQLite."""
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k"))
    async with databases.of("demo").engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield Deps(
        library,
        Appointments(databases),
        Regimens(databases),
        KnownCallers(),
        clock,
        Plans(databases),
        HabitStore(databases),
        {"chest_pain": "胸痛"},
        lambda clinic, person, at: f"https://example.test/{clinic}",
    )
    await databases.close()


@pytest.fixture
def talk(deps: Deps) -> Talk:
    return Talk(deps)
