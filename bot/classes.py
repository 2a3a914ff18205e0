"""Classes: a teacher makes one, learners join by its code, a colleague may teach it too. Each sees only her own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import write_audit
from bot.class_codes import new_code
from bot.db import Databases
from bot.errors import BadInput, NotFound
from bot.rows import new_id
from bot.teaching_tables import assignments, class_teachers, classes, learners, memberships, sittings
from bot.text import clean

LONGEST_NAME = 40
LONGEST_TEACHER = 20


class NoClassName(BadInput):
    """请给班级起个名字（最多40个字）。"""


class NoTeacher(BadInput):
    """请写上同事登录时用的姓名（最多20个字）。"""


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class."""

    id: str
    name: str
    code: str
    members: int


@dataclass(frozen=True, slots=True)
class Member:
    """A learner of a class."""

    id: str
    name: str
    joined_at: datetime


class Classes:
    """Who teaches whom. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def create(self, clinic: str, teacher: str, name: str, at: datetime) -> SchoolClass:
        """A new class of a teacher. Raises NoClassName."""
        name = clean(name).replace("\n", " ")
        if not 0 < len(name) <= LONGEST_NAME:
            raise NoClassName
        try:
            return await self._create(clinic, teacher, name, new_code(), at)
        except IntegrityError:  # a code that another class has: one in 10⁹ even with a hundred classes
            return await self._create(clinic, teacher, name, new_code(), at)

    async def of_teacher(self, clinic: str, teacher: str) -> Sequence[SchoolClass]:
        """Her classes, the newest first."""
        return await self._select(clinic, _hers(clinic, teacher))

    async def get(self, clinic: str, teacher: str, class_id: str) -> SchoolClass:
        """A class of hers. Raises NotFound for any other."""
        found = await self._select(clinic, and_(_hers(clinic, teacher), classes.c.id == class_id))
        if not found:
            raise NotFound
        return found[0]

    async def of_learner(self, clinic: str, learner: str) -> Sequence[SchoolClass]:
        """The classes a learner is in."""
        mine = and_(memberships.c.clinic == clinic, memberships.c.learner == learner)
        return await self._select(clinic, classes.c.id.in_(select(memberships.c.class_id).where(mine)))

    async def members(self, clinic: str, class_id: str) -> Sequence[Member]:
        """The learners of a class, as they joined."""
        same = and_(learners.c.clinic == memberships.c.clinic, learners.c.id == memberships.c.learner)
        query = (
            select(learners.c.id, learners.c.name, memberships.c.joined_at)
            .join_from(memberships, learners, same)
            .where(memberships.c.clinic == clinic, memberships.c.class_id == class_id)
            .order_by(memberships.c.joined_at, learners.c.id)
        )
        async with self._databases.of(clinic).read() as connection:
            return [Member(*row) for row in await connection.execute(query)]

    async def teach_together(self, clinic: str, teacher: str, class_id: str, colleague: str, at: datetime) -> None:
        """Let a colleague, named as she logs in, teach the class too. Raises NotFound unless it is hers, NoTeacher."""
        await self.get(clinic, teacher, class_id)
        colleague = clean(colleague).replace("\n", " ")
        if not 0 < len(colleague) <= LONGEST_TEACHER:
            raise NoTeacher
        try:
            async with self._databases.of(clinic).begin() as connection:
                await _appoint(connection, clinic, colleague, class_id, at)
                await write_audit(connection, clinic, teacher, "class_shared", class_id, at, {"with": colleague})
        except IntegrityError:
            return  # she does already

    async def note_export(self, clinic: str, teacher: str, class_id: str, form: str, at: datetime) -> None:
        """Write down that the results of a class leave the house."""
        async with self._databases.of(clinic).begin() as connection:
            await write_audit(connection, clinic, teacher, "class_exported", class_id, at, {"form": form})

    async def _create(self, clinic: str, teacher: str, name: str, code: str, at: datetime) -> SchoolClass:
        database, class_id = self._databases.of(clinic), new_id()
        row = {"clinic": clinic, "id": class_id, "name": name, "code": code, "created_at": at}
        async with database.begin() as connection:
            await connection.execute(
                insert(classes), row | {"code_hash": database.keyring.blind_index(f"class:{code}")}
            )
            await _appoint(connection, clinic, teacher, class_id, at)
            await write_audit(connection, clinic, teacher, "class_made", class_id, at)
        return SchoolClass(class_id, name, code, 0)

    async def _select(self, clinic: str, which: ColumnElement[bool]) -> Sequence[SchoolClass]:
        in_it = and_(memberships.c.clinic == classes.c.clinic, memberships.c.class_id == classes.c.id)
        many = select(func.count()).where(in_it).scalar_subquery()
        query = select(classes.c.id, classes.c.name, classes.c.code, many).where(classes.c.clinic == clinic, which)
        async with self._databases.of(clinic).read() as connection:
            rows = await connection.execute(query.order_by(classes.c.created_at.desc(), classes.c.id))
            return [SchoolClass(*row) for row in rows]


def sittings_of(clinic: str, class_id: str) -> ColumnElement[bool]:
    """Which sittings belong to a class: those of its members, without what another class has set them."""
    members = select(memberships.c.learner).where(memberships.c.clinic == clinic, memberships.c.class_id == class_id)
    set_here = select(assignments.c.id).where(assignments.c.clinic == clinic, assignments.c.class_id == class_id)
    ours = sittings.c.assignment.is_(None) | sittings.c.assignment.in_(set_here)
    return and_(sittings.c.clinic == clinic, sittings.c.learner.in_(members), ours)


async def learner_seen_by(connection: AsyncConnection, clinic: str, teacher: str, encounter: str) -> str:
    """Name of the learner of an encounter that belongs to a class of this teacher. Raises NotFound for any other."""
    hers = and_(class_teachers.c.clinic == clinic, class_teachers.c.teacher == teacher)
    same = and_(learners.c.clinic == sittings.c.clinic, learners.c.id == sittings.c.learner)
    named = select(learners.c.name).join_from(sittings, learners, same).where(sittings.c.id == encounter)
    for class_id in (await connection.execute(select(class_teachers.c.class_id).where(hers))).scalars().all():
        name = (await connection.execute(named.where(sittings_of(clinic, class_id)))).scalar()
        if name is not None:
            return str(name)
    raise NotFound


def _hers(clinic: str, teacher: str) -> ColumnElement[bool]:
    mine = and_(class_teachers.c.clinic == clinic, class_teachers.c.teacher == teacher)
    return classes.c.id.in_(select(class_teachers.c.class_id).where(mine))


async def _appoint(connection: AsyncConnection, clinic: str, teacher: str, class_id: str, at: datetime) -> None:
    row = {"clinic": clinic, "class_id": class_id, "teacher": teacher, "added_at": at}
    await connection.execute(insert(class_teachers), row)
