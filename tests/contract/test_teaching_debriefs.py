"""What teachers make of a finished encounter: changed points, blind marks, what nobody asks."""

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import text

from bot.class_sittings import ClassSittings
from bot.db import Databases
from bot.debriefs import Debriefs, NoReason
from bot.errors import NotFound
from bot.item_analysis import count_items
from bot.marking import MACHINE, Marking, NoLongerBlind, NotTheMarks, double_marked, pairs
from bot.overrides import NoSuchMark
from bot.sittings import Seat, sheet_of
from cases.scoring.sheet import Group
from tests.contract.teaching_parts import AT, MINUTE, TALK, School, case, opened_school, sheet

SHARE = Decimal("0.6")


@pytest.fixture
async def school(databases: Databases, clinic: str) -> School:
    return await opened_school(databases, clinic)


async def change(
    school: School, encounter: str, item: str, points: int, reason: str = "问得含蓄", who: str = "张老师"
) -> int:
    store, at = Debriefs(school.databases), AT + 9 * MINUTE
    return len(await store.override(school.clinic, encounter, item, points, reason, who, SHARE, at))


async def test_a_change_lies_beside_the_sheet_and_counts(school: School) -> None:
    encounter = await school.finish(await school.join("p"), 55)
    before = (await Debriefs(school.databases).get(school.clinic, encounter)).sheet
    assert await change(school, encounter, "m9", 8) == 1
    assert await change(school, encounter, "m9", 10, "重看一遍") == 2
    kept = await Debriefs(school.databases).get(school.clinic, encounter)
    assert kept.sheet == before and [(one.points, one.teacher) for one in kept.overrides] == [
        (8, "张老师"),
        (10, "张老师"),
    ]
    sitting = await school.sittings.get(school.clinic, encounter)
    assert (sitting.total, sitting.max, sitting.passed) == (65, 100, True)
    figures = await school.board.figures(school.clinic, school.group.id)
    assert [each.average for each in figures] == [650]
    assert ("张老师", "mark_changed") in await school.audited()


async def test_the_same_change_again_changes_nothing(school: School) -> None:
    encounter = await school.finish(await school.join("p"), 50)
    assert {await change(school, encounter, "m9", 5) for _ in range(3)} == {1}


async def test_two_teachers_at_once_both_count(school: School) -> None:
    encounter = await school.finish(await school.join("p"), 50)
    await asyncio.gather(*(change(school, encounter, f"m{n}", 10) for n in (6, 7, 8)))
    assert (await school.sittings.get(school.clinic, encounter)).total == 80


@pytest.mark.parametrize(("item", "points"), [("m9", 11), ("m9", -1), ("unknown", 1)])
async def test_only_marks_of_the_sheet_can_be_changed(school: School, item: str, points: int) -> None:
    encounter = await school.finish(await school.join("p"), 50)
    with pytest.raises(NoSuchMark):
        await change(school, encounter, item, points)


async def test_a_change_has_a_reason_that_only_the_key_opens(school: School) -> None:
    encounter = await school.finish(await school.join("p"), 50)
    with pytest.raises(NoReason):
        await change(school, encounter, "m9", 1, "  ")
    await change(school, encounter, "m9", 1, "学员确实问过家族史")
    async with school.databases.of(school.clinic).read() as connection:
        stored = str((await connection.execute(text("SELECT * FROM overrides"))).all())
        stored += str((await connection.execute(text("SELECT * FROM sittings"))).all())
    assert "家族史" not in stored and "心梗" not in stored


async def test_other_teachers_and_running_encounters_are_refused(school: School) -> None:
    learner = await school.join("p")
    encounter, running = await school.finish(learner, 50), await school.begin(Seat(learner=learner))
    nobodys = await school.begin(Seat())
    for what, who in ((encounter, "李老师"), (running, "张老师"), (nobodys, "张老师"), ("x", "张老师")):
        with pytest.raises(NotFound):
            await change(school, what, "m9", 1, who=who)
    await school.classes.teach_together(school.clinic, "张老师", school.group.id, "李老师", AT)
    assert await change(school, encounter, "m9", 1, who="李老师") == 1


async def test_a_change_is_made_whole_or_not_at_all(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    async def killed(*_: object) -> None:
        raise RuntimeError("killed")

    encounter = await school.finish(await school.join("p"), 50)
    with monkeypatch.context() as patched:
        patched.setattr("bot.debriefs._write_shown", killed)
        with pytest.raises(RuntimeError):
            await change(school, encounter, "m9", 10)
    assert (await Debriefs(school.databases).get(school.clinic, encounter)).overrides == []
    assert ("张老师", "mark_changed") not in await school.audited()
    assert await change(school, encounter, "m9", 10) == 1


async def test_blind_marks_are_handed_in_once(school: School) -> None:
    encounter = await school.finish(await school.join("p"), 50)
    marking = Marking(school.databases)
    for _ in range(2):
        await marking.hand_in(school.clinic, encounter, "张老师", {"m1": True, "m9": False}, AT)
    with pytest.raises(NoLongerBlind):
        await marking.hand_in(school.clinic, encounter, "张老师", {"m1": False}, AT)
    assert await marking.of_teacher(school.clinic, encounter, "张老师") == {"m1": True, "m9": False}
    assert await marking.of_teacher(school.clinic, encounter, "李老师") is None


async def test_who_has_changed_points_has_seen_the_marks(school: School) -> None:
    encounter = await school.finish(await school.join("p"), 50)
    await change(school, encounter, "m9", 1)
    with pytest.raises(NoLongerBlind):
        await Marking(school.databases).hand_in(school.clinic, encounter, "张老师", {"m1": True}, AT)


async def test_blind_marks_are_of_the_sheet_and_of_her_class(school: School) -> None:
    learner = await school.join("p")
    encounter, running = await school.finish(learner, 50), await school.begin(Seat(learner=learner))
    marking = Marking(school.databases)
    for marks in ({}, {"unknown": True}, {"m1": 1}):
        with pytest.raises(NotTheMarks):
            await marking.hand_in(school.clinic, encounter, "张老师", marks, AT)  # type: ignore[arg-type]
    for what, who in ((encounter, "李老师"), (running, "张老师")):
        with pytest.raises(NotFound):
            await marking.hand_in(school.clinic, what, who, {"m1": True}, AT)


async def test_machine_and_teachers_are_held_against_each_other(school: School) -> None:
    marking, learner = Marking(school.databases), await school.join("p")
    await school.classes.teach_together(school.clinic, "张老师", school.group.id, "李老师", AT)
    for said in (TALK, TALK[:2], TALK[2:]):
        encounter = await school.talked(learner, *said)
        async with school.databases.of(school.clinic).read() as connection:
            items = (await sheet_of(connection, school.clinic, encounter) or {})["items"]
        machine = {mark["item"]: mark["points"] == mark["max"] for mark in items}
        handover = {mark["item"] for mark in items if mark["group"] == Group.HANDOVER}
        contrary = {item: earned ^ (item in handover) for item, earned in machine.items()}
        await marking.hand_in(school.clinic, encounter, "张老师", machine, AT)
        await marking.hand_in(school.clinic, encounter, "李老师", contrary, AT + MINUTE)
    found = await marking.marked(school.clinic, case())
    assert len(found) == 3 and double_marked(found)[Group.ASKED].teachers.n > 0
    table = pairs(found)
    assert table.keys() == {(MACHINE, "张老师"), (MACHINE, "李老师"), ("张老师", "李老师")}
    assert table[MACHINE, "张老师"][Group.ASKED].figure == 1
    contrary_to = table[MACHINE, "李老师"]
    assert [contrary_to[group].observed for group in (Group.HANDOVER, Group.ASKED)] == [Decimal(0), Decimal(1)]
    doubted = await marking.untrusted(school.clinic, case())
    few = double_marked(found)[Group.HANDOVER].teachers.n < 20
    assert doubted == (frozenset() if few else {Group.HANDOVER})


async def test_what_nobody_asks_comes_first_and_only_of_her_class(school: School) -> None:
    learner, lines = await school.join("p"), ClassSittings(school.databases)
    await school.finish(learner, 30)
    await school.finish(learner, 80, minutes=1)
    await school.finish(learner, 100, minutes=2, forked_from="earlier")
    other = await school.classes.create(school.clinic, "李老师", "二班", AT)
    found = await lines.earned(school.clinic, [school.group.id, other.id], case().id)
    counted = [(each.item, each.asked, each.judged) for each in count_items(found)]
    assert counted[:2] == [("m8", 0, 2), ("m9", 0, 2)] and {asked for _, asked, _ in counted[-3:]} == {2}
    for nothing in ([other.id], []):
        assert count_items(await lines.earned(school.clinic, nothing, case().id)) == []


async def test_marks_that_wait_for_a_teacher_are_no_misses(school: School) -> None:
    learner, waiting = await school.join("p"), sheet(10)
    waiting["items"][5]["auto"] = False
    for result in (sheet(10), waiting):
        await school.end(await school.begin(Seat(learner=learner)), result)
    counts = count_items(await ClassSittings(school.databases).earned(school.clinic, [school.group.id], case().id))
    assert {each.item: each.judged for each in counts} == {f"m{n}": 1 if n == 5 else 2 for n in range(10)}


async def test_marks_of_an_older_version_are_not_listed(school: School) -> None:
    learner, newer = await school.join("p"), sheet(100)
    newer["items"][0]["item"] = "new"
    for minutes, result in enumerate((sheet(10), newer)):
        await school.end(await school.begin(Seat(learner=learner)), result, AT + minutes * MINUTE)
    counts = count_items(await ClassSittings(school.databases).earned(school.clinic, [school.group.id], case().id))
    listed = {each.item: (each.asked, each.judged) for each in counts}
    assert (listed["new"], listed["m1"]) == ((1, 1), (1, 2)) and "m0" not in listed


async def test_the_list_of_a_class_shows_who_runs(school: School) -> None:
    learner, lines = await school.join("p", "甲"), ClassSittings(school.databases)
    done = await school.talked(learner, *TALK)
    running = await school.begin(Seat(learner=learner), AT + MINUTE)
    found = await lines.lines(school.clinic, school.group.id)
    assert [(one.sitting.encounter, one.learner, one.turns) for one in found] == [(running, "甲", 0), (done, "甲", 5)]
    assert (found[0].last_at, found[1].last_at) == (AT + MINUTE, AT + 4 * MINUTE)
    only = await lines.lines(school.clinic, school.group.id, running=True)
    assert [one.sitting.encounter for one in only] == [running]
