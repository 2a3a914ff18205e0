"""The formal end: marks by rules, each linked to the very sentence, and what the conclusion was worth."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from cases.encounter import Encounter
from cases.ending import Ending
from cases.model import Case
from cases.scoring.checklist import checklist_mark
from cases.scoring.conclusion import conclusion_marks, counter_mark, handover_marks, noticed, verdict_of
from cases.scoring.course import course_of, expert_beside, heat_of, order_mark
from cases.scoring.desk import talk_of, tests_of
from cases.scoring.quoting import Quotes
from cases.scoring.remarks import comment_of
from cases.scoring.sheet import HANDOVER, PARTS, Debrief, Group, Mark, Part, Score, Verdict, Versions

__all__ = ["RULES_VERSION", "Debrief", "Group", "debrief"]

RULES_VERSION: Final = "2"
"""Counted up with every change by which the same encounter may get another sheet."""
NOBODY: Final = frozenset[Group]()


def debrief(case: Case, encounter: Encounter, ending: Ending, by_teacher: frozenset[Group] = NOBODY) -> Debrief:
    """Score an encounter. Pure: the same encounter, ending and case always give the same sheet, byte for byte.

    `by_teacher` are the groups of marks the rules are not trusted with: they earn nothing until a teacher has marked
    them, and whether the learner passes is judged on the others.
    """
    case = encounter.played(case)
    marks = tuple(_left_to(by_teacher, mark) for mark in _marks(case, encounter, ending))
    verdict, heat, tests = verdict_of(case, ending), heat_of(case.script, encounter), tests_of(case.script, encounter)
    changed = noticed(case.key.counter, ending) if encounter.countered and case.key.counter else None
    parts = _parts(marks)
    total, most = sum(part.got for part in parts), sum(part.max for part in parts)
    waiting = sum(mark.max for mark in marks if not mark.auto)
    passed = _passed(case, marks, verdict, total, most - waiting)
    return Debrief(
        total, most, passed, waiting, parts, marks, verdict, heat,
        course_of(case.key.order, encounter), expert_beside(case, encounter), talk_of(encounter), tests,
        next((Score(part.got, part.max) for part in parts if part.name == HANDOVER), Score(0, 0)), changed,
        comment_of(ending, marks, verdict, heat, tests, changed, passed), case.key.teaching,
        Versions(case.id, case.version, RULES_VERSION),
    )  # fmt: skip


def _marks(case: Case, encounter: Encounter, ending: Ending) -> Iterator[Mark]:
    quotes = Quotes(case.script, encounter.turns)
    for item in case.key.checklist:
        yield checklist_mark(item, encounter, quotes)
    if case.key.order:
        yield order_mark(course_of(case.key.order, encounter))
    yield from conclusion_marks(case, ending)
    if encounter.countered and case.key.counter:
        yield counter_mark(case.key.counter, ending)
    yield from handover_marks(case, ending)


def _left_to(by_teacher: frozenset[Group], mark: Mark) -> Mark:
    if mark.group not in by_teacher:
        return mark
    return replace(mark, points=0, asked=False, auto=False)


def _parts(marks: Sequence[Mark]) -> tuple[Part, ...]:
    """In the sheet's order; parts of a case's own come last."""
    names = [*PARTS, *dict.fromkeys(mark.part for mark in marks if mark.part not in PARTS)]
    of = {name: [mark for mark in marks if mark.part == name] for name in names}
    return tuple(
        Part(name, sum(mark.points for mark in mine), sum(mark.max for mark in mine))
        for name, mine in of.items()
        if mine
    )


def _passed(case: Case, marks: Sequence[Mark], verdict: Verdict, total: int, most: int) -> bool:
    missed = any(mark.critical and mark.auto and not mark.asked for mark in marks)
    return not missed and verdict.right and total >= case.key.pass_share * most
