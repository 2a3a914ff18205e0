"""`xinglin doctor` at home: the process, its port, what is kept."""

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import insert

from bot.bootstrap import open_memory
from bot.settings import Settings
from bot.tables import addresses
from deploy.database import migrate_now
from deploy.doctor import Finding, State, examine, in_words
from deploy.doctor.home import look_at_gateway, look_at_knowledge, look_at_port
from deploy.doctor.keeping import look_at_database, look_at_disk, look_at_keys, look_at_redis
from deploy.doctor.kit import Look
from deploy.doctor.listeners import who_listens
from deploy.running import Announced, Running
from tests.unit.deploy.examining import by_part, kit_of, serving, settings_of, url_of

ONE_KEY = "k1:" + "A" * 43 + "="
OTHER_KEY = "k1:" + "B" * 43 + "="


async def found(look: Look, settings: Settings) -> Finding:
    async with kit_of(settings) as kit:
        (finding,) = await look(kit)
    return finding


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def running_at(var: Path, url: str) -> Announced:
    return Announced(var / "run.json", Running(os.getpid(), url, "", "", "", "", ""))


async def test_a_taken_port_names_the_program_and_another_port(tmp_path: Path) -> None:
    with taken_port() as port:
        finding = await found(look_at_port, settings_of(tmp_path, port=port))
    assert finding.failed and f"XINGLIN_PORT={port + 1}" in finding.words
    assert f"（进程 {os.getpid()}）" in finding.words, "Linux tells who listens"


async def test_a_free_port_is_well(tmp_path: Path, free_port: int) -> None:
    assert (await found(look_at_port, settings_of(tmp_path, port=free_port))).state is State.WELL


def test_who_listens_is_not_known_where_there_is_no_proc(tmp_path: Path) -> None:
    with taken_port() as port:
        assert who_listens(port, tmp_path) is None


async def test_a_house_that_is_not_ready_names_the_part(tmp_path: Path) -> None:
    async def ready(_request: web.Request) -> web.Response:
        return web.json_response(
            {"parts": {"rasa": "failed: TimeoutError", "database": "ok", "llm": "off"}}, status=503
        )

    async with serving([web.get("/readyz", ready)]) as server:
        with running_at(tmp_path, url_of(server)):
            finding = await found(look_at_gateway, settings_of(tmp_path))
    assert finding.failed and finding.words == "未就绪：rasa=failed: TimeoutError"


async def test_a_house_that_does_not_answer(tmp_path: Path, free_port: int) -> None:
    with running_at(tmp_path, f"http://127.0.0.1:{free_port}"):
        finding = await found(look_at_gateway, settings_of(tmp_path))
    assert finding.failed and "不回应" in finding.words and "house.jsonl" in finding.words


async def test_another_programs_answer_is_not_taken_for_ready(tmp_path: Path) -> None:
    async def odd(_request: web.Request) -> web.Response:
        return web.json_response(["nobody's"])

    async with serving([web.get("/readyz", odd)]) as server:
        with running_at(tmp_path, url_of(server)):
            assert (await found(look_at_gateway, settings_of(tmp_path))).failed


async def test_knowledge_that_does_not_load_is_told(tmp_path: Path) -> None:
    own = tmp_path / "knowledge" / "demo" / "own"
    own.mkdir(parents=True)
    (own / "clinic.yml").write_text("departments: [\n")
    finding = await found(look_at_knowledge, settings_of(tmp_path))
    assert finding.failed and "xinglin knowledge check" in finding.words


async def test_a_database_before_and_after_its_migration(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    before = await found(look_at_database, settings)
    assert before.state is State.MIND and "xinglin db migrate" in before.words
    await migrate_now(settings)
    after = await found(look_at_database, settings)
    assert after.state is State.WELL and after.words.endswith("可写")


async def test_the_outgrown_database_is_tried_the_same_way(tmp_path: Path, postgres_url: str) -> None:
    settings = settings_of(tmp_path, database_url=postgres_url, clinic="doctored")
    await migrate_now(settings)
    assert (await found(look_at_database, settings)).state is State.WELL


async def test_a_read_only_database_is_told(tmp_path: Path, postgres_url: str) -> None:
    settings = settings_of(tmp_path, database_url=postgres_url, clinic="doctored")
    await migrate_now(settings)
    memory = open_memory(settings)
    url = memory.databases.url_of(settings.clinic)
    async with memory.databases.of(settings.clinic).begin() as connection:
        await connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = on')
    await memory.close()
    try:
        finding = await found(look_at_database, settings)
    finally:
        memory = open_memory(settings)
        async with memory.databases.of(settings.clinic).begin() as connection:
            await connection.exec_driver_sql("SET TRANSACTION READ WRITE")
            await connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" RESET default_transaction_read_only')
        await memory.close()
    assert finding.failed and "不能写" in finding.words


async def test_a_database_that_does_not_open(tmp_path: Path, free_port: int) -> None:
    url = f"postgresql+asyncpg://nobody:hidden@127.0.0.1:{free_port}/none"
    finding = await found(look_at_database, settings_of(tmp_path, database_url=url))
    assert finding.failed and "打不开" in finding.words and "hidden" not in finding.words


async def test_keys_that_do_not_fit_the_data(tmp_path: Path) -> None:
    ours = settings_of(tmp_path, data_keys=ONE_KEY)
    await migrate_now(ours)
    memory = open_memory(ours)
    async with memory.databases.of("demo").begin() as connection:
        row = {"clinic": "demo", "channel": "web", "user_hash": "h", "user": "somebody", "person": "p"}
        await connection.execute(insert(addresses).values(row))
    await memory.close()
    assert (await found(look_at_database, ours)).state is State.WELL
    finding = await found(look_at_database, settings_of(tmp_path, data_keys=OTHER_KEY))
    assert finding.failed and "var/data.keys" in finding.words and "备份" in finding.words


async def test_broken_keys(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, data_keys="k1:c2hvcnQ=")
    assert (await found(look_at_keys, settings)).failed
    assert (await found(look_at_database, settings)).failed


async def test_a_key_file_that_others_may_read(tmp_path: Path) -> None:
    file = tmp_path / "data.keys"
    file.write_text(ONE_KEY)
    file.chmod(0o644)
    finding = await found(look_at_keys, settings_of(tmp_path))
    assert finding.failed and f"chmod 600 {file}" in finding.words
    file.chmod(0o600)
    assert (await found(look_at_keys, settings_of(tmp_path))).state is State.WELL


async def test_redis(tmp_path: Path, redis_url: str, free_port: int) -> None:
    assert (await found(look_at_redis, settings_of(tmp_path, redis_url=redis_url))).state is State.WELL
    gone = await found(look_at_redis, settings_of(tmp_path, redis_url=f"redis://127.0.0.1:{free_port}"))
    assert gone.failed and "REDIS_URL" in gone.words


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    finding = await found(look_at_disk, settings_of(tmp_path / "file"))
    assert finding.failed and "XINGLIN_VAR" in finding.words


async def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.doctor.keeping.FREE_MB", 10**9)
    finding = await found(look_at_disk, settings_of(tmp_path))
    assert finding.failed and "清理" in finding.words


async def test_an_odd_answer_does_not_hide_the_other_parts(tmp_path: Path, free_port: int) -> None:
    async def odd(_request: web.Request) -> web.Response:
        return web.json_response({"nothing": "of what was asked"})

    async with serving([web.post("/cgi-bin/stable_token", odd)]) as server:
        account = {"wechat_app_id": "wx1", "wechat_app_secret": "s", "wechat_api_url": url_of(server)}
        parts = by_part(await examine(settings_of(tmp_path, port=free_port, **account)))
    assert parts["公众号"].failed and "KeyError" in parts["公众号"].words
    assert parts["磁盘"].state is State.WELL and "Telegram" in parts


async def test_the_whole_examination_of_a_house_without_channels(tmp_path: Path, free_port: int) -> None:
    findings = await examine(settings_of(tmp_path, port=free_port))
    assert not [finding for finding in findings if finding.failed], in_words(findings)
    parts = by_part(findings)
    assert all(parts[channel].words.startswith("未配置") for channel in ("公众号", "企业微信", "Telegram", "外网地址"))
    assert all(re.match("(通过|注意|失败)  .+：.+", line) for line in in_words(findings).splitlines())
    written = json.loads(json.dumps([finding.to_json() for finding in findings], ensure_ascii=False))
    assert all({"part", "state", "words"} <= set(line) for line in written)
