"""The wire: token, kind words for every failure, and a log without words."""

import logging
from collections.abc import AsyncIterator

import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from actions.deps import Deps
from actions.registry import ACTIONS
from actions.server import make_actions_app
from tests.test_house import ROOT
from tests.unit.actions.conftest import Talk

Client = TestClient[Request, Application]


@pytest.fixture
async def client(deps: Deps) -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_actions_app(lambda: deps, "secret"))) as client:
        yield client


async def test_health_needs_no_token(client: Client) -> None:
    assert (await client.get("/healthz")).status == 200


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=秘密"])
async def test_a_wrong_token_is_refused(client: Client, talk: Talk, query: str) -> None:
    assert (await client.post(f"/webhook{query}", json=talk.hear("你好").call("action_repeat"))).status == 401


async def test_a_call_as_rasa_makes_it_without_domain(client: Client, talk: Talk) -> None:
    call = talk.hear("骨科在几楼").call("action_hospital_info")
    del call["domain"]

    answer = await (await client.post("/webhook?token=secret", json=call)).json()

    assert "骨科" in answer["responses"][0]["custom"]["text"]
    assert {event["event"] for event in answer["events"]} == {"slot"}


@pytest.mark.parametrize(
    ("sender", "action"),
    [("nowhere", "action_repeat"), ("demo.c1", "action_unheard_of"), ("demo.c1", "validate_booking_form")],
)
async def test_every_failure_is_answered_with_words(
    client: Client, talk: Talk, sender: str, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    talk.sender = sender
    call = talk.hear("一句不该进日志的话").call(action)
    if action.startswith("validate"):
        call["tracker"]["slots"] = {"requested_slot": "booking_day", "booking_day": "不是日期"}

    response = await client.post("/webhook?token=secret", json=call)

    answer = await response.json()
    assert response.status == 200
    assert answer["responses"][0]["custom"]["text"]
    assert "action_failed" in {getattr(record, "action", "") for record in caplog.records}
    assert "不该进日志" not in caplog.text and "不是日期" not in caplog.text


async def test_a_failed_validator_keeps_its_question(client: Client, talk: Talk) -> None:
    call = talk.hear("后天").call("validate_booking_form")
    call["tracker"]["slots"] = {"requested_slot": "booking_day", "booking_day": "不是日期"}

    answer = await (await client.post("/webhook?token=secret", json=call)).json()

    assert {event["name"]: event["value"] for event in answer["events"]}["requested_slot"] == "booking_day"


@pytest.mark.parametrize("body", ["", "[]", "{", '"text"', "{}", '{"next_action": "action_repeat"}'])
async def test_broken_calls_are_answered_too(client: Client, body: str) -> None:
    response = await client.post("/webhook?token=secret", data=body, headers={"Content-Type": "application/json"})

    assert response.status == 200
    assert (await response.json())["responses"]


def test_the_domain_names_exactly_our_actions() -> None:
    domain = yaml.safe_load((ROOT / "nlu/domain/actions.yml").read_text(encoding="utf-8"))

    assert sorted(domain["actions"]) == sorted(ACTIONS)


def test_every_intent_has_its_rule() -> None:
    intents = yaml.safe_load((ROOT / "nlu/domain/intents.yml").read_text(encoding="utf-8"))["intents"]
    rules = yaml.safe_load((ROOT / "nlu/data/rules.yml").read_text(encoding="utf-8"))["rules"]
    answered = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step}

    assert answered == {*intents, "nlu_fallback"}


def test_every_slot_of_a_form_is_in_the_domain() -> None:
    from actions.booking import BOOKING
    from actions.cancelling import CANCEL
    from actions.changing import CHANGE
    from actions.own_day import DAY
    from actions.reminders import REMINDER
    from actions.stopping import STOP

    slots = yaml.safe_load((ROOT / "nlu/domain/slots.yml").read_text(encoding="utf-8"))["slots"]
    forms = yaml.safe_load((ROOT / "nlu/domain/forms.yml").read_text(encoding="utf-8"))["forms"]

    for form in (BOOKING, CHANGE, CANCEL, REMINDER, STOP, DAY):
        assert set(form.slots) <= set(slots)
        assert set(forms[form.name]["required_slots"]) <= set(form.slots)
