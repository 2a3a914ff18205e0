"""What is asked of the database costs the same however much it holds: each search goes by a full key."""

import json
import re
import sqlite3
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, event
from sqlalchemy.dialects import sqlite

from bot import outbox, statements
from bot.db import Databases
from bot.messages import Address
from bot.migrate import migrate
from bot.outcomes import Outcomes
from bot.regimens import Regimen, Regimens
from bot.reminding import Reminding
from bot.rounds import Rounds
from bot.store import ConversationStore
from bot.stream import MemoryStream
from deploy.bench.doses.filling import fill_doses, fill_people, fill_regimens
from deploy.bench.doses.stands import Backend, Stand
from schedules.timing import Timing
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


async def test_a_heartbeat_goes_by_key_whatever_is_due(databases: Databases, clinic: str) -> None:
    ran = await beats_of(databases, clinic)
    tables = {name for words, _ in ran for name in re.findall(r"\b(regimens|doses|rounds|outbox)\b", words)}
    assert tables == {"regimens", "doses", "rounds", "outbox"}, "the beats had all kinds of work"
    postgresql = databases.of(clinic).engine.dialect.name == "postgresql"
    walks = [(step, words) for words, values in ran for step in await steps_of(databases, clinic, words, values)]
    walks = [each for each in walks if WALKS[postgresql].search(each[0])]
    assert not walks, walks[0]


# The whole table, or all rows of the clinic, whose name alone is no key. The indexes of open doses alone are short.
# PostgreSQL reckons with the rows there are: only of the tables that were filled its choice says something.
WALKS = {
    False: re.compile(r"^SCAN (?!CONSTANT|\()|SEARCH (?!.*INDEX dose_(untold|open)).*\(clinic=\?\)$"),
    True: re.compile(
        r"^Seq Scan \S+ (regimens|doses|conversations|addresses) "
        r"|Scan (?!dose_(untold|open))\S+ (regimens|doses|conversations|addresses|-) "
        r"\(\(clinic\)::text = '[^']*'::text\)$"
    ),
}


async def steps_of(databases: Databases, clinic: str, words: str, values: Any) -> list[str]:
    """How the database would search, step by step."""
    async with databases.of(clinic).engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return [str(row[-1]) for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)]
        plan = (await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {words}", values)).scalar_one()
    nodes, steps = [each["Plan"] for each in (json.loads(plan) if isinstance(plan, str) else plan)], []
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        names = ("Node Type", "Index Name", "Relation Name", "Index Cond")
        steps.append(" ".join(str(node.get(name, "-")) for name in names))
    return steps


async def fill(databases: Databases, clinic: str) -> None:
    """Some thousand regimens of other people, laid out already, with a dose each that is due much later."""
    crowd = Stand(Backend(databases.of(clinic).engine.dialect.name), databases, clinic, "")
    await fill_people(crowd, 2_000, AT)
    await fill_regimens(crowd, 2, Timing(time_of_day=(time(8),)), AT, timedelta(days=30))
    await fill_doses(crowd, AT + timedelta(days=20))
    await crowd.tidy()


async def beats_of(databases: Databases, clinic: str) -> list[tuple[str, Any]]:
    """What is asked while doses are laid out, told, told again and ended."""
    await migrate(databases.of(clinic))
    store = ConversationStore(databases)
    outcomes = Outcomes(databases, store, MemoryStream(), {})
    reminding = Reminding(clinic, databases, Regimens(databases), Rounds(databases), outcomes)
    await fill(databases, clinic)
    timing = Timing(time_of_day=(time(8),))
    for number in range(3):
        spoken = await store.open(Address(clinic, "web", f"v{number}"), AT)
        new = [Regimen(f"{number}{drug}", spoken.person, spoken.id, drug, None, "一片", timing, AT) for drug in "甲乙"]
        await reminding.regimens.add_all(clinic, new, AT)
    ran: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, words: str, values: Any, _context: object, many: bool) -> None:
        if words.startswith(("SELECT", "UPDATE")) and "pg_" not in words:
            ran.append((words, values[0] if many else values))

    event.listen(databases.of(clinic).engine.sync_engine, "before_cursor_execute", note)
    due_at = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
    for minutes in (-600, 0, 10, 60 * 7):
        await reminding.beat(due_at + timedelta(minutes=minutes))
    event.remove(databases.of(clinic).engine.sync_engine, "before_cursor_execute", note)
    return ran
