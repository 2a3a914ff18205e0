"""What is said of an appointment: where, with whom, what to bring; nothing of one that was cancelled or moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import occasion_words as words
from bot.appointment_notices import SHORTLY, note_appointment
from bot.appointments import BOOKED
from bot.db import Databases
from bot.dose_tables import occasions
from bot.habits import USUAL, Habits, habits_of
from bot.messages import Button, Kind, Message, Reply
from bot.occasion_rows import Occasion, OccasionKind, Status, of_subjects
from bot.occasions import Next
from bot.tables import appointments
from knowledge.clinic import Clinic

TOLD_LATE = timedelta(hours=24)  # so long after it one may still be told that we failed to tell
FURTHEST = timedelta(days=60)  # nobody books further ahead
AT_ONCE = 100  # appointments noted in one transaction
LAST_MOMENT = timedelta(minutes=30)  # quiet hours or not
DOCUMENTS, FASTING = "documents", "空腹"


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment in the clinic's words."""

    what: str  # 心内科 王守拙主任医师
    place: str  # empty where the clinic's data do not say
    bring: str


@dataclass(frozen=True, slots=True)
class AppointmentNotices:
    """`body` is empty: the subject is the appointment, which is read as it stands."""

    clinic: Callable[[], Clinic]

    async def look(
        self, connection: AsyncConnection, clinic: str, found: Sequence[Occasion], at: datetime
    ) -> Sequence[Next]:
        """What becomes of each."""
        ids = {each.subject for each in found}
        query = select(appointments).where(appointments.c.clinic == clinic, appointments.c.id.in_(ids))
        rows = {row.id: row for row in await connection.execute(query)}
        heard = {
            one.subject
            for one in await of_subjects(connection, clinic, OccasionKind.APPOINTMENT, ids)
            if one.status is Status.TOLD
        }
        told = await habits_of(connection, clinic, [each.person for each in found])
        return [
            self._next(each, rows.get(each.subject), each.subject in heard, told.get(each.person, USUAL), at)
            for each in found
        ]

    def _next(
        self, each: Occasion, row: Row[tuple[object, ...]] | None, heard: bool, habits: Habits, at: datetime
    ) -> Next:
        if row is None or row.status != BOOKED or row.person != each.person:
            return _over(each, Status.CANCELLED)
        if at >= each.until:
            lost = each.until >= row.starts_at and not heard and at < row.starts_at + TOLD_LATE
            return _over(each, Status.TOO_LATE, self._apology(row, at) if lost else None)
        wakes_at = habits.quiet.ends_after(at, habits.timezone)
        if wakes_at is not None and wakes_at <= row.starts_at - LAST_MOMENT:
            return Next(replace(each, next_at=wakes_at))
        return _over(each, Status.TOLD, self._reply(each, row, at))

    def _reply(self, each: Occasion, row: Row[tuple[object, ...]], at: datetime) -> Reply:
        visit = visit_of(self.clinic(), row.department, row.doctor)
        said = words.APPOINTMENT.format(
            when=words.moment(row.starts_at, at, self._timezone()), what=visit.what, number=row.number,
            place=visit.place or words.NO_PLACE, bring=visit.bring,
        )  # fmt: skip
        buttons = (
            Button(words.SEEN, command="occasion_seen", args={"occasion": each.id}),
            Button(words.MOVE, say=words.MOVE_SAID),
            Button(words.CANCEL, say=words.CANCEL_SAID),
        )
        return Reply(f"{said}\n{words.ON_TIME}", buttons, kind=Kind.REMINDER)

    def _apology(self, row: Row[tuple[object, ...]], at: datetime) -> Reply:
        what = visit_of(self.clinic(), row.department, row.doctor).what
        when = words.moment(row.starts_at, at, self._timezone())
        buttons = (Button(words.MOVE, say=words.MOVE_SAID),)
        return Reply(words.APPOINTMENT_LOST.format(when=when, what=what), buttons, kind=Kind.NOTICE)

    def _timezone(self) -> ZoneInfo:
        return ZoneInfo(self.clinic().timezone)


async def note_missing(connection: AsyncConnection, clinic: str, at: datetime) -> None:
    """Note some of the appointments ahead that have no notices: booked before there were any."""
    ahead = and_(appointments.c.clinic == clinic, appointments.c.status == BOOKED)
    soon = appointments.c.starts_at.between(at + SHORTLY + timedelta(minutes=1), at + FURTHEST)
    noted = select(occasions.c.id).where(
        occasions.c.clinic == clinic, occasions.c.subject == appointments.c.id,
        occasions.c.kind == OccasionKind.APPOINTMENT,
    )  # fmt: skip
    columns = (appointments.c.id, appointments.c.person, appointments.c.starts_at)
    query = select(*columns).where(ahead, soon, ~noted.exists()).order_by(appointments.c.starts_at).limit(AT_ONCE)
    for row in (await connection.execute(query)).all():
        await note_appointment(connection, clinic, row.person, row.id, row.starts_at, at)


async def visit_told(
    databases: Databases, clinic: str, message: Message, data: Clinic
) -> tuple[datetime, Visit] | None:
    """What appointment a message tells of, and when it is (UTC); None when it tells of none."""
    if (occasion := occasion_in(message)) is None:
        return None
    same = and_(occasions.c.clinic == appointments.c.clinic, occasions.c.subject == appointments.c.id)
    this = and_(occasions.c.clinic == clinic, occasions.c.id == occasion)
    async with databases.of(clinic).read() as connection:
        row = (await connection.execute(select(appointments).join(occasions, same).where(this))).first()
    return (row.starts_at, visit_of(data, row.department, row.doctor)) if row else None


def visit_of(clinic: Clinic, department_id: str, doctor_id: str) -> Visit:
    """An appointment in the clinic's words; one whose doctor has left is still told of."""
    department = next((one for one in clinic.departments if one.id == department_id), None)
    doctor = next((one for one in clinic.doctors if one.id == doctor_id), None)
    named = [department.name if department else "", f"{doctor.name}{doctor.title}" if doctor else ""]
    documents = next((one.text for one in clinic.topics if one.id == DOCUMENTS), words.BRING)
    first, _, _ = documents.partition("。")
    fasting = words.sentences_with(FASTING, department.about, department.remark) if department else ()
    return Visit(
        " ".join(filter(None, named)), department.location if department else "", "".join([first, "。", *fasting])
    )


def occasion_in(message: Message) -> str | None:
    """The id of the occasion that a message tells of, which its first button carries."""
    return next((button.args["occasion"] for button in message.buttons if "occasion" in button.args), None)


def _over(each: Occasion, status: Status, reply: Reply | None = None) -> Next:
    return Next(replace(each, status=status, next_at=None), reply)
