"""Figures of a class, counted by the database: finished encounters, averages of the last ones, and the leaderboard.

A score is the share of points of one finished encounter, as shown (with what teachers changed). What was played on from
a turn of an earlier encounter counts nowhere: its first half has been done before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, select

from bot.classes import sittings_of
from bot.db import Databases
from bot.teaching_tables import learners, sittings

LAST = 5  # encounters that an average is made of
FEWEST = 3  # finished encounters, below which nobody is ranked: one lucky case is no average
_FULL = 10_000  # a score is kept in hundredths of a per cent, as a whole number: equal results must be equal


@dataclass(frozen=True, slots=True)
class Figures:
    """What a learner has done."""

    learner: str
    name: str
    average: int  # of the last ones, tenths of a per cent
    best: int  # among them
    finished: int  # encounters in all


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the leaderboard. Those with equal averages, as shown, share a rank, and the next rank is left out."""

    rank: int
    figures: Figures


class Leaderboard:
    """Reads figures. Raises StoreUnavailable when the database does not answer."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def figures(self, clinic: str, class_id: str, last: int = LAST) -> Sequence[Figures]:
        """Of every learner of a class who has finished something; for the teacher."""
        query = _named(clinic, _figures(clinic, class_id, last))
        async with self._databases.of(clinic).read() as connection:
            return [Figures(*row) for row in await connection.execute(query)]

    async def places(self, clinic: str, class_id: str, last: int = LAST, fewest: int = FEWEST) -> Sequence[Place]:
        """The leaderboard of a class: only who agreed to stand on it, and has finished enough."""
        figures = _figures(clinic, class_id, last)
        rank = func.rank().over(order_by=figures.c.average.desc())
        query = _named(clinic, figures).add_columns(rank.label("rank"))
        query = query.where(learners.c.on_board.is_(True), figures.c.finished >= fewest)
        query = query.order_by(None).order_by(rank, figures.c.finished.desc(), learners.c.id)
        async with self._databases.of(clinic).read() as connection:
            return [Place(row[-1], Figures(*row[:-1])) for row in await connection.execute(query)]


def _figures(clinic: str, class_id: str, last: int) -> Subquery:
    """One line a learner."""
    newest_first = (sittings.c.scored_at.desc(), sittings.c.id)
    by_learner = sittings.c.learner
    scored = (
        select(
            by_learner,
            (sittings.c.total * _FULL // sittings.c.max).label("score"),
            func.row_number().over(partition_by=by_learner, order_by=newest_first).label("recent"),
            func.count().over(partition_by=by_learner).label("finished"),
        )
        .where(sittings_of(clinic, class_id), sittings.c.scored_at.is_not(None))
        .where(sittings.c.forked_from.is_(None), sittings.c.max > 0)
        .subquery()
    )
    # Rounded half up to tenths of a per cent within whole numbers, before ranks are given.
    average = (func.sum(scored.c.score) * 2 + func.count() * 10) // (func.count() * 20)
    best = (func.max(scored.c.score) + 5) // 10
    finished = func.max(scored.c.finished).label("finished")
    query = select(scored.c.learner, average.label("average"), best.label("best"), finished)
    return query.where(scored.c.recent <= last).group_by(scored.c.learner).subquery()


def _named(clinic: str, figures: Subquery) -> Select[Any]:
    columns = (figures.c.learner, learners.c.name, figures.c.average, figures.c.best, figures.c.finished)
    named = and_(learners.c.clinic == clinic, learners.c.id == figures.c.learner)
    return select(*columns).join_from(figures, learners, named).order_by(learners.c.id)
