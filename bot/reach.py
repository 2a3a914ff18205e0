"""How a person can still be reached on a channel that allows a few messages within a window.

WeChat: five messages within 48 hours of the person's own, three within a minute of a touched menu, a scanned code or
following (developers.weixin.qq.com, 客服消息, rules since June 2023); one subscription message for each tap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channel_tables import happened, reach, subscriptions
from bot.db import Databases
from bot.messages import Address, Touch


class Standing(StrEnum):
    """Whether the channel takes anything for a person at all."""

    OPEN = "open"
    UNFOLLOWED = "unfollowed"
    BLOCKED = "blocked"


REPEATED_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a touch allows."""

    messages: int
    window: timedelta


ALLOWANCES: Mapping[Touch, Allowance] = {
    Touch.SAID: Allowance(5, timedelta(hours=48)),
    Touch.TOUCHED: Allowance(3, timedelta(minutes=1)),
}


@dataclass(frozen=True, slots=True)
class Left:
    """What can still be sent to a person."""

    said: int  # messages since they wrote
    touched: int  # messages since they touched a menu or a code
    until: datetime | None
    standing: Standing

    @property
    def messages(self) -> int:
        """In all."""
        return self.said + self.touched

    def beyond(self, keep: int) -> int:
        """Those that may go when `keep` of the long window are kept; of the short one nothing could be kept."""
        return self.touched + max(self.said - keep, 0)


NOTHING = Left(0, 0, None, Standing.OPEN)  # a person who has never written


class Reach:
    """One row per address; every method is atomic. Raises StoreUnavailable."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def opened(self, address: Address, touch: Touch, at: datetime) -> None:
        """The person did something: a window opens anew."""
        allowed = ALLOWANCES[touch]
        window = {f"{touch}_left": allowed.messages, f"{touch}_until": at + allowed.window}
        await self._put(address, window | {"standing": Standing.OPEN, "noticed_at": None})

    async def spend(self, address: Address, at: datetime, keep: int = 0) -> bool:
        """Take one message of an open window; False when none is left beyond `keep`. The short window goes first."""
        async with self._databases.of(address.clinic).begin() as connection:
            return await _spend(connection, self._of(address), Touch.TOUCHED, at, 0) or await _spend(
                connection, self._of(address), Touch.SAID, at, keep
            )

    async def left(self, address: Address, at: datetime) -> Left:
        """What can still be sent."""
        async with self._databases.of(address.clinic).read() as connection:
            row = (await connection.execute(select(reach).where(self._of(address)))).mappings().first()
        if row is None:
            return NOTHING
        ends = {touch: row[f"{touch}_until"] for touch in Touch}
        open_until = {touch: end for touch, end in ends.items() if end is not None and end > at}
        left = {touch: row[f"{touch}_left"] if touch in open_until else 0 for touch in Touch}
        until = max(open_until.values(), default=None)
        return Left(left[Touch.SAID], left[Touch.TOUCHED], until, Standing(row["standing"]))

    async def ran_out(self, address: Address) -> None:
        """The channel says that no message is left until the person writes again."""
        await self._put(address, {"said_left": 0, "touched_left": 0})

    async def closed(self, address: Address) -> None:
        """The channel says that the window has ended."""
        await self._put(address, {"said_left": 0, "said_until": None, "touched_left": 0, "touched_until": None})

    async def mark(self, address: Address, standing: Standing) -> None:
        """The person left, or switched us off; or came back."""
        await self._put(address, {"standing": standing})

    async def notice(self, address: Address, at: datetime) -> bool:
        """Claim the one notice that something waits; False when there was one since the person last did something."""
        return await self._put(address, {"noticed_at": at}, reach.c.noticed_at.is_(None))

    async def not_noticed(self, address: Address) -> None:
        """The notice did not leave."""
        await self._put(address, {"noticed_at": None})

    async def subscribed(self, address: Address, template: str, count: int | None) -> None:
        """The person allowed `count` more messages of a template; None: as many as we like, 0: none any more."""
        async with self._databases.of(address.clinic).begin() as connection:
            key = self._key(address) | {"template": template}
            before = (await connection.execute(select(subscriptions).where(_same(key)))).mappings().first()
            remaining = count if not count or before is None else (before["remaining"] or 0) + count
            if before is None:
                await connection.execute(insert(subscriptions).values(key | {"remaining": remaining}))
            else:
                await connection.execute(update(subscriptions).where(_same(key)).values(remaining=remaining))

    async def use_subscription(self, address: Address, template: str) -> bool:
        """Take one message of a subscription; False when none is left."""
        this = _same(self._key(address) | {"template": template})
        async with self._databases.of(address.clinic).begin() as connection:
            one = update(subscriptions).where(this, subscriptions.c.remaining > 0)
            if (await connection.execute(one.values(remaining=subscriptions.c.remaining - 1))).rowcount:
                return True
            endless = select(subscriptions.c.template).where(this, subscriptions.c.remaining.is_(None))
            return (await connection.execute(endless)).first() is not None

    async def first_time(self, clinic: str, event: str, at: datetime) -> bool:
        """Claim an event that opens no turn; False when it was told before, within a day."""
        async with self._databases.of(clinic).begin() as connection:
            past = (happened.c.clinic == clinic) & (happened.c.at < at - REPEATED_WITHIN)
            await connection.execute(delete(happened).where(past))
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            row = dialect.insert(happened).values({"clinic": clinic, "id": event, "at": at})
            return (await connection.execute(row.on_conflict_do_nothing())).rowcount == 1

    async def _put(self, address: Address, values: dict[str, Any], only: ColumnElement[bool] | None = None) -> bool:
        """Write the row of an address, an existing one `only` if; whether it was."""
        fresh: dict[str, Any] = {"said_left": 0, "touched_left": 0, "standing": Standing.OPEN}
        async with self._databases.of(address.clinic).begin() as connection:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            row = dialect.insert(reach).values(self._key(address) | fresh | values)
            written = row.on_conflict_do_update(index_elements=list(reach.primary_key), set_=values, where=only)
            return (await connection.execute(written)).rowcount == 1

    def _key(self, address: Address) -> dict[str, str]:
        hashed = self._databases.of(address.clinic).keyring.blind_index(address.user)
        return {"clinic": address.clinic, "channel": address.channel, "user_hash": hashed}

    def _of(self, address: Address) -> ColumnElement[bool]:
        key = self._key(address)
        return and_(*(reach.c[name] == value for name, value in key.items()))


def _same(key: Mapping[str, str]) -> ColumnElement[bool]:
    return and_(*(subscriptions.c[name] == value for name, value in key.items()))


async def _spend(
    connection: AsyncConnection, whose: ColumnElement[bool], touch: Touch, at: datetime, keep: int
) -> bool:
    left, until = reach.c[f"{touch}_left"], reach.c[f"{touch}_until"]
    one = update(reach).where(whose, left > keep, until > at, reach.c.standing == Standing.OPEN)
    return (await connection.execute(one.values({f"{touch}_left": left - 1}))).rowcount == 1
