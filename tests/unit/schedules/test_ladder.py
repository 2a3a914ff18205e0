"""Who is told next: every way up the ladder, and what holds a step back."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from schedules.clock import SHANGHAI
from schedules.ladder import NO_QUIET, USUAL, Climb, Known, Ladder, Quiet, Rung, Step, next_step

AT = datetime.fromisoformat("2026-11-22T08:00:00+08:00")
NIGHT = Quiet(time(22), time(6, 30))


def climbed(known: Known, ladder: Ladder = USUAL, at: datetime = AT) -> list[tuple[Rung, int]]:
    """Every step of a round that nobody confirms, with its minute."""
    climb, when, steps = Climb(), at, []
    while True:
        step = next_step(climb, known, when, ladder)
        steps.append((step.rung, int((when - at).total_seconds()) // 60))
        if step.again_at is None:
            return steps
        assert step.again_at > when
        climb, when = step.climb, step.again_at


PERSON = [(Rung.PERSON, minute) for minute in (0, 10, 20, 30, 40)]


@pytest.mark.parametrize(
    ("known", "after"),
    [
        (Known(critical=False, family=False), [(Rung.TOP, 50)]),
        (Known(critical=False, family=True), [(Rung.FAMILY, 50), (Rung.TOP, 80)]),
        (Known(critical=True, family=False), [(Rung.NURSE, 50)]),
        (Known(critical=True, family=True), [(Rung.FAMILY, 50), (Rung.NURSE, 80)]),
    ],
)
def test_the_whole_ladder(known: Known, after: list[tuple[Rung, int]]) -> None:
    assert climbed(known) == [*PERSON, *after]


def test_who_could_not_be_reached_is_not_called_again_but_others_are() -> None:
    unheard = Known(critical=True, family=True, heard=False)
    assert climbed(unheard) == [(Rung.PERSON, 0), (Rung.FAMILY, 10), (Rung.NURSE, 40)]


def test_a_house_may_be_more_patient() -> None:
    slow = Ladder(timedelta(minutes=30), 1, timedelta(hours=2))
    assert climbed(Known(critical=True, family=True), slow) == [
        (Rung.PERSON, 0), (Rung.PERSON, 30), (Rung.FAMILY, 60), (Rung.NURSE, 180),
    ]  # fmt: skip


def test_in_quiet_hours_only_what_is_critical_goes_on() -> None:
    late = AT.replace(hour=22, minute=10)
    waiting = next_step(Climb(2), Known(critical=False, family=True, quiet=NIGHT), late)
    assert waiting == Step(Rung.WAIT, Climb(2), AT.replace(hour=6, minute=30) + timedelta(days=1))
    assert next_step(Climb(2), Known(critical=True, family=True, quiet=NIGHT), late).rung is Rung.PERSON


@pytest.mark.parametrize(
    ("quiet", "at", "ends"),
    [
        (NIGHT, "22:00", "2026-11-23 06:30"),
        (NIGHT, "23:59", "2026-11-23 06:30"),
        (NIGHT, "00:00", "2026-11-22 06:30"),
        (NIGHT, "06:29", "2026-11-22 06:30"),
        (NIGHT, "06:30", None),
        (NIGHT, "21:59", None),
        (Quiet(time(12), time(14)), "13:00", "2026-11-22 14:00"),
        (Quiet(time(12), time(14)), "14:00", None),
        (NO_QUIET, "00:00", None),
        (NO_QUIET, "12:00", None),
    ],
)
def test_when_quiet_hours_end(quiet: Quiet, at: str, ends: str | None) -> None:
    moment = datetime.combine(AT.date(), time.fromisoformat(at), SHANGHAI)
    found = quiet.ends_after(moment, SHANGHAI)
    assert (f"{found.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if found else None) == ends


def test_quiet_hours_are_those_of_the_wall_even_when_clocks_change() -> None:
    new_york = ZoneInfo("America/New_York")
    before_spring = datetime(2026, 3, 7, 23, tzinfo=new_york)
    ends = NIGHT.ends_after(before_spring, new_york)
    assert ends == datetime(2026, 3, 8, 6, 30, tzinfo=new_york)


@given(some.booleans(), some.booleans(), some.booleans(), some.integers(0, 24 * 60 - 1), some.integers(0, 6))
def test_every_ladder_ends_and_tells_each_once(
    critical: bool, family: bool, heard: bool, minute: int, repeats: int
) -> None:
    known = Known(critical, family, heard, NIGHT)
    rungs = [rung for rung, _ in climbed(known, Ladder(repeats=repeats), AT + timedelta(minutes=minute))]
    assert rungs.count(Rung.PERSON) == (repeats + 1 if heard else 1)
    assert rungs.count(Rung.FAMILY) == family
    assert rungs.count(Rung.NURSE) == critical
