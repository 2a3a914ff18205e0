"""Finished debriefs in a folder and an S3-compatible store: one after the other, again after a change, never lost."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from obstore.store import LocalStore
from pydantic import SecretStr

from bot.db import Databases
from bot.debriefs import Debriefs
from bot.migrate import migrate
from bot.sheet_store import AT_ONCE, SheetStore, SheetStoreUnavailable, open_store, path_of
from bot.sittings import Seat
from bot.teaching_settings import TeachingSettings
from tests.contract.conftest import KEYS
from tests.contract.teaching_parts import AT, CASE, MINUTE, TALK, School, case, opened_school, sheet
from tests.s3_server import S3At, s3_server

CLINIC, LATER = "demo", AT + 9 * MINUTE


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3At]:
    with s3_server(tmp_path_factory.mktemp("s3")) as at:
        yield at


@pytest.fixture(params=["folder", "s3"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> TeachingSettings:
    if request.param == "folder":
        return TeachingSettings(debriefs_to=str(tmp_path / "kept" / "debriefs"))
    return s3_settings(request.getfixturevalue("s3"), tmp_path.name)


def s3_settings(s3: S3At, prefix: str, secret: str = "") -> TeachingSettings:
    return TeachingSettings(
        debriefs_to=f"s3://{s3.bucket}/{prefix}", debriefs_endpoint=s3.url, debriefs_key_id=s3.key_id,
        debriefs_secret=SecretStr(secret or s3.secret),
    )  # fmt: skip


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    databases = Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", KEYS)
    await migrate(databases.of(CLINIC))
    yield await opened_school(databases, CLINIC)
    await databases.close()


def store_of(school: School, settings: TeachingSettings) -> SheetStore:
    store = open_store(settings)
    assert store is not None
    return SheetStore(school.databases, store, {CASE: case()})


async def read(store: SheetStore, school: School, encounter: str, suffix: str) -> bytes:
    path = path_of(CLINIC, await school.sittings.get(CLINIC, encounter))
    return bytes(await (await store.store.get_async(f"{path}.{suffix}")).bytes_async())


async def test_both_files_are_kept_once_and_again_after_a_change(school: School, settings: TeachingSettings) -> None:
    store = store_of(school, settings)
    encounter = await school.talked(await school.join("p", "李雷"), *TALK)
    assert [await store.keep_pending(CLINIC, LATER) for _ in range(2)] == [1, 0]
    file = json.loads(await read(store, school, encounter, "json"))
    assert (file["learner"], file["overrides"], len(file["transcript"])) == ("李雷", [], len(TALK))
    assert "李雷" in pypdf.PdfReader(io.BytesIO(await read(store, school, encounter, "pdf"))).pages[0].extract_text()
    mark = next(each for each in file["debrief"]["items"] if not each["points"])
    await Debriefs(school.databases).override(
        CLINIC, encounter, mark["item"], mark["max"], "问到了", "张老师", Decimal("0.6"), LATER
    )
    assert await store.keep_pending(CLINIC, LATER) == 1
    file = json.loads(await read(store, school, encounter, "json"))
    assert file["overrides"][0]["reason"] == "问到了" and file["shown"]["total"] > file["debrief"]["total"]


async def test_what_runs_is_not_kept_and_a_look_takes_a_few(school: School, tmp_path: Path) -> None:
    store = store_of(school, TeachingSettings(debriefs_to=str(tmp_path / "kept")))
    learner = await school.join("p")
    await school.begin(Seat(learner=learner))
    assert await store.keep_pending(CLINIC, LATER) == 0
    store = replace(store, cases={})  # withdrawn since: nothing can be printed, and nothing is stuck
    for n in range(AT_ONCE + 1):
        await school.end(await school.begin(Seat(learner=learner), AT + n * MINUTE), sheet(50))
    assert [await store.keep_pending(CLINIC, LATER) for _ in range(3)] == [AT_ONCE, 1, 0]


async def test_a_store_that_is_away_or_refuses_loses_nothing(school: School, s3: S3At, tmp_path: Path) -> None:
    encounter = await school.talked(await school.join("p", "李雷"), *TALK)
    away = s3_settings(replace(s3, url="http://127.0.0.1:9"), "away")
    for broken in (s3_settings(s3, "refused", "another secret"), away):
        with pytest.raises(SheetStoreUnavailable):
            await store_of(school, broken).keep_pending(CLINIC, LATER)
    store = store_of(school, TeachingSettings(debriefs_to=str(tmp_path / "kept")))
    assert await store.keep_pending(CLINIC, LATER) == 1
    assert json.loads(await read(store, school, encounter, "json"))["encounter"] == encounter


async def test_a_change_while_the_copy_is_written_is_not_missed(school: School, tmp_path: Path) -> None:
    encounter = await school.talked(await school.join("p"), *TALK)
    items = ((await Debriefs(school.databases).get(CLINIC, encounter)).sheet or {})["items"]
    mark = next(each for each in items if not each["points"])

    class Slow(LocalStore):
        async def put_async(self, path: str, file: bytes, **more: object):  # type: ignore[no-untyped-def, override]
            await asyncio.sleep(0)
            if path.endswith("json"):
                change = Debriefs(school.databases).override
                await change(CLINIC, encounter, mark["item"], mark["max"], "晚了一步", "张老师", Decimal(1), LATER)
            return await super().put_async(path, file)

    store = SheetStore(school.databases, Slow(tmp_path / "kept", mkdir=True), {CASE: case()})
    assert [await store.keep_pending(CLINIC, LATER) for _ in range(3)] == [1, 1, 0]
    assert json.loads(await read(store, school, encounter, "json"))["overrides"][0]["reason"] == "晚了一步"


def test_nowhere_by_default() -> None:
    assert open_store(TeachingSettings(debriefs_to=None)) is None
