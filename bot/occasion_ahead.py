"""A word some time before a dose is due; none of a dose that has ended meanwhile, and none in the quiet hours."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import occasion_words as words
from bot.dose_tables import doses, regimens
from bot.habits import USUAL, habits_of
from bot.messages import Button, Kind, Reply
from bot.occasion_rows import Occasion, Status
from bot.occasions import Next
from bot.regimen_rows import ACTIVE, DueDose, due_dose_of
from bot.reminder_words import line
from bot.settling import with_regimen


@dataclass(frozen=True, slots=True)
class Ahead:
    """`body` is empty: subject and time of the occasion are those of the dose."""

    async def look(
        self, connection: AsyncConnection, clinic: str, found: Sequence[Occasion], at: datetime
    ) -> Sequence[Next]:
        """One message for all doses of one person at one time."""
        open_doses = await _open(connection, clinic, found)
        told = await habits_of(connection, clinic, [each.person for each in found])
        groups: dict[tuple[str, datetime], list[tuple[Occasion, DueDose]]] = defaultdict(list)
        outcome = []
        for each in found:
            dose = open_doses.get((each.subject, each.due_at))
            habits = told.get(each.person, USUAL)
            if at >= each.until:
                outcome.append(_over(each, Status.TOO_LATE))
            elif dose is None or (not dose.critical and habits.quiet.ends_after(at, habits.timezone)):
                outcome.append(_over(each, Status.CANCELLED))
            else:
                groups[each.conversation, each.due_at].append((each, dose))
        for together in groups.values():
            (first, _), *others = together
            outcome.append(Next(_told(first), _reply(together, at)))
            outcome += [Next(replace(_told(each), told_at=at)) for each, _ in others]
        return outcome


async def _open(
    connection: AsyncConnection, clinic: str, found: Sequence[Occasion]
) -> dict[tuple[str, datetime], DueDose]:
    """The open doses that are meant, by regimen and time; of regimens that were not stopped."""
    meant = doses.c.regimen.in_({each.subject for each in found})
    times = doses.c.due_at.between(min(each.due_at for each in found), max(each.due_at for each in found))
    query = with_regimen(clinic, meant, times, doses.c.outcome.is_(None), regimens.c.status == ACTIVE)
    rows = [due_dose_of(row) for row in await connection.execute(query)]
    return {(dose.regimen, dose.due_at): dose for dose in rows}


def _reply(together: Sequence[tuple[Occasion, DueDose]], at: datetime) -> Reply:
    first = together[0][0]
    minutes = max(round((first.due_at - at).total_seconds() / 60), 1)
    said = words.AHEAD.format(minutes=minutes, what="、".join(line(dose) for _, dose in together))
    return Reply(said, (Button(words.SEEN, command="occasion_seen"),), kind=Kind.REMINDER)


def _told(occasion: Occasion) -> Occasion:
    return replace(occasion, status=Status.TOLD, next_at=None)


def _over(occasion: Occasion, status: Status) -> Next:
    return Next(replace(occasion, status=status, next_at=None))
