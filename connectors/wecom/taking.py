"""Who may take a handoff by a card: the nurses of the roster and nobody else; every refusal is written down."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.alerting import AlertFailed, Alerting
from bot.audit import write_audit
from bot.db import Databases
from bot.errors import HandoffTaken, NotFound
from bot.nursing import Nursing
from bot.roster import Nurse, Roster
from connectors.wecom.client import NurseCards
from connectors.wecom.codec import Pressed

log = logging.getLogger(__name__)

NOT_A_NURSE = "您不在护士名单中，请联系管理员"
NOT_THERE = "没有找到这次求助"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a press came to. The words replace the button, unless the handoff itself tells how it goes on."""

    pressed: Pressed
    words: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes handoffs for nurses."""

    clinic: str
    databases: Databases
    nursing: Nursing
    alerting: Alerting
    cards: NurseCards
    roster: Callable[[], Roster]
    clock: Callable[[], datetime]

    async def take(self, pressed: Pressed) -> Taken:
        """Take a handoff as the nurse who pressed; a repeated press changes nothing. Raises StoreUnavailable."""
        nurse = self.roster().with_wecom(pressed.userid)
        if nurse is None:
            await self._refuse(pressed)
            return Taken(pressed, NOT_A_NURSE)
        try:
            await self.nursing.accept(self.clinic, pressed.handoff, nurse.name)
        except HandoffTaken:
            log.info("handoff not free", extra={"action": "handoff_not_free"})
        except NotFound:
            return Taken(pressed, NOT_THERE)
        return await self._known(pressed, nurse)

    async def show(self, taken: Taken) -> None:
        """Change the cards. What fails here is done by the next beat."""
        if not taken.words:
            await self.alerting.settle(self.clock())
            return
        try:
            await self.cards.answer(taken.pressed.userid, taken.pressed.response_code, taken.words)
        except AlertFailed as error:
            log.warning("card not changed", extra={"action": "card_not_changed", "detail": error.detail})

    async def _known(self, pressed: Pressed, nurse: Nurse) -> Taken:
        """The press brought a new code for the card; without a card of hers it is answered by itself."""
        code, name = pressed.response_code, self.cards.name
        if await self.alerting.pressed(pressed.handoff, name, nurse.name, pressed.step, code):
            return Taken(pressed)
        return Taken(pressed, NOT_THERE)

    async def _refuse(self, pressed: Pressed) -> None:
        log.warning("press refused", extra={"action": "press_refused"})
        async with self.databases.of(self.clinic).begin() as connection:
            await write_audit(
                connection, self.clinic, "wecom", "handoff_press_refused", pressed.handoff, self.clock(),
                {"userid": pressed.userid[:64]},
            )  # fmt: skip
