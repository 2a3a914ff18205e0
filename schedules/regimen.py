"""A regimen: one drug, its dose and its timing, as a FHIR R4 `Dosage`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from schedules.amounts import Amount, find_amount
from schedules.fhir import timing_from_fhir, timing_to_fhir
from schedules.problems import RegimenProblem
from schedules.reading import RegimenReading, read_order, read_regimen
from schedules.spelling import plain
from schedules.timing import PeriodUnit, Timing

__all__ = ["Regimen", "RegimenProblem", "RegimenReading", "read_order", "read_regimen", "timing_of_dosage"]

UCUM: Final = {
    "mg": "mg", "毫克": "mg", "g": "g", "克": "g", "ml": "mL", "毫升": "mL", "μg": "ug", "µg": "ug", "ug": "ug",
    "mcg": "ug", "微克": "ug", "升": "L", "mmol": "mmol", "iu": "[iU]", "国际单位": "[iU]",
}  # fmt: skip
"""Codes of http://unitsofmeasure.org for the units of mass and volume that are said."""
_UCUM_SYSTEM: Final = "http://unitsofmeasure.org"
_A_DAY: Final[dict[str, Any]] = {"value": 1, "unit": "d", "system": _UCUM_SYSTEM, "code": "d"}


@dataclass(frozen=True, slots=True)
class Regimen:
    """One drug as one person takes it."""

    drug: str
    """Name as the person knows it."""
    drug_id: str | None
    """Id in the drug book, None when it is not there."""
    dose: str | None
    """Amount of one dose as text."""
    timing: Timing
    note: str | None = None
    route: str | None = None
    """How it is taken: 口服, 皮下注射."""
    most_a_day: Amount | None = None
    """No more than this in 24 hours."""

    def read_back(self) -> str:
        """The whole regimen in one Chinese sentence without a full stop."""
        dose = f"，每次{self.dose}" if self.dose else ""
        route = f"，{self.route}" if self.route else ""
        note = f"（{self.note}）" if self.note else ""
        return f"{self.drug}：{self.timing.read_back()}{dose}{route}{note}"

    def to_fhir(self) -> dict[str, Any]:
        """FHIR R4 `Dosage`: text, timing, asNeeded[x], doseAndRate when the dose is an exact amount."""
        dosage: dict[str, Any] = {"text": self.read_back(), "timing": timing_to_fhir(self.timing)}
        if self.timing.as_needed_for is not None:
            dosage["asNeededCodeableConcept"] = {"text": self.timing.as_needed_for}
        elif self.timing.as_needed:
            dosage["asNeededBoolean"] = True
        if self.note:
            dosage["patientInstruction"] = self.note
        amount = find_amount(plain(self.dose))[0].amount if self.dose else None
        if amount is not None:
            dosage["doseAndRate"] = [_dose_and_rate(amount)]
        if self.route:
            dosage["route"] = {"text": self.route}
        most = self.most_a_day or _most(amount, self.timing.most_per_day)
        if most is not None:
            dosage["maxDosePerPeriod"] = {"numerator": _quantity(most), "denominator": _A_DAY}
        return dosage


def _dose_and_rate(amount: Amount) -> dict[str, Any]:
    low = _quantity(replace(amount, most=None))
    if amount.most is None:
        return {"doseQuantity": low}
    return {"doseRange": {"low": low, "high": _quantity(replace(amount, value=amount.most, most=None))}}


def _most(amount: Amount | None, times: int | None) -> Amount | None:
    """The most of a day where takings are limited: so many times the exact dose."""
    if amount is None or amount.most is not None or times is None:
        return None
    return replace(amount, value=amount.value * times)


def _quantity(amount: Amount) -> dict[str, Any]:
    quantity: dict[str, Any] = {"value": _json_number(amount.value), "unit": amount.unit}
    code = UCUM.get(amount.unit)
    return quantity | ({"system": _UCUM_SYSTEM, "code": code} if code else {})


def _json_number(value: Decimal) -> int | float:
    """JSON has no decimals; the digits are short (at most six places) and survive a double exactly."""
    return int(value) if value % 1 == 0 else float(value)


def timing_of_dosage(dosage: Mapping[str, Any]) -> Timing:
    """The timing of a FHIR R4 `Dosage` of ours or of another system, as needed included; raises TimingError."""
    timing = timing_from_fhir(dosage.get("timing") or {"repeat": {}})
    reason = (dosage.get("asNeededCodeableConcept") or {}).get("text")
    if timing.as_needed or not (reason or dosage.get("asNeededBoolean")):
        return timing
    frequency = None if timing.period_unit is PeriodUnit.HOUR or "timing" not in dosage else timing.frequency
    return replace(timing, frequency=frequency, as_needed=True, as_needed_for=reason)
