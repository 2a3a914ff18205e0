"""Plain APScheduler, as a reminder is usually built on it: one job a dose in its SQLAlchemy job store.

Each job writes what a round of the house writes to be sent: the message with its row of the outbox, in one
transaction. It gets the same database with the same settings, and the number of threads that is fastest for it.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, Engine, create_engine, event, select

from bot import phrases, statements
from bot.conversation import Conversation, Mode
from bot.db import PRAGMAS
from bot.dose_tables import doses, regimens
from bot.messages import Address, Button, Kind, Reply
from bot.rows import message_row, outbound, outbox_row
from bot.tables import unlock
from deploy.bench.doses.stands import KEYS, Backend, Stand
from deploy.trouble import Trouble

WORKERS: Final = {Backend.SQLITE: 1, Backend.POSTGRESQL: 10}
PATIENCE_S: Final = 600.0
COMMANDS: Final = ("dose_taken", "dose_snooze", "dose_snooze", "dose_skip")

# A job is kept as the name of its function and plain arguments: the engine it needs must stand in the module.
_open: dict[str, Engine] = {}


@dataclass(frozen=True, slots=True)
class Ran:
    """What was queued, and in what time."""

    doses: int
    seconds: float
    cpu_seconds: float  # of this process; SQLite works in it, PostgreSQL beside it

    @property
    def rate(self) -> float:
        """Doses a second."""
        return self.doses / self.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of a core for each dose."""
        return self.cpu_seconds / self.doses * 1_000_000


def run_plain(stand: Stand, count: int) -> Ran:
    """Queue so many of the stand's doses by jobs that are due at the same moment. Raises Trouble."""
    engine = _engine(stand)
    _open[stand.clinic] = engine
    ended, over = _Ended(count), threading.Event()
    # APScheduler carries no type hints.
    scheduler: Any = BackgroundScheduler(  # type: ignore[no-untyped-call]
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},  # type: ignore[no-untyped-call]
        executors={"default": ThreadPoolExecutor(WORKERS[stand.backend])},  # type: ignore[no-untyped-call]
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )
    scheduler.add_listener(ended.heard(over), EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    scheduler.start(paused=True)
    try:
        for told in _doses(engine, stand.clinic, count):
            scheduler.add_job(remind, "date", run_date=datetime.now(UTC), args=(stand.clinic, told))
        began, cpu = time.perf_counter(), time.process_time()
        scheduler.resume()
        if not over.wait(PATIENCE_S) or ended.failed:
            raise Trouble("APScheduler 的作业失败。", f"{ended.failed} jobs of APScheduler failed.")
        return Ran(count, time.perf_counter() - began, time.process_time() - cpu)
    finally:
        scheduler.shutdown()
        engine.dispose()
        del _open[stand.clinic]


@dataclass(slots=True)
class _Ended:
    """Counts the jobs that have ended; the threads of the pool tell it."""

    left: int
    failed: int = 0

    def heard(self, over: threading.Event) -> Callable[[Any], None]:
        """What hears of each."""
        lock = threading.Lock()

        def hear(told: Any) -> None:
            with lock:
                self.left -= 1
                self.failed += told.code == EVENT_JOB_ERROR
                if not self.left:
                    over.set()

        return hear


def remind(clinic: str, told: Mapping[str, str]) -> None:
    """The job: one message, with its row of the outbox."""
    at = datetime.now(UTC)
    conversation = Conversation(told["conversation"], Address(clinic, "web", ""), told["person"], Mode.ASSISTANT)
    buttons = tuple(Button(phrases.TAKEN, command=command, args={"dose": told["dose"]}) for command in COMMANDS)
    reply = Reply(phrases.REMINDER.format(what=told["what"]), buttons, kind=Kind.REMINDER)
    with _open[clinic].begin() as connection:
        _write(connection, conversation, reply, at)


def _write(connection: Connection, conversation: Conversation, reply: Reply, at: datetime) -> None:
    place = {"of_clinic": conversation.clinic, "of_conversation": conversation.id, "more": 1, "buttons": 4}
    row = connection.execute(statements.TAKE_SEQS, place).one()
    message = outbound(reply, row.next_seq - 1, at, None, None, row.offered - 4)
    connection.execute(statements.INSERT_MESSAGE, message_row(conversation, message))
    connection.execute(statements.INSERT_OUTBOX, outbox_row(conversation, message, None))


def _doses(engine: Engine, clinic: str, count: int) -> list[dict[str, str]]:
    both = (doses.c.clinic == regimens.c.clinic) & (doses.c.regimen == regimens.c.id)
    columns = (doses.c.id, doses.c.conversation, doses.c.person, regimens.c.drug, regimens.c.dose)
    query = select(*columns).join(regimens, both).where(doses.c.clinic == clinic).limit(count)
    with engine.connect() as connection:
        return [
            {"dose": row.id, "conversation": row.conversation, "person": row.person, "what": f"{row.drug} {row.dose}"}
            for row in connection.execute(query)
        ]


def _engine(stand: Stand) -> Engine:
    if stand.backend is Backend.POSTGRESQL:
        arguments = {"options": f"-csearch_path={stand.clinic}"}
        engine = create_engine(stand.driver_url, pool_size=20, connect_args=arguments)
    else:
        engine = create_engine(stand.driver_url)
        event.listen(engine, "connect", _set_pragmas)
    unlock(engine.dialect, KEYS)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
