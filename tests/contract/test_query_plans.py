"""What a turn asks the database costs the same at its thousandth message: each search goes by a full key."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from bot import outbox, statements
from bot.db import Databases
from bot.migrate import migrate
from tests.contract.conftest import AT, KEYS


async def plan(folder: Path, query: Select[object]) -> list[str]:
    """How SQLite would search, step by step."""
    databases = Databases(f"sqlite+aiosqlite:///{folder}/{{clinic}}.sqlite3", KEYS)
    await migrate(databases.of("demo"))
    await databases.close()
    bound = query.params(clinic="c", conversation="v")
    words = str(bound.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
    connection = sqlite3.connect(folder / "demo.sqlite3")
    steps = connection.execute(f"EXPLAIN QUERY PLAN {words}", [1] * words.count("?")).fetchall()
    connection.close()
    return [str(step[3]) for step in steps]


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("OPEN_TURNS", ["conversation=? AND seq=?", "clinic=? AND id=?", "status=? AND conversation=?"]),
        ("AT_ADDRESS", ["channel=? AND user_hash=?"]),
        ("SAID_IN_TURN", ["clinic=? AND turn=?"]),
        ("SINCE", ["conversation=? AND seq>?"]),
        ("BY_MESSAGE_ID", ["clinic=? AND id=?"]),
        ("UNFINISHED", ["clinic=? AND status=?"]),
        ("SHOWN", ["conversation=? AND seq>?", "clinic=? AND message=?"]),
        ("BY_CLIENT_ID", ["conversation=? AND client_id=?"]),
    ],
)
async def test_searches_go_by_key(tmp_path: Path, name: str, keys: list[str]) -> None:
    steps = await plan(tmp_path, getattr(statements, name))
    searches = [step for step in steps if step.startswith(("SEARCH", "SCAN"))]
    assert not [step for step in searches if step.startswith("SCAN")], steps
    assert all(any(key in step for step in searches) for key in keys), steps


async def test_due_messages_are_found_by_key(tmp_path: Path) -> None:
    steps = await plan(tmp_path, outbox.due("demo", AT))
    assert not [step for step in steps if step.startswith("SCAN")], steps
    assert any("conversation=? AND status=? AND seq<?" in step for step in steps), steps
