"""What the keeping of photos, voices and files promises, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.conversation import Conversation
from bot.db import Databases
from bot.errors import NotFound, Unavailable, XinglinError
from bot.media import (
    KEPT_BY_CHANNELS,
    LEASE,
    MOST_AT_ONCE,
    MOST_BYTES,
    Fetched,
    MediaGone,
    MediaStatus,
    MediaStore,
    MediaTooLarge,
    Medium,
)
from bot.media_files import MediaFiles
from bot.messages import Address, Attachment, AttachmentKind
from bot.store import ConversationStore
from bot.tables import audit
from tests.contract.conftest import AT, KEYS

PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 100
VOICE = b"#!AMR\n" + b"voice" * 100


@dataclass(slots=True)
class Channel:
    """A channel that gives what it has, or fails."""

    gives: dict[str, bytes | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow_s: float = 0.0

    async def fetch(self, ref: str, most: int) -> Fetched:
        self.asked.append(ref)
        assert most == MOST_BYTES
        await asyncio.sleep(self.slow_s)
        given = self.gives[ref]
        if isinstance(given, Exception):
            raise given
        return Fetched(given, "text/html")


@dataclass(slots=True)
class Parts:
    """A conversation that brings files."""

    store: MediaStore
    conversation: Conversation
    channel: Channel

    async def bring(self, ref: str, content: bytes | Exception, kind: AttachmentKind = AttachmentKind.IMAGE) -> None:
        self.channel.gives[ref] = content
        await self.store.noted(self.conversation, f"m-{ref}", (Attachment(kind, ref, "../../x.exe"),), AT)

    async def fetch(self, at: datetime = AT) -> int:
        return await self.store.fetch_pending(self.conversation.clinic, {"wechat": self.channel}, at)

    async def all(self) -> list[Medium]:
        return list(await self.store.of_conversation(self.conversation.clinic, self.conversation.id))

    async def only(self) -> Medium:
        (one,) = await self.all()
        return one

    async def audited(self) -> list[tuple[str, str, str]]:
        async with self.store.databases.of(self.conversation.clinic).read() as connection:
            rows = await connection.execute(select(audit.c.actor, audit.c.action, audit.c.subject))
            return [(row.actor, row.action, row.subject) for row in rows]


@pytest.fixture
async def parts(databases: Databases, clinic: str, tmp_path: Path) -> Parts:
    conversation = await ConversationStore(databases).open(Address(clinic, "wechat", "openid-1"), AT)
    return Parts(MediaStore(databases, MediaFiles(tmp_path / "media", KEYS)), conversation, Channel())


async def test_a_photo_is_fetched_kept_and_read(parts: Parts) -> None:
    await parts.bring("media-1", PHOTO)
    assert (await parts.only()).status is MediaStatus.PENDING
    assert await parts.fetch() == 1
    one = await parts.only()
    assert (one.status, one.content_type, one.size) == (MediaStatus.STORED, "image/jpeg", len(PHOTO))
    seen, content = await parts.store.read(parts.conversation.clinic, one.id, "护士王", AT)
    assert (seen, content) == (one, PHOTO)
    assert await parts.audited() == [("护士王", "media_read", one.id)]
    assert await parts.fetch(AT + timedelta(hours=1)) == 0 and parts.channel.asked == ["media-1"]


async def test_a_message_noted_again_is_the_same(parts: Parts) -> None:
    for _ in range(3):
        await parts.bring("media-1", PHOTO)
    await asyncio.gather(*(parts.bring("media-1", PHOTO) for _ in range(5)))
    assert len(await parts.all()) == 1


async def test_places_and_links_have_no_bytes(parts: Parts) -> None:
    what = (
        Attachment(AttachmentKind.LOCATION, "x", "北京"), Attachment(AttachmentKind.LINK, "y"),
        Attachment(AttachmentKind.IMAGE), Attachment(AttachmentKind.VOICE, "v"), Attachment(AttachmentKind.FILE, "f"),
    )  # fmt: skip
    await parts.store.noted(parts.conversation, "m1", what, AT)
    assert [one.kind for one in await parts.all()] == [AttachmentKind.VOICE, AttachmentKind.FILE]


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00" + bytes(100), b"<svg onload=alert(1)>", bytes(MOST_BYTES + 1), MediaTooLarge()]
)
async def test_what_we_do_not_keep_is_refused_and_written_down(parts: Parts, content: bytes | Exception) -> None:
    await parts.bring("media-1", content)
    assert await parts.fetch() == 0
    one = await parts.only()
    assert one.status is MediaStatus.REFUSED
    assert await parts.audited() == [("bot", "media_refused", one.id)]
    assert await parts.fetch(AT + timedelta(days=1)) == 0 and len(parts.channel.asked) == 1
    assert not list(parts.store.files.folder.rglob("*"))
    with pytest.raises(NotFound):
        await parts.store.read(parts.conversation.clinic, one.id, "护士王", AT)


@pytest.mark.parametrize("error", [Unavailable(), XinglinError(), OSError("net"), TimeoutError(), b""])
async def test_a_failed_fetch_is_tried_again_with_growing_pauses(parts: Parts, error: Exception | bytes) -> None:
    await parts.bring("media-1", error)
    tries, at = [], AT
    while at < AT + timedelta(hours=1):
        before = len(parts.channel.asked)
        await parts.fetch(at)
        tries += [at - AT] * (len(parts.channel.asked) - before)
        at += timedelta(seconds=30)
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[0] == timedelta(seconds=30) and pauses == sorted(pauses) and len(tries) == 7
    parts.channel.gives["media-1"] = PHOTO
    assert await parts.fetch(at + timedelta(hours=2)) == 1
    assert (await parts.only()).status is MediaStatus.STORED


async def test_what_never_comes_is_lost_when_the_channel_forgets_it(parts: Parts) -> None:
    await parts.bring("media-1", Unavailable())
    at = AT
    while (await parts.only()).status is MediaStatus.PENDING:
        await parts.fetch(at)
        at += timedelta(minutes=30)
        assert at < AT + timedelta(days=4)
    assert (await parts.only()).status is MediaStatus.LOST
    assert at - AT >= KEPT_BY_CHANNELS
    assert [action for _, action, _ in await parts.audited()] == ["media_lost"]


async def test_what_the_channel_has_no_more_is_lost_at_once(parts: Parts) -> None:
    await parts.bring("media-1", MediaGone())
    await parts.fetch()
    assert (await parts.only()).status is MediaStatus.LOST


async def test_one_bad_file_does_not_keep_the_others(parts: Parts) -> None:
    brought: tuple[bytes | Exception, ...] = (Unavailable(), b"MZ", VOICE, PHOTO)
    for n, content in enumerate(brought):
        await parts.bring(f"media-{n}", content)
    assert await parts.fetch() == 2


async def test_channels_without_a_fetcher_wait_until_the_time_is_over(parts: Parts) -> None:
    for ref in ("media-1", "media-2"):
        await parts.bring(ref, PHOTO)
    assert await parts.store.fetch_pending(parts.conversation.clinic, {}, AT) == 0
    assert {one.status for one in await parts.all()} == {MediaStatus.PENDING}
    assert await parts.fetch() == 2
    await parts.bring("media-3", PHOTO)
    assert await parts.store.fetch_pending(parts.conversation.clinic, {}, AT + KEPT_BY_CHANNELS) == 0
    assert [one.status for one in await parts.all()] == [MediaStatus.STORED] * 2 + [MediaStatus.LOST]


async def test_two_processes_fetch_each_once(parts: Parts) -> None:
    for n in range(MOST_AT_ONCE):
        await parts.bring(f"media-{n}", PHOTO)
    parts.channel.slow_s = 0.01
    assert sum(await asyncio.gather(*(parts.fetch() for _ in range(4)))) == MOST_AT_ONCE
    assert len(parts.channel.asked) == MOST_AT_ONCE == len(set(parts.channel.asked))


@pytest.mark.parametrize("where", ["fetch", "write", "after the file"])
async def test_killed_anywhere_nothing_is_lost(parts: Parts, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill is an error that nobody may catch; after it the next process starts from what is stored."""

    class Killed(BaseException):
        pass

    async def dies(*_: object, **__: object) -> Fetched:
        raise Killed

    def dies_writing(*_: object) -> None:
        raise Killed

    await parts.bring("media-1", PHOTO)
    with monkeypatch.context() as patch:
        if where == "fetch":
            patch.setattr(Channel, "fetch", dies)
        elif where == "write":
            patch.setattr("os.fsync", dies_writing)
        else:
            patch.setattr(MediaStore, "_change", dies)
        with pytest.raises(Killed):
            await parts.fetch()
    assert all(b"photo" not in path.read_bytes() for path in parts.store.files.folder.rglob("*") if path.is_file())
    assert await parts.fetch(AT + LEASE) == 1
    one = await parts.only()
    assert (await parts.store.read(parts.conversation.clinic, one.id, "护士王", AT))[1] == PHOTO
    assert len([path for path in parts.store.files.folder.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("error", [Unavailable(), MediaGone(), MediaTooLarge()])
async def test_who_comes_late_does_not_undo_what_another_process_stored(parts: Parts, error: Exception) -> None:
    await parts.bring("media-1", PHOTO)

    class Late(Channel):
        async def fetch(self, ref: str, most: int) -> Fetched:
            assert await parts.fetch(AT + LEASE) == 1  # the lease ran out meanwhile
            raise error

    assert await parts.store.fetch_pending(parts.conversation.clinic, {"wechat": Late()}, AT) == 0
    assert (await parts.only()).status is MediaStatus.STORED
    assert await parts.audited() == []


async def test_a_full_disk_is_waited_for(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    await parts.bring("media-1", PHOTO)
    with monkeypatch.context() as patch:
        patch.setattr(MediaFiles, "write", full)
        assert await parts.fetch() == 0
    assert await parts.fetch(AT + timedelta(hours=1)) == 1


async def test_an_unknown_id_is_not_found(parts: Parts) -> None:
    for medium in ("0" * 32, "", "\0", "../../etc/passwd", "x" * 10_000):
        with pytest.raises(NotFound):
            await parts.store.read(parts.conversation.clinic, medium, "护士王", AT)
    assert await parts.audited() == []


async def test_a_file_that_vanished_is_not_found(parts: Parts, tmp_path: Path) -> None:
    await parts.bring("media-1", PHOTO)
    await parts.fetch()
    elsewhere = replace(parts.store, files=MediaFiles(tmp_path / "other", KEYS))
    with pytest.raises(NotFound):
        await elsewhere.read(parts.conversation.clinic, (await parts.only()).id, "护士王", AT)


async def test_names_and_refs_are_encrypted_and_never_logged(parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    brought: tuple[bytes | Exception, ...] = (PHOTO, b"MZ", Unavailable())
    for n, content in enumerate(brought):
        await parts.bring(f"secret-ref-{n}", content)
    with caplog.at_level("INFO"):
        await parts.fetch()
    async with parts.store.databases.of(parts.conversation.clinic).read() as connection:
        rows = str((await connection.execute(text("SELECT ref, name FROM media"))).all())
    logged = str([vars(record) for record in caplog.records if record.name.startswith("bot.media")])
    assert logged.count("media_stored") and "secret-ref" not in rows + logged and "x.exe" not in rows + logged
