"""Taking back a change: the rows become what they were, as far as the world has not gone on meanwhile.

What was done later has been taken back before. What time did meanwhile stays: a dose of the changed plan that somebody
was told of ends as cancelled, and what comes back too late for itself, or too soon after a taking, does not ring.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, and_, delete, exists, insert, or_, select, update

from bot import journal
from bot.dose_tables import doses, habits, regimens, rounds
from bot.drafting import Draft
from bot.habits import habits_of
from bot.journal import Entry
from bot.laying import insert_doses
from bot.plan_rows import Change
from bot.regimen_rows import ACTIVE, STOPPED
from bot.renewing import soonest, tidy
from schedules.doses import REPEAT_EVERY, Outcome

ENDED = (Outcome.TAKEN.value, Outcome.SKIPPED.value, Outcome.MISSED.value)


async def take_back(draft: Draft, entry: Entry) -> None:
    """Undo a change within the transaction of the draft."""
    now = await _doses_now(draft, entry)
    await _take_away(draft, entry, now)
    await _regimens_as_they_were(draft, entry)
    await _habits_as_they_were(draft, entry)
    await _put_back(draft, entry, now)
    await _remove_new(draft, entry)
    await _look_again(draft, entry)
    await tidy(draft, entry.scope)
    await journal.close(draft, entry)


async def _doses_now(draft: Draft, entry: Entry) -> Mapping[str, Row[Any]]:
    """The doses as the change found them or made them, and those laid out since."""
    since = and_(doses.c.outcome == Outcome.CANCELLED.value, doses.c.due_at > min(entry.at, draft.at))
    ahead = and_(doses.c.regimen.in_(entry.scope), or_(doses.c.outcome.is_(None), since))
    mine = and_(doses.c.clinic == draft.clinic, or_(ahead, doses.c.id.in_([*entry.doses, *entry.made])))
    query = select(doses).where(mine).order_by(doses.c.id).with_for_update()
    return {row.id: row for row in await draft.connection.execute(query)}


async def _take_away(draft: Draft, entry: Entry, now: Mapping[str, Row[Any]]) -> None:
    """The doses of the changed plan: those nobody was told of go, the others end."""
    new = [row for key, row in now.items() if key not in entry.doses and (entry.renewed or key in entry.made)]
    noted = entry.what is Change.AS_NEEDED
    unheard = [row.id for row in new if row.round is None and (noted or row.outcome in (None, Outcome.CANCELLED.value))]
    missing = {(values["regimen"], values["due_at"]) for key, values in entry.doses.items() if key not in now}
    told = [
        row.id for row in new
        if row.round is not None and row.outcome is None and (row.regimen, row.due_at) not in missing
    ]  # fmt: skip
    await draft.connection.execute(delete(doses).where(doses.c.clinic == draft.clinic, doses.c.id.in_(unheard)))
    ended = update(doses).where(doses.c.clinic == draft.clinic, doses.c.id.in_(told))
    await draft.connection.execute(ended.values(outcome=Outcome.CANCELLED.value, outcome_at=draft.at))


async def _regimens_as_they_were(draft: Draft, entry: Entry) -> None:
    for key, values in entry.regimens.items():
        this = and_(regimens.c.clinic == draft.clinic, regimens.c.id == key)
        if values:
            await draft.connection.execute(update(regimens).where(this).values(values))


async def _remove_new(draft: Draft, entry: Entry) -> None:
    """Regimens that the change made; one of which a dose has ended since is stopped instead."""
    mine = and_(regimens.c.clinic == draft.clinic, regimens.c.id.in_(entry.new))
    has_doses = exists().where(doses.c.clinic == regimens.c.clinic, doses.c.regimen == regimens.c.id)
    await draft.connection.execute(delete(regimens).where(mine, ~has_doses))
    await draft.connection.execute(update(regimens).where(mine).values(status=STOPPED, stopped_at=draft.at))


async def _habits_as_they_were(draft: Draft, entry: Entry) -> None:
    if entry.what is not Change.HABITS:
        return
    own = and_(habits.c.clinic == draft.clinic, habits.c.id == draft.person)
    await draft.connection.execute(delete(habits).where(own))
    if entry.habits is not None:
        values = entry.habits | {"clinic": draft.clinic, "id": draft.person}
        await draft.connection.execute(insert(habits).values(values))


async def _put_back(draft: Draft, entry: Entry, now: Mapping[str, Row[Any]]) -> None:
    rows = {row.id: row for row in await draft.now({values["regimen"] for values in entry.doses.values()})}
    own = (await habits_of(draft.connection, draft.clinic, [draft.person])).get(draft.person, draft.habits)
    floors = await soonest(draft, list(rows.values()), own, moved=True, since=entry.at)
    removed = []
    over = {(now[key].regimen, now[key].planned_at) for key in entry.made if key in now and now[key].outcome in ENDED}
    for key, values in entry.doses.items():
        row = rows[values["regimen"]]
        too_soon = values["due_at"] < floors.get(row.id, values["due_at"])
        values = _as_it_can_be(draft, values, row, too_soon)
        if key not in now:
            removed.append(values | {"clinic": draft.clinic, "person": row.person, "conversation": row.conversation})
        else:
            # What the change had not ended may have ended since, and so may what it was put off into: that stays.
            again = key in entry.ended and not too_soon and (values["regimen"], values["planned_at"]) not in over
            kept = values if again else {name: values[name] for name in ("regimen", "late_until")}
            this = and_(doses.c.clinic == draft.clinic, doses.c.id == key)
            await draft.connection.execute(update(doses).where(this).values(kept))
    await insert_doses(draft.connection, removed)


def _as_it_can_be(draft: Draft, values: Mapping[str, Any], row: Row[Any], too_soon: bool) -> dict[str, Any]:
    """The dose as it was; cancelled where it would ring too late for itself, too soon, or for a stopped medicine."""
    unheard = values["round"] is None
    too_late = unheard and values["late_until"] < draft.at
    if values["outcome"] is None and (too_late or (unheard and too_soon) or row.status != ACTIVE):
        return {**values, "outcome": Outcome.CANCELLED.value, "outcome_at": draft.at}
    return dict(values)


async def _look_again(draft: Draft, entry: Entry) -> None:
    """Rounds whose doses are open again climb on from where they stood."""
    for key, next_at in entry.rounds.items():
        if next_at is not None:
            this = and_(rounds.c.clinic == draft.clinic, rounds.c.id == key, rounds.c.next_at.is_(None))
            again = next_at if next_at > draft.at else draft.at + REPEAT_EVERY
            await draft.connection.execute(update(rounds).where(this).values(next_at=again))
