"""Rasa's memory of conversations: one sealed row a sender, short, and safe when the process is killed.

Settings: the URL in endpoints.yml (SQLAlchemy 1.4; SQLite or PostgreSQL), and the environment variable
XINGLIN_TRACKER_KEY (base64 of 32 bytes; several separated by commas while keys are changed).
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException

from components.sealing import Sealer, Unreadable
from components.shortening import as_stored, recent_events

logger = logging.getLogger(__name__)

KEY_VARIABLE = "XINGLIN_TRACKER_KEY"
# Rasa starts a new session after minutes of silence; a row this old is of use to nobody.
KEPT_SECONDS = 30 * 24 * 3600
BUSY_MS = 5000

_TABLE = sa.Table(
    "rasa_tracker",
    sa.MetaData(),
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("events", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.BigInteger, nullable=False, index=True),  # Unix time, seconds
)
# The same words in SQLite and PostgreSQL; built by SQLAlchemy they would be compiled anew each time.
_WRITE = sa.text(
    "INSERT INTO rasa_tracker (sender_id, events, updated_at) VALUES (:sender_id, :events, :updated_at) "
    "ON CONFLICT (sender_id) DO UPDATE SET events = excluded.events, updated_at = excluded.updated_at"
)
_READ = sa.select(_TABLE.c.events).where(_TABLE.c.sender_id == sa.bindparam("sender"))


class RecentTrackerStore(TrackerStore):
    """A tracker store for `endpoints.yml`; raises RasaException at once when its settings are wrong."""

    def __init__(
        self, domain: Domain | None, host: str | None = None, event_broker: EventBroker | None = None, **kwargs: Any
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        try:
            self._sealer = Sealer.from_setting(os.environ.get(KEY_VARIABLE, ""))
        except ValueError as error:
            raise RasaException(f"{KEY_VARIABLE}: {error}") from error
        if not host:
            raise RasaException("endpoints.yml: the tracker store needs a url")
        self._engine = _engine(host)
        _TABLE.create(self._engine, checkfirst=True)
        with self._engine.begin() as connection:
            connection.execute(_TABLE.delete().where(_TABLE.c.updated_at < int(time.time()) - KEPT_SECONDS))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store the recent events; a tracker without events is not worth a row."""
        if not tracker.events:
            return
        events = [as_stored(event) for event in recent_events(tracker)]
        plain = json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        row = {
            "sender_id": tracker.sender_id,
            "events": self._sealer.seal(plain, tracker.sender_id),
            "updated_at": int(time.time()),
        }
        await self._call(lambda: self._write(row))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker, or None when there is none or it can't be read any more."""
        sealed = await self._call(lambda: self._read(sender_id))
        if sealed is None:
            return None
        try:
            events = json.loads(self._sealer.open(sealed, sender_id))
            return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        except (Unreadable, ValueError, KeyError, TypeError, RasaException) as error:
            logger.error("tracker_unreadable: a new one is started (%s)", type(error).__name__)
            return None

    async def keys(self) -> Iterable[str]:
        """Return the senders that have a row."""
        return await self._call(self._senders)

    def _write(self, row: dict[str, Any]) -> None:
        with self._engine.begin() as connection:
            connection.execute(_WRITE, row)

    def _read(self, sender_id: str) -> bytes | None:
        with self._engine.connect() as connection:
            return connection.execute(_READ, {"sender": sender_id}).scalar()

    def _senders(self) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.select(_TABLE.c.sender_id)).scalars())

    def _call(self, work: Callable[[], Any]) -> Awaitable[Any]:
        """Run on this thread for SQLite (a fraction of a millisecond), on another for a server."""
        return _now(work) if self._engine.dialect.name == "sqlite" else asyncio.to_thread(work)


async def _now(work: Callable[[], Any]) -> Any:
    return work()


def _engine(url: str) -> sa.engine.Engine:
    """Errors of the engine never show parameters: they are a patient's, if sealed ones."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, future=True, hide_parameters=True, pool_pre_ping=True)
    # One connection for good: closing the last one makes SQLite fold its log into the file, 3 ms a turn.
    engine = sa.create_engine(
        url, future=True, hide_parameters=True, poolclass=sa.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """With a write-ahead log a committed row outlives the process at this level of synchronising."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
