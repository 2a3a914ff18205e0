"""The invariants of FHIR R4 Timing and Dosage (http://hl7.org/fhir/R4/datatypes.html#Timing, #Dosage), as a check."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from schedules.timing import Weekday, WhenCode

REPEAT = {
    "boundsDuration", "boundsRange", "boundsPeriod", "count", "countMax", "duration", "durationMax", "durationUnit",
    "frequency", "frequencyMax", "period", "periodMax", "periodUnit", "dayOfWeek", "timeOfDay", "when", "offset",
}  # fmt: skip
DOSAGE = {
    "sequence", "text", "additionalInstruction", "patientInstruction", "timing", "asNeededBoolean",
    "asNeededCodeableConcept", "site", "route", "method", "doseAndRate", "maxDosePerPeriod",
    "maxDosePerAdministration", "maxDosePerLifetime",
}  # fmt: skip
UNITS = {"s", "min", "h", "d", "wk", "mo", "a"}


def dosage_faults(dosage: Mapping[str, Any]) -> list[str]:
    """What is wrong with the JSON of a Dosage; empty when it is valid."""
    found = [f"unknown {name}" for name in set(dosage) - DOSAGE]
    if not str(dosage.get("text", "")).strip():
        found.append("text is empty")
    if "asNeededBoolean" in dosage and "asNeededCodeableConcept" in dosage:
        found.append("asNeeded[x] twice")
    for entry in dosage.get("doseAndRate", ()):
        found += _dose_faults(entry)
    most = dosage.get("maxDosePerPeriod")
    if most is not None:
        found += [*_quantity_faults(most["numerator"]), *_quantity_faults(most["denominator"])]
    return [*found, *_timing_faults(dosage["timing"])]


def _dose_faults(entry: Mapping[str, Any]) -> list[str]:
    if ("doseQuantity" in entry) == ("doseRange" in entry):
        return ["dose[x] is not one"]
    if "doseQuantity" in entry:
        return list(_quantity_faults(entry["doseQuantity"]))
    low, high = entry["doseRange"]["low"], entry["doseRange"]["high"]
    return [*_quantity_faults(low), *_quantity_faults(high), *(["rng-2"] if low["value"] > high["value"] else [])]


def _quantity_faults(quantity: Mapping[str, Any]) -> Iterator[str]:
    if "code" in quantity and "system" not in quantity:
        yield "qty-3"
    if not Decimal(str(quantity["value"])) > 0:
        yield "no amount"


def _timing_faults(timing: Mapping[str, Any]) -> list[str]:
    found = [f"unknown {name}" for name in set(timing) - {"extension", "event", "repeat", "code"}]
    found += [f"extension {one}" for one in timing.get("extension", ()) if len(one) != 2 or "url" not in one]
    found += [f"event {one}" for one in timing.get("event", ()) if datetime.fromisoformat(one).tzinfo is None]
    if not timing.get("event") and not timing.get("repeat"):
        found.append("an empty timing")
    return [*found, *_repeat_faults(timing.get("repeat", {}))]


def _repeat_faults(repeat: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown {name}" for name in set(repeat) - REPEAT)
    rules = {
        "bounds[x] twice": len([name for name in repeat if name.startswith("bounds")]) > 1,
        "tim-1": "duration" in repeat and "durationUnit" not in repeat,
        "tim-2": "period" in repeat and "periodUnit" not in repeat,
        "tim-4": repeat.get("duration", 0) < 0,
        "tim-5": repeat.get("period", 0) < 0,
        "tim-6": "periodMax" in repeat and "period" not in repeat,
        "tim-7": "durationMax" in repeat and "duration" not in repeat,
        "tim-8": "countMax" in repeat and "count" not in repeat,
        "tim-9": "offset" in repeat and (not repeat.get("when") or bool({"C", "CM", "CD", "CV"} & set(repeat["when"]))),
        "tim-10": "timeOfDay" in repeat and "when" in repeat,
        "count": repeat.get("count", 1) < 1,
        "frequency": repeat.get("frequency", 1) < 1,
        "offset": repeat.get("offset", 0) < 0,
        "unit": repeat.get("periodUnit", "d") not in UNITS,
        "when": not {WhenCode(code) for code in repeat.get("when", ())} <= set(WhenCode),
        "dayOfWeek": not {Weekday(day) for day in repeat.get("dayOfWeek", ())} <= set(Weekday),
    }
    yield from (name for name, broken in rules.items() if broken)
    bounds = repeat.get("boundsPeriod", {})
    if "start" in bounds and "end" in bounds and bounds["start"][:10] > bounds["end"][:10]:
        yield "per-1"
