"""The tracker store on a real SQLite file: short, sealed, and alive after a kill."""

import base64
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from components.recent_tracker_store import KEPT_SECONDS, KEY_VARIABLE, RecentTrackerStore
from components.sealing import Sealer, Unreadable
from components.shortening import LONGEST, LONGEST_IN_FORM, recent_events

KEY = base64.b64encode(b"k" * 32).decode()
OTHER = base64.b64encode(b"o" * 32).decode()
DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  drug: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  day: {type: any, influence_conversation: false, mappings: [{type: custom}]}
forms: {booking_form: {required_slots: [day]}}
actions: [action_x]
"""
)
SECRET = "我得了肺结核"


def conversation(turns: int, loop: bool = False) -> DialogueStateTracker:
    """A conversation of as many turns; the slot `drug` is set in the first, `day` cleared in the last."""
    tracker = DialogueStateTracker("demo.a", DOMAIN.slots)
    tracker.update(ActionExecuted("action_session_start"))
    tracker.update(SessionStarted())
    tracker.update(ActionExecuted("action_listen"))
    if loop:
        tracker.update(ActiveLoop("booking_form"))
    for turn in range(turns):
        reading = {"intent": {"name": "greet"}, "intent_ranking": [{"name": "greet"}], "entities": [], "text": SECRET}
        tracker.update(UserUttered(f"{SECRET}{turn}", {"name": "greet", "confidence": 1.0}, [], reading))
        if turn == 0:
            tracker.update(SlotSet("drug", "amoxicillin"))
            tracker.update(SlotSet("day", "2026-11-22"))
        if turn == turns - 1:
            tracker.update(SlotSet("day", None))
        tracker.update(ActionExecuted("action_x"))
        tracker.update(BotUttered(f"好的{turn}"))
        tracker.update(ActionExecuted("action_listen"))
    return tracker


class ShorteningTest(unittest.TestCase):
    def replayed(self, tracker: DialogueStateTracker) -> DialogueStateTracker:
        return DialogueStateTracker.from_events("demo.a", recent_events(tracker), DOMAIN.slots)

    def test_short_conversation_is_left_alone(self) -> None:
        tracker = conversation(3)
        self.assertEqual(recent_events(tracker), list(tracker.events))

    def test_long_conversation_keeps_its_state(self) -> None:
        tracker = conversation(1000)
        short = self.replayed(tracker)
        self.assertLess(len(short.events), LONGEST)
        self.assertEqual(short.current_slot_values(), tracker.current_slot_values())
        self.assertEqual(short.latest_message.text, tracker.latest_message.text)
        self.assertEqual(short.latest_action_name, "action_listen")
        self.assertEqual(short.latest_bot_utterance.text, "好的999")
        self.assertIsNone(short.followup_action)

    def test_a_form_keeps_its_history_up_to_a_limit_and_its_loop_beyond(self) -> None:
        tracker = conversation(15, loop=True)
        self.assertEqual(len(recent_events(tracker)), len(tracker.events))
        tracker = conversation(LONGEST_IN_FORM, loop=True)
        short = self.replayed(tracker)
        self.assertLess(len(short.events), LONGEST)
        self.assertEqual(short.active_loop_name, "booking_form")

    def test_shortening_again_and_again_stays_short_and_right(self) -> None:
        tracker = conversation(20)
        for _ in range(200):
            tracker = self.replayed(tracker)
            tracker.update(UserUttered("嗯", {"name": "greet", "confidence": 1.0}))
            tracker.update(ActionExecuted("action_x"))
            tracker.update(ActionExecuted("action_listen"))
        self.assertLessEqual(len(tracker.events), LONGEST + 3)
        self.assertEqual(tracker.get_slot("drug"), "amoxicillin")


class SealingTest(unittest.TestCase):
    def test_opens_with_an_old_key_while_keys_are_changed(self) -> None:
        sealed = Sealer.from_setting(OTHER).seal(b"x", "a")
        self.assertEqual(Sealer.from_setting(f"{KEY},{OTHER}").open(sealed, "a"), b"x")

    def test_refuses_what_is_altered_foreign_or_cut(self) -> None:
        sealer = Sealer.from_setting(KEY)
        sealed = sealer.seal(b"x", "a")
        broken = (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:15], b"", b"xl1", sealed[1:])
        for value in broken:
            with self.assertRaises(Unreadable):
                sealer.open(value, "a")
        with self.assertRaises(Unreadable):
            sealer.open(sealed, "b")
        with self.assertRaises(Unreadable):
            Sealer.from_setting(OTHER).open(sealed, "a")

    def test_bad_keys_are_named(self) -> None:
        for setting in ("", "%%%", base64.b64encode(b"short").decode()):
            with self.assertRaises(ValueError):
                Sealer.from_setting(setting)


class StoreTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "trackers.db"

    def store(self, key: str = KEY) -> RecentTrackerStore:
        with patch.dict(os.environ, {KEY_VARIABLE: key}):
            store = RecentTrackerStore(DOMAIN, f"sqlite:///{self.path}")
        self.addCleanup(store._engine.dispose)
        return store

    async def test_what_is_saved_is_read_by_another_store(self) -> None:
        await self.store().save(conversation(100))
        tracker = await self.store().retrieve("demo.a")
        self.assertEqual(tracker.get_slot("drug"), "amoxicillin")
        self.assertNotIn("intent_ranking", tracker.latest_message.parse_data)
        self.assertEqual(list(await self.store().keys()), ["demo.a"])

    async def test_one_row_a_sender(self) -> None:
        store = self.store()
        for turns in (1, 2, 3):
            await store.save(conversation(turns))
        with sqlite3.connect(self.path) as connection:
            self.assertEqual(connection.execute("SELECT count(*) FROM rasa_tracker").fetchone(), (1,))

    async def test_no_word_is_readable_in_the_files(self) -> None:
        await self.store().save(conversation(2))
        for path in self.path.parent.iterdir():
            content = path.read_bytes()
            self.assertNotIn(SECRET.encode(), content)
            self.assertNotIn(SECRET.encode("unicode_escape"), content)

    async def test_an_unreadable_row_starts_a_new_tracker(self) -> None:
        await self.store().save(conversation(2))
        with self.assertLogs("components.recent_tracker_store", "ERROR") as logs:
            self.assertIsNone(await self.store(OTHER).retrieve("demo.a"))
        self.assertNotIn(SECRET, "".join(logs.output))
        for value in (b"", b"rubbish", None):
            with sqlite3.connect(self.path) as connection:
                sealed = Sealer.from_setting(KEY).seal(b"{not json", "demo.a") if value is None else value
                connection.execute("UPDATE rasa_tracker SET events = ?", (sealed,))
            with self.assertLogs("components.recent_tracker_store", "ERROR"):
                tracker = await self.store().get_or_create_tracker("demo.a")
            self.assertEqual(tracker.latest_message.text, None)

    async def test_an_unknown_event_starts_a_new_tracker(self) -> None:
        await self.store().save(conversation(1))
        with sqlite3.connect(self.path) as connection:
            sealed = Sealer.from_setting(KEY).seal(b'[{"event": "nonsense"}]', "demo.a")
            connection.execute("UPDATE rasa_tracker SET events = ?", (sealed,))
        with self.assertLogs("components.recent_tracker_store", "ERROR"):
            self.assertIsNone(await self.store().retrieve("demo.a"))

    async def test_lone_surrogate_does_not_stop_a_save(self) -> None:
        tracker = conversation(1)
        tracker.update(BotUttered("坏\ud800字"))
        await self.store().save(tracker)
        self.assertIsNotNone(await self.store().retrieve("demo.a"))

    async def test_an_empty_tracker_leaves_no_row(self) -> None:
        store = self.store()
        await store.get_or_create_tracker("demo.new", append_action_listen=False)
        self.assertEqual(list(await store.keys()), [])

    async def test_rows_nobody_needs_are_dropped_at_start(self) -> None:
        await self.store().save(conversation(1))
        with sqlite3.connect(self.path) as connection:
            connection.execute("UPDATE rasa_tracker SET updated_at = updated_at - ?", (KEPT_SECONDS + 60,))
        self.assertEqual(list(await self.store().keys()), [])

    async def test_wrong_settings_are_refused_at_once(self) -> None:
        with self.assertRaises(RasaException):
            self.store(key="")
        with patch.dict(os.environ, {KEY_VARIABLE: KEY}), self.assertRaises(RasaException):
            RecentTrackerStore(DOMAIN, None)

    def test_a_committed_row_outlives_kill_9(self) -> None:
        code = (
            "import asyncio, os, signal\n"
            "from tests.test_tracker_store import DOMAIN, conversation\n"
            "from components.recent_tracker_store import RecentTrackerStore\n"
            f"store = RecentTrackerStore(DOMAIN, 'sqlite:///{self.path}')\n"
            "asyncio.run(store.save(conversation(4)))\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        environment = {**os.environ, KEY_VARIABLE: KEY, "PYTHONPATH": str(Path(__file__).parents[1])}
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=environment, timeout=60)
        self.assertEqual(done.returncode, -signal.SIGKILL)
        self.assertIsNotNone(self.store()._read("demo.a"))
