"""The heartbeat's work: due doses become messages, overdue ones are missed, unanswered handoffs are given back."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import phrases
from bot.conversation import Conversation
from bot.db import Databases
from bot.messages import Button, Kind, Reply
from bot.nursing import Nursing
from bot.outcomes import Outcomes
from bot.regimens import DueDose, Regimens
from bot.store import ConversationStore, write_replies
from schedules.clock import local
from schedules.doses import TOO_LATE_AFTER, Outcome, is_late, is_too_late

log = logging.getLogger(__name__)

HORIZON = timedelta(hours=24)  # doses are laid out this far ahead
BATCH = 200


@dataclass(frozen=True, slots=True)
class Reminding:
    """What the heartbeat does for one clinic."""

    clinic: str
    databases: Databases
    store: ConversationStore
    regimens: Regimens
    outcomes: Outcomes
    nursing: Nursing
    handoff_wait: timedelta
    clock: Callable[[], datetime]

    async def beat(self, at: datetime) -> None:
        """One look at everything that time brings."""
        await self.regimens.lay_out(self.clinic, at, HORIZON)
        await self.remind(at)
        await self.regimens.end_overdue(self.clinic, at - TOO_LATE_AFTER, at)
        await self.nursing.expire(self.clinic, self.handoff_wait)

    async def remind(self, at: datetime) -> int:
        """Queue a reminder for each due dose, once; how many. One that comes too late to help is missed instead."""
        queued = 0
        while found := await self.regimens.claim_due(self.clinic, at, BATCH):
            for dose in found:
                queued += await self._remind(dose, at)
        return queued

    async def _remind(self, dose: DueDose, at: datetime) -> bool:
        if is_too_late(dose.due_at, at):
            await self.regimens.settle(self.clinic, dose.id, Outcome.MISSED, at)
            return False
        conversation = await self.store.by_id(self.clinic, dose.conversation)
        if conversation is None:
            await self.regimens.settle(self.clinic, dose.id, Outcome.UNDELIVERABLE, at)
            return False
        return await self._queue(conversation, dose, at)

    async def _queue(self, conversation: Conversation, dose: DueDose, at: datetime) -> bool:
        """Message and mark are written together: after a crash the dose is either reminded or still due."""
        async with self.databases.of(self.clinic).begin() as connection:
            (message,) = await write_replies(connection, conversation, (_reminder(dose, at),), at)
            if not await self.regimens.mark_reminded(self.clinic, dose.id, message.id, at, within=connection):
                await connection.rollback()
                return False
        log.info("dose reminder queued", extra={"action": "dose_reminder_queued", "dose": dose.id})
        await self.outcomes.tell_message(conversation, message)
        return True


def _reminder(dose: DueDose, at: datetime) -> Reply:
    args = {"dose": dose.id}
    buttons = (
        Button(phrases.TAKEN, command="dose_taken", args=args),
        Button(phrases.SNOOZE, command="dose_snooze", args=args),
        Button(phrases.SKIP, command="dose_skip", args=args),
    )
    return Reply(_words(dose, at), buttons, kind=Kind.REMINDER)


def _words(dose: DueDose, at: datetime) -> str:
    amount = f" {dose.dose}" if dose.dose else ""
    if is_late(dose.due_at, at):
        return phrases.REMINDER_LATE.format(drug=dose.drug, dose=amount, time=local(dose.due_at).strftime("%H:%M"))
    return phrases.REMINDER.format(drug=dose.drug, dose=amount)
