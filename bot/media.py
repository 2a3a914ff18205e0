"""Photos, voices and files that people send: noted with the message, fetched by the heartbeat, kept encrypted.

A channel keeps them for a few days only, so what could not be fetched is tried again with growing pauses until then.
The row says `stored` after the file is whole on the disk: killed in between, it is fetched and written once more.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import RowMapping, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.audit import write_audit
from bot.conversation import Conversation
from bot.db import Databases
from bot.errors import NotFound, XinglinError
from bot.media_files import MediaFiles, is_media_id
from bot.media_rows import media
from bot.media_types import type_of
from bot.messages import Attachment, AttachmentKind
from bot.rows import new_id

log = logging.getLogger(__name__)

MOST_BYTES = 10 * 1024 * 1024
KEPT_BY_CHANNELS = timedelta(days=3)  # temporary media of WeChat and WeCom live so long
LEASE = timedelta(minutes=2)  # a fetch that was killed is taken up again after this
FIRST_PAUSE = timedelta(seconds=30)  # doubled with each try
LONGEST_PAUSE = timedelta(hours=2)
MOST_AT_ONCE = 8  # one after the other, each within about 10 s: within the lease
FETCHED_KINDS = (AttachmentKind.IMAGE, AttachmentKind.VOICE, AttachmentKind.VIDEO, AttachmentKind.FILE)


class MediaStatus(StrEnum):
    """pending → stored, or refused by us, or lost."""

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"  # too large, or of a type we don't keep
    LOST = "lost"  # the channel did not give it in time


class MediaTooLarge(XinglinError):
    """文件太大了，没能保存。"""

    status = 413


class MediaGone(XinglinError):
    """文件已经取不到了。"""

    status = 410


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a channel gave. `content_type` is what it says; only the bytes are believed."""

    content: bytes
    content_type: str = ""


class Fetcher(Protocol):
    """A channel's way to the bytes of an attachment."""

    async def fetch(self, ref: str, most: int) -> Fetched:
        """The bytes, at most `most` of them, counted while they stream in.

        Raises MediaTooLarge, MediaGone when it will never come, and any other XinglinError, OSError or TimeoutError
        when it may come later.
        """


@dataclass(frozen=True, slots=True)
class Medium:
    """Something a person sent, as the desk sees it."""

    id: str
    conversation: str
    client_id: str  # of the message that brought it
    kind: AttachmentKind
    name: str
    status: MediaStatus
    content_type: str | None  # while stored
    size: int | None  # bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class MediaStore:
    """Notes, fetches and reads. Raises StoreUnavailable when the database does not answer."""

    databases: Databases
    files: MediaFiles

    async def noted(
        self, conversation: Conversation, client_id: str, attachments: Sequence[Attachment], at: datetime
    ) -> None:
        """Write down what a message brought, once; those without bytes (places, links) are left out."""
        async with self.databases.of(conversation.clinic).begin() as connection:
            await note_media(connection, conversation, client_id, attachments, at)

    async def fetch_pending(self, clinic: str, fetchers: Mapping[str, Fetcher], at: datetime) -> int:
        """Fetch what is due, a few at a time; how many files were stored.

        `fetchers` is by channel. Media of other channels wait for one, until their time is over.
        """
        stored = 0
        for row in await self._take(clinic, tuple(fetchers), at):
            if fetcher := fetchers.get(row["channel"]):
                stored += await self._fetch(row, fetcher, at)
            else:
                await self._end(row, MediaStatus.LOST, at, {"why": "no_fetcher"})
        return stored

    async def of_conversation(self, clinic: str, conversation: str) -> Sequence[Medium]:
        """What a conversation brought, oldest first."""
        query = select(media).where(media.c.clinic == clinic, media.c.conversation == conversation)
        async with self.databases.of(clinic).read() as connection:
            rows = await connection.execute(query.order_by(media.c.received_at, media.c.client_id, media.c.position))
            return [_medium(row) for row in rows.mappings()]

    async def read(self, clinic: str, medium: str, reader: str, at: datetime) -> tuple[Medium, bytes]:
        """A stored file, decrypted; that `reader` saw it is written down first. Raises NotFound, UndecryptableValue."""
        if not is_media_id(medium):
            raise NotFound
        query = select(media).where(
            media.c.clinic == clinic, media.c.id == medium, media.c.status == MediaStatus.STORED
        )
        async with self.databases.of(clinic).begin() as connection:
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                raise NotFound
            await write_audit(connection, clinic, reader, "media_read", medium, at)
        try:
            return _medium(row), await asyncio.to_thread(self.files.read, clinic, medium)
        except FileNotFoundError as error:
            log.error("stored file is missing", extra={"action": "media_file_missing", "medium": medium})
            raise NotFound from error

    async def _take(self, clinic: str, channels: Sequence[str], at: datetime) -> Sequence[RowMapping]:
        """What is due; another process does not get it while the lease lasts."""
        due = and_(
            media.c.clinic == clinic, media.c.status == MediaStatus.PENDING,
            media.c.next_at <= at, or_(media.c.channel.in_(channels), media.c.until <= at),
        )  # fmt: skip
        query = select(media).where(due).order_by(media.c.next_at).limit(MOST_AT_ONCE)
        database = self.databases.of(clinic)
        async with database.read() as connection:
            if (await connection.execute(query.limit(1))).first() is None:
                return ()
        if database.engine.dialect.name == "postgresql":
            query = query.with_for_update(skip_locked=True)
        async with database.begin() as connection:
            rows = (await connection.execute(query)).mappings().all()
            leased = update(media).where(media.c.clinic == clinic, media.c.id.in_([row["id"] for row in rows]))
            await connection.execute(leased.values(next_at=at + LEASE))
        return rows

    async def _fetch(self, row: RowMapping, fetcher: Fetcher, at: datetime) -> bool:
        try:
            content = (await fetcher.fetch(row["ref"], MOST_BYTES)).content
        except MediaTooLarge:
            return await self._end(row, MediaStatus.REFUSED, at, {"why": "too_large"})
        except MediaGone:
            return await self._end(row, MediaStatus.LOST, at, {"why": "gone"})
        except (XinglinError, OSError, TimeoutError) as error:
            return await self._later(row, at, type(error).__name__)
        if not content:
            return await self._later(row, at, "empty")
        if len(content) > MOST_BYTES:
            return await self._end(row, MediaStatus.REFUSED, at, {"why": "too_large"})
        if (kind := type_of(content)) is None:
            return await self._end(row, MediaStatus.REFUSED, at, {"why": "type"})
        return await self._store(row, content, kind, at)

    async def _store(self, row: RowMapping, content: bytes, kind: str, at: datetime) -> bool:
        try:
            await asyncio.to_thread(self.files.write, row["clinic"], row["id"], content)
        except OSError as error:  # a full disk may have room again before the channel forgets
            return await self._later(row, at, type(error).__name__)
        await self._change(row, status=MediaStatus.STORED, content_type=kind, size=len(content), stored_at=at)
        log.info("media stored", extra={"action": "media_stored", "medium": row["id"], "size": len(content)})
        return True

    async def _later(self, row: RowMapping, at: datetime, why: str) -> bool:
        """Try again after a pause, if the channel still has it then."""
        tries = row["attempts"] + 1
        next_at = at + min(FIRST_PAUSE * 2 ** min(row["attempts"], 10), LONGEST_PAUSE)
        if at >= row["until"]:
            return await self._end(row, MediaStatus.LOST, at, {"why": why})
        extra = {"action": "media_put_off", "medium": row["id"], "error": why, "tries": tries}
        log.warning("media not fetched", extra=extra)
        await self._change(row, attempts=tries, next_at=min(next_at, row["until"]))
        return False

    async def _end(self, row: RowMapping, status: MediaStatus, at: datetime, detail: Mapping[str, str]) -> bool:
        """It will not be stored: written down, so that nobody looks for it in vain."""
        async with self.databases.of(row["clinic"]).begin() as connection:
            if (await connection.execute(_this(row).values(status=status))).rowcount == 0:
                return False
            await write_audit(connection, row["clinic"], "bot", f"media_{status}", row["id"], at, detail)
        log.warning("media not kept", extra={"action": f"media_{status}", "medium": row["id"], **detail})
        return False

    async def _change(self, row: RowMapping, **values: Any) -> None:
        async with self.databases.of(row["clinic"]).begin() as connection:
            await connection.execute(_this(row).values(**values))


async def note_media(
    connection: AsyncConnection,
    conversation: Conversation,
    client_id: str,
    attachments: Sequence[Attachment],
    at: datetime,
) -> None:
    """Write down what a message brought within the transaction that claims it; said again it changes nothing."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    rows = [
        {
            "clinic": conversation.clinic, "id": new_id(), "conversation": conversation.id, "client_id": client_id,
            "position": position, "channel": conversation.address.channel, "kind": one.kind, "ref": one.ref,
            "name": one.name, "status": MediaStatus.PENDING, "attempts": 0, "next_at": at,
            "until": at + KEPT_BY_CHANNELS, "received_at": at,
        }
        for position, one in enumerate(attachments)
        if one.ref and one.kind in FETCHED_KINDS
    ]  # fmt: skip
    if rows:
        await connection.execute(dialect.insert(media).values(rows).on_conflict_do_nothing())


def _this(row: RowMapping) -> Any:
    pending = media.c.status == MediaStatus.PENDING  # what another process has ended stays so
    return update(media).where(media.c.clinic == row["clinic"], media.c.id == row["id"], pending)


def _medium(row: RowMapping) -> Medium:
    return Medium(
        row["id"], row["conversation"], row["client_id"], AttachmentKind(row["kind"]), row["name"],
        MediaStatus(row["status"]), row["content_type"], row["size"], row["received_at"],
    )  # fmt: skip
