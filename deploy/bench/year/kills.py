"""A house that can be killed between any two steps towards its database: what was not committed is gone."""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.crypto import Keyring
from bot.db import Database, Databases, make_engine
from deploy.bench.year.at_once import engine_at_once

MOST_STEPS = 60  # of a beat; one that has fewer left is killed in the next


class Killed(BaseException):
    """The process is no more. No handler of ours may catch it, as none can catch the real one."""


@dataclass(slots=True)
class Death:
    """Strikes once, after so many steps."""

    dice: random.Random
    left: int | None = None
    places: Counter[str] = field(default_factory=Counter)

    def aim(self) -> None:
        """Strike soon."""
        self.left = self.dice.randrange(MOST_STEPS)

    def step(self, place: str) -> None:
        """One more step is taken. Raises Killed."""
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            self.left = None
            self.places[place] += 1
            raise Killed


class MortalDatabase(Database):
    """A database whose user may die before a statement, before the commit and right after it."""

    def __init__(self, clinic: str, url: URL, keyring: Keyring, step: Callable[[str], None]) -> None:
        at_once = url.get_backend_name() == "sqlite"
        super().__init__(clinic, engine_at_once(url) if at_once else make_engine(url, clinic), keyring)
        self._step = step
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._before_statement)

    def _before_statement(self, _connection: Any, _cursor: Any, words: str, *_: Any) -> None:
        self._step(words.split(None, 1)[0].lower())

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction."""
        async with super().begin() as connection:
            yield connection
            self._step("before the commit")
        self._step("after the commit")


class MortalDatabases(Databases):
    """The databases of one life of the house."""

    def __init__(self, url: str, keyring: Keyring, death: Death) -> None:
        super().__init__(url, keyring)
        self._keys = keyring
        self._death = death

    def of(self, clinic: str) -> Database:
        """The database of a clinic."""
        if clinic not in self._open:
            self._open[clinic] = MortalDatabase(clinic, self.url_of(clinic), self._keys, self._death.step)
        return self._open[clinic]
