"""The heartbeat's work: due doses become messages, unanswered ones climb the ladder, overdue ones end."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.climbing import Told
from bot.db import Databases
from bot.ending import end_late
from bot.outcomes import Outcomes
from bot.regimens import Regimens
from bot.rounds import Rounds

log = logging.getLogger(__name__)

HORIZON = timedelta(hours=48)  # doses are laid out this far ahead
BATCH = 500  # doses or rounds in one transaction: other writers get their turn between two


@dataclass(frozen=True, slots=True)
class Reminding:
    """What time brings to the doses of one clinic. Both engines call it; calling it twice at once does no harm."""

    clinic: str
    databases: Databases
    regimens: Regimens
    rounds: Rounds
    outcomes: Outcomes
    also: tuple[Callable[[datetime], Awaitable[object]], ...] = ()  # what else is looked at with each beat

    async def beat(self, at: datetime) -> None:
        """One look at everything that time brings."""
        await self.regimens.lay_out(self.clinic, at, HORIZON)
        await self.end_late(at)  # first: after a standstill nobody is told to take what is over
        await self.remind(at)
        await self.climb(at)
        for work in self.also:
            await work(at)

    async def remind(self, at: datetime) -> int:
        """Tell people of their due doses for the first time, once; how many messages were written."""
        return await self._until_none(lambda: self.rounds.begin(self.clinic, at, BATCH))

    async def climb(self, at: datetime) -> int:
        """Take the next step for what nobody has confirmed; how many messages were written."""
        return await self._until_none(lambda: self.rounds.climb(self.clinic, at, BATCH))

    async def end_late(self, at: datetime) -> int:
        """End the doses whose time is over; how many people were told that we had failed them."""
        return await self._until_none(lambda: end_late(self.databases, self.clinic, at, BATCH))

    async def tell(self, told: Told) -> None:
        """Those who watch the conversations read what was written."""
        for conversation, message in told:
            await self.outcomes.tell_message(conversation, message)

    async def _until_none(self, work: Callable[[], Awaitable[Told | None]]) -> int:
        written = 0
        while (told := await work()) is not None:
            await self.tell(told)
            written += len(told)
        if written:
            log.info("reminders queued", extra={"action": "reminders_queued", "messages": written})
        return written
