"""Finished debriefs as PDF and JSON in a folder or an S3-compatible store (MinIO, SeaweedFS, a cloud's own).

The database stays the truth; what is kept outside is a copy, written again when a teacher changes points. A copy that
could not be written is tried again at the next look: a sitting without `kept_at` is one still to be kept.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, S3Store
from sqlalchemy import and_, func, select, update

from bot.db import Databases
from bot.debrief_files import as_json, as_pdf
from bot.debriefs import Debriefs, Kept
from bot.errors import Unavailable
from bot.sittings import Sitting, Sittings, sitting_for_update
from bot.teaching_settings import TeachingSettings
from bot.teaching_tables import learners, overrides, sittings
from cases.model import Case
from schedules.clock import local

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config

log = logging.getLogger(__name__)

AT_ONCE = 20  # encounters kept in one look
PATIENCE = timedelta(seconds=20)  # for one request


class SheetStoreUnavailable(Unavailable):
    """讲评暂时没能存到外部存储，稍后会自动再存。"""


def open_store(settings: TeachingSettings) -> ObjectStore | None:
    """Where debriefs are kept besides; None when it is nowhere. A folder is made. Nothing connects yet.

    Raises obstore's BaseError for an address that is none.
    """
    where = settings.debriefs_to
    if where is None:
        return None
    if not where.startswith("s3://"):
        return LocalStore(Path(where).expanduser().absolute(), mkdir=True)
    config: S3Config = {"region": settings.debriefs_region}
    if settings.debriefs_endpoint:
        config["endpoint"] = settings.debriefs_endpoint
    if settings.debriefs_key_id and settings.debriefs_secret:
        config["access_key_id"] = settings.debriefs_key_id
        config["secret_access_key"] = settings.debriefs_secret.get_secret_value()
    client: ClientConfig = {
        "allow_http": (settings.debriefs_endpoint or "").startswith("http:"), "timeout": PATIENCE,
        "connect_timeout": PATIENCE / 4,
    }  # fmt: skip
    # A store that is away is asked again at the next look, not within this one.
    return S3Store.from_url(
        where, config=config, client_options=client, retry_config={"max_retries": 1, "retry_timeout": PATIENCE}
    )


@dataclass(frozen=True, slots=True)
class SheetStore:
    """Keeps copies. Raises StoreUnavailable when the database does not answer."""

    databases: Databases
    store: ObjectStore
    cases: Mapping[str, Case]

    async def keep_pending(self, clinic: str, at: datetime) -> int:
        """Keep what is finished and not kept yet, the longest finished first; how many.

        Raises SheetStoreUnavailable when the store does not take them; what was not kept stays pending.
        """
        pending = and_(sittings.c.scored_at.is_not(None), sittings.c.kept_at.is_(None))
        query = select(sittings.c.id).where(sittings.c.clinic == clinic, pending)
        async with self.databases.of(clinic).read() as connection:
            found = await connection.execute(query.order_by(sittings.c.scored_at).limit(AT_ONCE))
            waiting = list(found.scalars())
        for encounter in waiting:
            await self._keep(clinic, encounter, at)
        return len(waiting)

    async def _keep(self, clinic: str, encounter: str, at: datetime) -> None:
        sitting = await Sittings(self.databases).get(clinic, encounter)
        kept = await Debriefs(self.databases).get(clinic, encounter)
        case = self.cases.get(sitting.case_id)
        if case is not None:  # one that was withdrawn since can't be printed any more
            await self._put(clinic, sitting, kept, case)
        await self._mark_kept(clinic, encounter, len(kept.overrides), at)

    async def _put(self, clinic: str, sitting: Sitting, kept: Kept, case: Case) -> None:
        learner = await self._name(clinic, sitting.learner)
        files = {"json": as_json(kept, sitting, case, learner)}
        files["pdf"] = await asyncio.to_thread(as_pdf, kept, sitting, case, learner)
        try:
            for suffix, body in files.items():
                await self.store.put_async(f"{path_of(clinic, sitting)}.{suffix}", body)
        except (BaseError, OSError) as error:
            log.warning("debrief not kept", extra={"action": "debrief_not_kept", "error": type(error).__name__})
            raise SheetStoreUnavailable(type(error).__name__) from error
        log.info("debrief kept", extra={"action": "debrief_kept", "clinic": clinic})

    async def _name(self, clinic: str, learner: str | None) -> str:
        query = select(learners.c.name).where(learners.c.clinic == clinic, learners.c.id == learner)
        async with self.databases.of(clinic).read() as connection:
            return (await connection.execute(query)).scalar() or ""

    async def _mark_kept(self, clinic: str, encounter: str, changes: int, at: datetime) -> None:
        """Unless a teacher has changed something while the copy was written: then it is written again."""
        async with self.databases.of(clinic).begin() as connection:
            await sitting_for_update(connection, clinic, encounter)
            these = and_(overrides.c.clinic == clinic, overrides.c.encounter == encounter)
            if (await connection.execute(select(func.count()).where(these))).scalar_one() == changes:
                this = and_(sittings.c.clinic == clinic, sittings.c.id == encounter)
                await connection.execute(update(sittings).where(this).values(kept_at=at))


def path_of(clinic: str, sitting: Sitting) -> str:
    """Where the copies of an encounter lie, without suffix: by the month of its end, no name of a person in it."""
    ended = local(sitting.scored_at or sitting.started_at)
    return f"{clinic}/{ended:%Y-%m}/{sitting.case_id}-{sitting.encounter}"
