"""How many customer-service messages a person may still be sent.

Official: developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage (5 in 48 hours after
words; 3 in a minute after a menu click, following, scanning). What happens when they overlap is documented nowhere;
here each action keeps its own window, and a message is taken from the one that ends first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from deploy.standin.wechat.refused import Refused


class Act(StrEnum):
    """What a person did that opens a window."""

    SAID = "said"
    TOUCHED = "touched"  # menu, following, scanning, a choice of a menu message
    PAID = "paid"


_ALLOWED: dict[Act, tuple[int | None, timedelta]] = {
    Act.SAID: (5, timedelta(hours=48)),
    Act.TOUCHED: (3, timedelta(minutes=1)),
    Act.PAID: (None, timedelta(hours=48)),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Messages left, None for any number, and its end (UTC)."""

    left: int | None
    until: datetime


class Windows:
    """The windows of one person."""

    def __init__(self) -> None:
        self._by_act: dict[Act, Window] = {}

    def open(self, act: Act, at: datetime) -> None:
        """Begin the window of this act anew."""
        allowed, lasts = _ALLOWED[act]
        self._by_act[act] = Window(allowed, at + lasts)

    def close(self) -> None:
        """Unfollowing ends them all."""
        self._by_act.clear()

    def running(self, at: datetime) -> list[tuple[Act, Window]]:
        """Open windows, the one that ends first before the others; used-up ones among them."""
        found = ((act, window) for act, window in self._by_act.items() if window.until > at)
        return sorted(found, key=lambda pair: pair[1].until)

    def take(self, at: datetime) -> None:
        """Count one message. Raises Refused 45015 (none open) or 45047 (none left)."""
        running = self.running(at)
        if not running:
            raise Refused(45015, "response out of time limit or subscription is canceled")
        for act, window in running:
            if window.left is None:
                return
            if window.left:
                self._by_act[act] = Window(window.left - 1, window.until)
                return
        raise Refused(45047, "out of response count limit")

    def left(self, at: datetime) -> int | None:
        """Messages left over all open windows; None: any number."""
        counts = [window.left for _, window in self.running(at)]
        return None if None in counts else sum(count or 0 for count in counts)
