"""Learners: who joins a class by its code, on the page (known by a secret) or in a chat (known as a person)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Table, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import write_audit
from bot.class_codes import read_code
from bot.crypto import Keyring
from bot.db import Databases
from bot.errors import BadInput, NotFound, XinglinError
from bot.rows import new_id
from bot.tables import audit
from bot.teaching_tables import classes, learners, memberships, sittings
from bot.text import clean

TOKEN_BYTES = 32
LONGEST_NAME = 20
GUESSING = timedelta(minutes=10)
MOST_WRONG = 30
"""Wrong codes from one place within GUESSING. A whole school may come from one address, and types a new code at once;
guessing one of a hundred classes would still take a thousand years."""
_WRONG = "class_code_wrong"


class NoSuchClass(NotFound):
    """没有这个班级。请核对邀请码，或向老师再要一次。"""


class TooManyGuesses(XinglinError):
    """邀请码试错次数太多，请十分钟后再试。"""

    status = 429


class NoName(BadInput):
    """请写上姓名（最多20个字），老师好认出您。"""


class UnknownLearner(XinglinError):
    """请先用邀请码加入班级。"""

    status = 401


@dataclass(frozen=True, slots=True)
class Learner:
    """Who practises."""

    id: str
    name: str
    on_board: bool  # agreed to stand on leaderboards


@dataclass(frozen=True, slots=True)
class Joined:
    """A learner in a class."""

    learner: str
    class_id: str
    class_name: str
    token: str = ""  # of the page; empty for a person in a chat


@dataclass(frozen=True, slots=True)
class _Who:
    """How a learner is known again, and where the code was typed."""

    place: str  # wrong codes are counted by it
    person: str | None = None
    token: str | None = None

    def matches(self, keyring: Keyring) -> ColumnElement[bool]:
        if self.person is not None:
            return learners.c.person == self.person
        return learners.c.token == keyring.blind_index(f"learner:{self.token}")


class Learners:
    """Who learns. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def with_token(self, clinic: str, token: str) -> Learner:
        """The learner who has this secret. Raises UnknownLearner."""
        hashed = self._databases.of(clinic).keyring.blind_index(f"learner:{token}")
        found = await self._first(clinic, learners.c.token == hashed)
        if found is None:
            raise UnknownLearner
        return found

    async def of_person(self, clinic: str, person: str) -> Learner | None:
        """The learner who is this person in the chats."""
        return await self._first(clinic, learners.c.person == person)

    async def join(self, clinic: str, person: str, code: str, name: str, at: datetime) -> Joined:
        """Join a class from a chat. Said again it changes nothing but the name.

        Raises NoSuchClass, TooManyGuesses, NoName.
        """
        return await self._join_surely(clinic, _Who(person, person=person), code, name, at)

    async def join_on_page(
        self, clinic: str, place: str, code: str, name: str, at: datetime, token: str | None = None
    ) -> Joined:
        """Join a class from the page at a place (its network address), as the learner who has `token` if one is given.

        Raises NoSuchClass, TooManyGuesses, NoName, UnknownLearner.
        """
        if token is not None:
            await self.with_token(clinic, token)
        who = _Who(place, token=token or secrets.token_urlsafe(TOKEN_BYTES))
        return await self._join_surely(clinic, who, code, name, at)

    async def show_on_board(self, clinic: str, learner: str, show: bool) -> None:
        """Stand on the leaderboards of one's classes from now on, or nowhere."""
        this = and_(learners.c.clinic == clinic, learners.c.id == learner)
        async with self._databases.of(clinic).begin() as connection:
            await connection.execute(update(learners).where(this).values(on_board=show))

    async def _first(self, clinic: str, which: ColumnElement[bool]) -> Learner | None:
        columns = (learners.c.id, learners.c.name, learners.c.on_board)
        query = select(*columns).where(learners.c.clinic == clinic, which)
        async with self._databases.of(clinic).read() as connection:
            row = (await connection.execute(query)).first()
        return Learner(*row) if row else None

    async def _join_surely(self, clinic: str, who: _Who, code: str, name: str, at: datetime) -> Joined:
        name = clean(name).replace("\n", " ").strip()
        if not 0 < len(name) <= LONGEST_NAME:
            raise NoName
        try:
            joined = await self._join(clinic, who, code, name, at)
        except IntegrityError:  # the same learner at two devices at once: now there is what the other one wrote
            joined = await self._join(clinic, who, code, name, at)
        if joined is None:
            raise NoSuchClass
        return joined

    async def _join(self, clinic: str, who: _Who, code: str, name: str, at: datetime) -> Joined | None:
        database = self._databases.of(clinic)
        place = database.keyring.blind_index(f"guess:{who.place}")
        async with database.begin() as connection:
            if await _wrong(connection, clinic, place, at - GUESSING) >= MOST_WRONG:
                raise TooManyGuesses
            hashed = database.keyring.blind_index(f"class:{read_code(code)}")
            query = select(classes.c.id, classes.c.name).where(
                classes.c.clinic == clinic, classes.c.code_hash == hashed
            )
            class_ = (await connection.execute(query)).first()
            if class_ is None:
                await write_audit(connection, clinic, "learner", _WRONG, place, at)
                return None
            learner = await _named(connection, clinic, who, database.keyring, name, at)
            await _enter(connection, clinic, class_.id, learner, at)
        return Joined(learner, class_.id, class_.name, who.token or "")


async def merge_learners(connection: AsyncConnection, clinic: str, person: str, into: str) -> None:
    """Two people turn out to be one: what the one did as a learner is the other's, within the caller's transaction."""
    found = await learner_of(connection, clinic, person), await learner_of(connection, clinic, into)
    one, other = found
    mine = and_(learners.c.clinic == clinic, learners.c.person == person)
    if one is None or other is None:
        await connection.execute(update(learners).where(mine).values(person=into))
        return
    in_both = select(memberships.c.class_id).where(memberships.c.clinic == clinic, memberships.c.learner == other)
    theirs = and_(memberships.c.clinic == clinic, memberships.c.learner == one)
    await connection.execute(delete(memberships).where(theirs, memberships.c.class_id.in_(in_both)))
    await connection.execute(update(memberships).where(theirs).values(learner=other))
    # Attempts of both would get in each other's way: those that come over are counted in no series.
    sat = and_(sittings.c.clinic == clinic, sittings.c.learner == one)
    await connection.execute(update(sittings).where(sat).values(learner=other, series=None))
    await connection.execute(delete(learners).where(mine))


async def learner_of(connection: AsyncConnection, clinic: str, person: str) -> str | None:
    """Id of the learner who is this person, within a transaction."""
    query = select(learners.c.id).where(learners.c.clinic == clinic, learners.c.person == person)
    return (await connection.execute(query)).scalar()


async def _wrong(connection: AsyncConnection, clinic: str, place: str, since: datetime) -> int:
    wrong = and_(audit.c.clinic == clinic, audit.c.action == _WRONG, audit.c.subject == place, audit.c.at > since)
    return int((await connection.execute(select(func.count()).where(wrong))).scalar_one())


async def _named(connection: AsyncConnection, clinic: str, who: _Who, keyring: Keyring, name: str, at: datetime) -> str:
    """The learner under this name, new if nobody knows him; his id."""
    mine = and_(learners.c.clinic == clinic, who.matches(keyring))
    if found := (await connection.execute(select(learners.c.id).where(mine))).scalar():
        await connection.execute(update(learners).where(mine).values(name=name))
        return str(found)
    learner = new_id()
    token = None if who.token is None else keyring.blind_index(f"learner:{who.token}")
    row = {"clinic": clinic, "id": learner, "name": name, "person": who.person, "token": token, "created_at": at}
    await connection.execute(insert(learners), row)
    return learner


async def _enter(connection: AsyncConnection, clinic: str, class_id: str, learner: str, at: datetime) -> None:
    row = {"clinic": clinic, "class_id": class_id, "learner": learner}
    if await _is_there(connection, memberships, row):
        return
    await connection.execute(insert(memberships), row | {"joined_at": at})
    await write_audit(connection, clinic, "learner", "joined_class", learner, at, {"class": class_id})


async def _is_there(connection: AsyncConnection, table: Table, row: dict[str, str]) -> bool:
    same = and_(*(table.c[name] == value for name, value in row.items()))
    return (await connection.execute(select(table.c.clinic).where(same))).first() is not None
