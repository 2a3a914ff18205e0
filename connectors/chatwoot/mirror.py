"""How far a conversation of ours and its chat at Chatwoot have told each other; kept on the shelf."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from bot.conversation import Conversation, Handoff
from bot.locks import Locks
from bot.shelf import Shelf
from connectors.chatwoot.codec import WORD, Remark

KEPT_FOR = timedelta(days=400)  # the next handoff of the same person goes to the same chat
REMEMBERED = 50  # remarks and posts: more than are ever written at the same moment
OPEN = "chatwoot:open"


@dataclass(slots=True)
class Mirror:
    """One conversation's state. Every field can be had again from Chatwoot, but for the pending ones."""

    chat: int
    handoff: str  # id of the one that is, or was last, shown there
    seq: int  # ours up to here stand there
    seen: list[int] = field(default_factory=list)  # newest remarks heard, ascending
    told: list[str] = field(default_factory=list)  # keys of our newest notes
    note: str = ""  # an agent's last private words on this handoff
    pending: list[tuple[int, str]] = field(default_factory=list)  # remark, our message: not known to have left

    @property
    def after(self) -> int:
        """Where listening goes on. Some that were heard are listed again: a remark with a lower id may be stored
        later than one with a higher.
        """
        return min(self.seen, default=0)

    def heard(self, remark: Remark) -> None:
        """It need not be heard again; one of ours need not be posted again."""
        self.seen = sorted({*self.seen, remark.id})[-REMEMBERED:]
        if remark.key:
            self.posted(remark.key)

    def posted(self, key: str) -> None:
        """It stands there."""
        if key.startswith(WORD) and (seq := key.removeprefix(WORD)).isdecimal():
            self.seq = max(self.seq, int(seq))
        else:
            self.told = [*(each for each in self.told if each != key), key][-REMEMBERED:]


@dataclass(slots=True)
class Visit:
    """Somebody works at a conversation, alone. `mirror` is None until it is shown at Chatwoot."""

    conversation: Conversation
    handoff: Handoff  # the newest
    mirror: Mirror | None

    @property
    def is_shown(self) -> bool:
        """Whether it is this handoff that agents see."""
        return self.mirror is not None and self.mirror.handoff == self.handoff.id


@dataclass(frozen=True, slots=True)
class Mirrors:
    """The states of one clinic. Raises StoreUnavailable."""

    shelf: Shelf
    locks: Locks
    clinic: str
    clock: Callable[[], datetime]

    async def of(self, conversation: str) -> Mirror | None:
        """The state of a conversation; None when it was never shown, or its chat is gone."""
        kept = await self._get(f"chatwoot:{conversation}")
        if not kept:
            return None
        value = json.loads(kept)
        value["pending"] = [tuple(each) for each in value["pending"]]
        return Mirror(**value)

    async def keep(self, conversation: str, mirror: Mirror) -> None:
        """Remember a state."""
        await self._put(f"chatwoot:{conversation}", json.dumps(asdict(mirror), ensure_ascii=False))

    async def begin(self, conversation: str, mirror: Mirror) -> None:
        """From now on the chat is this conversation's."""
        await self._put(f"chatwoot:chat:{mirror.chat}", conversation)
        await self.keep(conversation, mirror)
        await self._change_open(lambda shown: [*(each for each in shown if each != conversation), conversation])

    async def end(self, conversation: str) -> None:
        """Nothing has to be told there until the next handoff."""
        await self._change_open(lambda shown: [each for each in shown if each != conversation])

    async def forget(self, conversation: str) -> None:
        """Its chat is gone."""
        await self._put(f"chatwoot:{conversation}", "")
        await self.end(conversation)

    async def conversation_of(self, chat: int) -> str | None:
        """Whose chat it is."""
        return await self._get(f"chatwoot:chat:{chat}")

    async def shown(self) -> Sequence[str]:
        """The conversations whose handoff agents see, ended ones included until that has been told."""
        return list(json.loads(await self._get(OPEN) or "[]"))

    async def _change_open(self, change: Callable[[Sequence[str]], Sequence[str]]) -> None:
        async with self.locks.hold(f"{self.clinic}.{OPEN}"):
            before = await self.shown()
            if (after := change(before)) != before:
                await self._put(OPEN, json.dumps(after))

    async def _get(self, name: str) -> str | None:
        kept = await self.shelf.get(name)
        return kept[0] if kept else None

    async def _put(self, name: str, value: str) -> None:
        await self.shelf.put(name, value, self.clock() + KEPT_FOR)
