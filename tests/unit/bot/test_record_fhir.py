"""The record as FHIR, held against the models of `fhir.resources` (R4B, which for these five resources is R4)."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.bundle import Bundle

from bot.outbox import Delivery
from bot.record import Record, SentReminder
from bot.record.fhir import ADHERENCE, as_bundle
from bot.regimen_rows import STOPPED, Regimen
from schedules.doses import Outcome, Reason
from schedules.regimen import timing_of_dosage
from schedules.timing import PeriodUnit, Timing, WhenCode
from tests.unit.bot.recording import AT, EIGHT, days_back, dose, four_weeks, record, regimen


def made(of: Record) -> dict[str, list[dict[str, Any]]]:
    """The resources of a valid Bundle by their type, after a way over the wire."""
    wire = json.dumps(as_bundle(of), ensure_ascii=False)
    Bundle.model_validate_json(wire)
    bundle: dict[str, Any] = json.loads(wire)
    assert (bundle["resourceType"], bundle["type"], bundle["timestamp"]) == (
        "Bundle", "collection", "2026-11-21T20:00:00+08:00",
    )  # fmt: skip
    _references_resolve(bundle)
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in bundle["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def _references_resolve(bundle: dict[str, Any]) -> None:
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls), "bdl-7: a full URL is unique"
    assert all(url == UUID(url).urn for url in urls)
    assert set(_references(bundle)) <= set(urls)


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for each in value for found in _references(each)]
    if isinstance(value, dict):
        own = [value["reference"]] if "reference" in value else []
        return own + [found for each in value.values() for found in _references(each)]
    return []


def test_what_a_person_says_is_a_statement_with_its_adherence() -> None:
    found = made(four_weeks(missed=(3, 10)))
    assert set(found) == {"Patient", "MedicationStatement"}
    (statement,) = found["MedicationStatement"]
    assert statement["status"] == "active" and statement["medicationCodeableConcept"] == {"text": "缬沙坦"}
    assert timing_of_dosage(statement["dosage"][0]) == Timing(time_of_day=(EIGHT,))
    (extension,) = statement["extension"]
    parts = {part["url"]: part for part in extension["extension"]}
    assert extension["url"] == ADHERENCE and parts["ratio"]["valueDecimal"] == 0.929
    assert [parts[name]["valueUnsignedInt"] for name in ("taken", "missed", "skipped")] == [26, 2, 0]
    assert "应服28次，已服26次" in statement["note"][0]["text"]


def test_the_patient_is_an_opaque_id_and_nothing_else() -> None:
    (patient,) = made(four_weeks())["Patient"]
    assert patient == {"resourceType": "Patient", "identifier": [{"system": "urn:xinglin:person", "value": "p1"}]}


def test_what_a_nurse_put_in_is_a_reported_request_besides() -> None:
    ordered, said = regimen(1, "缬沙坦", ordered_by="王护士", dose="80mg"), regimen(2, "钙片")
    found = made(record([ordered, said], []))
    (request,) = found["MedicationRequest"]
    assert (request["intent"], request["reportedBoolean"], request["recorder"]) == ("plan", True, {"display": "王护士"})
    assert request["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]["value"] == 80
    first, second = found["MedicationStatement"]
    assert len(first["basedOn"]) == 1 and "basedOn" not in second
    assert "extension" not in second, "nothing was due: no adherence is claimed"


@pytest.mark.parametrize(
    ("timing", "more", "statement", "request_status"),
    [
        (Timing(frequency=1), {}, "active", "active"),
        (Timing(frequency=1), {"status": STOPPED}, "stopped", "stopped"),
        (Timing(frequency=1), {"paused": (AT, AT + timedelta(days=1))}, "on-hold", "on-hold"),
        (Timing(frequency=1, end=days_back(2)[0]), {}, "completed", "completed"),
        (Timing(frequency=1, start=days_back(-2)[0]), {}, "intended", "active"),
    ],
)
def test_where_it_stands(timing: Timing, more: dict[str, Any], statement: str, request_status: str) -> None:
    one = Regimen("r1", "p1", "c1", "药", "d1", "", timing, AT - timedelta(days=9), ordered_by="王护士", **more)
    found = made(record([one], []))
    assert found["MedicationStatement"][0]["status"] == statement
    assert found["MedicationRequest"][0]["status"] == request_status
    assert found["MedicationStatement"][0]["medicationCodeableConcept"]["coding"][0]["code"] == "d1"


@pytest.mark.parametrize(
    "timing",
    [
        Timing(frequency=3, when=(WhenCode.PC,), offset=30),
        Timing(period_unit=PeriodUnit.HOUR, as_needed=True, as_needed_for="发热", most_per_day=4),
        Timing(as_needed=True),
        Timing(events=(AT, AT + timedelta(hours=3))),
        Timing(frequency=2, start=AT - timedelta(days=2), end=AT + timedelta(days=5)),
        Timing(frequency=1, start=days_back(9)[0], end=days_back(3)[0]),
    ],
)
def test_every_kind_of_timing_is_valid_and_comes_back(timing: Timing) -> None:
    one = Regimen("r1", "p1", "c1", "药", None, "1~2片", timing, AT - timedelta(days=5))
    (statement,) = made(record([one], []))["MedicationStatement"]
    back = timing_of_dosage(statement["dosage"][0])
    assert (back.as_needed, back.when, back.events, back.end) == (
        timing.as_needed,
        timing.when,
        timing.events,
        timing.end,
    )
    period = statement["effectivePeriod"]
    assert period["start"] <= period.get("end", "9"), "per-1: a period ends after it begins"


def test_each_reminder_is_a_communication() -> None:
    one, two = regimen(1, "缬沙坦"), regimen(2, "钙片")
    messages = [
        SentReminder("m1", ("r1", "r2"), Delivery.SENT, AT, "到时间吃药啦"),
        SentReminder("m2", ("r1",), Delivery.FAILED, AT),
        SentReminder("m3", ("r1", "gone"), Delivery.WAITING, AT),
        SentReminder("m4", (), Delivery.SENDING, AT),
    ]
    found = made(record([one, two], [dose(one, days_back(1)[0])], messages))["Communication"]
    assert [each["status"] for each in found] == ["completed", "not-done", "on-hold", "in-progress"]
    assert [each.get("sent") for each in found] == ["2026-11-21T20:00:00+08:00", None, None, None]
    assert [len(each.get("about", ())) for each in found] == [2, 1, 1, 0]
    assert ["statusReason" in each for each in found] == [False, True, True, False]
    assert found[0]["payload"] == [{"contentString": "到时间吃药啦"}] and "payload" not in found[1]


def test_identities_stay_from_export_to_export() -> None:
    first, again = as_bundle(four_weeks()), as_bundle(four_weeks(missed=(1,)))
    assert [entry["fullUrl"] for entry in first["entry"]] == [entry["fullUrl"] for entry in again["entry"]]


def test_skipped_and_undeliverable_are_counted_apart() -> None:
    one, (first, second) = regimen(1, "缬沙坦"), days_back(1, 2)
    skipped = dose(one, first, EIGHT, Outcome.SKIPPED, 1, Reason.BETTER)
    ours = dose(one, second, EIGHT, Outcome.UNDELIVERABLE)
    (statement,) = made(record([one], [skipped, ours]))["MedicationStatement"]
    counts = {part["url"]: part.get("valueUnsignedInt") for part in statement["extension"][0]["extension"]}
    assert (counts["skipped"], counts["undeliverable"], counts["taken"]) == (1, 1, 0)


def test_nothing_at_all_is_a_valid_bundle() -> None:
    assert set(made(record([], []))) == {"Patient"}
