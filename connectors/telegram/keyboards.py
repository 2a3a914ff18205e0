"""Which keyboards under our messages still offer to do something: the same thing is offered once.

A reminder that is sent again would leave two 已服药 for one dose. What is forgotten here (a restart, a very old
message) does no harm: the house itself settles a dose once and says so.
"""

from collections import OrderedDict
from collections.abc import Iterable

from bot.messages import Button

CHATS = 10_000
PER_CHAT = 8  # messages remembered in a chat

Offer = tuple[str, tuple[tuple[str, str], ...]]
"""A command and what it is about."""


class Keyboards:
    """Those of one process."""

    def __init__(self) -> None:
        self._chats: OrderedDict[str, dict[int, frozenset[Offer]]] = OrderedDict()

    def shown(self, chat: str, message: int, buttons: Iterable[Button]) -> list[int]:
        """A message with these buttons was sent; the older ones that offered the same."""
        offers = frozenset(
            (button.command, tuple(sorted(button.args.items()))) for button in buttons if button.command and button.args
        )
        if not offers:
            return []
        mine = self._chats.setdefault(chat, {})
        self._chats.move_to_end(chat)
        old = [number for number, offered in mine.items() if number != message and offered & offers]
        for number in old:
            del mine[number]
        mine[message] = offers
        if len(mine) > PER_CHAT:
            del mine[min(mine)]
        if len(self._chats) > CHATS:
            self._chats.popitem(last=False)
        return old

    def answered(self, chat: str, message: int) -> None:
        """One of its buttons was pressed."""
        self._chats.get(chat, {}).pop(message, None)
