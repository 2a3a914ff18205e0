"""Changing the plan: paused, moved, changed, stopped, taken back.

Every change is one transaction: the rows as they were go into the journal, the regimens change, and what lies ahead is
laid out anew. A dose that was told of stays until it is answered or another takes its place.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select, update

from bot import as_needed, journal
from bot.changing_dose import another_dose
from bot.db import Databases
from bot.dose_tables import doses, regimens
from bot.drafting import Draft
from bot.errors import NotFound
from bot.habits import Habits, keep_habits
from bot.moving import lay_out_day, move_all, move_one, of_day
from bot.plan_rows import Change, Changed, DaysLeft, PlanRefused, Taken, Undone
from bot.regimen_rows import STOPPED, due_dose_of
from bot.renewing import coming, renew, tidy
from bot.settling import end_open, with_regimen
from bot.stocks import days_left
from bot.undoing import take_back
from schedules.doses import Outcome
from schedules.shifting import shifted_timing
from schedules.timing import PeriodUnit, Timing, TimingError

__all__ = ["Change", "Changed", "DaysLeft", "PlanRefused", "Plans", "Taken", "Undone"]


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of all people.

    Raises StoreUnavailable; NotFound for what is not the person's; PlanRefused with words for the person.
    """

    databases: Databases

    async def pause(
        self, clinic: str, person: str, at: datetime, until: datetime, regimens: Sequence[str] | None = None
    ) -> Changed:
        """Nothing is due until `until`; None: the whole plan. Open doses before it are cancelled."""
        if until <= at:
            raise PlanRefused("暂停要到以后的某个时间")
        async with self._draft(clinic, person, at) as draft:
            which = draft.chosen(regimens)
            before = await journal.look(draft, which)
            await _set(draft, which, paused_from=at, paused_until=until)
            within = and_(doses.c.regimen.in_(which), doses.c.due_at < until)
            await end_open(draft.connection, clinic, within, Outcome.CANCELLED, at)
            await renew(draft, which, draft.habits, moved=False)
            return await _done(before, Change.PAUSED, renewed=True)

    async def resume(self, clinic: str, person: str, at: datetime, regimens: Sequence[str] | None = None) -> Changed:
        """End a pause early: what lies ahead is due again."""
        async with self._draft(clinic, person, at) as draft:
            paused = [key for key in draft.chosen(regimens) if (draft.rows[key].paused_until or at) > at]
            if not paused:
                raise PlanRefused("提醒没有暂停")
            before = await journal.look(draft, paused)
            await _set(draft, paused, paused_from=None, paused_until=None)
            await renew(draft, paused, draft.habits, moved=False)
            return await _done(before, Change.RESUMED, renewed=True)

    async def retime(self, clinic: str, person: str, regimen: str, timing: Timing, at: datetime) -> Changed:
        """Give one regimen another timing from now on; a course that has no start yet begins now."""
        async with self._draft(clinic, person, at) as draft:
            draft.chosen([regimen])
            before = await journal.look(draft, [regimen])
            await _set(draft, [regimen], **_timed(draft, regimen, timing.anchored(at)))
            await renew(draft, [regimen], draft.habits, moved=True)
            return await _done(before, Change.RETIMED, renewed=True)

    async def shift(
        self, clinic: str, person: str, minutes: int, at: datetime, day: date | None = None,
        regimens: Sequence[str] | None = None,
    ) -> Changed:  # fmt: skip
        """Everything so much later (negative: earlier): the open doses of one day of the person's, or from now on."""
        async with self._draft(clinic, person, at) as draft:
            which = draft.chosen(regimens)
            if day is None:
                return await _shift_plan(draft, which, minutes)
            await lay_out_day(draft, which, day)
            before = await journal.look(draft, which)
            found = of_day(draft, list(before.doses.values()), day)
            if not found:
                raise PlanRefused("那天没有还没吃的药")
            await move_all(draft, found, minutes)
            await tidy(draft, which)
            return await _done(before, Change.SHIFTED)

    async def move_dose(self, clinic: str, person: str, dose: str, to: datetime, at: datetime) -> Changed:
        """One open dose at another time: the old one ends as put off into the new one."""
        async with self._draft(clinic, person, at) as draft:
            mine = and_(doses.c.clinic == clinic, doses.c.id == dose, doses.c.person == person)
            row = (await draft.connection.execute(select(doses).where(mine).with_for_update())).one_or_none()
            if row is None:
                raise NotFound("no such dose")
            before = await journal.look(draft, [row.regimen])
            await move_one(draft, row, to)
            await tidy(draft, [row.regimen])
            return await _done(before, Change.MOVED)

    async def change_dose(
        self, clinic: str, person: str, regimen: str, dose: str, from_at: datetime, at: datetime
    ) -> Changed:
        """Another amount from `from_at` on: the old regimen ends before, a new one begins and takes over the rest."""
        async with self._draft(clinic, person, at) as draft:
            draft.chosen([regimen])
            tied = [row.id for row in draft.rows.values() if row.after == regimen and row.id != regimen]
            before = await journal.look(draft, [regimen, *tied])
            new = await another_dose(draft, draft.rows[regimen], dose, max(from_at, at))
            await renew(draft, [regimen, new], draft.habits, moved=False)
            return await _done(before, Change.DOSE_CHANGED, new=[new], renewed=True)

    async def stop(self, clinic: str, person: str, regimens: Sequence[str], at: datetime) -> Changed:
        """Stop regimens, with all steps of their plans; their open doses are cancelled."""
        async with self._draft(clinic, person, at) as draft:
            which = draft.chosen(regimens)
            before = await journal.look(draft, which)
            await _set(draft, which, status=STOPPED, stopped_at=at)
            await end_open(draft.connection, clinic, doses.c.regimen.in_(which), Outcome.CANCELLED, at)
            return await _done(before, Change.STOPPED, renewed=True)

    async def set_habits(self, clinic: str, person: str, habits: Habits, at: datetime) -> Changed:
        """Another day, time zone or quiet hours: what lies ahead is laid out by them."""
        async with self._draft(clinic, person, at) as draft:
            which = draft.chosen(None)
            before = await journal.look(draft, which, own_day=True)
            await keep_habits(draft.connection, clinic, person, habits)
            old = draft.habits
            moved = (habits.day_plan, habits.timezone.key) != (old.day_plan, old.timezone.key)
            if moved:
                await renew(draft, which, habits, moved=True)
            return await _done(before, Change.HABITS, renewed=moved)

    async def undo(self, clinic: str, person: str, at: datetime) -> Undone | None:
        """Take back the last change or settled doses of 30 minutes; again: the one before. None: there is none."""
        async with self._draft(clinic, person, at) as draft:
            entry = await journal.last(draft)
            if entry is None:
                return None
            await take_back(draft, entry)
            scope = [*entry.scope, *entry.new]
            again = with_regimen(clinic, doses.c.id.in_(entry.ended), doses.c.outcome.is_(None))
            found = await draft.connection.execute(again.order_by(doses.c.due_at, doses.c.id))
            now = await draft.regimens_now(scope)
            next_due = await coming(draft, scope)
            return Undone(entry.what, entry.at, now, tuple(due_dose_of(row) for row in found), next_due)

    async def count_stock(self, clinic: str, person: str, regimen: str, left: Decimal, at: datetime) -> None:
        """The person counted what is left of a medicine, in the unit of its dose."""
        if not left.is_finite() or left < 0:
            raise PlanRefused("剩余数量要是0或正数")
        async with self._draft(clinic, person, at) as draft:
            draft.chosen([regimen])
            before = await journal.look(draft, [regimen])
            await _set(draft, [regimen], stock=str(left), stock_at=at)
            await journal.note(before, Change.COUNTED)

    async def stock(self, clinic: str, person: str, at: datetime) -> Sequence[DaysLeft]:
        """How long each counted medicine lasts; medicines that nobody counted are left out."""
        async with self.databases.of(clinic).read() as connection:
            return await days_left(connection, clinic, person, at)

    async def take_as_needed(
        self, clinic: str, person: str, regimen: str, at: datetime, *, same: Sequence[str] = (), already: bool = False
    ) -> Taken:
        """Note a taking as needed at `at`, unless it is too soon.

        Takings of all the person's regimens with the same drug count together, and of those in `same` (of the same
        ingredient). `already`: it was swallowed before anybody asked; it is noted in any case.
        """
        async with self._draft(clinic, person, at) as draft:
            row = as_needed.regimen_as_needed(draft, regimen)
            found = await as_needed.may_take(draft, row, same)
            if found.too_soon and not already:
                return found
            before = await journal.look(draft, [regimen])
            noted = await as_needed.write_taking(draft, row)
            await journal.note(before, Change.AS_NEEDED, made=[noted])
            return await as_needed.taken(draft, row, same, noted, too_soon=found.too_soon)

    async def may_take(
        self, clinic: str, person: str, regimen: str, at: datetime, *, same: Sequence[str] = ()
    ) -> Taken:
        """What `take_as_needed` would answer; nothing is noted."""
        async with self._draft(clinic, person, at) as draft:
            return await as_needed.may_take(draft, as_needed.regimen_as_needed(draft, regimen), same)

    @asynccontextmanager
    async def _draft(self, clinic: str, person: str, at: datetime) -> AsyncIterator[Draft]:
        async with self.databases.of(clinic).begin() as connection:
            yield await Draft.begun(connection, clinic, person, at)


async def _shift_plan(draft: Draft, which: Sequence[str], minutes: int) -> Changed:
    before = await journal.look(draft, which)
    for key in which:
        row, habits = draft.rows[key], draft.habits
        if row.after is not None:
            continue
        try:
            new = shifted_timing(Timing.from_fhir(row.timing), minutes, draft.at, habits.day_plan, habits.timezone)
        except TimingError as error:
            raise PlanRefused(f"{row.drug}：{error}") from error
        await _set(draft, [key], timing=new.to_fhir())
    by_the_clock = [key for key in which if draft.rows[key].after is None]
    await renew(draft, by_the_clock, draft.habits, moved=True)
    tied = [row for row in before.doses.values() if row.regimen not in by_the_clock and row.outcome is None]
    await move_all(draft, tied, minutes)
    await tidy(draft, which)
    return await _done(before, Change.SHIFTED, renewed=True)


def _timed(draft: Draft, regimen: str, timing: Timing) -> dict[str, Any]:
    """The columns of another timing; what was counted from the last taking stays so when it is said in hours."""
    row = draft.rows[regimen]
    counted = row.after == regimen and timing.period_unit is PeriodUnit.HOUR and not timing.as_needed
    minutes = int(timing.period * 60) if counted else None
    return {"timing": timing.to_fhir(), "after": regimen if counted else None, "after_minutes": minutes}


async def _set(draft: Draft, which: Collection[str], **values: Any) -> None:
    mine = and_(regimens.c.clinic == draft.clinic, regimens.c.id.in_(which))
    await draft.connection.execute(update(regimens).where(mine).values(values))


async def _done(before: journal.Before, what: Change, *, new: Collection[str] = (), renewed: bool = False) -> Changed:
    """Keep the change in the journal, and say what it brought."""
    draft = before.draft
    await journal.note(before, what, new=new, renewed=renewed)
    scope = [*before.scope, *new]
    were_open = [(row.regimen, row.due_at) for row in before.doses.values() if row.outcome is None]
    cancelled = and_(doses.c.outcome == Outcome.CANCELLED.value, doses.c.regimen.in_(scope))
    query = select(doses.c.regimen, doses.c.due_at).where(doses.c.clinic == draft.clinic, cancelled)
    since = min((due_at for _, due_at in were_open), default=draft.at)
    found = {(row.regimen, row.due_at) for row in await draft.connection.execute(query.where(doses.c.due_at >= since))}
    gone = sum(1 for each in were_open if each in found)
    return Changed(what, await draft.regimens_now(scope), gone, await coming(draft, scope))
