"""Members of a family who have agreed to be told when a dose is not confirmed. How they come to it: bot.family_*."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dose_tables import families
from bot.tables import conversations

MOST = 5  # members of one person


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a person's family, both of whom have agreed."""

    id: str
    person: str  # whose medicines
    member: str  # who is told
    conversation: str  # where
    called: str  # by the patient: 女儿
    patient: str  # how the member is told of the patient: 您母亲
    agreed_at: datetime  # UTC


STANDING = and_(
    families.c.agreed_at.is_not(None),
    families.c.left_at.is_(None),
    families.c.member != families.c.person,  # two who became one person need no telling of themselves
)
# Whose the conversation is now: who left it must not read on there.
_THEIRS = and_(
    conversations.c.clinic == families.c.clinic,
    conversations.c.id == families.c.conversation,
    conversations.c.person == families.c.member,
)


async def members_of(connection: AsyncConnection, clinic: str, people: Sequence[str]) -> Mapping[str, Sequence[Member]]:
    """Who is told of whom, by person, in the order in which they agreed; each member once."""
    found: dict[str, dict[str, Member]] = defaultdict(dict)
    for one in await standing(connection, clinic, families.c.person.in_(set(people))):
        found[one.person].setdefault(one.member, one)
    return {person: list(members.values()) for person, members in found.items()}


async def standing(connection: AsyncConnection, clinic: str, *which: ColumnElement[bool]) -> Sequence[Member]:
    """Members in force that fit, in the order in which they agreed."""
    query = select(families).join(conversations, _THEIRS).where(families.c.clinic == clinic, STANDING, *which)
    rows = (await connection.execute(query.order_by(families.c.agreed_at, families.c.id))).mappings()
    return [member_of(row) for row in rows]


def member_of(row: RowMapping) -> Member:
    """A row of `families` that both have agreed to."""
    return Member(
        row["id"], row["person"], row["member"], row["conversation"], row["called"], row["patient"], row["agreed_at"]
    )
