"""Records made by hand: regimens and doses with the outcomes that a test wants."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.record import Record, SentReminder, last_weeks
from bot.regimen_rows import DueDose, Regimen
from schedules.clock import SHANGHAI, instant
from schedules.doses import Outcome, Reason
from schedules.timing import Timing

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
"""Saturday, 20:00 in Shanghai."""
EIGHT, NINE_PM = time(8), time(21)


def regimen(number: int, drug: str, *clocks: time, dose: str = "1片", ordered_by: str | None = None) -> Regimen:
    """A regimen at clock times, set sixty days ago."""
    timing = Timing(time_of_day=clocks or (EIGHT,))
    starts = AT - timedelta(days=60)
    return Regimen(f"r{number}", "p1", "c1", drug, None, dose, timing, starts, ordered_by=ordered_by)


def dose(
    of: Regimen,
    day: date,
    clock: time = EIGHT,
    outcome: Outcome | None = Outcome.TAKEN,
    after: int = 5,
    reason: Reason | None = None,
    timezone: ZoneInfo = SHANGHAI,
) -> DueDose:
    """One dose on a day of the person; it ended `after` minutes after it was due."""
    due = instant(day, clock, timezone)
    ended = due + timedelta(minutes=after) if outcome else None
    late = due + timedelta(hours=6)
    name = f"{of.id}-{due:%m%d%H%M}"
    return DueDose(name, of.id, of.person, "c1", of.drug, of.drug_id, of.dose, due, due, late, outcome, ended, reason)


def days_back(*numbers: int) -> Sequence[date]:
    """Days so many days before the Saturday of `AT`."""
    return [date(2026, 11, 21) - timedelta(days=number) for number in numbers]


def record(
    regimens: Iterable[Regimen], doses: Iterable[DueDose], messages: Iterable[SentReminder] = (), weeks: int = 4
) -> Record:
    """A record of the last weeks."""
    since, until = last_weeks(AT, weeks)
    in_order = tuple(sorted(doses, key=lambda one: one.due_at))
    return Record("p1", "杏林示范医院", since, until, AT, tuple(regimens), in_order, tuple(messages))


def four_weeks(drug: str = "缬沙坦", missed: Iterable[int] = (), clock: time = EIGHT) -> Record:
    """One drug once a day for 28 days, all taken but those of the days given."""
    one, out = regimen(1, drug, clock), set(missed)
    outcomes = {number: Outcome.MISSED if number in out else Outcome.TAKEN for number in range(28)}
    return record([one], (dose(one, days_back(number)[0], clock, how) for number, how in outcomes.items()))
