"""The way through the encounter: order of the steps, how far each item came, and the expert beside the learner."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

from cases.encounter import Encounter, Turn
from cases.hearing import hear
from cases.model import Case, Script, Step
from cases.scoring.checklist import ENDS
from cases.scoring.sheet import ORDER, Course, ExpertLine, Group, Mark, Named, StepTaken, Warmth

MOST: Final = 5
"""Points for taking every step in the ideal order."""
_WHY: Final = "先救命、再问清、最后交代：次序对了，时间就省在病人身上。"


def course_of(steps: Sequence[Step], encounter: Encounter) -> Course:
    """Where each step was first taken; the points are the share of pairs in order, less what was left out.

    What the patient told by himself is reached, but when he told it was not the learner's choice.
    """
    taken = [_taken(step, encounter.turns) for step in steps]
    told = [_told(step, encounter.turns) for step in steps]
    pairs = list(combinations([at for at in taken if at is not None], 2))
    right = sum(one <= other for one, other in pairs)
    reached = sum(one is not None or other is not None for one, other in zip(taken, told, strict=True))
    got = MOST * (right if pairs else 1) * reached // (max(len(pairs), 1) * max(len(steps), 1))
    run = _longest_run(taken)
    rows = (
        StepTaken(step.label, told[place], told[place] is not None)
        if taken[place] is None
        else StepTaken(step.label, taken[place], place in run)
        for place, step in enumerate(steps)
    )
    return Course(got, MOST if steps else 0, tuple(rows))


def order_mark(course: Course) -> Mark:
    """The mark of the order."""
    late = "、".join(step.label for step in course.steps if not step.in_order)
    why = _WHY + (f"没做或次序不当：{late}。" if late else "")
    return Mark(
        "order", ORDER, "按合理的次序进行", course.got, course.max, course.got > 0, False, None, None, why, Group.ORDER
    )  # fmt: skip


def heat_of(script: Script, encounter: Encounter) -> tuple[Warmth, ...]:
    """For each item of the case, in the case's order: never asked, asked, told."""
    return tuple(
        Warmth(each.id, each.label, each.section, each.kind, *_warmth(each.id, encounter.turns))
        for each in script.items
    )


def expert_beside(case: Case, encounter: Encounter) -> tuple[ExpertLine, ...]:
    """What an expert would have said, line by line, and whether the learner came to the same."""
    reached = encounter.asked | encounter.disclosed | encounter.ordered
    manners = {manner for turn in encounter.turns for manner in turn.manners}
    names = {item.id: item.label for item in case.script.items}
    names |= {test.id: test.label for test in case.script.investigations}
    lines, before = [], tuple[str, ...]()
    for said in case.key.expert:
        heard = hear(case.script, said, before)
        sought = [each for each in (*heard.asked, *heard.ordered) if each in names]
        came = set(sought) <= reached if sought else set(heard.manners) <= manners
        lines.append(ExpertLine(said, tuple(Named(each, names[each]) for each in sought), came))
        before = heard.asked
    return tuple(lines)


def _taken(step: Step, turns: Sequence[Turn]) -> int | None:
    """The first turn in which the learner took the step; the last one for what ends a talk."""
    done = [(*turn.asked, *turn.ordered, *turn.manners) for turn in turns]
    if step.any <= ENDS:
        from_the_end = _first(step, reversed(done))
        return None if from_the_end is None else len(done) - 1 - from_the_end
    return _first(step, done)


def _told(step: Step, turns: Sequence[Turn]) -> int | None:
    return _first(step, [turn.disclosed for turn in turns])


def _first(step: Step, found: Iterable[Iterable[str]]) -> int | None:
    return next((at for at, ids in enumerate(found) if not step.any.isdisjoint(ids)), None)


def _longest_run(taken: Sequence[int | None]) -> frozenset[int]:
    """Places of the longest run of steps that were taken one after the other; of equal runs the earliest."""
    runs: list[tuple[int, ...]] = [()]  # each the longest that ends with its last step
    for place, at in enumerate(taken):
        if at is not None:
            before = [run for run in runs if not run or (taken[run[-1]] or 0) <= at]
            runs.append((*max(before, key=len), place))
    longest: tuple[int, ...] = max(runs, key=len)
    return frozenset(longest)


def _warmth(item: str, turns: Sequence[Turn]) -> tuple[str, tuple[int, ...], int | None]:
    asked_at = tuple(at for at, turn in enumerate(turns) if item in turn.asked)
    told_at = next((at for at, turn in enumerate(turns) if item in turn.disclosed), None)
    return "told" if told_at is not None else "asked" if asked_at else "never", asked_at, told_at
