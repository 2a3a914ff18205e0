"""What replaces parts of Rasa must answer as Rasa does."""

import copy
import io
import logging
import sys
import unittest

from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import Event, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.utils.endpoints import EndpointConfig

from components import fast_endpoint, fast_trackers, fast_validation
from components.fast_runner import LoopGraphRunner
from components.quiet_logs import WordlessFormatter, keep_event_only

stock_validation = fast_validation.stock_validation
ANSWERS = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "x", "value": 1, "timestamp": None}]},
    {"events": [{"event": "slot"}]},
    {"events": [{"event": "nonsense"}]},
    {"events": [{"event": "bot", "text": "好", "data": {}}, {"event": "slot", "name": "x", "value": None}]},
    {"events": [{"event": "bot", "text": 5}]},
    {"events": [{"event": "form", "name": None}, {"event": "active_loop", "name": "f"}]},
    {"events": [{"event": "followup", "name": "a"}]},
    {"events": [{"event": "action", "name": "a", "policy": 3}]},
    {"events": [{"event": "user", "text": "x", "parse_data": {"intent": {"name": 3}}}]},
    {"events": [{"event": ["slot"]}]},
    {"events": [{"event": "slot", "name": "x", "value": 1, "timestamp": "now"}]},
    {"events": "no list"},
    {"responses": ["no object"]},
    [],
    None,
]


class ValidationTest(unittest.TestCase):
    def verdict(self, check: object, answer: object) -> bool:
        try:
            return check(RemoteAction("action_x", None), answer)  # type: ignore[operator]
        except ValidationError:
            return False

    def test_agrees_with_rasa(self) -> None:
        for answer in ANSWERS:
            self.assertEqual(
                self.verdict(fast_validation.validate_action_result, answer),
                self.verdict(stock_validation, answer),
                answer,
            )
        self.assertIn(False, [self.verdict(stock_validation, answer) for answer in ANSWERS])

    def test_install_reaches_every_remote_action(self) -> None:
        self.addCleanup(setattr, RemoteAction, "_validate_action_result", stock_validation)
        fast_validation.install()
        self.assertTrue(RemoteAction("action_x", None)._validate_action_result({"events": []}))
        with self.assertRaises(ValidationError):
            RemoteAction("action_x", None)._validate_action_result({"events": 1})


class TrackersTest(unittest.TestCase):
    def test_event_classes_are_those_of_rasa(self) -> None:
        for _ in range(2):
            self.assertIs(fast_trackers.resolve_by_type("slot"), SlotSet)
            self.assertIs(fast_trackers.resolve_by_type("user"), UserUttered)
        self.assertIs(fast_trackers.resolve_by_type("unheard", Event), Event)
        with self.assertRaises(ValueError):
            fast_trackers.resolve_by_type("unheard")

    def test_a_copied_slot_is_a_slot_of_its_own(self) -> None:
        fast_trackers.install()
        slot = AnySlot("x", mappings=[], influence_conversation=False)
        slot.value = 1
        other = copy.copy(slot)
        other.value = 2
        self.assertEqual((slot.value, other.value, type(other), other.name), (1, 2, AnySlot, "x"))


class EndpointTest(unittest.IsolatedAsyncioTestCase):
    async def test_session_is_kept_and_made_anew_when_closed(self) -> None:
        kept = fast_endpoint.session(EndpointConfig("http://127.0.0.1:9"))
        async with kept as first:
            pass
        async with kept as second:
            self.assertIs(first, second)
            self.assertFalse(second.closed)
        await kept.close()
        async with kept as third:
            self.assertIsNot(third, first)
        await kept.close()


class _Add(GraphComponent):
    @classmethod
    def create(cls, config, model_storage, resource, execution_context):  # type: ignore[no-untyped-def]
        return cls()

    def add(self, **numbers: int) -> int:
        return sum(numbers.values()) + 1


def _node(**needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=_Add, constructor_name="create", fn="add", config={}, eager=True)


class RunnerTest(unittest.TestCase):
    def test_agrees_with_dask_and_skips_what_no_target_needs(self) -> None:
        schema = GraphSchema(
            {"a": _node(n="start"), "b": _node(n="a"), "c": _node(x="a", y="b"), "unused": _node(n="missing")}
        )
        for targets in (["c"], ["b"], ["a", "c"]):
            results = []
            for kind in (DaskGraphRunner, LoopGraphRunner):
                runner = kind.create(schema, None, ExecutionContext(schema))  # type: ignore[arg-type]
                results.append([runner.run({"start": n}, targets) for n in (1, 5)])
            self.assertEqual(*results)


class LogsTest(unittest.TestCase):
    def test_words_of_an_exception_are_left_out(self) -> None:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(WordlessFormatter("%(message)s"))
        logger = logging.Logger("x")
        logger.addHandler(handler)
        try:
            try:
                raise KeyError("我得了肺结核")
            except KeyError as error:
                raise ValueError("我得了肺结核") from error
        except ValueError:
            logger.exception("failed")
        self.assertNotIn("肺结核", stream.getvalue())
        self.assertIn("ValueError at", stream.getvalue())
        self.assertIn("KeyError at", stream.getvalue())

    def test_fields_of_an_event_are_left_out(self) -> None:
        try:
            raise ValueError("我得了肺结核")
        except ValueError:
            entry = {"event": "rest.message.received.failure", "text": "我得了肺结核", "exc_info": sys.exc_info()}
            kept = keep_event_only(None, "error", entry)
        self.assertEqual(kept, {"event": "rest.message.received.failure", "error": "ValueError"})
