"""Files to and from a server that answers as Tencent's does."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from connectors.tencent.api import File
from connectors.tencent.remedies import NO_ANSWER, TOO_LARGE, Remedy
from tests.tencent_server import OK, World, hands, refused, says, tencent_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with tencent_world() as made:
        yield made


async def test_a_file_comes_whole(world: World) -> None:
    content = bytes(range(256)) * 4096
    world.answers = [hands(content)]
    media = await world.api().download("/cgi-bin/media/get", len(content), query={"media_id": "m1"})
    assert (media.content, media.content_type, media.name) == (content, "image/jpeg", "m1.jpg")
    assert (world.seen[0].method, world.seen[0].token, world.seen[0].query) == ("GET", "t1", {"media_id": "m1"})


async def test_a_file_that_is_too_large_is_left_while_it_comes(world: World) -> None:
    sent = 0

    async def endless(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
        await response.prepare(request)
        try:
            for _ in range(2000):
                await response.write(b"x" * 64 * 1024)
                sent += 64 * 1024
        except ConnectionError:
            pass
        return response

    world.answers = [endless]
    error = await refused(world.api().download("/media/get", 100_000))
    assert (error.code, error.remedy) == (TOO_LARGE, Remedy.BAD_FIELDS)
    await asyncio.sleep(0.05)
    assert sent < 64 * 1024 * 1024


async def test_an_error_in_a_files_place(world: World) -> None:
    for content_type in ("text/plain", "application/json", "image/jpeg"):
        world.answers = [hands(b'{"errcode":40007,"errmsg":"invalid media_id"}', content_type, None)]
        error = await refused(world.api().download("/media/get", 1000))
        assert (error.code, error.remedy) == (40007, Remedy.BAD_FIELDS)


async def test_a_dead_token_in_a_files_place(world: World) -> None:
    world.answers = [says({"errcode": 42001, "errmsg": ""}, content_type="text/plain"), hands(b"amr")]
    assert (await world.api().download("/media/get", 1000)).content == b"amr"
    assert [seen.token for seen in world.seen] == ["t1", "t2"]


async def test_a_patients_file_that_looks_like_an_error_is_a_file(world: World) -> None:
    content = b'{"errcode":40001}'
    world.answers = [hands(content, "text/plain", 'attachment; filename="a.txt"')]
    assert (await world.api().download("/media/get", 1000)).content == content
    assert world.fetched == 1


async def test_a_file_from_a_broken_server_is_no_file(world: World) -> None:
    world.answers = [says(b"bad gateway", 502, "text/html")]
    assert (await refused(world.api().download("/media/get", 1000))).code == NO_ANSWER


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("检查报告.jpg", "检查报告.jpg"),  # not percent-quoted
        ('a"b.jpg', 'a\\"b.jpg'),
        ("a\r\nX-Evil: 1.jpg", "aX-Evil: 1.jpg"),
    ],
)
async def test_a_file_leaves_as_a_form_of_known_length(world: World, name: str, shown: str) -> None:
    world.answers = [says({"errcode": 42001, "errmsg": ""}), says({"media_id": "m9"})]
    content = bytes(range(256)) * 100
    file = File(name, content, "image/jpeg")
    assert await world.api().call("/media/upload", query={"type": "image"}, file=file) == {"media_id": "m9"}
    first, seen = world.seen
    assert [first.token, seen.token, seen.method, seen.query] == ["t1", "t2", "POST", {"type": "image"}]
    # Tencent answers "no media data" (41005) to chunks.
    assert int(seen.headers["Content-Length"]) == len(seen.body)
    assert "Transfer-Encoding" not in seen.headers
    kind, boundary = seen.headers["Content-Type"].split("; boundary=")
    before, part, after = seen.body.split(f"--{boundary}".encode())
    head, _, received = part.partition(b"\r\n\r\n")
    assert (kind, before, after, received) == ("multipart/form-data", b"", b"--\r\n", content + b"\r\n")
    assert sorted(head.decode().strip().split("\r\n")) == [
        f'Content-Disposition: form-data; name="media"; filename="{shown}"',
        "Content-Type: image/jpeg",
    ]


async def test_fields_beside_a_file(world: World) -> None:
    world.answers = [says(OK)]
    file = File("v.mp4", b"mp4", "video/mp4")
    await world.api().call("/material/add", body={"description": {"title": "吸入器用法"}}, file=file)
    assert 'name="description"' in world.seen[0].body.decode()
    assert '{"title": "吸入器用法"}' in world.seen[0].body.decode()
