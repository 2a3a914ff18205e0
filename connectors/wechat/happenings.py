"""News from WeChat that nobody waits for: who left, who allowed messages, what became of a template message."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.reach import Reach, Standing
from connectors.wechat.events import Delivered, Happening, Ignored, Subscribed, Unfollowed

log = logging.getLogger(__name__)

BLOCKED = "failed:user block"


@dataclass(frozen=True, slots=True)
class Happenings:
    """Writes down what such an event means for reaching the person."""

    clinic: str
    reach: Reach
    is_long_term: Callable[[str], bool]  # of a template id
    lost: Callable[[Delivered, datetime], Awaitable[None]]  # one that did not arrive

    async def note(self, event: str, happening: Happening, at: datetime) -> None:
        """Take one in. WeChat may tell an `event` (its id) again: a tap must not count twice."""
        if not await self.reach.first_time(self.clinic, event, at):
            return
        match happening:
            case Unfollowed(address):
                await self.reach.mark(address, Standing.UNFOLLOWED)
            case Subscribed(address, choices):
                for template, accepted in choices.items():
                    count = None if self.is_long_term(template) else 1
                    await self.reach.subscribed(address, template, count if accepted else 0)
            case Delivered(address, _, arrived, why, _):
                if why == BLOCKED:
                    await self.reach.mark(address, Standing.BLOCKED)
                log.info("template message ended", extra={"action": "wechat_template", "arrived": arrived, "why": why})
                if not arrived:
                    await self.lost(happening, at)
            case Ignored(kind):
                log.info("event ignored", extra={"action": "wechat_event", "kind": kind})
