"""A nurse's order in her own words: read, checked beside what the patient takes, kept."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from actions import phrases_of_plans as words
from actions.orders import Item, Orders, read_orders, regimens_of
from actions.safety import cautions_of
from actions.several import ordered
from bot.audit import write_audit
from bot.conversation import Conversation
from bot.db import Databases
from bot.dose_tables import regimens
from bot.habits import Habits, HabitStore
from bot.messages import Message, Reply
from bot.ordering import Sheet
from bot.regimen_rows import row_of
from bot.regimens import Regimen, Regimens
from bot.store import write_replies
from knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Prescriptions:
    """The orders of one house. Raises StoreUnavailable when the database does not answer."""

    library: Callable[[], Library]
    databases: Databases
    regimens: Regimens
    habits: HabitStore
    tell: Callable[[Conversation, Message], Awaitable[None]]  # those who watch a conversation

    async def read(self, patient: Conversation, text: str, at: datetime) -> Sheet:
        """What the words order; nothing is kept."""
        _, sheet = await self._understood(patient, text, at, await self._habits(patient))
        return sheet

    async def keep(self, patient: Conversation, nurse: str, client_id: str, text: str, at: datetime) -> Sheet:
        """Set the reminders and tell the patient, once per `client_id`."""
        habits = await self._habits(patient)
        items, sheet = await self._understood(patient, text, at, habits)
        if not sheet.complete:
            return sheet
        new = list(regimens_of(self.library(), patient.person, patient.id, items, at, habits, ordered_by=nurse))
        lines = "\n".join(f"· {line}" for line in sheet.lines)
        reply = Reply(words.ORDERED.format(nurse=nurse, lines=lines))
        try:
            message = await self._write(patient, nurse, client_id, new, reply, at)
        except IntegrityError:  # her page sent it before
            return sheet
        await self.tell(patient, message)
        return sheet

    async def _write(
        self, patient: Conversation, nurse: str, client_id: str, new: Sequence[Regimen], reply: Reply, at: datetime
    ) -> Message:
        clinic = patient.clinic
        async with self.databases.of(clinic).begin() as connection:
            (message,) = await write_replies(connection, patient, (reply,), at, client_id=client_id)
            await connection.execute(insert(regimens), [row_of(clinic, one, at) for one in new])
            for one in new:
                await write_audit(connection, clinic, nurse, "regimen_ordered", one.id, at)
        return message

    async def _habits(self, patient: Conversation) -> Habits:
        return await self.habits.of(patient.clinic, patient.person)

    async def _understood(
        self, patient: Conversation, text: str, at: datetime, habits: Habits
    ) -> tuple[Sequence[Item], Sheet]:
        library = self.library()
        orders = read_orders(library, text, at, habits.timezone)
        running = await self.regimens.active(patient.clinic, patient.person)
        notes = cautions_of(library, [ordered(one) for one in orders.items], running)
        lines = tuple(one.line(at, habits) for one in orders.items)
        return orders.items, Sheet(lines, _unread(orders), notes.texts)


def _unread(orders: Orders) -> tuple[str, ...]:
    if not orders.items and not orders.unread:
        return (words.ORDER_UNREAD,)
    return tuple(words.NOT_READ.format(what=name, question=problem.question) for name, problem in orders.unread)
