"""An answer that can be watched while it is written: one message of ours, edited now and then.

What is shown is a preview and never the only copy. Its number lies on the shelf, so that whichever process sends the
final words, even after a restart, puts them in its place. Whoever shows it holds the lock of its turn: nothing is shown
any more once the final words have that lock. A turn that ends with other words takes its preview back.

Edits count like messages in Telegram's limit of about one a second in a chat (core.telegram.org/bots/faq); who goes on
after a 429 prolongs it, and the final words are what would suffer. So a preview that is refused once is left as it is.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversation import Conversation, Turn
from bot.errors import XinglinError
from bot.locks import Locks
from bot.messages import Kind, Message
from bot.stream import Stream
from connectors.plain import GENERATED_MARK
from connectors.telegram.client import CALL_S, Refused, TelegramClient
from connectors.telegram.packing import TEXT_UNITS, Screen, units
from connectors.telegram.words import GOING_ON

log = logging.getLogger(__name__)

KEPT = timedelta(hours=1)  # how long final words may take to come
LOCK_S = CALL_S + 1.0  # longest wait for a preview that is just being shown; its process may have been killed
TYPING_S = 4.5  # Telegram shows the sign for 5 s


class Shelf(Protocol):
    """Small values that processes share."""

    async def get(self, name: str, /) -> tuple[str, datetime] | None:
        """A value and when it ends (aware); None when there is none. Raises StoreUnavailable."""

    async def put(self, name: str, value: str, until: datetime, /) -> None:
        """Keep a value in place of the one before. Raises StoreUnavailable."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """Pauses, in seconds."""

    patience_s: float = 0.6  # before the typing sign: most answers need none
    first_s: float = 0.7  # before the first words: an answer that is ready by then is not shown half first
    edit_s: float = 1.2  # between two edits in a chat


PACING = Pacing()


@dataclass(frozen=True, slots=True)
class Noted:
    """What lies on the shelf of a preview."""

    turn: str
    number: int = 0  # of the message in the chat; 0: it is going to be shown
    final: str = ""  # id of the message that takes its place

    @property
    def written(self) -> str:
        """As text; no id of ours has a colon."""
        return f"{self.turn}:{self.number}:{self.final}"

    @classmethod
    def read(cls, text: str) -> "Noted":
        """The other way."""
        turn, number, final = text.split(":")
        return cls(turn, int(number), final)


@dataclass(slots=True)
class Preview:
    """What one watcher has heard of one running turn."""

    turn: str
    sentences: list[str] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)  # the turn has ended

    @property
    def screen(self) -> Screen:
        """What has been said so far, marked as a machine's."""
        return Screen(f"{GENERATED_MARK}\n{''.join(self.sentences).strip()}{GOING_ON}")

    def add(self, index: int, text: str) -> None:
        """One more sentence; not one out of turn: a second answer of the turn, or of one that we came too late for."""
        if index == len(self.sentences):
            self.sentences.append(text)

    async def closes_within(self, seconds: float) -> bool:
        """Wait so long; whether the turn has ended by then."""
        try:
            await asyncio.wait_for(self.closed.wait(), seconds)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Previews:
    """Shows, hands over and takes back."""

    client: TelegramClient
    stream: Stream
    locks: Locks
    shelf: Shelf
    clock: Callable[[], datetime]
    pacing: Pacing = PACING

    @asynccontextmanager
    async def during(self, conversation: Conversation) -> AsyncIterator[None]:
        """Show the answers of a conversation as they are written while the block runs."""
        beside = [
            asyncio.ensure_future(self._watch(conversation)),
            asyncio.ensure_future(self._typing(conversation.address.user)),
        ]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            for ended in await asyncio.gather(*beside, return_exceptions=True):
                if isinstance(ended, Exception):  # the answer itself goes its own way
                    log.error("preview broke", extra={"action": "preview_broke", "error": type(ended).__name__})

    async def claim(self, conversation: Conversation, message: Message) -> int | None:
        """The message in whose place these final words go, if they were being shown; it stands still from now on."""
        if message.turn is None or message.kind is not Kind.GENERATED:
            return None
        found = await self._stopped(conversation, message.turn)
        if found is None or not found.number or found.final not in ("", message.id):
            return None  # of several answers of one turn the first has it, and keeps it when it is sent once more
        await self._note(conversation, replace(found, final=message.id))
        return found.number

    async def settle(self, conversation: Conversation, turns: Sequence[Turn]) -> None:
        """These turns have ended: what was shown of one without a generated answer is taken back."""
        for turn in turns:
            if any(reply.kind is Kind.GENERATED for reply in turn.replies):
                continue
            if (found := await self._stopped(conversation, turn.id)) and found.number:
                await self._take_back(conversation.address.user, found.number)

    async def _watch(self, conversation: Conversation) -> None:
        """Follow what is said; that a message is stored means that the turn has ended."""
        previews: dict[str, Preview] = {}
        showing: list[asyncio.Task[None]] = []
        try:
            async with self.stream.watch(conversation.key) as events:
                async for event in events:
                    if event.name == "delta":
                        turn = str(event.data["turn"])
                        if turn not in previews:
                            previews[turn] = Preview(turn)
                            showing.append(asyncio.ensure_future(self._show(conversation, previews[turn])))
                        previews[turn].add(event.data["index"], event.data["text"])
                    elif event.name == "message":
                        _close(previews.values())
        finally:
            _close(previews.values())
            await asyncio.gather(*showing)

    async def _show(self, conversation: Conversation, preview: Preview) -> None:
        """Show what is new, with pauses, until the turn ends. Who finds it noted leaves it to whoever noted it."""
        if await preview.closes_within(self.pacing.first_s):
            return
        try:
            async with self.locks.hold(_lock(preview.turn)):
                if await self._noted(conversation, preview.turn) is None:
                    await self._note(conversation, Noted(preview.turn))
                    await self._keep_showing(conversation, preview)
        except XinglinError as error:
            log.warning("preview stopped", extra={"action": "preview_stopped", "why": error.detail})

    async def _keep_showing(self, conversation: Conversation, preview: Preview) -> None:
        chat, number, shown = conversation.address.user, 0, Screen("")
        while not preview.closed.is_set():
            screen = preview.screen
            if screen != shown and units(screen.text) <= TEXT_UNITS:
                if number:
                    await self.client.change(chat, number, screen)
                else:
                    number = await self.client.show(chat, screen)
                    await self._note(conversation, Noted(preview.turn, number))
                shown = screen
            await preview.closes_within(self.pacing.edit_s)

    async def _stopped(self, conversation: Conversation, turn: str) -> Noted | None:
        """A turn's preview, which is shown no further from now on."""
        if await self._noted(conversation, turn) is None:
            return None
        try:
            async with asyncio.timeout(LOCK_S), self.locks.hold(_lock(turn)):
                return await self._noted(conversation, turn)
        except TimeoutError:
            return await self._noted(conversation, turn)

    async def _noted(self, conversation: Conversation, turn: str) -> Noted | None:
        found = await self.shelf.get(_name(conversation))
        if found is None or found[1] <= self.clock():
            return None
        noted = Noted.read(found[0])
        return noted if noted.turn == turn else None

    async def _note(self, conversation: Conversation, noted: Noted) -> None:
        await self.shelf.put(_name(conversation), noted.written, self.clock() + KEPT)

    async def _take_back(self, chat: str, number: int) -> None:
        try:
            await self.client.take_back(chat, number)
        except Refused as refused:
            log.warning("preview left", extra={"action": "preview_left", "why": refused.detail})

    async def _typing(self, chat: str) -> None:
        await asyncio.sleep(self.pacing.patience_s)
        while True:
            try:
                await self.client.typing(chat)
            except Refused as refused:
                log.info("typing refused", extra={"action": "typing_refused", "why": refused.detail})
                return
            await asyncio.sleep(TYPING_S)


def _close(previews: Iterable[Preview]) -> None:
    for preview in previews:
        preview.closed.set()


def _name(conversation: Conversation) -> str:
    """One place on the shelf for each conversation: old ones do not gather."""
    return f"telegram.preview.{conversation.id}"


def _lock(turn: str) -> str:
    return f"telegram.preview.{turn}"
