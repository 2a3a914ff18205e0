"""The port by which the channel tells the house who can't be reached any more."""

from typing import Protocol

from bot.messages import Address
from bot.reach import Standing


class Marks(Protocol):
    """What the channel needs of `bot.reach.Reach`."""

    async def mark(self, address: Address, standing: Standing) -> None:
        """The person blocked us, or came back. Raises StoreUnavailable."""
