"""What must be minded with a medicine: its rule in the book, as its regimen keeps it."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bot.habits import Habits
from bot.regimens import Care
from knowledge.dosing_rules import DosingRule
from knowledge.library import Library
from schedules.due import due_times
from schedules.lateness import LateRule
from schedules.timing import PeriodUnit, Timing

_LOOKED_AT: Final = timedelta(days=15)
"""Two weeks and a day: two doses of every rhythm up to a fortnight."""


def rule_of(library: Library, drug_id: str | None) -> DosingRule:
    """The rule of a medicine; the usual one for a medicine that the book does not hold."""
    drug = library.drugs.get(drug_id or "")
    return library.dosing.of(drug) if drug is not None else library.dosing.default


def care_of(library: Library, drug_id: str | None, timing: Timing, at: datetime, habits: Habits) -> Care:
    """Late rule, least gap, whether it is critical. `timing` is anchored.

    Of two gaps, the book's and the one said with the medicine, the longer counts; a plan whose doses lie closer is
    taken as it is: who ordered it knows why.
    """
    rule = rule_of(library, drug_id)
    gap = max(rule.least_gap, _said_gap(timing))
    due = list(due_times(timing, at, at + _LOOKED_AT, habits.day_plan, habits.timezone))
    gap = min([gap, *(later - earlier for earlier, later in pairwise(due))])
    return Care(LateRule.read(rule.late_code), gap or None, rule.critical)


def _said_gap(timing: Timing) -> timedelta:
    by_hours = timing.as_needed and timing.period_unit is PeriodUnit.HOUR
    return timedelta(minutes=int(timing.period * 60)) if by_hours else timedelta()
