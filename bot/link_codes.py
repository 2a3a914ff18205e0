"""Codes on offer: made, judged, used once. Every function works within the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import RowMapping, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.conversation import Conversation, Mode
from bot.link_rows import link_codes, links
from bot.tables import conversations

MOST_OPEN = 3  # codes of one page at a time; a fourth ends the oldest


class Verdict(StrEnum):
    """What can be done with a code."""

    FREE = "free"
    LINKED = "linked"  # just now
    ALREADY = "already"  # both are one person
    GONE = "gone"  # unknown, expired or used
    ELSEWHERE = "elsewhere"  # the page is linked to somebody else
    NURSE = "nurse"  # a nurse has one of the two conversations, or is asked for
    BUSY = "busy"  # a turn is running there, or somebody else changed something in this moment


@dataclass(frozen=True, slots=True)
class Found:
    """A code as it stands. `offer` names it without telling it."""

    verdict: Verdict
    offer: str
    page: str = ""  # id of the conversation that offers it
    person: str = ""  # who the page is now


async def put_code(
    connection: AsyncConnection, conversation: Conversation, offer: str, at: datetime, until: datetime
) -> None:
    """Offer one more code of a conversation. Those out of date go, and the oldest where there are too many."""
    # Two offers of one page at once wait for each other here, or both would count the same few.
    this = and_(conversations.c.clinic == conversation.clinic, conversations.c.id == conversation.id)
    await connection.execute(select(conversations.c.id).where(this).with_for_update())
    clinic = link_codes.c.clinic == conversation.clinic
    await connection.execute(delete(link_codes).where(clinic, link_codes.c.until <= at, link_codes.c.used_at.is_(None)))
    mine = and_(clinic, link_codes.c.conversation == conversation.id, link_codes.c.used_at.is_(None))
    newest_first = select(link_codes.c.id).where(mine).order_by(link_codes.c.offered_at.desc(), link_codes.c.id)
    too_many = list((await connection.execute(newest_first.offset(MOST_OPEN - 1))).scalars())
    await connection.execute(delete(link_codes).where(clinic, link_codes.c.id.in_(too_many)))
    row = {"clinic": conversation.clinic, "id": offer, "conversation": conversation.id}
    await connection.execute(insert(link_codes), row | {"offered_at": at, "until": until})


async def judge(connection: AsyncConnection, conversation: Conversation, offer: str, at: datetime) -> Found:
    """What a conversation can do with a code."""
    clinic = conversation.clinic
    query = select(link_codes).where(link_codes.c.clinic == clinic, link_codes.c.id == offer)
    code = (await connection.execute(query)).mappings().first()
    if code is None:
        return Found(Verdict.GONE, offer)
    sides = await _sides(connection, clinic, (code["conversation"], conversation.id))
    page, here = sides[code["conversation"]], sides[conversation.id]
    linked = await link_of(connection, clinic, code["conversation"])
    return Found(_verdict(code, page, here, linked is not None, at), offer, page["id"], page["person"])


def _verdict(code: RowMapping, page: RowMapping, here: RowMapping, linked: bool, at: datetime) -> Verdict:
    if page["person"] == here["person"]:
        return Verdict.ALREADY
    if code["used_at"] is not None or code["until"] <= at:
        return Verdict.GONE
    if linked:
        return Verdict.ELSEWHERE
    if Mode.HANDOFF in (page["mode"], here["mode"]):
        return Verdict.NURSE
    return Verdict.FREE


async def take_code(connection: AsyncConnection, conversation: Conversation, offer: str, at: datetime) -> bool:
    """Use a code; False when somebody else was faster."""
    this = and_(link_codes.c.clinic == conversation.clinic, link_codes.c.id == offer)
    free = and_(link_codes.c.used_at.is_(None), link_codes.c.until > at)
    change = update(link_codes).where(this, free).values(used_at=at, used_by=conversation.id)
    return (await connection.execute(change)).rowcount == 1


async def link_of(connection: AsyncConnection, clinic: str, page: str) -> RowMapping | None:
    """The standing link of a page."""
    query = select(links).where(links.c.clinic == clinic, links.c.conversation == page, links.c.left_at.is_(None))
    return (await connection.execute(query)).mappings().first()


async def _sides(connection: AsyncConnection, clinic: str, ids: tuple[str, str]) -> Mapping[str, RowMapping]:
    columns = (conversations.c.id, conversations.c.person, conversations.c.mode)
    query = select(*columns).where(conversations.c.clinic == clinic, conversations.c.id.in_(ids))
    return {row["id"]: row for row in (await connection.execute(query)).mappings()}
