"""Whom a waiting handoff is told next, and who is on duty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Handoff, HandoffStatus, Urgency
from bot.escalation import Pace, Scope, Told, next_step
from bot.roster import BadRoster, Nurse, RosterFile, Shift, read_roster

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)  # 16:00 in Shanghai
PACE = Pace(timedelta(minutes=3), timedelta(minutes=1))
WANG, LI, ZHAO = (Nurse(name, user) for name, user in (("王护士", "wang"), ("李护士", "li"), ("赵护士", "zhao")))
ALL = (WANG, LI, ZHAO)


def handoff(urgency: Urgency = Urgency.ASKED) -> Handoff:
    return Handoff("h1", "c1", HandoffStatus.REQUESTED, urgency, "患者要求人工服务", "", AT)


def played(
    wanted: Handoff, on_duty: tuple[Nurse, ...], minutes: float, pace: Pace = PACE
) -> list[tuple[float, Scope, list[str]]]:
    """What is told in so many minutes when nobody takes it, looked at every 10 s."""
    told: list[Told] = []
    heard = []
    for tick in range(int(minutes * 6) + 1):
        at = AT + timedelta(seconds=10 * tick)
        if step := next_step(wanted, told, on_duty, at, pace):
            names = tuple(nurse.name for nurse in step.nurses)
            told.append(Told(step.number, step.scope, wanted.urgency, names, at))
            heard.append((tick / 6, step.scope, list(names)))
    return heard


def test_one_nurse_after_the_other_then_everybody_then_quiet() -> None:
    assert played(handoff(), ALL, 30) == [
        (0, Scope.FIRST, ["王护士"]),
        (3, Scope.NEXT, ["李护士"]),
        (6, Scope.NEXT, ["赵护士"]),
        (9, Scope.ALL, ["王护士", "李护士", "赵护士"]),
    ]


def test_a_red_flag_goes_round_faster_then_calls_everybody_ever_more_rarely_and_never_falls_silent() -> None:
    heard = played(handoff(Urgency.RED_FLAG), ALL, 65)
    assert [(minute, scope) for minute, scope, _ in heard] == [
        (0, Scope.FIRST), (1, Scope.NEXT), (2, Scope.NEXT), (3, Scope.ALL), (4, Scope.ALL), (6, Scope.ALL),
        (10, Scope.ALL), (18, Scope.ALL), (33, Scope.ALL), (48, Scope.ALL), (63, Scope.ALL),
    ]  # fmt: skip


def test_a_pause_set_longer_by_the_hospital_is_kept() -> None:
    slow = Pace(timedelta(minutes=30), timedelta(minutes=20))
    assert [minute for minute, _, _ in played(handoff(Urgency.RED_FLAG), (WANG,), 85, slow)] == [0, 20, 40, 60, 80]


def test_another_danger_is_told_at_once_and_the_pauses_begin_anew() -> None:
    told = [
        Told(step, Scope.ALL, Urgency.RED_FLAG, ("王护士",), AT + timedelta(minutes=2**step), reason="昏迷")
        for step in range(4)
    ]
    at = told[-1].planned_at + timedelta(seconds=5)
    assert next_step(replace(handoff(Urgency.RED_FLAG), reason="昏迷"), told, ALL, at, PACE) is None
    worse = replace(handoff(Urgency.RED_FLAG), reason="昏迷；抽搐")
    step = next_step(worse, told, ALL, at, PACE)
    assert step is not None and (step.number, step.scope, step.nurses) == (4, Scope.RAISED, (WANG,))
    told.append(Told(4, Scope.RAISED, Urgency.RED_FLAG, ("王护士",), at, reason="昏迷；抽搐"))
    assert next_step(worse, told, (WANG,), at + timedelta(seconds=59), PACE) is None
    for number, minute in ((5, 1), (6, 2), (7, 4), (8, 8)):
        step = next_step(worse, told, (WANG,), at + timedelta(minutes=minute), PACE)
        assert step is not None and (step.number, step.scope) == (number, Scope.ALL)
        planned_at = at + timedelta(minutes=minute)
        told.append(Told(number, Scope.ALL, Urgency.RED_FLAG, ("王护士",), planned_at, reason="昏迷；抽搐"))


def test_an_alert_of_an_older_version_counts_as_told() -> None:
    told = [Told(0, Scope.FIRST, Urgency.RED_FLAG, ("王护士",), AT)]
    assert next_step(handoff(Urgency.RED_FLAG), told, ALL, AT + timedelta(seconds=5), PACE) is None


def test_with_nobody_on_duty_everybody_is_called() -> None:
    assert played(handoff(), (), 4) == [(0, Scope.FIRST, []), (3, Scope.ALL, [])]


def test_who_comes_on_duty_later_is_told_too() -> None:
    told = [Told(0, Scope.FIRST, Urgency.ASKED, ("王护士",), AT)]
    step = next_step(handoff(), told, (LI,), AT + timedelta(minutes=3), PACE)
    assert step is not None and step.nurses == (LI,)


def test_a_handoff_that_becomes_a_red_flag_is_told_again_at_once() -> None:
    told = [Told(0, Scope.FIRST, Urgency.ASKED, ("王护士",), AT), Told(1, Scope.NEXT, Urgency.ASKED, ("李护士",), AT)]
    step = next_step(handoff(Urgency.RED_FLAG), told, ALL, AT + timedelta(seconds=1), PACE)
    assert step is not None and (step.number, step.scope, step.nurses) == (2, Scope.RAISED, (WANG, LI))


def test_nobody_waits_for_a_nurse_who_cannot_be_reached() -> None:
    told = [
        Told(0, Scope.FIRST, Urgency.ASKED, ("王护士",), AT, to_group=True),
        Told(0, Scope.FIRST, Urgency.ASKED, ("王护士",), AT, refused=True),
    ]
    step = next_step(handoff(), told, ALL, AT + timedelta(seconds=5), PACE)
    assert step is not None and step.nurses == (LI,)
    told[1] = Told(0, Scope.FIRST, Urgency.ASKED, ("王护士",), AT)
    assert next_step(handoff(), told, ALL, AT + timedelta(seconds=5), PACE) is None


@given(st.lists(st.sampled_from(ALL), unique=True), st.sampled_from(Urgency))
def test_every_nurse_on_duty_is_told_before_everybody_is_and_each_once(on_duty: list[Nurse], urgency: Urgency) -> None:
    heard = played(handoff(urgency), tuple(on_duty), 12)
    alone = [name for _, scope, names in heard if scope is not Scope.ALL for name in names]
    assert alone == [nurse.name for nurse in on_duty]
    assert any(scope is Scope.ALL for _, scope, _ in heard)


ROSTER = """
nurses:
  - {name: 王护士, wecom: wang, on_duty: ["08:00-16:00"]}
  - {name: 李护士, wecom: Li.Na, on_duty: ["16:00-24:00", "00:00-02:00"]}
  - {name: 赵护士, wecom: zhao, on_duty: ["22:00-06:00"]}
  - {name: 护士长, wecom: head}
"""


@pytest.mark.parametrize(
    ("clock", "names"),
    [
        ("07:59", ["护士长"]),
        ("08:00", ["王护士", "护士长"]),
        ("15:59", ["王护士", "护士长"]),
        ("16:00", ["李护士", "护士长"]),
        ("23:59", ["李护士", "赵护士", "护士长"]),
        ("01:00", ["李护士", "赵护士", "护士长"]),
        ("05:59", ["赵护士", "护士长"]),
    ],
)
def test_hours_are_those_of_shanghai_and_may_pass_midnight(clock: str, names: list[str]) -> None:
    at = datetime.fromisoformat(f"2026-11-21T{clock}:30+08:00").astimezone(UTC)
    assert [nurse.name for nurse in read_roster(ROSTER).on_duty(at)] == names


def test_a_userid_is_known_however_it_is_written() -> None:
    assert read_roster(ROSTER).with_wecom("li.na") == Nurse("李护士", "Li.Na", (Shift(960, 1440), Shift(0, 120)))
    assert read_roster(ROSTER).with_wecom("nobody") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nurses: [{name: 王护士}]", "nurses/0"),
        ("nurses: [{name: 王护士, wecom: w}, {name: 王护士, wecom: l}]", "姓名重复"),
        ("nurses: [{name: 王护士, wecom: w}, {name: 李护士, wecom: W}]", "企业微信账号重复"),
        ("nurses: [{name: 王护士, wecom: w, on_duty: ['8:00-16:00']}]", "on_duty"),
        ("nurses: [{name: 王护士, wecom: w, on_duty: ['25:00-26:00']}]", "on_duty"),
        ("nurses: [{name: 王护士, wecom: w, phone: 1}]", "phone"),
        ("nurses: [", "YAML"),
        ("[]", "文件"),
    ],
)
def test_a_wrong_file_says_where(text: str, why: str) -> None:
    with pytest.raises(BadRoster, match=why):
        read_roster(text)


def test_the_roster_follows_its_file_and_a_broken_one_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "nurses.yml"
    roster = RosterFile(file)
    assert roster.now().nurses == ()
    file.write_text(ROSTER, "utf-8")
    assert len(roster.now().nurses) == 4
    file.write_text("nurses: [{name: 王护士}]", "utf-8")
    assert len(roster.now().nurses) == 4
    file.write_text("nurses: [{name: 王护士, wecom: wang}]", "utf-8")
    assert [nurse.name for nurse in roster.now().nurses] == ["王护士"]
    file.unlink()
    assert roster.now().nurses == ()


def test_the_example_can_be_used() -> None:
    example = Path(__file__).parents[3] / "connectors" / "wecom" / "nurses.example.yml"
    assert [nurse.name for nurse in read_roster(example.read_text("utf-8")).nurses] == ["王护士", "李护士", "护士长"]
