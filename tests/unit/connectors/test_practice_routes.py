"""A learner's page: cases, classes, an encounter from its beginning to its debrief."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from aiohttp.test_utils import make_mocked_request

from bot.crypto import Keyring
from bot.db import Databases
from connectors.web.openapi import description
from connectors.web.practice import place_of
from tests.unit.connectors.practice_room import AT, CASE, CLINIC, ENDING, MINUTE, PRACTICE, Room, case, opened_room


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with opened_room(tmp_path) as room:
        yield room


def one(encounter: object, what: str = "") -> str:
    return f"{PRACTICE}/encounters/{encounter}{what and '/' + what}"


async def class_of(room: Room) -> tuple[str, str]:
    """Id of a new class, and the secret of a learner in it."""
    await room.teach()
    made = await room.make_class()
    return made["id"], await room.join(made["code"])


async def test_cases_tell_nothing_that_is_to_be_found_out(room: Room) -> None:
    (shown,) = (await room.get(f"{PRACTICE}/cases"))["cases"]
    assert shown.keys() == {"id", "title", "specialty", "level", "minutes", "goals"}
    assert case().key.diagnosis.truth not in str(shown)


async def test_an_encounter_without_a_class_from_beginning_to_end(room: Room) -> None:
    begun = await room.begin()
    assert (begun["mode"], begun["ends_at"], begun["minutes"]) == ("training", None, None)
    assert begun["started_at"] == "2026-11-21T16:00:00+08:00" and begun["setting"] == case().setting
    encounter = begun["encounter"]
    await room.say(encounter, "您好，我是王医生", "您哪里不舒服？")
    status, hint = await room.ask("POST", one(encounter, "hint"))
    assert status == 200 and hint["hint"]
    status, asked = await room.ask("POST", one(encounter, "request-test"), {"test": "心电图"})
    assert status == 200 and asked["results"][0].keys() >= {"id", "label", "text", "table", "minutes", "cost"}
    assert (await room.ask("PUT", one(encounter, "notes"), {"text": "胸痛 2h"}))[0] == 204
    shown = await room.get(one(encounter))
    assert (shown["notes"], shown["hints_used"], shown["ended"], shown["paused"]) == ("胸痛 2h", 1, False, False)
    status, first = await room.ask("POST", one(encounter, "end"), ENDING)
    status, again = await room.ask("POST", one(encounter, "end"), {"diagnosis": "肺炎"})
    assert status == 200 and first == again and first["debrief"]["diagnosis"]["said"] == "急性心肌梗死"
    page = await room.get(one(encounter, "debrief"))
    assert page["debrief"] == first["debrief"] and (page["comment"], page["overrides"]) == (None, [])
    assert page["shown"]["total"] == first["debrief"]["total"] and page["ending"]["sbar"]["situation"]
    assert [turn["turn"] for turn in page["transcript"]] == [0, 1, 2]
    spoken = {item for turn in page["transcript"] for each in turn["sentences"] for item in each["items"]}
    assert spoken and spoken <= page["labels"].keys() and "ecg" in page["labels"]


async def test_what_is_over_is_over(room: Room) -> None:
    encounter = await room.finished()
    for method, what, body in (
        ("POST", "hint", None), ("POST", "request-test", {"test": "ecg"}), ("POST", "pause", None),
        ("POST", "resume", None),
    ):  # fmt: skip
        status, problem = await room.ask(method, one(encounter, what), body)
        assert (status, problem["type"]) == (409, "urn:xinglin:EncounterOver")
    assert (await room.get(one(encounter)))["ended"] is True


async def test_there_is_no_debrief_before_the_end(room: Room) -> None:
    encounter = (await room.begin())["encounter"]
    for what in ("debrief", "debrief.json", "debrief.pdf"):
        assert (await room.ask("GET", one(encounter, what)))[0] == 409
    assert (await room.ask("PUT", one(encounter, "reflection"), {"text": "x"}))[0] == 409


async def test_the_debrief_can_be_taken_along(room: Room) -> None:
    encounter = await room.finished()
    assert (await room.ask("PUT", one(encounter, "reflection"), {"text": "下次先问过敏"}))[0] == 204
    file = await room.get(one(encounter, "debrief.json"))
    assert (file["reflection"], file["case"], file["mode"]) == ("下次先问过敏", CASE, "training")
    paper = await room.get(one(encounter, "debrief.pdf"))
    assert "问诊讲评" in pypdf.PdfReader(io.BytesIO(paper)).pages[0].extract_text()


async def test_an_exam_has_a_clock_and_no_help(room: Room) -> None:
    begun = await room.begin(mode="exam")
    assert begun["ends_at"] is not None and begun["minutes"] == case().minutes
    for what, body in (("hint", None), ("pause", None), ("resume", None), ("fork", {"turn": 0})):
        status, problem = await room.ask("POST", one(begun["encounter"], what), body)
        assert (status, problem["type"]) == (409, "urn:xinglin:ExamLocked"), what


async def test_an_exam_ends_by_the_servers_clock_with_what_was_said(room: Room) -> None:
    encounter = (await room.begin(mode="exam"))["encounter"]
    await room.say(encounter, "您好，我是王医生", "您哪里不舒服？")
    room.now = AT + case().minutes * MINUTE
    status, problem = await room.ask("POST", one(encounter, "request-test"), {"test": "心电图"})
    assert (status, problem["type"]) == (409, "urn:xinglin:EncounterOver")
    assert await room.school.practice.end_overdue(CLINIC) == 0
    room.now += MINUTE
    assert await room.school.practice.end_overdue(CLINIC) == 1
    status, late = await room.ask("POST", one(encounter, "end"), ENDING)
    assert status == 200 and late["debrief"]["diagnosis"]["said"] == ""
    assert [turn["turn"] for turn in (await room.get(one(encounter, "debrief")))["transcript"]] == [0, 1]


async def test_conclusions_handed_in_as_the_clock_runs_out_still_count(room: Room) -> None:
    encounter = (await room.begin(mode="exam"))["encounter"]
    room.now = AT + case().minutes * MINUTE + timedelta(seconds=20)
    await room.school.practice.end_overdue(CLINIC)
    _, body = await room.ask("POST", one(encounter, "end"), ENDING)
    assert body["debrief"]["diagnosis"]["right"] is True


async def test_a_training_can_be_left_and_gone_on_with(room: Room) -> None:
    encounter = (await room.begin())["encounter"]
    assert (await room.ask("POST", one(encounter, "pause")))[1] == {"paused": True}
    status, problem = await room.ask("POST", one(encounter, "hint"))
    assert (status, problem["type"]) == (409, "urn:xinglin:Paused")
    room.now += timedelta(days=2)
    assert (await room.ask("POST", one(encounter, "resume")))[1] == {"paused": False}
    shown = await room.get(one(encounter))
    assert (shown["paused"], shown["seconds"], shown["now"]) == (False, 0, "2026-11-23T16:00:00+08:00")


async def test_practise_again_from_a_turn(room: Room) -> None:
    _, me = await class_of(room)
    encounter = await room.finished(me)
    status, again = await room.ask("POST", one(encounter, "fork"), {"turn": 1}, me)
    assert status == 201 and again["encounter"] != encounter
    status, ended = await room.ask("POST", one(again["encounter"], "end"), ENDING, me)
    transcript = (await room.get(one(again["encounter"], "debrief"), me))["transcript"]
    assert status == 200 and len(transcript) == 2 and ended["debrief"]["diagnosis"]["right"]
    assert (await room.ask("POST", one(encounter, "fork"), {"turn": 9}, me))[0] == 400


async def test_the_test_desk_shows_the_same_list_whatever_the_case(room: Room) -> None:
    groups = (await room.get(one((await room.begin())["encounter"], "tests")))["groups"]
    assert len(groups) > 1 and all(test.keys() == {"id", "label"} for group in groups for test in group["tests"])


async def test_an_encounter_is_its_learners_alone(room: Room) -> None:
    class_id, me = await class_of(room)
    begun = await room.begin(me)
    other = await room.join((await room.get(f"/api/v1/teaching/classes/{class_id}"))["code"], "韩梅梅")
    for stranger in (None, other):
        for what in ("", "debrief", "tests"):
            assert (await room.ask("GET", one(begun["encounter"], what), learner=stranger))[0] == 404
    assert (await room.ask("GET", one(begun["encounter"]), learner="forged"))[0] == 401
    assert (await room.get(one(begun["encounter"]), me))["conversation"] == begun["conversation"]


async def test_whoever_knows_an_encounter_without_a_learner_does_not_get_its_conversation(room: Room) -> None:
    _, me = await class_of(room)
    encounter = (await room.begin())["encounter"]
    for reader in (None, me):
        assert "conversation" not in await room.get(one(encounter), reader)


async def test_tasks_trend_and_classes_of_a_learner(room: Room) -> None:
    class_id, me = await class_of(room)
    task = await room.assign(class_id)
    shown = await room.get(f"{PRACTICE}/me", me)
    assert (shown["name"], shown["board"], shown["trend"]) == ("李雷", False, [])
    (mine,) = shown["assignments"]
    assert (mine["id"], mine["state"], mine["attempts_left"], mine["class"]) == (task["id"], "open", 1, "一班")
    encounter = await room.finished(me, mode="exam", assignment=task["id"])
    shown = await room.get(f"{PRACTICE}/me", me)
    assert [(each["state"], each["attempts_left"]) for each in shown["assignments"]] == [("done", 0)]
    assert [(each["encounter"], each["title"]) for each in shown["trend"]] == [(encounter, case().title)]
    status, problem = await room.ask(
        "POST", f"{PRACTICE}/encounters", {"case": CASE, "mode": "exam", "assignment": task["id"]}, me
    )
    assert (status, problem["type"]) == (409, "urn:xinglin:AttemptsUsed")


async def test_an_exam_begun_twice_or_at_two_devices_is_one_encounter(room: Room) -> None:
    class_id, me = await class_of(room)
    task = await room.assign(class_id, attempts=2)
    begun = await asyncio.gather(*(room.begin(me, mode="exam", assignment=task["id"]) for _ in range(3)))
    begun.append(await room.begin(me, mode="exam", assignment=task["id"]))
    assert len({each["encounter"] for each in begun}) == 1 and len({each["conversation"] for each in begun}) == 1


async def test_two_ends_and_a_message_at_once(room: Room) -> None:
    encounter = (await room.begin())["encounter"]
    ends = (room.ask("POST", one(encounter, "end"), ENDING) for _ in range(3))
    asked = (room.ask("POST", one(encounter, "request-test"), {"test": "心电图"}) for _ in range(2))
    answers = await asyncio.gather(*ends, *asked)
    assert len({str(body) for _, body in answers[:3]}) == 1
    assert {status for status, _ in answers} <= {200, 409}
    page = await room.get(one(encounter, "debrief"))
    assert len(page["transcript"]) == sum(status == 200 for status, _ in answers[3:])


async def test_only_who_has_joined_has_a_page_and_a_board(room: Room) -> None:
    class_id, me = await class_of(room)
    for path in ("me", f"board?class={class_id}"):
        for reader in (None, "forged", "x" * 43):
            assert (await room.ask("GET", f"{PRACTICE}/{path}", learner=reader))[0] == 401
    assert (await room.ask("GET", f"{PRACTICE}/board?class=other", learner=me))[0] == 404


async def test_the_board_shows_who_agreed_and_knows_me(room: Room) -> None:
    class_id, me = await class_of(room)
    for _ in range(3):
        await room.finished(me)
    assert (await room.get(f"{PRACTICE}/board?class={class_id}", me))["rows"] == []
    assert (await room.ask("PUT", f"{PRACTICE}/board", {"show": True}, me))[0] == 204
    (row,) = (await room.get(f"{PRACTICE}/board?class={class_id}", me))["rows"]
    assert (row["rank"], row["name"], row["finished"], row["me"]) == (1, "李雷", 3, True)
    assert 0 < row["average"] == row["best_of_last"] < 100


@pytest.mark.parametrize(
    ("remote", "forwarded", "place"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # anybody can write a header
        ("127.0.0.1", "10.0.0.9, 198.51.100.1", "198.51.100.1"),
        ("::1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_a_guess_is_counted_where_it_comes_from(remote: str, forwarded: str, place: str) -> None:
    request = make_mocked_request("POST", "/", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert place_of(request.clone(remote=remote)) == place


@pytest.mark.parametrize("body", [{"code": "AAAAAAAA", "name": "李雷"}, {"code": "", "name": "李雷"}, {}])
async def test_a_wrong_code_joins_nothing(room: Room, body: dict[str, str]) -> None:
    assert (await room.ask("POST", f"{PRACTICE}/join", body))[0] in (400, 404)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "encounters", {"case": CASE, "mode": "war"}),
        ("POST", "encounters", {"case": 7}),
        ("POST", "encounters", {"case": CASE, "counter": "yes"}),
        ("POST", "encounters", {"case": CASE, "assignment": "../x"}),
        ("POST", "join", {"code": "A" * 6_000, "name": "x"}),
        ("PUT", "encounters/{encounter}/notes", {"text": "字" * 5_001}),
        ("PUT", "encounters/{encounter}/notes", ["text"]),
        ("POST", "encounters/{encounter}/end", {"sbar": "x"}),
        ("POST", "encounters/{encounter}/end", {"diagnosis": ["心梗"]}),
        ("POST", "encounters/{encounter}/fork", {"turn": True}),
        ("POST", "encounters/{encounter}/fork", {"turn": -1}),
    ],
)
async def test_bad_forms_are_refused_in_words(room: Room, method: str, path: str, body: object) -> None:
    encounter = (await room.begin())["encounter"]
    status, problem = await room.ask(method, f"{PRACTICE}/{path.format(encounter=encounter)}", body)
    assert status == 400 and problem["title"]


async def test_unknown_cases_and_encounters_are_not_found(room: Room) -> None:
    assert (await room.ask("POST", f"{PRACTICE}/encounters", {"case": "nothing-01"}))[0] == 404
    for what in ("", "debrief", "tests"):
        assert (await room.ask("GET", one("0" * 32, what)))[0] == 404
    assert (await room.ask("POST", one("0" * 32, "end"), ENDING))[0] == 404


async def test_an_ending_of_five_thousand_characters_is_scored(room: Room) -> None:
    encounter = (await room.begin())["encounter"]
    status, body = await room.ask("POST", one(encounter, "end"), {"diagnosis": "心" * 5_000})
    assert status == 200 and body["debrief"]["diagnosis"]["right"] is False


def test_every_route_is_described(tmp_path: Path) -> None:
    room = Room(Databases(f"sqlite+aiosqlite:///{tmp_path}/{{clinic}}.sqlite3", Keyring({"k": b"0" * 32}, "k")))
    paths = description()["paths"]
    assert [route.path for route in room.routes() if route.method.lower() not in paths.get(route.path, {})] == []


async def test_a_drawing_is_shown_once_it_was_ordered(room: Room) -> None:
    encounter = (await room.begin())["encounter"]
    path = one(encounter, "pictures/ecg")
    assert (await room.client.get(path)).status == 404
    _, asked = await room.ask("POST", one(encounter, "request-test"), {"test": "ecg"})
    assert asked["results"][0]["picture"] == path
    drawn = await room.client.get(path)
    assert drawn.status == 200 and drawn.content_type == "image/svg+xml" and "<svg" in await drawn.text()
    assert (await room.client.get(one(encounter, "pictures/cbc"))).status == 404
