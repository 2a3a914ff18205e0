"""One access token for all processes: renewed before it ends, fetched once however many ask.

A token lives 7,200 s. Tencent hands out a new one 5 min before the end and lets both work for those 5 min
(developers.weixin.qq.com, "getStableAccessToken"), so whoever renews early never stops the others.
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.errors import XinglinError
from bot.locks import Locks

log = logging.getLogger(__name__)

EARLY = timedelta(minutes=5)  # renewed this long before the end
FORGOTTEN = ""  # in a token's place: clocks of two processes may differ, so that its end alone would not do
PAUSE = timedelta(seconds=30)  # between two tries to renew a token that still works


class TokenUnavailable(XinglinError):
    """暂时取不到接口凭证。"""

    retryable = True
    status = 503


@dataclass(frozen=True, slots=True)
class Fetched:
    """A token as Tencent hands it out."""

    value: str
    lasts: timedelta


class Shelf(Protocol):
    """Small values that processes share, each with an end."""

    async def get(self, name: str, /) -> tuple[str, datetime] | None:
        """The value and when it ends (aware); None when there is none."""

    async def put(self, name: str, value: str, until: datetime, /) -> None:
        """Keep a value, in place of any before."""


Kept = tuple[str, datetime]  # a token and when it ends


class TokenHolder:
    """The only place that fetches this account's token. Everything it keeps besides the shelf may be lost."""

    def __init__(
        self,
        fetch: Callable[[], Awaitable[Fetched]],
        shelf: Shelf,
        locks: Locks,
        clock: Callable[[], datetime],
        name: str,
    ) -> None:
        """`name` is one account's on the shelf and among the locks, such as `token:wechat:wx0123`."""
        self._fetch = fetch
        self._shelf = shelf
        self._locks = locks
        self._clock = clock
        self._name = name
        self._mine: Kept | None = None  # spares the shelf a question for every call
        self._rests_until: datetime | None = None  # no second try to renew before this
        self._failures = 0

    async def token(self) -> str:
        """A token that works now. Raises what `fetch` raises, or TokenUnavailable beside another's failed fetch."""
        kept = await self._kept()
        if kept is None:
            return await self._replaced()
        if self._is_young(kept) or self._rests():
            return kept[0]
        # Who comes meanwhile goes on with the old one and waits for nobody.
        self._rests_until = self._clock() + PAUSE
        try:
            return await self._replaced()
        except XinglinError as error:
            log.warning("token not renewed", extra={"action": "token_not_renewed", "error": type(error).__name__})
            return kept[0]

    async def forget(self, old: str) -> None:
        """Never hand out this token again. A newer one, of whatever process, stays."""
        if self._mine and _same(self._mine[0], old):
            self._mine = None
        async with self._locks.hold(self._name):
            kept = await self._shelf.get(self._name)
            if kept and _same(kept[0], old):
                await self._shelf.put(self._name, FORGOTTEN, self._clock())

    async def _kept(self) -> Kept | None:
        """The token at hand, from here or the shelf, while it works."""
        if self._mine is None or not self._is_young(self._mine):
            self._mine = await self._shelf.get(self._name)
        works = self._mine is not None and self._mine[0] != FORGOTTEN and self._mine[1] > self._clock()
        return self._mine if works else None

    async def _replaced(self) -> str:
        failures = self._failures
        async with self._locks.hold(self._name):
            kept = await self._kept()
            if kept and self._is_young(kept):
                return kept[0]  # another was quicker
            if self._failures != failures:
                raise TokenUnavailable  # one waited for the answer; a queue of tries would keep all waiting
            return await self._fetched()

    async def _fetched(self) -> str:
        asked_at = self._clock()  # before the call: on the safe side
        try:
            fetched = await self._fetch()
        except Exception:
            self._failures += 1
            raise
        self._mine = (fetched.value, asked_at + fetched.lasts)
        await self._shelf.put(self._name, *self._mine)
        return fetched.value

    def _is_young(self, kept: Kept) -> bool:
        return self._clock() < kept[1] - EARLY

    def _rests(self) -> bool:
        return self._rests_until is not None and self._clock() < self._rests_until


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())
