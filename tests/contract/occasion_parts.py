"""A patient, a clinic and its occasions for the tests of what time brings besides doses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from sqlalchemy import select, update

from bot.appointments import Appointment, Appointments
from bot.conversation import Conversation, Handoff
from bot.db import Databases
from bot.dose_tables import occasions, regimens
from bot.follow_up_days import FollowUpDays
from bot.follow_ups import FollowUps
from bot.handoffs import HandoffStore
from bot.messages import Address, Message
from bot.occasion_ahead import Ahead
from bot.occasion_appointments import AppointmentNotices, note_missing
from bot.occasion_refills import Refills
from bot.occasion_rows import OccasionKind, note_stocks
from bot.occasions import Occasions, Teller
from bot.plan_rows import DaysLeft
from bot.regimen_rows import Regimen
from bot.regimens import Regimens
from bot.store import ConversationStore
from knowledge.clinic import Clinic, load_clinic
from knowledge.follow_ups import FollowUpBook, load_follow_ups
from knowledge.yamlfile import DATA
from schedules.timing import Timing
from tests.contract.conftest import AT


@cache
def data() -> Clinic:
    return load_clinic(DATA)


@cache
def book() -> FollowUpBook:
    return load_follow_ups()


@dataclass(frozen=True, slots=True)
class Opening:
    """A bookable time."""

    id: str
    starts_at: datetime
    doctor: str = "cardiology-1"
    department: str = "cardiology"
    capacity: int = 3


@dataclass(slots=True)
class Time:
    """What time brings to one patient."""

    databases: Databases
    clinic: str
    store: ConversationStore
    appointments: Appointments
    regimens: Regimens
    follow_ups: FollowUps
    occasions: Occasions
    patient: Conversation
    left: list[DaysLeft] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    told: list[tuple[str, Message]] = field(default_factory=list)

    async def book(self, starts_at: datetime, at: datetime = AT) -> Appointment:
        opening = Opening(f"o{starts_at:%Y%m%d%H%M}", starts_at)
        return await self.appointments.book(self.clinic, self.patient.person, opening, at)

    async def said(self, who: Conversation | None = None) -> Sequence[Message]:
        """All that somebody was told, oldest first."""
        return await self.store.last(who or self.patient, 50)

    async def states(self, kind: OccasionKind) -> Sequence[str]:
        async with self.databases.of(self.clinic).read() as connection:
            query = select(occasions.c.status).where(occasions.c.kind == kind).order_by(occasions.c.due_at)
            return list((await connection.execute(query)).scalars())

    async def tasks(self) -> Sequence[Handoff]:
        return await HandoffStore(self.databases).listing(self.clinic)

    async def takes(self, drug: str, due_at: datetime, ahead: int | None = None) -> str:
        """A medicine taken every day at this time, laid out for a day; its id."""
        timing = Timing(time_of_day=((due_at + timedelta(hours=8)).time(),))
        new = Regimen(drug, self.patient.person, self.patient.id, drug, None, "一片", timing, AT, ahead=ahead)
        await self.regimens.add(self.clinic, new, AT)
        await self.regimens.lay_out(self.clinic, AT, timedelta(hours=24))
        return drug

    async def counts(self, drug: str, at: datetime, last_day: date | None, left: str = "8") -> None:
        """The patient counts; the reckoning will say that it lasts until `last_day`."""
        async with self.databases.of(self.clinic).begin() as connection:
            mine = (regimens.c.clinic == self.clinic) & (regimens.c.id == drug)
            await connection.execute(update(regimens).where(mine).values(stock=left, stock_at=at))
            rows = await connection.execute(select(regimens).where(mine))
            assert await note_stocks(connection, self.clinic, rows) == 1
        days = None if last_day is None else 4
        self.left[:] = [one for one in self.left if one.regimen != drug]
        self.left.append(DaysLeft(drug, drug, Decimal(left), "片", days, last_day))

    def lasts(self, drug: str, days: int) -> None:
        self.left[:] = [replace(one, days=days) if one.regimen == drug else one for one in self.left]


async def at_time(databases: Databases, clinic: str) -> Time:
    """A patient in WeChat who has nothing yet."""
    store, told, left, closed = ConversationStore(databases), list[tuple[str, Message]](), list[DaysLeft](), set[int]()

    async def tell(conversation: Conversation, message: Message) -> None:
        told.append((conversation.id, message))

    async def stock(_connection: object, _clinic: str, _person: str, _at: datetime) -> Sequence[DaysLeft]:
        return list(left)

    tellers: Mapping[OccasionKind, Teller] = {
        OccasionKind.AHEAD: Ahead(),
        OccasionKind.APPOINTMENT: AppointmentNotices(data),
        OccasionKind.REFILL: Refills(lambda: closed, stock),
        OccasionKind.FOLLOW_UP: FollowUpDays(book),
    }
    time_brings = Occasions(clinic, databases, tellers, tell, (note_missing,))
    patient = await store.open(Address(clinic, "wechat", "patient"), AT)
    return Time(
        databases, clinic, store, Appointments(databases), Regimens(databases), FollowUps(databases, book, tell),
        time_brings, patient, left, closed, told,
    )  # fmt: skip
