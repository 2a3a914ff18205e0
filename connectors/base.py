"""What every channel offers the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp.web import RouteDef

from bot.conversation import Conversation
from bot.errors import XinglinError
from bot.messages import Message


class ChannelRefused(XinglinError):
    """渠道没有接收这条消息。"""

    def __init__(self, detail: str = "", *, retryable: bool = True) -> None:
        super().__init__(detail)
        self.can_retry = retryable


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can show, and how much."""

    buttons: bool = True
    streaming: bool = False
    text_chars: int = 4_000


class Connector(Protocol):
    """Our code for one channel."""

    name: str
    capabilities: Capabilities

    def routes(self) -> Sequence[RouteDef]:
        """The wire in."""

    async def send(self, conversation: Conversation, message: Message) -> None:
        """The wire out: hand one message to the channel. Raises ChannelRefused."""
