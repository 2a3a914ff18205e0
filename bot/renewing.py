"""Laying out anew what lies ahead after a change of the plan.

Nobody is called too soon after a taking: who took the dose of eight o'clock and moves the plan to nine is not reminded
at nine again. A dose that was told of stays open, unless another takes its place.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, delete, false, func, or_, select, update

from bot.dose_tables import doses, occasions, regimens
from bot.drafting import Draft
from bot.habits import Habits, habits_of
from bot.laying import AHEAD, NEVER, dose_row, insert_doses, lay_out_rows, note_ahead
from bot.regimen_rows import ACTIVE
from bot.reminding import HORIZON
from bot.settling import end_open, is_over, late_after
from schedules.doses import Outcome, next_due
from schedules.lateness import SLACK
from schedules.timing import Timing, TimingError

LOOK_BACK = timedelta(days=100)  # further back no taking matters, not even of what is taken once a quarter
CATCH_UP = timedelta(hours=24)  # no further back a moved plan looks for a dose that has just gone by
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)
ENDED = (Outcome.TAKEN.value, Outcome.SKIPPED.value, Outcome.MISSED.value, Outcome.UNDELIVERABLE.value)


async def renew(draft: Draft, which: Collection[str], habits: Habits, *, moved: bool) -> None:
    """Lay out anew what lies ahead of these regimens, by these habits. `moved`: at other times than before."""
    rows = [row for row in await draft.now(which) if row.status == ACTIVE]
    fixed = [row for row in rows if row.after is None]
    await _clear_ahead(draft, [row.id for row in rows if row.after in (None, row.id)])
    stay = await draft.unsettled([row.id for row in fixed])
    since = await (_since(draft, fixed, habits) if moved else soonest(draft, fixed, habits, moved=False))
    earliest = datetime.min.replace(tzinfo=UTC) if moved else draft.at
    for row in fixed:
        await _reset(draft, row.id, max(earliest, since.get(row.id, draft.at)))
    until = draft.at + HORIZON
    ready = [row for row in await draft.now([row.id for row in fixed]) if row.queued_until < until]
    await lay_out_rows(draft.connection, draft.clinic, ready, until)
    for row in rows:
        if row.after == row.id:
            await _renew_chain(draft, row, habits.timezone)
        elif row.after is not None:
            await _open_again(draft, row)
    if moved:
        await _replace_carried(draft, fixed, stay.values())
        await _leave_out_late(draft, [row.id for row in fixed], stay)
    await tidy(draft, which)


async def _since(draft: Draft, rows: Sequence[Row[Any]], habits: Habits) -> Mapping[str, datetime]:
    """From when on the moved plan counts, by regimen: from now, but not too soon after the last taking.

    Further back where nothing was due for half of an interval: the dose of a time that has just gone by is not lost.
    Who moves eight o'clock to seven at half past seven is reminded at once.
    """
    floors = await soonest(draft, rows, habits, moved=True)
    last_due = await _last_due(draft, rows)
    found = {}
    for row in rows:
        gone_by, last = draft.at - CATCH_UP, last_due.get(row.id)
        if row.paused_from is not None:
            gone_by = draft.at
        elif last is not None:
            half = half_interval(draft, row, habits, last)
            gone_by = max(gone_by, last.planned_at + half if last.outcome is not None else draft.at)
        found[row.id] = max(min(gone_by, draft.at), row.starts_at, floors.get(row.id, row.starts_at))
    return found


async def _last_due(draft: Draft, rows: Sequence[Row[Any]]) -> Mapping[str, Row[Any]]:
    """The last dose of each regimen that was due by now."""
    mine = and_(doses.c.clinic == draft.clinic, doses.c.regimen.in_([row.id for row in rows]))
    near = and_(doses.c.planned_at <= draft.at, doses.c.due_at > draft.at - LOOK_BACK)
    found = await draft.connection.execute(select(doses).where(mine, near).order_by(doses.c.planned_at, doses.c.due_at))
    return {row.regimen: row for row in found}


async def _leave_out_late(draft: Draft, which: Collection[str], stay: Collection[str]) -> None:
    """Doses of the moved plan that would have been due before, and are too late now, have never been planned."""
    late = and_(doses.c.outcome.is_(None), doses.c.round.is_(None), doses.c.late_until <= draft.at)
    new = and_(doses.c.regimen.in_(which), doses.c.id.not_in(list(stay)))
    await draft.connection.execute(delete(doses).where(doses.c.clinic == draft.clinic, late, new))


async def _open_again(draft: Draft, row: Row[Any]) -> None:
    """Doses of a regimen tied to another's taking: what a pause had cancelled ahead is due again outside of it."""
    cancelled = and_(doses.c.outcome == Outcome.CANCELLED.value, doses.c.round.is_(None), doses.c.due_at > draft.at)
    mine = and_(doses.c.clinic == draft.clinic, doses.c.regimen == row.id, cancelled)
    paused = (
        and_(doses.c.due_at >= row.paused_from, doses.c.due_at < row.paused_until)
        if row.paused_from is not None
        else false()
    )
    await draft.connection.execute(update(doses).where(mine, ~paused).values(outcome=None, outcome_at=None))


async def soonest(
    draft: Draft, rows: Sequence[Row[Any]], habits: Habits, *, moved: bool, since: datetime | None = None
) -> Mapping[str, datetime]:
    """Before when no next dose may come, by regimen: the least gap after its last taking and, where the plan was
    moved, half of the usual interval. `since`: only what was taken later than this counts.
    """
    taken = await _takings(draft)
    everything = await draft.now({*draft.rows, *(row.id for row in rows)})
    floors = {}
    for row in rows:
        before = _before(row, everything) if row.id not in taken else None
        latest = taken.get(before.id if before is not None else row.id)
        if latest is not None and (since is None or latest.outcome_at > since):
            gap = timedelta(minutes=row.least_gap or 0)
            half = half_interval(draft, row, habits, latest) if moved else timedelta()
            floors[row.id] = latest.outcome_at + max(gap, half)
    return floors


def half_interval(draft: Draft, row: Row[Any], habits: Habits, dose: Row[Any]) -> timedelta:
    """Half of the time from a dose to its next one, by the plan as it was or as it is, whichever is shorter."""
    old = draft.rows.get(row.id, row)
    was = usual_interval(old, draft.habits, dose.planned_at)
    first = _next(row, habits, dose.outcome_at or dose.planned_at)
    will_be = usual_interval(row, habits, first) if first is not None else None
    return min((gap for gap in (was, will_be) if gap is not None), default=timedelta()) / 2


def usual_interval(row: Row[Any], habits: Habits, due_at: datetime) -> timedelta | None:
    """From a dose to the next one of a row of `regimens`; None when there is none."""
    if row.after is not None:
        return timedelta(minutes=row.after_minutes)
    following = _next(row, habits, due_at)
    return following - due_at if following is not None else None


async def coming(draft: Draft, which: Collection[str]) -> datetime | None:
    """When the first dose of these regimens that nobody was told of is due, further ahead than is laid out too.

    None: never. Not after now: it is told of with the next beat.
    """
    mine = and_(doses.c.clinic == draft.clinic, doses.c.regimen.in_(which), doses.c.outcome.is_(None))
    query = select(func.min(doses.c.due_at)).where(mine, or_(doses.c.round.is_(None), doses.c.due_at > draft.at))
    first: datetime | None = (await draft.connection.execute(query)).scalar_one()
    if first is not None:
        return first
    habits = (await habits_of(draft.connection, draft.clinic, [draft.person])).get(draft.person, draft.habits)
    rows = [row for row in await draft.now(which) if row.status == ACTIVE and row.after is None]
    since = [(row, max(draft.at, row.queued_until, row.starts_at, row.paused_until or draft.at)) for row in rows]
    ahead = [_next(row, habits, start - MICROSECOND) for row, start in since if start < NEVER]
    return min((each for each in ahead if each is not None), default=None)


async def tidy(draft: Draft, which: Collection[str]) -> None:
    """Of one regimen an earlier dose ends before the next one is due; what is told ahead is told of these doses."""
    by_regimen: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in (await draft.unsettled(which)).values():
        if row.outcome is None:
            by_regimen[row.regimen].append(row)
    for found in by_regimen.values():
        for one, following in pairwise(found):
            latest = following.due_at - min(SLACK, (following.due_at - one.due_at) / 2)
            if one.late_until > latest:
                this = and_(doses.c.clinic == draft.clinic, doses.c.id == one.id)
                await draft.connection.execute(update(doses).where(this).values(late_until=max(latest, one.due_at)))
    await _renew_notices(draft, which, [row for found in by_regimen.values() for row in found])


async def _renew_notices(draft: Draft, which: Collection[str], found: Sequence[Row[Any]]) -> None:
    waiting = and_(occasions.c.kind == AHEAD, occasions.c.status == "waiting", occasions.c.subject.in_(which))
    await draft.connection.execute(delete(occasions).where(occasions.c.clinic == draft.clinic, waiting))
    untold = [dict(row._mapping) for row in found if row.round is None and row.due_at > draft.at]
    await note_ahead(draft.connection, draft.clinic, await draft.now(which), untold)


async def _clear_ahead(draft: Draft, which: Collection[str]) -> None:
    """Remove what was only planned: nobody was told of it, nobody put it off."""
    planned = and_(doses.c.round.is_(None), doses.c.due_at > draft.at, doses.c.planned_at == doses.c.due_at)
    free = or_(doses.c.outcome.is_(None), doses.c.outcome == Outcome.CANCELLED.value)
    mine = and_(doses.c.clinic == draft.clinic, doses.c.regimen.in_(which), planned, free)
    await draft.connection.execute(delete(doses).where(mine))


async def _reset(draft: Draft, regimen: str, since: datetime) -> None:
    this = and_(regimens.c.clinic == draft.clinic, regimens.c.id == regimen)
    await draft.connection.execute(update(regimens).where(this).values(queued_until=since))


async def _renew_chain(draft: Draft, row: Row[Any], zone: ZoneInfo) -> None:
    """The one coming dose of a regimen that is counted from its own last taking."""
    mine = and_(doses.c.clinic == draft.clinic, doses.c.regimen == row.id)
    query = select(doses).where(mine, or_(doses.c.outcome.is_(None), doses.c.outcome.in_(ENDED)))
    found = list(await draft.connection.execute(query.order_by(doses.c.due_at.desc()).limit(1)))
    if found and found[0].outcome is None:
        return
    gap = timedelta(minutes=row.after_minutes)
    due_at = row.starts_at
    if found:
        due_at = (found[0].outcome_at if found[0].outcome == Outcome.TAKEN.value else found[0].planned_at) + gap
    due_at = max(due_at, draft.at)
    if row.paused_from is not None and row.paused_from <= due_at < row.paused_until:
        due_at = row.paused_until
    await _reset(draft, row.id, NEVER)  # it has begun: laying out would begin it once more
    if not is_over(row, due_at, zone):
        await insert_doses(draft.connection, [dose_row(row, due_at, late_after(row, due_at, gap, zone))])


async def _replace_carried(draft: Draft, rows: Sequence[Row[Any]], stay: Collection[Row[Any]]) -> None:
    """Doses that stayed, of which a new one takes the place: nearer than half of the usual interval."""
    found = (await draft.unsettled([row.id for row in rows])).values()
    for row in rows:
        planned = [dose for dose in found if dose.regimen == row.id and _is_planned(dose, draft.at)]
        for dose in stay:
            if dose.regimen != row.id or dose.outcome is not None:
                continue
            half = (usual_interval(draft.rows.get(row.id, row), draft.habits, dose.planned_at) or timedelta()) / 2
            if any(abs(other.due_at - dose.planned_at) < half for other in planned):
                await end_open(draft.connection, draft.clinic, doses.c.id == dose.id, Outcome.SNOOZED, draft.at)


def _is_planned(dose: Row[Any], at: datetime) -> bool:
    return dose.outcome is None and dose.round is None and dose.due_at > at and dose.planned_at == dose.due_at


async def _takings(draft: Draft) -> Mapping[str, Row[Any]]:
    """The last taking of each regimen of the person."""
    taken = and_(doses.c.outcome == Outcome.TAKEN.value, doses.c.due_at > draft.at - LOOK_BACK)
    mine = and_(doses.c.clinic == draft.clinic, doses.c.person == draft.person, taken)
    found = await draft.connection.execute(select(doses).where(mine).order_by(doses.c.outcome_at))
    return {row.regimen: row for row in found}


def _before(row: Row[Any], rows: Sequence[Row[Any]]) -> Row[Any] | None:
    """The regimen that this one took the place of; None where several of one drug changed places."""
    alike = [one for one in rows if (one.drug_id or one.drug) == (row.drug_id or row.drug)]
    old = [one for one in alike if one.id != row.id and _ends(one) == row.starts_at]
    new = [one for one in alike if one.starts_at == row.starts_at]
    return old[0] if len(old) == len(new) == 1 else None


def _ends(row: Row[Any]) -> datetime | None:
    """When a row of `regimens` made place for another."""
    if row.stopped_at is not None:
        return cast(datetime, row.stopped_at)
    end = Timing.from_fhir(row.timing).end
    return end + MINUTE if isinstance(end, datetime) else None


def _next(row: Row[Any], habits: Habits, after: datetime) -> datetime | None:
    try:
        return next_due(Timing.from_fhir(row.timing), after, habits.day_plan, habits.timezone)
    except TimingError:
        return None  # it is reported where doses are laid out, and must not keep the others from being changed
