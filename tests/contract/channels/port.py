"""How the contract speaks to a channel: as a person on it, with the bytes of its real protocol."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Raw:
    """A request as bytes on the wire."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Driver(Protocol):
    """Plays the persons and the outside server of one channel."""

    name: str
    ack_s: float  # longest time the channel waits for a proper answer, seconds
    numbered: bool  # it shows buttons as numbers
    text_bytes: int  # longest text of one message that it shows, UTF-8 bytes; 0: no limit

    def settings(self) -> Mapping[str, str]:
        """The environment of a house that serves this channel."""

    async def say(self, person: str, text: str) -> bool:
        """Say something; done when the channel is content with the house's answer, False when it has given up."""

    async def repeat(self, person: str, text: str, times: int) -> None:
        """One message, delivered several times at once."""

    async def press(self, person: str, label: str) -> None:
        """Press the newest button with these words."""

    async def shown(self, person: str) -> Sequence[str]:
        """The texts that the person has been shown, oldest first."""

    async def odd(self, person: str) -> None:
        """Send something of a kind that the house does not know."""

    def forged(self) -> Raw | None:
        """A message with a wrong signature; None where anybody may write."""

    def hostile(self, dice: random.Random) -> Raw:
        """A request that no honest server sends; about half of them with a valid signature."""

    def ids(self) -> Sequence[str]:
        """Every id of a person that was used: none may stand in a log."""


async def until(true: Callable[[], object], what: str, within_s: float = 20.0) -> None:
    """Wait until something holds. Raises AssertionError in the end."""
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.05)


async def shows(driver: Driver, person: str, words: str, within_s: float = 20.0) -> Sequence[str]:
    """Wait until a person is shown some words; all that is shown then."""
    end = time.monotonic() + within_s
    while words not in "\n".join(seen := await driver.shown(person)):
        assert time.monotonic() < end, f"{driver.name} never showed {words!r}: {seen}"
        await asyncio.sleep(0.05)
    return seen


def word(dice: random.Random) -> str:
    """A word that nobody has said before."""
    return "词" + "".join(dice.choices("0123456789", k=9))


def somebody(dice: random.Random) -> str:
    """An id as WeChat gives them: 28 characters that begin with o."""
    return "o" + "".join(dice.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789", k=27))
