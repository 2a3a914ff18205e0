"""The people of the bench: told of one dose each, and in the end counted."""

import random
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, select

from bot.conversation import Conversation
from bot.db import Databases
from bot.dose_tables import doses, rounds
from bot.habits import Habits, HabitStore
from bot.messages import Address, Kind
from bot.regimens import Care, Regimen, Regimens
from bot.reminding import BATCH, HORIZON
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.tables import handoffs, messages
from deploy.bench.ladders.worker import IMPATIENT
from deploy.bench.where import CLINIC
from schedules.clock import local
from schedules.doses import Outcome
from schedules.ladder import NO_QUIET, Ladder
from schedules.timing import Timing

STARTING = timedelta(seconds=180)  # from the first reminder to the first look: the ladders are started meanwhile
NTH_CRITICAL = 20  # every so manieth dose climbs to a nurse
SEED = 7


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one dose."""

    conversation: Conversation
    critical: bool
    confirms_after_s: float | None  # from the first look on; None: never


@dataclass(frozen=True, slots=True)
class Count:
    """How the rounds stand against the rule."""

    reminders: int
    tasks: int  # for nurses
    confirmed: int
    lost: int  # fewer reminders or tasks than the rule says, or a dose without its outcome
    doubled: int  # more of them


async def told_of_a_dose(databases: Databases, count: int) -> Sequence[Person]:
    """People who have been told of a dose that was due a moment ago; a half of them will confirm."""
    chance, at = random.Random(SEED), datetime.now(UTC).replace(second=0, microsecond=0)
    people = []
    for n in range(count):
        conversation = await ConversationStore(databases).open(Address(CLINIC, "web", f"v{n}"), at)
        await HabitStore(databases).keep(CLINIC, conversation.person, Habits(quiet=NO_QUIET, told_at=at))
        patience_s = chance.uniform(0, 2 * IMPATIENT.repeat_every.total_seconds())
        people.append(Person(conversation, n % NTH_CRITICAL == 0, patience_s if chance.random() < 0.5 else None))
    regimens, starts_at = Regimens(databases), at - timedelta(minutes=1)
    timing = Timing(time_of_day=(local(at).time(),))
    await regimens.add_all(CLINIC, [_regimen(each, timing, starts_at) for each in people], starts_at)
    await regimens.lay_out(CLINIC, at, HORIZON)
    while await Rounds(databases, Ladder(repeat_every=STARTING)).begin(CLINIC, datetime.now(UTC), BATCH) is not None:
        pass
    return people


def _regimen(each: Person, timing: Timing, starts_at: datetime) -> Regimen:
    to = each.conversation
    care = Care(critical=each.critical)
    return Regimen(uuid.uuid4().hex, to.person, to.id, "药", None, "一片", timing, starts_at, care=care)


async def confirm(databases: Databases, regimens: Regimens, person: Person) -> bool:
    """The person confirms the dose; False when it had no open one any more."""
    mine = and_(doses.c.clinic == CLINIC, doses.c.person == person.conversation.person, doses.c.round.is_not(None))
    async with databases.of(CLINIC).read() as connection:
        dose = (await connection.execute(select(doses.c.id).where(mine))).scalar_one()
    return (await regimens.settle(CLINIC, dose, Outcome.TAKEN, datetime.now(UTC))).changed


async def counted(databases: Databases, people: Sequence[Person]) -> Count:
    """What was written, against what the rule says: 1 + repeats, and a task for each critical dose.

    Of those who confirmed, as often as their round says that they were told, and no task.
    """
    of = select(messages.c.conversation, func.count().label("n")).where(messages.c.clinic == CLINIC)
    said = of.where(messages.c.kind == Kind.REMINDER.value).group_by(messages.c.conversation)
    asked = select(handoffs.c.conversation, func.count().label("n")).where(handoffs.c.clinic == CLINIC)
    known = select(rounds.c.conversation, rounds.c.told, doses.c.outcome).join(
        doses, and_(doses.c.clinic == rounds.c.clinic, doses.c.round == rounds.c.id)
    )
    async with databases.of(CLINIC).read() as connection:
        reminders = Counter({row.conversation: row.n for row in await connection.execute(said)})
        tasks = Counter(
            {row.conversation: row.n for row in await connection.execute(asked.group_by(handoffs.c.conversation))}
        )
        ended = {row.conversation: row for row in await connection.execute(known.where(rounds.c.clinic == CLINIC))}
    lost = doubled = confirmed = 0
    for each in people:
        key, row = each.conversation.id, ended[each.conversation.id]
        taken = row.outcome == Outcome.TAKEN.value
        confirmed += taken
        due = row.told if taken else 1 + IMPATIENT.repeats
        due_tasks = 0 if taken else int(each.critical)
        lost += reminders[key] < due or tasks[key] < due_tasks or (each.confirms_after_s is not None and not taken)
        doubled += reminders[key] > due or tasks[key] > max(due_tasks, int(each.critical))
    return Count(reminders.total(), tasks.total(), confirmed, lost, doubled)
