"""What the house has written down in the year, read back for the accountant."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from bot import phrases
from bot.db import Database
from bot.dose_tables import doses, rounds
from bot.messages import Kind
from bot.tables import messages, outbox

AGAIN = phrases.REMINDER_AGAIN.split("，", 1)[0]


@dataclass(frozen=True, slots=True)
class Told:
    """One message that reminds of a round."""

    round: str
    at: datetime  # written
    sent_at: datetime | None  # left
    first: bool  # of its round


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows."""

    doses: Mapping[str, Sequence[Row[Any]]]  # by regimen, earliest first
    in_round: Mapping[str, Sequence[Row[Any]]]  # doses by round
    rounds: Mapping[str, int]  # how often each was told
    told: Sequence[Told]
    nowhere: int  # reminders that remind of no dose there is


async def read_ledger(database: Database) -> Ledger:
    """Everything, at the end."""
    by_regimen, by_round, by_id = defaultdict(list), defaultdict(list), {}
    async with database.read() as connection:
        for row in await connection.execute(select(doses).order_by(doses.c.due_at)):
            by_regimen[row.regimen].append(row)
            by_id[row.id] = row.round
            if row.round is not None:
                by_round[row.round].append(row)
        begun = {row.id: row.told for row in await connection.execute(select(rounds.c.id, rounds.c.told))}
        query = (
            select(messages.c.text, messages.c.extras, messages.c.at, outbox.c.sent_at)
            .join(outbox, (outbox.c.clinic == messages.c.clinic) & (outbox.c.message == messages.c.id))
            .where(messages.c.kind == Kind.REMINDER)
        )
        written = [_told(row, by_id) for row in await connection.execute(query)]
    told = [one for one in written if one is not None]
    return Ledger(by_regimen, by_round, begun, told, sum(one.round not in by_round for one in told))


def _told(row: Row[*tuple[Any, ...]], round_of: Mapping[str, str | None]) -> Told | None:
    buttons = json.loads(row.extras or "{}").get("buttons")
    if not buttons:  # that something was lost is told without any
        return None
    args = buttons[0]["args"]
    of = args["round"] if "round" in args else round_of.get(args["dose"])
    return Told(of or "", row.at, row.sent_at, not row.text.startswith(AGAIN))
