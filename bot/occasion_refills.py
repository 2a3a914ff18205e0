"""A medicine runs out: said once for each count, while enough open days remain to get more of it.

The occasion is noted when the doses are laid out (occasion_rows.note_stocks). Until it is time it only looks again,
ever closer; what is taken meanwhile is reckoned by bot.stocks.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import occasion_words as words
from bot.dose_tables import regimens
from bot.messages import Button, Kind, Reply
from bot.occasion_rows import Occasion, Status
from bot.occasions import Next
from bot.plan_rows import DaysLeft
from bot.stocks import days_left
from knowledge.clinic import Clinic
from schedules.clock import instant, local
from schedules.follow_ups import ASKED_AT
from schedules.holidays import holiday_on
from schedules.refill import last_chance, look_again_on, refill_on

StockOf = Callable[[AsyncConnection, str, str, datetime], Awaitable[Sequence[DaysLeft]]]
"""What a person (clinic, person, now) has left, within a transaction."""


@dataclass(frozen=True, slots=True)
class Refills:
    """`body` is empty: the subject is the regimen, the time that of the count."""

    weekdays_closed: Callable[[], Collection[int]]  # 0 Monday … 6 Sunday: nobody of the clinic sees patients
    stock: StockOf = days_left

    async def look(
        self, connection: AsyncConnection, clinic: str, found: Sequence[Occasion], at: datetime
    ) -> Sequence[Next]:
        """One message for all medicines of one person that run out."""
        today, counted = local(at).date(), await _counted_at(connection, clinic, found)
        if local(at).time() < ASKED_AT:
            return [Next(replace(each, next_at=_morning(today))) for each in found]
        left = {person: await self._left(connection, clinic, person, at) for person in {one.person for one in found}}
        outcome, telling = [], defaultdict[str, list[tuple[Occasion, DaysLeft]]](list)
        for each in found:
            mine = left[each.person].get(each.subject)
            if mine is None or at >= each.until or counted.get(each.subject) != each.due_at:
                outcome.append(Next(replace(each, status=Status.CANCELLED, next_at=None)))
            elif (again := self._look_again(mine, today)) is not None:
                outcome.append(Next(replace(each, next_at=_morning(again))))
            else:
                telling[each.conversation].append((each, mine))
        for together in telling.values():
            outcome += self._told(together, at)
        return outcome

    async def _left(
        self, connection: AsyncConnection, clinic: str, person: str, at: datetime
    ) -> Mapping[str, DaysLeft]:
        return {one.regimen: one for one in await self.stock(connection, clinic, person, at)}

    def _look_again(self, left: DaysLeft, today: date) -> date | None:
        """The day to look again; None: it is time to speak."""
        if left.enough or left.days is None:
            return today + timedelta(days=1)
        wanted = refill_on(self._last_day(left, today), self._is_closed)
        return look_again_on(today, wanted) if wanted > today else None

    def _told(self, together: Sequence[tuple[Occasion, DaysLeft]], at: datetime) -> Sequence[Next]:
        (first, _), *others = together
        today = local(at).date()
        said = "\n".join([*(self._words(left, today) for _, left in together), words.REFILL_BUY, words.REFILL_NOTE])
        drug = {"drug": together[0][1].drug}
        buttons = (
            Button(words.REGISTER, say=words.REGISTER_SAID),
            Button(words.BOUGHT, command="refill_bought", args=drug),
            Button(words.SEEN, command="occasion_seen"),
        )
        told = [
            replace(each, status=Status.TOLD, next_at=None, told_at=at) for each in (first, *(o for o, _ in others))
        ]
        return [Next(told[0], Reply(said, buttons, kind=Kind.REMINDER)), *map(Next, told[1:])]

    def _words(self, left: DaysLeft, today: date) -> str:
        last_day = self._last_day(left, today)
        if not left.days:
            return words.REFILL_NONE.format(drug=left.drug)
        amount = f"{left.left.normalize():f}{left.unit or ''}"
        said = words.REFILL.format(drug=left.drug, left=amount, days=left.days, day=words.day(last_day))
        span = [today + timedelta(days=n) for n in range((last_day - today).days + 1)]
        closed = words.closed_days([one for one in span if self._is_closed(one)], holiday_on)
        if not closed:
            return said
        chance = words.day(max(last_chance(last_day, self._is_closed), today))
        return said + words.REFILL_CLOSED.format(closed=closed, chance=chance)

    def _last_day(self, left: DaysLeft, today: date) -> date:
        return left.last_day or today

    def _is_closed(self, day: date) -> bool:
        return day.weekday() in self.weekdays_closed() or holiday_on(day) is not None


def weekdays_closed(clinic: Clinic) -> Collection[int]:
    """Weekdays (0 Monday) on which no doctor of the clinic sees patients: nobody prescribes then."""
    return set(range(7)) - {session.weekday for doctor in clinic.doctors for session in doctor.timetable}


async def _counted_at(
    connection: AsyncConnection, clinic: str, found: Sequence[Occasion]
) -> Mapping[str, datetime | None]:
    mine = regimens.c.id.in_({each.subject for each in found})
    query = select(regimens.c.id, regimens.c.stock_at).where(regimens.c.clinic == clinic, mine)
    return {row.id: row.stock_at for row in await connection.execute(query)}


def _morning(day: date) -> datetime:
    return instant(day, ASKED_AT)
