"""Check events against Rasa's schema without checking the schema itself, and all its variants, every time.

`jsonschema.validate` first validates the schema against its meta-schema, which took 62 % of a turn with an
action; then `oneOf` tries an event against each of 23 variants, which took a third of the rest. An event names its
variant, so one check is enough. What looks wrong here goes to Rasa's own check, which says how.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jsonschema import Draft7Validator
from rasa.core.actions.action import RemoteAction
from rasa.shared.utils.schemas.events import EVENT_SCHEMA

stock_validation = RemoteAction._validate_action_result


@lru_cache(maxsize=1)
def _checks() -> dict[str, Draft7Validator]:
    """A check for each kind of event."""
    common = {key: value for key, value in EVENT_SCHEMA.items() if key != "oneOf"}
    return {
        variant["properties"]["event"]["const"]: Draft7Validator({"allOf": [common, variant]})
        for variant in EVENT_SCHEMA["oneOf"]
    }


def surely_events(events: object) -> bool:
    """Whether this is a list of events as Rasa wants them."""
    return isinstance(events, list) and all(_surely_event(event) for event in events)


def _surely_event(event: object) -> bool:
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        return False
    check = _checks().get(event["event"])
    return check is not None and check.is_valid(event)


def validate_action_result(action: RemoteAction, result: Any) -> bool:
    """Return True, or raise the ValidationError of Rasa's own check."""
    if isinstance(result, dict) and surely_events(result.get("events", [])):
        responses = result.get("responses", [])
        if isinstance(responses, list) and all(isinstance(each, dict) for each in responses):
            return True
    return bool(stock_validation(action, result))


def events_check(stock: Callable[[Any], None]) -> Callable[[Any], None]:
    """Rasa's check of events that came over its HTTP API, asked only when ours is not sure."""

    def check(request: Any) -> None:
        events = request.json if isinstance(request.json, list) else [request.json]
        if not surely_events(events):
            stock(request)

    return check


def install() -> None:
    """Put the quick check in the place of Rasa's; doing so twice changes nothing."""
    RemoteAction._validate_action_result = validate_action_result  # type: ignore[method-assign]


def install_for_server() -> None:
    """The same for the HTTP API of the server."""
    import rasa.server

    rasa.server.validate_events_in_request_body = events_check(rasa.server.validate_events_in_request_body)
