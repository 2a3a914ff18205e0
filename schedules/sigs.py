"""Reading sigs: from what a doctor, a nurse or a patient writes to regimens that can be reminded of.

A sig may name several drugs; each becomes a `SigReading` whose steps are one plan: a single regimen, steps that follow
each other (`tapers`), or doses that differ by time or day (`limbs`). What cannot be kept is refused in words; nothing
is half understood. The rules for single regimens stand in `reading`.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from schedules import clock
from schedules.clock import SHANGHAI
from schedules.drug_parts import DrugPart, Names, drug_parts
from schedules.phases import PhasesRefused, read_phases
from schedules.plans import Phase, fault_of, flattened
from schedules.problems import RegimenProblem
from schedules.reading import RegimenReading
from schedules.regimen import Regimen
from schedules.spelling import plain
from schedules.timing import TimingError

__all__ = ["MOST_CHARS", "MOST_SIGS", "Names", "SigReading", "read_sigs"]

MOST_CHARS: Final = 5000
"""Longest text that is read."""
MOST_SIGS: Final = 20
"""Most drugs in one text: nobody's morning holds more, and a longer list is no sig."""


@dataclass(frozen=True, slots=True)
class SigReading:
    """What was said of one drug. `phases` is empty exactly when there are problems."""

    drug: str | None
    """Name as written, or as the finder gives it."""
    strength: str | None = None
    """What one piece holds: 80mg."""
    phases: tuple[Phase, ...] = ()
    """Phases that follow each other, each with the regimens that hold side by side."""
    problems: tuple[RegimenProblem, ...] = ()
    note: str | None = None
    """What was said beside it: 多喝水."""

    @property
    def steps(self) -> tuple[Regimen, ...]:
        """All regimens in order; more than one for tapers and for doses that differ by time or day."""
        return flattened(self.phases)

    @property
    def valid(self) -> bool:
        """Whether it can be kept."""
        return not self.problems

    def to_fhir(self) -> list[dict[str, Any]]:
        """FHIR R4 Dosages; those of one `sequence` hold at the same time."""
        several = len(self.steps) > 1
        return [
            regimen.to_fhir() | ({"sequence": place} if several else {})
            for place, phase in enumerate(self.phases, 1)
            for regimen in phase
        ]

    def read_back(self) -> str:
        """The whole plan in Chinese, in words that `read_sigs` reads to the same plan again; empty with problems."""
        phases = ("；同时".join(_said(regimen) for regimen in phase) for phase in self.phases)
        told = "；然后".join(phases)
        return f"{self.drug}：{told}" if self.drug and told else told


def _said(regimen: Regimen) -> str:
    return regimen.read_back().removeprefix(f"{regimen.drug}：")


def read_sigs(
    text: str, at: datetime, timezone: ZoneInfo = SHANGHAI, names: Names | None = None
) -> tuple[SigReading, ...]:
    """One reading per drug in `text`, written at the aware instant `at` (ValueError when naive).

    `names` finds known drugs with their places in the text, in order. Never raises for what a person may write.
    """
    clock.aware(at)
    if len(text) > MOST_CHARS:
        return (SigReading(None, problems=(RegimenProblem.TOO_LONG,)),)
    said = plain(text)
    parts = drug_parts(said, tuple(names(text)) if names else ())
    if len(parts) > MOST_SIGS:
        return (SigReading(None, problems=(RegimenProblem.TOO_MANY,)),)
    found: list[tuple[DrugPart, SigReading]] = []
    for part in (_as_written(one, said, text) for one in parts):
        reading = _read(part, at, timezone)
        if not part.sure and not reading.valid and found:
            # What was taken for a name may be words of the drug before it: they are not dropped.
            before, _ = found.pop()
            part = replace(before, words=f"{before.words},{part.name or ''}{part.words}")
            reading = _read(part, at, timezone)
        found.append((part, reading))
    return tuple(reading for _, reading in found) or (SigReading(None, problems=(RegimenProblem.HOW_OFTEN,)),)


def _as_written(part: DrugPart, said: str, text: str) -> DrugPart:
    """The part with its name in the letters of the text: 维生素D, not 维生素d."""
    place = -1 if part.name is None else said.find(part.name)
    return part if place < 0 or part.name is None else replace(part, name=text[place : place + len(part.name)])


def _read(part: DrugPart, at: datetime, timezone: ZoneInfo) -> SigReading:
    """The words of one drug."""
    drug = part.name
    try:
        readings = read_phases(part.words, at, timezone, named=drug is not None)
        drug = drug or _swallowed(readings[0][0], part.words)
        phases = tuple(tuple(_regimen(one, drug or "") for one in phase) for phase in readings)
    except PhasesRefused as refused:
        return SigReading(drug, problems=refused.problems, note=part.remark)
    except TimingError:
        return SigReading(drug, problems=(RegimenProblem.UNSUPPORTED,), note=part.remark)
    if fault := fault_of(phases, at, timezone):
        return SigReading(drug, problems=(fault,), note=part.remark)
    strength = next((one.strength for phase in readings for one in phase if one.strength), None)
    notes = dict.fromkeys(note for note in (part.remark, *(one.note for one in readings[0])) if note)
    return SigReading(drug, strength, phases, note="，".join(notes) or None)


def _swallowed(reading: RegimenReading, words: str) -> str | None:
    """The name after a verb of taking (每天早上8点吃某药). Other words without a dose are no order."""
    if reading.drug and re.search(rf"(?:吃|服用?|用|喝|含|涂|喷|滴|打|注射){re.escape(reading.drug)}", words):
        return reading.drug
    if reading.drug and reading.dose is None:
        raise PhasesRefused(RegimenProblem.UNREAD)
    return None


def _regimen(reading: RegimenReading, drug: str) -> Regimen:
    if reading.timing is None:
        raise PhasesRefused(RegimenProblem.UNREAD)
    return Regimen(drug, None, reading.dose, reading.timing, reading.note, reading.route, reading.most_a_day)
