"""Misbehaviour on demand: what goes wrong between Tencent and a hospital now and then."""

import random
from collections import deque
from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What goes wrong. The first group strikes API calls, the second callbacks, the third what was taken."""

    BUSY = "busy"  # errcode -1
    CODE = "code"  # the errcode in `Trouble.number`
    SERVER_ERROR = "server_error"  # 502 and a page
    GARBAGE = "garbage"  # 200, but no JSON
    DROP_BEFORE = "drop_before"  # connection closed, nothing done
    DROP_AFTER = "drop_after"  # done, then closed: the caller can't know
    EXPIRED_TOKEN = "expired_token"  # the token in use is no longer valid
    SLOW = "slow"  # answered after `Trouble.seconds`

    DUPLICATE = "duplicate"  # the same message `Trouble.number` times at once
    OVERTAKEN = "overtaken"  # the person's next message is delivered first
    ANSWER_LOST = "answer_lost"  # the hospital's answer to one try never arrives

    NOT_DELIVERED = "not_delivered"  # a template message is taken, and later said to have failed


CALLBACK_FAULTS = frozenset({Fault.DUPLICATE, Fault.OVERTAKEN, Fault.ANSWER_LOST})
DELIVERY_FAULTS = frozenset({Fault.NOT_DELIVERED})
CALL_FAULTS = frozenset(Fault) - CALLBACK_FAULTS - DELIVERY_FAULTS
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault with its size."""

    fault: Fault
    number: int = 2  # errcode of CODE, copies of DUPLICATE
    seconds: float = 0.0  # of SLOW


class Faults:
    """What will go wrong next: ordered ones first, then by lot with a seed, so that a run can be repeated."""

    def __init__(self) -> None:
        self.latency_s = 0.0  # of every API call
        self._ordered: dict[str, deque[Trouble]] = {}
        self._lot = random.Random(0)
        self._rate = 0.0
        self._drawn: tuple[Fault, ...] = ()

    def order(self, trouble: Trouble, path: str = ANYWHERE, times: int = 1) -> None:
        """Let the next `times` calls of this path (or callbacks) go wrong."""
        name = path
        if trouble.fault not in CALL_FAULTS:
            name = "callback" if trouble.fault in CALLBACK_FAULTS else "delivery"
        self._ordered.setdefault(name, deque()).extend([trouble] * times)

    def by_lot(self, rate: float, seed: int, faults: Sequence[Fault]) -> None:
        """Let this share (0 to 1) of calls and callbacks go wrong, with faults drawn from these."""
        self._rate, self._lot, self._drawn = rate, random.Random(seed), tuple(faults)

    def clear(self) -> None:
        """Behave again."""
        self.latency_s, self._rate = 0.0, 0.0
        self._ordered.clear()

    def of_call(self, path: str) -> Trouble | None:
        """What happens to this API call."""
        return self._next(path) or self._next(ANYWHERE) or self._draw(CALL_FAULTS)

    def of_callback(self) -> Trouble | None:
        """What happens to this message on its way to the hospital."""
        return self._next("callback") or self._draw(CALLBACK_FAULTS)

    def of_delivery(self) -> Trouble | None:
        """What happens to a template message that was taken."""
        return self._next("delivery") or self._draw(DELIVERY_FAULTS)

    def _next(self, name: str) -> Trouble | None:
        queue = self._ordered.get(name)
        return queue.popleft() if queue else None

    def _draw(self, group: Set[Fault]) -> Trouble | None:
        possible = [fault for fault in self._drawn if fault in group]
        if not possible or self._lot.random() >= self._rate:
            return None
        return Trouble(self._lot.choice(possible), seconds=self._lot.random())
