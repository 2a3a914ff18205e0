"""Pulls what patients wrote: page by page, and the cursor moves only when every message of a page is claimed.

What is pulled twice, after a crash or without a cursor, dies at the claim by KF's own message id.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.conversation import Conversation
from bot.errors import XinglinError
from bot.house import House
from bot.messages import Address, InboundMessage
from bot.turn import accept, answer_open_turns
from connectors.in_time import Kept
from connectors.kf import codec
from connectors.kf.client import TOKEN_ENDED, KfClient, Page
from connectors.kf.codec import Entered, Failed
from connectors.tencent.api import ApiRefused
from connectors.tencent.remedies import Remedy
from connectors.tencent.tokens import Shelf

log = logging.getLogger(__name__)

GREETING_LASTS = timedelta(seconds=20)
CURSOR_LASTS = timedelta(days=365)
PAUSES_S = (1.0, 5.0, 20.0, 60.0)  # between tries of a pull; after the last the next look takes it up
LOOK_S = 60.0  # pause between two looks without a callback, seconds; WeCom allows ten pulls a minute without its token
SIDE_BY_SIDE = 16

Happened = Callable[[Entered | Failed], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Pulling:
    """One per process; several may pull the same account."""

    clinic: str
    house: House
    client: KfClient
    shelf: Shelf
    happened: Happened
    kept: Kept
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _tokens: dict[str, str] = field(default_factory=dict, init=False)  # of pulls that have not begun
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SIDE_BY_SIDE), init=False)

    async def work(self) -> None:
        """Look at all accounts, at the start and now and then: for callbacks that never came. Until cancelled."""
        while True:
            await self.look()
            await self.sleep(LOOK_S)

    async def look(self) -> None:
        """Pull what is new at every account."""
        try:
            accounts = await self.client.accounts()
        except XinglinError as error:
            log.warning("accounts not listed", extra={"action": "kf_not_listed", "error": type(error).__name__})
            return
        for open_kfid in accounts:
            await self.pull(open_kfid, "")

    def called(self, open_kfid: str, token: str) -> None:
        """A callback came. Many at once make one pull."""
        begun = open_kfid in self._tokens
        self._tokens[open_kfid] = token
        if not begun:
            self.kept.start(self._called(open_kfid))

    async def _called(self, open_kfid: str) -> None:
        await asyncio.sleep(0)  # whoever calls in the same moment is served by the same pull
        await self.pull(open_kfid, self._tokens.pop(open_kfid))

    async def pull(self, open_kfid: str, token: str) -> None:
        """Pull until nothing is left; patient with a server that does not answer."""
        for pause in (*PAUSES_S, None):
            try:
                while await self._page(open_kfid, token):
                    pass
                return
            except XinglinError as error:
                if isinstance(error, ApiRefused) and error.code == TOKEN_ENDED:
                    token = ""
                log.warning("pull failed", extra={"action": "kf_pull_failed", "error": type(error).__name__})
                if pause is None or (isinstance(error, ApiRefused) and error.remedy is Remedy.OPERATOR):
                    return
            await self.sleep(pause)

    async def _page(self, open_kfid: str, token: str) -> bool:
        """Pull one page; whether another follows. One process at a time has an account's cursor."""
        name = f"kf:cursor:{open_kfid}"[:64]
        async with self.house.locks.hold(f"{self.clinic}.{name}"):
            kept = await self.shelf.get(name)
            cursor = kept[0] if kept else ""
            page = await self._pulled(open_kfid, cursor, token)
            talking = await self._claim(page)
            moved = bool(page.cursor) and page.cursor != cursor
            if moved:
                await self.shelf.put(name, page.cursor, self.house.clock() + CURSOR_LASTS)
        for conversation in talking:
            self.kept.start(self._answer(conversation))
        return page.has_more and moved

    async def _pulled(self, open_kfid: str, cursor: str, token: str) -> Page:
        try:
            return await self.client.pull(open_kfid, cursor, token)
        except ApiRefused as error:
            if not cursor or error.remedy is not Remedy.BAD_FIELDS:
                raise
        return await self.client.pull(open_kfid, "", token)  # KF does not know our cursor: the last three days again

    async def _claim(self, page: Page) -> Sequence[Conversation]:
        """Store every message of a page; whose turns are open now, in the order of their first words."""
        talking: dict[str, Conversation] = {}
        states: dict[Address, codec.State] = {}
        for item in page.items:
            try:
                conversation = await self._take(item, states)
            except XinglinError:
                raise  # the store does not answer: the whole page is pulled again
            except Exception:  # a fault of ours with one item must not keep all patients from being heard
                log.exception("item left out", extra={"action": "kf_item_left_out"})
                continue
            if conversation is not None:
                talking[conversation.id] = conversation
        return list(talking.values())

    async def _take(self, item: Mapping[str, Any], states: dict[Address, codec.State]) -> Conversation | None:
        """Store one item; its conversation when somebody said something to us."""
        found = self._decoded(item)
        if isinstance(found, InboundMessage):
            return await accept(self.house, found) if await self._is_ours(found.address, states) else None
        if isinstance(found, Entered):
            await self._entered(found)
        elif found is not None:
            await self.happened(found)
        return None

    def _decoded(self, item: Mapping[str, Any]) -> InboundMessage | Entered | Failed | None:
        found = codec.decode(self.clinic, item, self.house.clock())
        if found is None and item.get("origin") == codec.FROM_SYSTEM:
            log.info("event not used", extra={"action": "kf_event_ignored"})
        return found

    async def _is_ours(self, where: Address, states: dict[Address, codec.State]) -> bool:
        """Not while a person at WeCom's own desk has the conversation: two answers would contradict each other."""
        if where not in states:
            try:
                states[where] = await self.client.state(where)
            except ApiRefused:  # better answered twice than never
                states[where] = codec.State.NEW
        if states[where] in codec.NOT_OURS:
            log.info("left to a person", extra={"action": "kf_left_to_person"})
            return False
        return True

    async def _entered(self, entered: Entered) -> None:
        """Greeted only in time, and beside the pull: the greeting has 20 s."""
        if self.house.clock() - entered.inbound.received_at < GREETING_LASTS:
            self.kept.start(self.happened(entered))

    async def _answer(self, conversation: Conversation) -> None:
        async with self._gate:
            # What waited for the person's next word is due again, before the new answer.
            await self.house.outbox.take_of(conversation, (at := self.house.clock()), at)
            await answer_open_turns(self.house, conversation)
