"""What was told to whom of which handoff: so that a restart neither repeats nor forgets."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    and_,
    delete,
    insert,
    select,
)
from sqlalchemy import update as change
from sqlalchemy.exc import IntegrityError

from bot.conversation import HandoffStatus, Urgency
from bot.db import Databases
from bot.escalation import Scope, Told
from bot.tables import Encrypted, Instant, handoffs, metadata

KEPT = timedelta(days=90)  # after the handoff has ended
TICKETS_KEPT = timedelta(days=1)  # they run out within minutes
LEASE = timedelta(minutes=1)  # a process that was killed while telling is forgotten after this
DUE, TOLD, REFUSED, OVER = "due", "told", "refused", "over"

alerts = Table(
    "alerts",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("handoff", String(64), primary_key=True),
    Column("alerter", String(16), primary_key=True),
    Column("nurse", String(64), primary_key=True),  # name in the roster; empty: the group
    Column("step", Integer, primary_key=True),
    Column("scope", String(16), nullable=False),
    Column("urgency", String(16), nullable=False),  # of the handoff when it was planned
    Column("reason", Encrypted),  # the same; NULL: planned by a version that did not keep it
    Column("mentions", JSON, nullable=False),  # names of the nurses it calls
    Column("state", String(16), nullable=False),  # due, told, refused, over
    Column("planned_at", Instant, nullable=False),
    Column("next_at", Instant, nullable=False),  # not tried before
    Column("told_at", Instant),
    Column("ref", Encrypted),  # what the channel changes the message by, later
    Index("alerts_by_state", "clinic", "state", "next_at"),
)

desk_tickets = Table(
    "desk_tickets",
    metadata,
    Column("clinic", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("used_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Alert:
    """One handoff told, or to be told, to one nurse or to the group."""

    handoff: str
    alerter: str
    nurse: str  # empty: the group
    step: int
    scope: Scope
    urgency: Urgency
    mentions: tuple[str, ...]
    planned_at: datetime
    ref: str = ""
    reason: str | None = None


class AlertRows:
    """Reads and writes alerts. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def plan(self, clinic: str, planned: Sequence[Alert]) -> bool:
        """Write down what has to be told; False when another process has just done so."""
        rows = [_row(clinic, alert) for alert in planned]
        if not rows:
            return False
        try:
            async with self._databases.of(clinic).begin() as connection:
                await connection.execute(insert(alerts), rows)
        except IntegrityError:
            return False
        return True

    async def told(self, clinic: str, of: Sequence[str]) -> Mapping[str, Sequence[Told]]:
        """What was planned so far, by handoff."""
        query = select(alerts).where(alerts.c.clinic == clinic, alerts.c.handoff.in_(of))
        async with self._databases.of(clinic).read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found: dict[str, list[Told]] = defaultdict(list)
        for row in rows:
            alert = _alert(row)
            found[alert.handoff].append(
                Told(
                    alert.step, alert.scope, alert.urgency, alert.mentions, alert.planned_at, not alert.nurse,
                    row["state"] == REFUSED, alert.reason,
                )
            )  # fmt: skip
        return found

    async def take(self, clinic: str, at: datetime, limit: int) -> Sequence[Alert]:
        """Take what has to be told now; another process does not get it while the lease lasts."""
        query = select(alerts).where(
            alerts.c.clinic == clinic, alerts.c.state == DUE, alerts.c.next_at <= at, _handoff_is_waiting()
        )
        async with self._databases.of(clinic).read() as connection:
            rows = (await connection.execute(query.order_by(alerts.c.planned_at).limit(limit))).mappings().all()
        taken = []
        for alert in map(_alert, rows):
            still = _this(clinic, alert) & (alerts.c.state == DUE) & (alerts.c.next_at <= at)
            if await self._change(clinic, still, next_at=at + LEASE):
                taken.append(alert)
        return taken

    async def mark_told(self, clinic: str, alert: Alert, ref: str, at: datetime) -> None:
        """It arrived."""
        await self._change(clinic, _this(clinic, alert), state=TOLD, told_at=at, ref=ref)

    async def mark_refused(self, clinic: str, alert: Alert) -> None:
        """It can never arrive."""
        await self._change(clinic, _this(clinic, alert), state=REFUSED)

    async def mark_later(self, clinic: str, alert: Alert, next_at: datetime) -> None:
        """It did not arrive; it is tried again from `next_at` on."""
        await self._change(clinic, _this(clinic, alert), next_at=next_at)

    async def mark_over(self, clinic: str, alert: Alert) -> None:
        """Its message shows how the handoff went on, or can't be changed."""
        await self._change(clinic, _this(clinic, alert), state=OVER)

    async def to_settle(self, clinic: str, limit: int) -> Sequence[Alert]:
        """What was told of handoffs that nobody has to take any more, or was told again since."""
        done = ~_handoff_is_waiting() | _is_told_again()
        query = select(alerts).where(alerts.c.clinic == clinic, alerts.c.state == TOLD, done)
        async with self._databases.of(clinic).read() as connection:
            rows = (await connection.execute(query.limit(limit))).mappings().all()
        return [_alert(row) for row in rows]

    async def renew(self, clinic: str, handoff: str, alerter: str, nurse: str, step: int, ref: str) -> bool:
        """A nurse pressed the button of one message: that one, and no other, is changed by `ref` from now on."""
        hers = and_(
            alerts.c.clinic == clinic, alerts.c.handoff == handoff, alerts.c.alerter == alerter,
            alerts.c.nurse == nurse, alerts.c.step == step,
        )  # fmt: skip
        return await self._change(clinic, hers, state=TOLD, ref=ref)

    async def forget(self, clinic: str, at: datetime) -> None:
        """Delete what was told of handoffs that ended long ago, and tickets that have run out."""
        ended = select(handoffs.c.id).where(
            handoffs.c.clinic == clinic, handoffs.c.id == alerts.c.handoff, handoffs.c.closed_at < at - KEPT
        )
        # Every state is named, so that the index serves: whose handoff has ended so long ago is itself as old.
        past = alerts.c.state.in_((DUE, TOLD, REFUSED, OVER)) & (alerts.c.next_at < at - KEPT)
        await self._delete(clinic, alerts, (alerts.c.clinic == clinic) & past & ended.exists())
        used = desk_tickets.c.used_at < at - TICKETS_KEPT
        await self._delete(clinic, desk_tickets, (desk_tickets.c.clinic == clinic) & used)

    async def _delete(self, clinic: str, table: Table, which: ColumnElement[bool]) -> None:
        """Looked at before, for there is nearly never anything, and only a look locks nothing."""
        database = self._databases.of(clinic)
        async with database.read() as connection:
            if (await connection.execute(select(table.c.clinic).where(which).limit(1))).first() is None:
                return
        async with database.begin() as connection:
            await connection.execute(delete(table).where(which))

    async def _change(self, clinic: str, which: ColumnElement[bool], **values: Any) -> bool:
        async with self._databases.of(clinic).begin() as connection:
            return bool((await connection.execute(change(alerts).where(which).values(**values))).rowcount)


async def spend_ticket(databases: Databases, clinic: str, ticket: str, at: datetime) -> bool:
    """Use a ticket of the desk's link; False when it was used before. Raises StoreUnavailable."""
    try:
        async with databases.of(clinic).begin() as connection:
            await connection.execute(insert(desk_tickets), {"clinic": clinic, "id": ticket, "used_at": at})
    except IntegrityError:
        return False
    return True


def _handoff_is_waiting() -> ColumnElement[bool]:
    return (
        select(handoffs.c.id)
        .where(
            handoffs.c.clinic == alerts.c.clinic,
            handoffs.c.id == alerts.c.handoff,
            handoffs.c.status == HandoffStatus.REQUESTED,
        )
        .exists()
    )


def _is_told_again() -> ColumnElement[bool]:
    """A later message of the same handoff has reached the same nurse."""
    later = alerts.alias("later")
    same = (alerts.c.clinic, alerts.c.handoff, alerts.c.alerter, alerts.c.nurse)
    return (
        select(later.c.step)
        .where(*(later.c[column.name] == column for column in same), later.c.step > alerts.c.step)
        .where(later.c.state == TOLD)
        .correlate(alerts)
        .exists()
    )


def _this(clinic: str, alert: Alert) -> ColumnElement[bool]:
    return and_(
        alerts.c.clinic == clinic, alerts.c.handoff == alert.handoff, alerts.c.alerter == alert.alerter,
        alerts.c.nurse == alert.nurse, alerts.c.step == alert.step,
    )  # fmt: skip


def _row(clinic: str, alert: Alert) -> dict[str, Any]:
    return {
        "clinic": clinic, "handoff": alert.handoff, "alerter": alert.alerter, "nurse": alert.nurse, "step": alert.step,
        "scope": alert.scope, "urgency": alert.urgency, "reason": alert.reason, "mentions": list(alert.mentions),
        "state": DUE, "planned_at": alert.planned_at, "next_at": alert.planned_at,
    }  # fmt: skip


def _alert(row: RowMapping) -> Alert:
    return Alert(
        row["handoff"], row["alerter"], row["nurse"], row["step"], Scope(row["scope"]), Urgency(row["urgency"]),
        tuple(row["mentions"]), row["planned_at"], row["ref"] or "", row["reason"],
    )  # fmt: skip
