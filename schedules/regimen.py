"""A regimen: one drug, its dose and its timing; and reading one from a sentence in Chinese.

Nothing is guessed: what is missing, contradictory or unsupported becomes a problem and the timing stays None. Rules
where the language is ambiguous (each is read back to the person):
- 隔天 and 每隔一天 are every second day, 每隔两天 every third; 每隔8小时 is every 8 hours.
- 一天三次 is spread by the person's day plan; 每天 without count, time or part of the day asks for the time.
- 早晚 are breakfast and supper time (MORN, EVE); 每晚 is EVE, qn is NIGHT, hs and 睡前 are HS.
- 饭后 with 一天两次 means breakfast and supper; with 一天一次 or no count the meal is asked for.
- 空腹 once a day is before breakfast. 饭后 beside clock times is kept as a note.
- A course (连服7天) without a day begins when it is said and keeps all takings of its last day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.amounts import Amount, AmountFound, find_amount
from schedules.assembling import Heard, Refused, assembled
from schedules.clock import SHANGHAI
from schedules.corrections import meant
from schedules.courses import find_course
from schedules.fhir import timing_from_fhir, timing_to_fhir
from schedules.leftover import drug_left, not_understood
from schedules.meal_words import find_ties
from schedules.pieces import DayPiece
from schedules.problems import RegimenProblem
from schedules.rhythm_words import Rhythm, find_rhythm
from schedules.spelling import MAX_SAID, masked, plain
from schedules.timing import PeriodUnit, Timing, Weekday
from schedules.when import AnyPiece, pieces_of, read_when

__all__ = ["Regimen", "RegimenProblem", "RegimenReading", "read_regimen", "timing_of_dosage"]


@dataclass(frozen=True, slots=True)
class RegimenReading:
    """What a sentence says of a regimen. `timing` is None exactly when there are problems."""

    timing: Timing | None
    dose: str | None
    """Amount of one dose in canonical words: 0.5g, 1片, 半片, 1~2片."""
    problems: tuple[str, ...] = ()
    """Members of RegimenProblem."""
    amount: Amount | None = None
    drug: str | None = None
    """What is left of the sentence, probably the drug's name; for showing and searching only."""
    note: str | None = None
    """Words the timing cannot hold: 饭后 beside clock times."""


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

    def read_back(self) -> str:
        """The whole regimen in one Chinese sentence without a full stop."""
        dose = f"，每次{self.dose}" if self.dose else ""
        note = f"（{self.note}）" if self.note else ""
        return f"{self.drug}：{self.timing.read_back()}{dose}{note}"

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
        return dosage


def _dose_and_rate(amount: Amount) -> dict[str, Any]:
    low = {"value": _json_number(amount.value), "unit": amount.unit}
    if amount.most is None:
        return {"doseQuantity": low}
    return {"doseRange": {"low": low, "high": {"value": _json_number(amount.most), "unit": amount.unit}}}


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


def read_regimen(text: str, at: datetime, timezone: ZoneInfo = SHANGHAI) -> RegimenReading:
    """What `text` says of dose and timing, spoken at the aware instant `at` (ValueError when naive).

    Never raises for what a person may write: unreadable, impossible and contradictory words become problems.
    """
    clock.aware(at)
    if len(text) > MAX_SAID:
        return RegimenReading(None, None, (RegimenProblem.TOO_LONG,))
    amounts, rest = find_amount(plain(text))
    course, rest = find_course(rest, at, timezone)
    ties, rest = find_ties(rest)
    rhythm, rest = find_rhythm(rest)
    every_piece = pieces_of(rest, clock.local(at, timezone).date())
    pieces = meant(rest, every_piece)
    _adopt_weekdays(rhythm, pieces)
    heard = Heard(rhythm, ties, course, pieces, read_when(rest, at, timezone), at, timezone)
    for piece in every_piece:
        rest = masked(rest, piece.start, piece.end)
    problems = [problem for problem, wrong in _wrong_amounts(amounts) if wrong]
    if not_understood(rest):
        problems.append(RegimenProblem.UNSUPPORTED)
    try:
        result = assembled(heard)
    except Refused as refusal:
        found = (*problems, *([refusal.problem] if refusal.problem not in problems else []))
        return RegimenReading(None, _text(amounts.amount), found, amounts.amount, drug_left(rest))
    timing = None if problems else result.timing
    return RegimenReading(timing, _text(amounts.amount), tuple(problems), amounts.amount, drug_left(rest), result.note)


def _adopt_weekdays(rhythm: Rhythm, pieces: Sequence[AnyPiece]) -> None:
    """每周一次，周三早上: the weekday said apart belongs to the week."""
    weekly = any(unit is PeriodUnit.WEEK for _, unit in rhythm.periods)
    days = [
        piece.first for piece in pieces if isinstance(piece, DayPiece) and piece.weekly and piece.first == piece.last
    ]
    if weekly and not rhythm.weekdays:
        rhythm.weekdays.update(tuple(Weekday)[day.weekday()] for day in days if day is not None)


def _wrong_amounts(found: AmountFound) -> tuple[tuple[RegimenProblem, bool], ...]:
    return (RegimenProblem.DOSE, found.wrong), (RegimenProblem.SEVERAL_DOSES, found.several)


def _text(amount: Amount | None) -> str | None:
    return None if amount is None else str(amount)
