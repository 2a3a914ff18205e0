"""What the stand-in is told, and what it is told to do wrong."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class StandInBot:
    """One bot and the rules it lives under."""

    token: str = "123456:stand-in"
    username: str = "xinglin_bot"
    burst: int = 5  # messages and edits in a chat at once before the limit of one a second holds
    per_s: float = 1.0  # messages and edits a second in one chat, over time (core.telegram.org/bots/faq)
    all_per_s: float = 30.0  # messages and edits a second in all chats
    flood_s: float = 3.0  # pause asked for with 429; every call in between makes it a second longer
    webhook_s: float = 10.0  # longest wait for the webhook's answer
    again_s: float = 1.0  # pause before an update is sent again; doubles up to 60 s
    query_s: float = 60.0  # how long a pressed button may be answered


class Refused(Exception):
    """An answer with `ok: false` (core.telegram.org/bots/api#making-requests)."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> dict[str, Any]:
        """As it stands on the wire."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": dict(self.parameters)} if self.parameters else {})


def bad(words: str) -> Refused:
    """400 with Telegram's words."""
    return Refused(400, f"Bad Request: {words}")


def too_many(seconds: int) -> Refused:
    """429 with the pause to keep."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


@dataclass(slots=True)
class Faults:
    """What goes wrong on purpose. Shares are between 0 and 1."""

    latency_s: float = 0.0  # before each call is answered
    refuse: float = 0.0  # share of calls refused with 502 before anything is done
    lose: float = 0.0  # share of calls that are done, but whose answer never comes
    repeat: int = 0  # how often an update that got its 200 is sent once more
    next: dict[str, list[Refused]] = field(default_factory=dict)  # by method: refusals of the next calls, in order
    dice: random.Random = field(default_factory=lambda: random.Random(6))

    def refusing(self, method: str) -> Refused | None:
        """The refusal of this call, if it is to be refused."""
        if waiting := self.next.get(method):
            return waiting.pop(0)
        return Refused(502, "Bad Gateway") if self.dice.random() < self.refuse else None

    def losing(self) -> bool:
        """Whether the answer to this call gets lost."""
        return self.dice.random() < self.lose
