"""A teacher's pages: login, classes, tasks, reading along, changed points, blind marks, figures, exports."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.learners import MOST_WRONG
from connectors.web.teacher_seat import COOKIE
from tests.unit.connectors.practice_room import AT, CASE, ENDING, MINUTE, PRACTICE, TEACHING, Room, case, opened_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened_room(tmp_path) as room:
        yield room


@pytest.fixture
async def group(room: Room) -> dict[str, Any]:
    """A class of 张老师, who is logged in."""
    await room.teach()
    return await room.make_class()


async def test_only_who_has_the_key_teaches(room: Room) -> None:
    for key, status in (("wrong", 401), ("", 401), (7, 400)):
        assert (await room.ask("POST", f"{TEACHING}/login", {"key": key, "teacher": "张老师"}))[0] == status
    assert (await room.ask("POST", f"{TEACHING}/login", {"key": "teacher-key", "teacher": " \u200b"}))[0] == 400
    for method, path in (
        ("GET", "classes"), ("POST", "classes"), ("GET", "classes/x"), ("POST", "classes/x/assignments"),
        ("POST", "classes/x/teachers"), ("GET", "encounters?class=x"), ("GET", "encounters/x"),
        ("POST", "encounters/x/overrides"), ("POST", "encounters/x/marks"), ("GET", f"kappa?case={CASE}"),
        ("GET", f"items?case={CASE}"), ("GET", "classes/x/export.csv"), ("GET", "classes/x/export.xapi.json"),
    ):  # fmt: skip
        assert (await room.ask(method, f"{TEACHING}/{path}", {}))[0] == 401, path


async def test_a_seat_lasts_half_a_day_and_can_be_left(room: Room) -> None:
    await room.teach()
    await room.get(f"{TEACHING}/classes")
    room.now = AT + timedelta(hours=12)
    assert (await room.ask("GET", f"{TEACHING}/classes"))[0] == 401
    await room.teach()
    assert (await room.ask("POST", f"{TEACHING}/logout"))[0] == 204
    assert (await room.ask("GET", f"{TEACHING}/classes"))[0] == 401


async def test_the_nurses_cookie_opens_nothing_here(room: Room) -> None:
    from connectors.desk import client

    cookie = client.sign("teacher-key", "王护士", AT)
    async with room.client.get(f"{TEACHING}/classes", cookies={COOKIE: cookie}) as response:
        assert response.status == 401


async def test_a_class_with_its_learners_and_tasks(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"])
    task = await room.assign(group["id"], closes_at="2026-11-22T00:00:00+08:00")
    await room.finished(me, mode="exam", assignment=task["id"])
    (listed,) = (await room.get(f"{TEACHING}/classes"))["classes"]
    assert listed == group | {"members": 1}
    shown = await room.get(f"{TEACHING}/classes/{group['id']}")
    (member,), (set_,) = shown["members"], shown["assignments"]
    assert (member["name"], member["finished"]) == ("李雷", 1) and 0 < member["average"] < 100
    assert (set_["finished"], set_["attempts"], set_["minutes"]) == (1, 1, case().minutes)
    assert (set_["opens_at"], set_["closes_at"]) == ("2026-11-21T16:00:00+08:00", "2026-11-22T00:00:00+08:00")


async def test_another_teacher_sees_nothing_of_it(room: Room, group: dict[str, Any]) -> None:
    encounter = await room.finished(await room.join(group["code"]))
    await room.teach("李老师")
    assert (await room.get(f"{TEACHING}/classes"))["classes"] == []
    assert (await room.get(f"{TEACHING}/items?case={CASE}"))["encounters"] == 0
    class_ = f"classes/{group['id']}"
    for method, path, body in (
        ("GET", class_, None), ("GET", f"{class_}/export.csv", None), ("GET", f"{class_}/export.xapi.json", None),
        ("POST", f"{class_}/assignments", {"case": CASE}), ("POST", f"{class_}/teachers", {"teacher": "李老师"}),
        ("GET", f"encounters?class={group['id']}", None), ("GET", f"items?case={CASE}&class={group['id']}", None),
        ("GET", f"encounters/{encounter}", None), ("POST", f"encounters/{encounter}/marks", {"marks": {"x": True}}),
        ("POST", f"encounters/{encounter}/overrides", {"item": "x", "points": 1, "reason": "x"}),
    ):  # fmt: skip
        assert (await room.ask(method, f"{TEACHING}/{path}", body))[0] == 404, path


async def test_reading_along_while_it_runs(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"])
    encounter = (await room.begin(me))["encounter"]
    await room.say(encounter, "您好", "您哪里不舒服？")
    (line,) = (await room.get(f"{TEACHING}/encounters?class={group['id']}&running=1"))["encounters"]
    assert (line["id"], line["learner"], line["turns"], line["ended"], line["total"]) == (
        encounter,
        "李雷",
        2,
        False,
        None,
    )
    shown = await room.get(f"{TEACHING}/encounters/{encounter}")
    assert (shown["ended"], shown["debrief"], len(shown["transcript"])) == (False, None, 2)
    await room.ask("POST", f"{PRACTICE}/encounters/{encounter}/end", ENDING, me)
    assert (await room.get(f"{TEACHING}/encounters?class={group['id']}&running=1"))["encounters"] == []
    assert (await room.get(f"{TEACHING}/encounters?class={group['id']}"))["encounters"][0]["ended"] is True


async def test_changed_points_are_seen_by_the_learner_with_the_reason(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"])
    encounter = await room.finished(me)
    before = await room.get(f"{PRACTICE}/encounters/{encounter}/debrief", me)
    mark = next(each for each in before["debrief"]["items"] if not each["points"])
    change = {"item": mark["item"], "points": mark["max"], "reason": "第二句里问到了"}
    status, body = await room.ask("POST", f"{TEACHING}/encounters/{encounter}/overrides", change)
    assert status == 200 and [each["points"] for each in body["overrides"]] == [mark["max"]]
    after = await room.get(f"{PRACTICE}/encounters/{encounter}/debrief", me)
    assert after["debrief"] == before["debrief"]
    assert after["shown"]["total"] == before["debrief"]["total"] + mark["max"]
    (seen,) = after["overrides"]
    assert (seen["teacher"], seen["reason"]) == ("张老师", "第二句里问到了")
    (result,) = (await room.get(f"{PRACTICE}/me", me))["trend"]
    assert result["total"] == after["shown"]["total"]
    for bad in ({"points": mark["max"] + 1}, {"points": -1}, {"points": "1"}, {"item": "none"}, {"reason": ""}):
        assert (await room.ask("POST", f"{TEACHING}/encounters/{encounter}/overrides", change | bad))[0] == 400


async def test_the_blind_form_tells_no_marks(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"])
    encounter = await room.finished(me)
    blind = await room.get(f"{TEACHING}/encounters/{encounter}?blind=1")
    assert "debrief" not in blind and "shown" not in blind and blind["marked"] is False
    assert blind["items"] and all(each.keys() == {"item", "part", "label", "max", "group"} for each in blind["items"])
    marks = {each["item"]: False for each in blind["items"]}
    assert (await room.ask("POST", f"{TEACHING}/encounters/{encounter}/marks", {"marks": marks}))[0] == 204
    assert (await room.get(f"{TEACHING}/encounters/{encounter}"))["marked"] is True
    other = dict.fromkeys(marks, True)
    assert (await room.ask("POST", f"{TEACHING}/encounters/{encounter}/marks", {"marks": other}))[0] == 409
    bodies: list[dict[str, Any]] = [{}, {"marks": []}, {"marks": {"x": "yes"}}]
    for bad in bodies:
        assert (await room.ask("POST", f"{TEACHING}/encounters/{encounter}/marks", bad))[0] == 400
    table = await room.get(f"{TEACHING}/kappa?case={CASE}")
    assert (table["threshold"], table["encounters"]) == ("0.85", 1)
    assert {(pair["a"], pair["b"]) for each in table["groups"] for pair in each["pairs"]} == {("机器", "张老师")}


async def test_a_colleague_may_mark_too(room: Room, group: dict[str, Any]) -> None:
    encounter = await room.finished(await room.join(group["code"]))
    assert (await room.ask("POST", f"{TEACHING}/classes/{group['id']}/teachers", {"teacher": "李老师"}))[0] == 204
    for teacher in ("张老师", "李老师"):
        await room.teach(teacher)
        items = (await room.get(f"{TEACHING}/encounters/{encounter}?blind=1"))["items"]
        marks = {each["item"]: True for each in items}
        assert (await room.ask("POST", f"{TEACHING}/encounters/{encounter}/marks", {"marks": marks}))[0] == 204
    pairs = (await room.get(f"{TEACHING}/kappa?case={CASE}"))["groups"][0]["pairs"]
    assert [(pair["a"], pair["b"]) for pair in pairs] == [("机器", "张老师"), ("机器", "李老师"), ("张老师", "李老师")]


async def test_which_items_nobody_asks(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"])
    for _ in range(2):
        await room.finished(me)
    for scope in ("", f"&class={group['id']}"):
        found = await room.get(f"{TEACHING}/items?case={CASE}{scope}")
        shares = [each["asked"] / each["judged"] for each in found["items"]]
        assert found["encounters"] == 2 and shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1


async def test_exports_are_complete_harmless_and_written_down(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"], '=HYPERLINK("x")')
    done = await room.finished(me)
    await room.begin(me)
    table = await room.get(f"{TEACHING}/classes/{group['id']}/export.csv")
    assert table.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(table.decode("utf-8-sig")))
    assert row["学员"] == '\'=HYPERLINK("x")' and (row["问诊编号"], row["轮数"], row["方式"]) == (done, "3", "训练")
    (statement,) = json.loads(json.dumps(await room.get(f"{TEACHING}/classes/{group['id']}/export.xapi.json")))
    assert "HYPERLINK" not in str(statement)
    assert statement["actor"]["account"]["homePage"] == "https://xl.example"
    assert statement["result"]["success"] is False and statement["verb"]["id"].endswith("/failed")
    assert ("张老师", "class_exported") in await room.audited()


@pytest.mark.parametrize(
    "terms",
    [
        {"mode": "x"}, {"opens_at": "tomorrow"}, {"opens_at": "2026-11-21T16:00:00"}, {"closes_at": 7},
        {"attempts": 0}, {"attempts": "1"}, {"minutes": 999}, {"closes_at": "2020-01-01T00:00:00Z"}, {"case": None},
    ],
)  # fmt: skip
async def test_bad_terms_are_refused(room: Room, group: dict[str, Any], terms: dict[str, Any]) -> None:
    path = f"{TEACHING}/classes/{group['id']}/assignments"
    assert (await room.ask("POST", path, {"case": CASE, "mode": "exam"} | terms))[0] == 400


async def test_a_task_can_not_be_begun_outside_of_its_window(room: Room, group: dict[str, Any]) -> None:
    me = await room.join(group["code"])
    task = await room.assign(group["id"], opens_at="2026-11-21T16:05:00+08:00", closes_at="2026-11-21T16:10:00+08:00")
    wanted = {"case": CASE, "mode": "exam", "assignment": task["id"]}
    for minutes, status in ((0, 409), (5, 201), (10, 201)):  # what runs may be gone on with
        room.now = AT + minutes * MINUTE
        assert (await room.ask("POST", f"{PRACTICE}/encounters", wanted, me))[0] == status, minutes
    late = await room.join(group["code"], "韩梅梅")
    assert (await room.ask("POST", f"{PRACTICE}/encounters", wanted, late))[0] == 409


async def test_guessing_codes_ends(room: Room) -> None:
    guess = {"code": "AAAAAAAA", "name": "甲"}
    tried = [(await room.ask("POST", f"{PRACTICE}/join", guess))[0] for _ in range(MOST_WRONG + 1)]
    assert tried == [404] * MOST_WRONG + [429]
