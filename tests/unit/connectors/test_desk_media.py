"""Patients' files at the desk: for nurses who are logged in, written down, nothing that runs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.conversation import Urgency
from bot.crypto import Keyring
from bot.db import Databases
from bot.handoffs import HandoffStore, request_handoff
from bot.media import Fetched, MediaStore
from bot.media_files import MediaFiles
from bot.messages import Address, Attachment, AttachmentKind
from bot.migrate import migrate
from bot.store import ConversationStore
from bot.tables import audit
from connectors.desk import client
from connectors.desk.media import DeskMedia
from connectors.problem import problems

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
KEY, KEYS = "desk-key", Keyring({"k": b"0" * 32}, "k")
PHOTO = b"\xff\xd8\xff\xe0" + b"photo" * 100
FILES = {"p": PHOTO, "x": b"MZ" + bytes(50)}


class Fetches:
    """A channel that gives what it has."""

    async def fetch(self, ref: str, most: int) -> Fetched:
        assert most > 0
        return Fetched(FILES[ref])


class Desk:
    """The routes with their stores, and one handoff whose patient has sent two files."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.databases = databases
        self.media = MediaStore(databases, MediaFiles(folder / "media", KEYS))
        self.client: TestClient[web.Request, web.Application]
        self.handoff = ""

    async def fill(self) -> None:
        patient = await ConversationStore(self.databases).open(Address("demo", "wechat", "openid"), AT)
        sent = (Attachment(AttachmentKind.IMAGE, "p", '"><script>.html'), Attachment(AttachmentKind.FILE, "x"))
        await self.media.noted(patient, "m1", sent, AT)
        await self.media.fetch_pending("demo", {"wechat": Fetches()}, AT)
        async with self.databases.of("demo").begin() as connection:
            self.handoff = (await request_handoff(connection, patient, Urgency.ASKED, "皮疹", "", AT)).id

    async def get(self, path: str, nurse: str | None = "王护士") -> tuple[int, bytes, dict[str, str]]:
        cookies = {client.COOKIE: client.sign(KEY, nurse, AT)} if nurse else {}
        async with self.client.get(f"/api/v1/desk/{path}", cookies=cookies) as response:
            return response.status, await response.read(), dict(response.headers)

    async def listed(self) -> list[dict[str, object]]:
        async with self.client.get(
            f"/api/v1/desk/handoffs/{self.handoff}/media", cookies={client.COOKIE: client.sign(KEY, "王护士", AT)}
        ) as response:
            found: list[dict[str, object]] = (await response.json())["media"]
        return found

    async def readers(self) -> list[tuple[str, str]]:
        query = select(audit.c.actor, audit.c.subject).where(audit.c.action == "media_read")
        async with self.databases.of("demo").read() as connection:
            return [(row.actor, row.subject) for row in await connection.execute(query)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", KEYS)
    await migrate(databases.of("demo"))
    desk = Desk(databases, tmp_path)
    await desk.fill()
    app = web.Application(middlewares=[problems])
    app.add_routes(DeskMedia("demo", KEY, HandoffStore(databases), desk.media, lambda: AT).routes())
    async with TestClient(TestServer(app)) as desk.client:
        yield desk
    await databases.close()


async def test_a_nurse_sees_what_came_and_what_did_not(desk: Desk) -> None:
    found = await desk.listed()
    assert [(one["kind"], one["status"], one["type"], one["size"]) for one in found] == [
        ("image", "stored", "image/jpeg", len(PHOTO)), ("file", "refused", None, None),
    ]  # fmt: skip
    assert "script" not in str(found) and found[0]["at"] == "2026-11-21T16:00:00+08:00"


async def test_a_nurse_reads_a_file_and_it_is_written_down(desk: Desk) -> None:
    photo = (await desk.listed())[0]["id"]
    status, content, headers = await desk.get(f"media/{photo}")
    assert (status, content, headers["Content-Type"]) == (200, PHOTO, "image/jpeg")
    assert headers["Content-Disposition"] == f'attachment; filename="{str(photo)[:8]}.jpg"'
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert await desk.readers() == [("王护士", photo)]


@pytest.mark.parametrize("forged", [False, True])
async def test_nobody_else_does(desk: Desk, forged: bool) -> None:
    photo = (await desk.listed())[0]["id"]
    cookies = {client.COOKIE: client.sign("another key", "王护士", AT)} if forged else {}
    for path in (f"media/{photo}", f"handoffs/{desk.handoff}/media"):
        async with desk.client.get(f"/api/v1/desk/{path}", cookies=cookies) as response:
            assert response.status == 401 and b"photo" not in await response.read()
    assert await desk.readers() == []


@pytest.mark.parametrize("medium", ["0" * 32, "x", "..%2F..%2Fetc%2Fpasswd", "%00", "9" * 5_000])
async def test_what_is_not_there_is_not_found(desk: Desk, medium: str) -> None:
    status, _, headers = await desk.get(f"media/{medium}")
    assert status == 404 and headers["Content-Type"].startswith("application/problem+json")


async def test_a_refused_file_is_not_given(desk: Desk) -> None:
    refused = (await desk.listed())[1]["id"]
    assert (await desk.get(f"media/{refused}"))[0] == 404
    assert (await desk.get("handoffs/unknown/media"))[0] == 404
    assert await desk.readers() == []
