"""The sheet: whole encounters scored, every mark with its sentence."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from cases.debrief import PARTLY, RIGHT, Debrief, debrief, diagnosis_points
from cases.encounter import Encounter
from cases.library import load_cases
from cases.patient import answer

CASE = load_cases()["chest-pain-01"]
AT = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
GOOD = [
    "您好，我是急诊科的李医生。您哪里不舒服？",
    "您一定很难受，别怕，我们会帮您。先做个心电图，再量一下血压。",
    "疼了多久了？具体疼在哪里？",
    "是怎么个疼法？疼得厉害吗？",
    "会不会窜到别的地方，比如胳膊、后背、牙？",
    "后背有没有撕裂样的疼？",
    "当时您在做什么？是一直疼还是一阵一阵的？休息能缓解吗？",
    "来之前吃过药吗？",
    "出汗吗？恶心吗？喘不喘气？有没有晕倒过？",
    "深呼吸会加重吗？腿肿不肿？",
    "以前有过类似的疼吗？有高血压吗？血糖高吗？",
    "平时吃什么药？对什么药过敏吗？",
    "有没有出血的毛病？得过中风吗？做过手术吗？",
    "您抽烟吗？",
    "跟您再确认一下，一天抽多少烟？",
    "您父亲身体怎么样？",
    "您最担心什么？",
    "抽血查肌钙蛋白。我听一下心脏。听听肺。",
]
REASONS = (
    "胸骨后压榨样疼痛两小时不缓解，心电图ST段抬高，肌钙蛋白升高，吸烟、高血压、家族史；鉴别主动脉夹层、肺栓塞、心包炎"
)
PLAN = "绝对卧床、心电监护，阿司匹林加替格瑞洛，通知心内科，启动胸痛中心，急诊PCI"


def played(lines: list[str]) -> Encounter:
    encounter = Encounter.start(CASE, AT)
    for number, line in enumerate(lines):
        encounter, _ = answer(CASE, encounter, line, AT + timedelta(seconds=30 * number))
    return encounter


def points(sheet: Debrief, item: str) -> int:
    return next(mark.points for mark in sheet.items if mark.item == item)


def test_a_good_encounter_passes() -> None:
    sheet = debrief(CASE, played(GOOD), "急性前壁心肌梗死", REASONS, PLAN)
    assert [mark.label for mark in sheet.items if mark.points == 0] == []
    assert (sheet.total, sheet.passed) == (sheet.max, True)
    assert sheet.diagnosis.right


def test_each_mark_quotes_the_learners_own_sentence() -> None:
    sheet = debrief(CASE, played(GOOD), "心梗", REASONS, PLAN)
    quotes = [mark.quote for mark in sheet.items if mark.quote and mark.item.startswith("c_")]
    assert quotes and all(quote in GOOD for quote in quotes)
    assert next(mark.quote for mark in sheet.items if mark.item == "c_radiation") == GOOD[4]


def test_a_missed_critical_item_fails_whatever_the_total() -> None:
    without = [line for line in GOOD if "撕裂" not in line and "后背" not in line]
    sheet = debrief(CASE, played(without), "急性心肌梗死", REASONS, PLAN)
    assert not sheet.passed
    assert "排除夹层" in sheet.comment


def test_a_wrong_diagnosis_does_not_pass() -> None:
    sheet = debrief(CASE, played(GOOD), "急性胃炎", REASONS, PLAN)
    assert not sheet.passed and not sheet.diagnosis.right
    assert points(sheet, "diagnosis") == 0


def test_doing_nothing_earns_nothing() -> None:
    sheet = debrief(CASE, Encounter.start(CASE, AT), "", "", "")
    assert (sheet.total, sheet.passed) == (0, False)


def test_a_harmful_test_costs_its_mark() -> None:
    sheet = debrief(CASE, played([*GOOD, "做个运动平板试验"]), "急性心肌梗死", REASONS, PLAN)
    assert points(sheet, "c_no_harm") == 0


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("急性前壁ST段抬高型心肌梗死", RIGHT),
        ("心梗", RIGHT),
        ("STEMI", RIGHT),
        ("急性冠脉综合征：急性心肌梗死", RIGHT),
        ("急性冠脉综合征", PARTLY),
        ("不稳定型心绞痛", PARTLY),
        ("非ST段抬高型心肌梗死", PARTLY),
        ("主动脉夹层，排除心梗", 0),
        ("不是心肌梗死", 0),
        ("胃炎、肺栓塞、夹层、心梗", PARTLY),
        ("急性阑尾炎", 0),
        ("", 0),
    ],
)
def test_diagnosis_in_other_words(said: str, expected: int) -> None:
    assert diagnosis_points(CASE.key.diagnosis, said) == expected


def test_the_sheet_fits_the_wire() -> None:
    raw = json.loads(json.dumps(debrief(CASE, played(GOOD[:6]), "心梗", "", "").to_json(), ensure_ascii=False))
    assert set(raw) == {"total", "max", "passed", "parts", "items", "diagnosis", "comment", "teaching"}
    assert set(raw["parts"][0]) == {"name", "got", "max"}
    assert set(raw["items"][0]) == {"item", "label", "points", "max", "asked", "critical", "quote", "why"}
    assert raw["total"] == sum(part["got"] for part in raw["parts"])
    assert raw["max"] == sum(item["max"] for item in raw["items"])


def test_the_same_encounter_scores_the_same_after_storage() -> None:
    encounter = played(GOOD)
    again = Encounter.from_json(encounter.to_json())
    assert debrief(CASE, encounter, "心梗", REASONS, PLAN) == debrief(CASE, again, "心梗", REASONS, PLAN)


def test_the_sheet_can_be_told_in_words() -> None:
    words = debrief(CASE, played(GOOD), "心梗", REASONS, PLAN).in_words()
    assert "讲评" in words and "通过" in words and CASE.key.diagnosis.truth in words
