"""The record as a FHIR R4 Bundle (http://hl7.org/fhir/R4/bundle.html), of type collection.

What a person takes is a MedicationStatement each: it is said by the person, not ordered. What a nurse put in from a
doctor's order is besides a MedicationRequest; we hold no authority to order, so its intent is `plan` and it is marked
as reported. Each reminder is a Communication. The Patient carries our opaque id and nothing else.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from bot.outbox import Delivery
from bot.record import Record, SentReminder
from bot.record.standing import Standing, bounds, standing_of
from bot.regimen_rows import Regimen
from schedules.adherence import Tally, tally
from schedules.clock import local
from schedules.regimen import Regimen as Dosed

Resource = dict[str, Any]

OURS: Final = UUID("5b0f2f64-6f0e-4b58-9c0a-3f5c1d2a7e10")
"""Name space of the identities that we derive from ids: the same record has the same ones at every export."""
PERSON_SYSTEM, DRUG_SYSTEM = "urn:xinglin:person", "urn:xinglin:drug"
REGIMEN_SYSTEM, MESSAGE_SYSTEM = "urn:xinglin:regimen", "urn:xinglin:message"
ADHERENCE: Final = "urn:xinglin:adherence"
"""R4 has no place for adherence (R5 has): an extension with the counts, and a note to read."""
CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/communication-category"
_STATEMENT: Final[Mapping[Standing, str]] = {
    Standing.RUNNING: "active", Standing.PAUSED: "on-hold", Standing.TO_COME: "intended",
    Standing.OVER: "completed", Standing.STOPPED: "stopped",
}  # fmt: skip
_REQUEST: Final[Mapping[Standing, str]] = {**_STATEMENT, Standing.TO_COME: "active"}
_COMMUNICATION: Final[Mapping[Delivery, str]] = {
    Delivery.SENT: "completed", Delivery.FAILED: "not-done", Delivery.SENDING: "in-progress",
    Delivery.WAITING: "on-hold",
}  # fmt: skip
_WHY: Final[Mapping[Delivery, str]] = {Delivery.FAILED: "渠道没能送达", Delivery.WAITING: "等本人下次发消息时才能送达"}


def as_bundle(record: Record) -> Resource:
    """The Bundle; JSON as FHIR has it."""
    known = {regimen.id for regimen in record.regimens}
    ordered = [regimen for regimen in record.regimens if regimen.ordered_by]
    entries = [
        _entry("Patient", record.person, _patient(record)),
        *(_entry("MedicationRequest", one.id, _request(record, one)) for one in ordered),
        *(_entry("MedicationStatement", one.id, _statement(record, one)) for one in record.regimens),
        *(_entry("Communication", one.id, _communication(record, one, known)) for one in record.messages),
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": _instant(record, record.made_at),
        "entry": entries,
    }


def _entry(kind: str, id_: str, resource: Resource) -> Resource:
    return {"fullUrl": _url(kind, id_), "resource": {"resourceType": kind, **resource}}


def _url(kind: str, id_: str) -> str:
    return uuid5(OURS, f"{kind}/{id_}").urn


def _reference(kind: str, id_: str) -> Resource:
    return {"reference": _url(kind, id_), "type": kind}


def _identifier(system: str, value: str) -> list[Resource]:
    return [{"system": system, "value": value}]


def _patient(record: Record) -> Resource:
    return {"identifier": _identifier(PERSON_SYSTEM, record.person)}


def _common(record: Record, regimen: Regimen) -> Resource:
    """What an order and a statement have alike."""
    concept: Resource = {"text": regimen.drug}
    if regimen.drug_id:
        concept["coding"] = [{"system": DRUG_SYSTEM, "code": regimen.drug_id}]
    return {
        "identifier": _identifier(REGIMEN_SYSTEM, regimen.id),
        "medicationCodeableConcept": concept,
        "subject": _reference("Patient", record.person),
    }


def _dosage(regimen: Regimen) -> list[Resource]:
    return [Dosed(regimen.drug, regimen.drug_id, regimen.dose or None, regimen.timing).to_fhir()]


def _request(record: Record, regimen: Regimen) -> Resource:
    return _common(record, regimen) | {
        "status": _REQUEST[_standing(record, regimen)],
        "intent": "plan",
        "reportedBoolean": True,
        "recorder": {"display": regimen.ordered_by},
        "dosageInstruction": _dosage(regimen),
    }


def _statement(record: Record, regimen: Regimen) -> Resource:
    sums = tally(dose for dose in record.doses if dose.regimen == regimen.id)
    resource = _common(record, regimen) | {
        "status": _STATEMENT[_standing(record, regimen)],
        "effectivePeriod": _effective(record, regimen),
        "dateAsserted": _instant(record, record.made_at),
        "informationSource": _reference("Patient", record.person),
        "dosage": _dosage(regimen),
    }
    if regimen.ordered_by:
        resource["basedOn"] = [_reference("MedicationRequest", regimen.id)]
    if sums.due or sums.undeliverable:
        resource |= {"extension": [_adherence(record, sums)], "note": [{"text": _adherence_words(record, sums)}]}
    return resource


def _standing(record: Record, regimen: Regimen) -> Standing:
    return standing_of(regimen, record.made_at, record.timezone)


def _effective(record: Record, regimen: Regimen) -> Resource:
    """A course's own bounds; a regimen without them runs from when it was set."""
    first, last = bounds(regimen.timing, record.timezone)
    start = max(first, regimen.starts_at) if first else regimen.starts_at
    period = {"start": _instant(record, start)}
    return period | {"end": _instant(record, last)} if last and last >= start else period


def _adherence(record: Record, sums: Tally) -> Resource:
    period = {"start": _instant(record, record.since), "end": _instant(record, record.until)}
    counts = {
        "taken": sums.taken, "late": sums.late, "skipped": sums.skipped, "missed": sums.missed,
        "undeliverable": sums.undeliverable,
    }  # fmt: skip
    parts: list[Resource] = [{"url": "period", "valuePeriod": period}]
    parts += ({"url": name, "valueUnsignedInt": count} for name, count in counts.items())
    if sums.ratio is not None:
        # JSON has no decimals; three digits survive a double exactly.
        parts.append({"url": "ratio", "valueDecimal": float(sums.ratio)})
    return {"url": ADHERENCE, "extension": parts}


def _adherence_words(record: Record, sums: Tally) -> str:
    share = f"应服{sums.due}次，已服{sums.taken}次（其中晚半小时以上{sums.late}次）"
    rest = f"跳过{sums.skipped}次，漏服{sums.missed}次，提醒未送达{sums.undeliverable}次"
    return f"{record.first_day}至{record.last_day}，据本人在聊天里的确认：{share}，{rest}。"


def _communication(record: Record, message: SentReminder, known: Iterable[str]) -> Resource:
    delivery = message.delivery
    resource: Resource = {
        "identifier": _identifier(MESSAGE_SYSTEM, message.id),
        "status": _COMMUNICATION[delivery],
        "category": [{"coding": [{"system": CATEGORY, "code": "reminder"}]}],
        "topic": {"text": "服药提醒"},
        "subject": _reference("Patient", record.person),
        "recipient": [_reference("Patient", record.person)],
        "about": [_reference("MedicationStatement", one) for one in message.regimens if one in known],
    }
    if delivery is Delivery.SENT:
        resource["sent"] = _instant(record, message.at)
    if delivery in _WHY:
        resource["statusReason"] = {"text": _WHY[delivery]}
    if message.text:
        resource["payload"] = [{"contentString": message.text}]
    return {name: value for name, value in resource.items() if value}


def _instant(record: Record, at: datetime) -> str:
    return local(at, record.timezone).isoformat(timespec="seconds")
