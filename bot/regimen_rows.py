"""A regimen and its doses as values, and as rows of the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from schedules.doses import Outcome
from schedules.timing import Timing

ACTIVE, STOPPED = "active", "stopped"


@dataclass(frozen=True, slots=True)
class Regimen:
    """What a person takes, and when."""

    id: str
    person: str
    conversation: str  # where its reminders go
    drug: str  # as the person named it
    drug_id: str | None  # id in the knowledge, when it is known there
    dose: str  # as said (`一片`), empty when not said
    timing: Timing  # anchored: a course has its start
    starts_at: datetime  # UTC; nothing is due before
    status: str = ACTIVE


@dataclass(frozen=True, slots=True)
class DueDose:
    """One dose with all that a reminder of it needs."""

    id: str
    regimen: str
    person: str
    conversation: str
    drug: str
    drug_id: str | None
    dose: str
    due_at: datetime  # UTC
    planned_at: datetime  # UTC; earlier than due_at when it was put off
    outcome: Outcome | None = None  # None while open
    reminded_at: datetime | None = None  # UTC


@dataclass(frozen=True, slots=True)
class Settled:
    """How a dose ended."""

    dose: DueDose  # as it stands now
    changed: bool  # False: it had ended before, its first outcome stays
    again_at: datetime | None = None  # UTC; when it will be reminded again, if it was put off


def regimen_of(row: Row[Any]) -> Regimen:
    """The regimen of a row."""
    timing = Timing.from_fhir(row.timing)
    return Regimen(
        row.id, row.person, row.conversation, row.drug, row.drug_id, row.dose, timing, row.starts_at, row.status
    )


def due_dose_of(row: Row[Any]) -> DueDose:
    """The dose of a row of `doses` joined with its regimen."""
    return DueDose(
        row.id,
        row.regimen,
        row.person,
        row.conversation,
        row.drug,
        row.drug_id,
        row.dose,
        row.due_at,
        row.planned_at,
        Outcome(row.outcome) if row.outcome else None,
        row.reminded_at,
    )


def row_of(clinic: str, regimen: Regimen, at: datetime) -> dict[str, Any]:
    """A new regimen's row; nothing of it is laid out yet."""
    return {
        "clinic": clinic,
        "id": regimen.id,
        "person": regimen.person,
        "conversation": regimen.conversation,
        "drug": regimen.drug,
        "drug_id": regimen.drug_id,
        "dose": regimen.dose,
        "timing": regimen.timing.to_fhir(),
        "status": regimen.status,
        "starts_at": regimen.starts_at,
        "queued_until": regimen.starts_at,
        "created_at": at,
    }
