"""What every channel offers the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from aiohttp.web import RouteDef

from bot.conversation import Conversation
from bot.errors import XinglinError
from bot.messages import Message


class Fate(StrEnum):
    """What becomes of a message that the channel did not take."""

    RETRY = "retry"  # with growing pauses, at last given up
    WAIT = "wait"  # until the person writes again: the channel allows nothing before
    GIVE_UP = "give_up"  # it can never arrive


class ChannelRefused(XinglinError):
    """渠道没有接收这条消息。"""

    def __init__(
        self, detail: str = "", fate: Fate = Fate.RETRY, after: timedelta | None = None, *, tell: bool = False
    ) -> None:
        super().__init__(detail)
        self.fate = fate
        self.after = after  # the channel named a pause
        self.tell = tell  # with WAIT: a nurse has to know that it waits


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show, and how much."""

    buttons: bool = True  # False: they become a numbered list
    streaming: bool = False
    text_bytes: int = 16_000  # longest text of one message on the wire, UTF-8
    repeatable: bool = False  # sending a message twice does no harm


@dataclass(frozen=True, slots=True)
class Bundle:
    """One message on the wire: several of ours joined, or one part of a long one."""

    messages: tuple[Message, ...]
    body: Any  # made and understood by the channel's codec alone
    part: int = 1
    parts: int = 1
    more: bool = False  # another bundle follows: the channel may have to say how to get it

    @property
    def done(self) -> tuple[Message, ...]:
        """The messages that have left whole once this bundle has."""
        return self.messages if self.part == self.parts else ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that has to leave, and how many of its parts already have."""

    message: Message
    parts_sent: int = 0


class Connector(Protocol):
    """Our code for one channel."""

    name: str
    capabilities: Capabilities

    def routes(self) -> Sequence[RouteDef]:
        """The wire in."""

    def pack(self, conversation: Conversation, waiting: Sequence[Waiting]) -> Sequence[Bundle]:
        """How messages of one person, in order, go over the wire: degraded, joined and split. Pure.

        The same messages are always split alike, so that a part that has left is not sent again.
        """

    async def send(self, conversation: Conversation, bundle: Bundle) -> None:
        """The wire out. Raises ChannelRefused."""


def one_by_one(waiting: Sequence[Waiting]) -> Sequence[Bundle]:
    """For a channel that takes every message as it is."""
    return [Bundle((each.message,), None) for each in waiting]
