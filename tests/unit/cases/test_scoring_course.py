"""The order of the steps."""

from datetime import UTC, datetime, timedelta

import pytest

from cases.encounter import Encounter, Turn
from cases.model import Manner, Step
from cases.scoring.course import MOST, course_of, order_mark

AT = datetime(2026, 11, 21, tzinfo=UTC)
STEPS = tuple(Step(name.upper(), frozenset({name})) for name in "abcd")


def talk(*asked: str, told: dict[int, tuple[str, ...]] | None = None) -> Encounter:
    """One turn for each word; its letters are the items asked for. `told`: what the patient tells, by turn."""
    turns = tuple(
        Turn("话", "答", AT + timedelta(seconds=at), asked=tuple(ids), disclosed=(told or {}).get(at, ()))
        for at, ids in enumerate(asked)
    )
    return Encounter("x", 1, AT, turns)


@pytest.mark.parametrize(
    ("asked", "points"),
    [
        (("a", "b", "c", "d"), 5),
        (("abcd",), 5),
        (("ab", "x", "cd", "a"), 5),
        (("d", "c", "b", "a"), 0),
        (("b", "a", "c", "d"), 4),
        (("a", "b", "c"), 3),
        (("a",), 1),
        (("x",), 0),
        ((), 0),
    ],
)
def test_pairs_in_order_earn_and_missing_steps_cost(asked: tuple[str, ...], points: int) -> None:
    course = course_of(STEPS, talk(*asked))
    assert (course.got, course.max) == (points, MOST)
    mark = order_mark(course)
    assert (mark.points, mark.max, mark.asked) == (points, MOST, points > 0)


def test_the_step_that_stands_wrong_is_named() -> None:
    course = course_of(STEPS, talk("b", "c", "d", "a"))
    assert [(step.label, step.at, step.in_order) for step in course.steps] == [
        ("A", 3, False), ("B", 0, True), ("C", 1, True), ("D", 2, True),
    ]  # fmt: skip
    assert order_mark(course).why.endswith("没做或次序不当：A。")


def test_what_the_patient_tells_by_himself_is_reached_and_never_too_early() -> None:
    course = course_of(STEPS, talk("x", "a", "b", "c", told={0: ("d",)}))
    assert course.got == MOST
    assert (course.steps[3].at, course.steps[3].in_order) == (0, True)
    asked_late = course_of(STEPS, talk("x", "a", "b", "c", "d", told={0: ("d",)}))
    assert asked_late.got == MOST and asked_late.steps[3].at == 4, "the learner's own asking counts"


def test_a_manner_is_a_step_too() -> None:
    greeted = Encounter("x", 1, AT, (Turn("您好", "好", AT, manners=(Manner.GREETING,)),))
    course = course_of((Step("问候", frozenset({"greeting"})),), greeted)
    assert (course.got, course.steps[0].at) == (MOST, 0)


def test_what_ends_a_talk_is_taken_where_it_was_done_last() -> None:
    turns = tuple(
        Turn("话", "答", AT, asked=asked, manners=manners)
        for asked, manners in (((), (Manner.CLOSING,)), (("a",), ()), ((), (Manner.CLOSING,)))
    )
    course = course_of((STEPS[0], Step("交代", frozenset({"closing", "summary"}))), Encounter("x", 1, AT, turns))
    assert [step.at for step in course.steps] == [1, 2] and course.got == MOST


def test_a_case_without_an_ideal_course_asks_for_none() -> None:
    assert course_of((), talk("a")).max == 0
