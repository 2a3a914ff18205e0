"""A regimen and its doses as values, and as rows of the database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from schedules.doses import Outcome, Reason
from schedules.lateness import USUAL, LateRule
from schedules.timing import Timing

ACTIVE, STOPPED = "active", "stopped"


@dataclass(frozen=True, slots=True)
class Care:
    """What must be minded with a medicine, whoever takes it."""

    late: LateRule = USUAL
    least_gap: timedelta | None = None  # between two takings
    critical: bool = False  # its omission can harm at once: a nurse is told the same day, quiet hours do not count


@dataclass(frozen=True, slots=True)
class After:
    """A dose that follows another: so long after the taking of a regimen; its own id counts from its last taking."""

    regimen: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Stock:
    """What is left of a medicine, counted in the unit of its dose."""

    left: Decimal
    at: datetime  # UTC, of the count; what was taken since is not in it


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
    care: Care = field(default_factory=Care)
    ahead: int | None = None  # minutes: told so long before it is due
    plan: str | None = None  # shared by the steps of one taper
    after: After | None = None
    paused: tuple[datetime, datetime] | None = None  # UTC; first included, last not
    stock: Stock | None = None
    ordered_by: str | None = None  # the nurse who set it; None: the person


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
    late_until: datetime  # UTC; then it ends by itself
    outcome: Outcome | None = None  # None while open
    outcome_at: datetime | None = None  # UTC; of a taking: when it was taken
    reason: Reason | None = None  # why it was skipped
    round: str | None = None  # None until the person was told of it
    critical: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """How a dose ended."""

    dose: DueDose  # as it stands now
    changed: bool  # False: it had ended before, its first outcome stays
    again_at: datetime | None = None  # UTC; when it will be reminded again, if it was put off


def regimen_of(row: Row[Any]) -> Regimen:
    """The regimen of a row."""
    gap = timedelta(minutes=row.least_gap) if row.least_gap else None
    return Regimen(
        row.id, row.person, row.conversation, row.drug, row.drug_id, row.dose, Timing.from_fhir(row.timing),
        row.starts_at, row.status, Care(LateRule.read(row.late), gap, row.critical), row.ahead, row.plan,
        After(row.after, row.after_minutes) if row.after else None,
        (row.paused_from, row.paused_until) if row.paused_from else None,
        Stock(Decimal(row.stock), row.stock_at) if row.stock else None, row.ordered_by,
    )  # fmt: skip


def due_dose_of(row: Row[Any]) -> DueDose:
    """The dose of a row of `doses` joined with its regimen."""
    return DueDose(
        row.id, row.regimen, row.person, row.conversation, row.drug, row.drug_id, row.dose, row.due_at,
        row.planned_at, row.late_until, Outcome(row.outcome) if row.outcome else None, row.outcome_at,
        Reason(row.reason) if row.reason else None, row.round, row.critical,
    )  # fmt: skip


def row_of(clinic: str, regimen: Regimen, at: datetime) -> dict[str, Any]:
    """A new regimen's row; nothing of it is laid out yet."""
    care, after, stock = regimen.care, regimen.after, regimen.stock
    paused_from, paused_until = regimen.paused or (None, None)
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
        "late": care.late.code,
        "least_gap": int(care.least_gap.total_seconds()) // 60 if care.least_gap else None,
        "critical": care.critical,
        "ahead": regimen.ahead,
        "plan": regimen.plan,
        "after": after.regimen if after else None,
        "after_minutes": after.minutes if after else None,
        "paused_from": paused_from,
        "paused_until": paused_until,
        "stock": str(stock.left) if stock else None,
        "stock_at": stock.at if stock else None,
        "ordered_by": regimen.ordered_by,
    }
