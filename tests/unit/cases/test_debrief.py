"""The sheet: whole encounters scored, every mark with its sentence."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from cases.debrief import NOBODY, RULES_VERSION, Debrief, Group, debrief
from cases.encounter import Encounter
from cases.ending import Ending, Sbar
from cases.marked import AT
from cases.model import Counter
from cases.scoring.conclusion import PARTLY, RIGHT, diagnosis_points
from tests.unit.cases.sitting import CASE, ENDING, EXPERT, NOTHING, concluding, got, handing_over, mark, play, sheet_of

WITHOUT_TEARING = [line for line in EXPERT if "撕裂" not in line and "后背" not in line]


def test_the_expert_passes_with_nine_tenths() -> None:
    sheet = sheet_of()
    assert sheet.passed and sheet.diagnosis.right
    assert sheet.total >= 0.9 * sheet.max, [(each.item, each.points, each.max) for each in sheet.missed]


def test_parts_stand_in_the_sheets_order_and_add_up() -> None:
    sheet = sheet_of(EXPERT[:9])
    names = ["病史采集", "危险信号", "检查", "沟通", "顺序", "诊断与处理", "交接(SBAR)"]
    assert [part.name for part in sheet.parts] == names
    assert sheet.total == sum(part.got for part in sheet.parts) == sum(each.points for each in sheet.items)
    assert sheet.max == sum(part.max for part in sheet.parts) == sum(each.max for each in sheet.items)
    assert sheet.sbar.max == sheet.parts[-1].max


def test_each_mark_has_the_turn_and_the_sentence_that_shows_it() -> None:
    lines = [
        "您好，我是李医生。您哪里不舒服？",
        "疼了多久了？会不会窜到别的地方，比如胳膊、后背、牙？疼得厉害吗？",
        "先做个心电图。再量一下血压！",
    ]
    sheet = sheet_of(lines)
    assert (mark(sheet, "c_radiation").turn, mark(sheet, "c_radiation").quote) == (
        1,
        "会不会窜到别的地方，比如胳膊、后背、牙？",
    )
    assert mark(sheet, "c_severity").quote == "疼得厉害吗？"
    assert (mark(sheet, "c_ecg").quote, mark(sheet, "c_vitals").quote) == ("先做个心电图。", "再量一下血压！")
    assert mark(sheet, "c_open").quote == "您哪里不舒服？"


def test_an_open_question_opens_the_talk_also_after_orders() -> None:
    orders = ["做个心电图", "量个血压", "查肌钙蛋白", "听听肺"]
    assert mark(sheet_of([*orders, "您哪里不舒服？"], NOTHING), "c_open").turn == 4
    assert mark(sheet_of(["出汗吗？", "恶心吗？", "您抽烟吗？", "您哪里不舒服？"], NOTHING), "c_open").turn is None


def test_a_closing_stands_at_the_end_and_not_in_the_opening() -> None:
    closing = "接下来我们给您用药，一小时后再查血，您还有什么想问的吗？"
    after, before = sheet_of([*EXPERT[:6], closing, "谢谢您。"], NOTHING), sheet_of([closing, *EXPERT[:6]], NOTHING)
    assert (mark(after, "c_closing").turn, mark(before, "c_closing").turn) == (6, None)


def test_every_quote_is_the_learners_own() -> None:
    encounter = play(EXPERT)
    for each in debrief(CASE, encounter, ENDING).items:
        assert each.turn is None or (each.quote is not None and each.quote in encounter.turns[each.turn].said), each


def test_a_missed_critical_item_fails_whatever_the_total() -> None:
    sheet = sheet_of(WITHOUT_TEARING)
    assert sheet.total > CASE.key.pass_share * sheet.max
    assert not sheet.passed and "排除夹层" in sheet.comment
    assert sheet.missed[0].item == "c_tearing", "the most important first"


@pytest.mark.parametrize(("share", "passed"), [("0.6", True), ("1", False)])
def test_the_share_of_points_decides_when_nothing_critical_is_missing(share: str, passed: bool) -> None:
    case = replace(CASE, key=replace(CASE.key, pass_share=Decimal(share)))
    assert debrief(case, play([*EXPERT, "做个胃镜"]), ENDING).passed is passed


def test_a_word_nobody_understands_is_forgiven_once() -> None:
    talk = ["您好，您哪里不舒服？", "出汗吗？", "恶心吗？", "您抽烟吗？", "睡眠怎么样？", "发烧吗？"]
    once, twice = ([*talk, *["有没有放射痛？"] * times] for times in (1, 2))
    assert mark(sheet_of(once, NOTHING), "c_plain").asked and not mark(sheet_of(twice, NOTHING), "c_plain").asked


def test_what_was_missed_comes_in_order_of_weight() -> None:
    missed = sheet_of(EXPERT[:4], NOTHING).missed
    weights = [(not each.critical, each.part != "危险信号", each.points - each.max) for each in missed]
    assert weights == sorted(weights) and weights[0][0] is False and weights[-1][0] is True


def test_a_wrong_diagnosis_does_not_pass() -> None:
    sheet = sheet_of(EXPERT, concluding(diagnosis="急性胃炎"))
    assert not sheet.passed and not sheet.diagnosis.right
    assert mark(sheet, "diagnosis").points == 0


def test_doing_nothing_earns_nothing() -> None:
    sheet = debrief(CASE, Encounter.start(CASE, AT), NOTHING)
    assert (sheet.total, sheet.passed, sheet.talk.turns, sheet.tests.cost) == (0, False, 0, "0.00")
    assert all(not each.reached for each in sheet.expert if each.items)


def test_words_without_any_question_earn_no_merit_for_what_was_left_alone() -> None:
    sheet = sheet_of(["嗯", "哦", "好", "行", "这样", "啊", "嗯嗯"], NOTHING)
    assert (mark(sheet, "c_no_harm").points, mark(sheet, "c_plain").points) == (0, 0)


def test_who_never_ended_reads_so() -> None:
    sheet = sheet_of(EXPERT, NOTHING)
    assert "没有正式结束" in sheet.comment and not sheet.passed
    assert "没有给出" in sheet.in_words()
    half = sheet_of(EXPERT, Ending(diagnosis="心梗", plan="急诊PCI"))
    assert "没有写：鉴别诊断、依据、SBAR 交接。" in half.comment


def test_a_harmful_test_costs_its_mark_and_is_named_with_its_harm() -> None:
    sheet = sheet_of([*EXPERT, "做个运动平板试验"])
    assert mark(sheet, "c_no_harm").points == 0
    assert [test.id for test in sheet.tests.harmful] == ["treadmill"] and sheet.tests.harmful[0].harm
    assert sheet.tests.harmful[0].harm.rstrip("。") in sheet.comment


def test_nobody_pays_or_waits_for_what_the_desk_refused() -> None:
    refusing = tuple(replace(each, refused=each.id == "treadmill") for each in CASE.script.investigations)
    case = replace(CASE, script=replace(CASE.script, investigations=refusing))
    tests = debrief(case, play(["做个心电图", "做个运动平板试验"]), NOTHING).tests
    assert (tests.minutes, tests.cost, [test.id for test in tests.harmful]) == (5, "30.00", ["treadmill"])


def test_the_test_desk_is_added_up_once() -> None:
    once = sheet_of(["做个心电图", "查肌钙蛋白"], NOTHING).tests
    again = sheet_of(["做个心电图", "查肌钙蛋白", "做个心电图"], NOTHING).tests
    assert (once.minutes, once.cost) == (25, "210.00") and again == once
    assert {test.id for test in once.needed if test.done} == {"ecg", "troponin"}
    assert [test.id for test in sheet_of(["做个腹部彩超"], NOTHING).tests.useless] == ["abdominal_us"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("急性前壁ST段抬高型心肌梗死", RIGHT),
        ("心梗", RIGHT),
        ("STEMI", RIGHT),
        ("急性前壁 ST 段抬高型心肌梗死", RIGHT),
        ("急性冠脉综合征：急性心肌梗死", RIGHT),
        ("急性心肌梗死，Killip I级，高血压2级，2型糖尿病？，高脂血症", RIGHT),
        ("急性冠脉综合征", PARTLY),
        ("不稳定型心绞痛", PARTLY),
        ("非ST段抬高型心肌梗死", PARTLY),
        ("NSTEMI", PARTLY),
        ("主动脉夹层，排除心梗", 0),
        ("不是心肌梗死", 0),
        ("心梗待排", 0),
        ("胃炎、肺栓塞、夹层、心梗", PARTLY),
        ("心梗、肺栓塞、夹层、气胸", PARTLY),
        ("心梗（前壁、Killip I级），主动脉夹层？", RIGHT),
        ("主动脉夹层，心梗", PARTLY),
        ("心梗，主动脉夹层，肺栓塞", PARTLY),
        ("心梗、甲病、乙病、丙病、丁病、戊病、己病", PARTLY),
        ("急性阑尾炎", 0),
        ("", 0),
        ("。；、", 0),
    ],
)
def test_diagnosis_in_other_words(said: str, expected: int) -> None:
    assert diagnosis_points(CASE.key.diagnosis, CASE.key.differentials, said) == expected


def test_what_the_plan_rules_out_is_no_plan() -> None:
    assert mark(sheet_of(EXPERT, concluding(plan="心内科会诊，不需要抗凝，也不用阿司匹林")), "plan_1").points == 0
    drugs = mark(sheet_of(EXPERT, concluding(plan="心内科会诊。阿司匹林300mg嚼服，不需要止痛")), "plan_1")
    assert drugs.points == drugs.max and drugs.quote == "阿司匹林300mg嚼服，不需要止痛"


def test_the_handover_is_read_part_by_part() -> None:
    full, empty = sheet_of(), sheet_of(EXPERT, handing_over())
    assert full.sbar.got == full.sbar.max > 0 == empty.sbar.got
    assert full.total - empty.total == full.sbar.max
    elsewhere = sheet_of(EXPERT, replace(ENDING, sbar=Sbar(situation=ENDING.sbar.recommendation)))
    assert elsewhere.sbar.got < full.sbar.got, "what is said in the wrong part does not count there"


def test_heat_goes_from_never_over_asked_to_told() -> None:
    lines = ["您抽烟吗？", "什么时候开始疼的？", "什么时候开始疼的？"]
    heat = {each.id: each for each in sheet_of(lines, NOTHING).heat}
    assert set(heat) == {item.id for item in CASE.script.items}
    assert (heat["smoking"].state, heat["smoking"].asked_at, heat["smoking"].told_at) == ("asked", (0,), None)
    assert (heat["onset"].state, heat["onset"].asked_at, heat["onset"].told_at) == ("told", (1, 2), 1)
    assert heat["sleep"].state == "never" and heat["onset"].kind == "must"
    assert "没有说实话或没说全" in sheet_of(lines, NOTHING).comment


def test_the_expert_stands_beside() -> None:
    whole, half = sheet_of(), sheet_of(EXPERT[:5])
    assert [line.said for line in whole.expert] == list(EXPERT)
    assert all(line.reached for line in whole.expert)
    assert not all(line.reached for line in half.expert)
    assert {named.id for line in whole.expert for named in line.items} >= {"onset", "ecg", "troponin"}


def test_the_talk_is_counted() -> None:
    talk = sheet_of(["您好，您哪里不舒服？", "有没有放射痛？", "快点说！", "您一定很难受。"], NOTHING).talk
    assert (talk.turns, talk.open, talk.jargon, talk.rude, talk.empathy, talk.seconds) == (4, 1, 1, 1, 1, 90)


def test_marks_of_an_untrusted_group_wait_for_the_teacher() -> None:
    encounter = play(EXPERT)
    sheet = debrief(CASE, encounter, ENDING, frozenset({Group.MANNER, Group.HANDOVER}))
    waiting = [each for each in sheet.items if not each.auto]
    assert {each.group for each in waiting} == {"manner", "handover"}
    assert all(each.points == 0 and not each.asked for each in waiting)
    assert sheet.waiting == sum(each.max for each in waiting) > 0
    assert f"{sheet.waiting}分待老师评" in sheet.comment
    assert sheet.passed, "judged on the rest"
    little = debrief(CASE, encounter, ENDING, frozenset(Group) - {Group.DIAGNOSIS, Group.PLAN})
    assert little.passed and little.total < CASE.key.pass_share * little.max
    assert not {each.item for each in sheet.missed} & {each.item for each in waiting}


def test_the_changed_fact_has_to_come_through() -> None:
    changed = Counter("no_allergy", ("我吃阿司匹林身上起过疙瘩。",), "阿司匹林过敏", ("过敏",), 4, "用了会要命。")
    case = replace(CASE, key=replace(CASE.key, counter=changed))
    encounter = replace(play(EXPERT), countered=True)
    heard = debrief(case, encounter, handing_over(background="高血压，阿司匹林过敏。"))
    deaf = debrief(case, encounter, handing_over(background="高血压，无药物过敏史。"))
    assert (heard.counter, deaf.counter) != (None, None)
    assert heard.counter and heard.counter.noticed and mark(heard, "counter").quote == "高血压，阿司匹林过敏。"
    assert deaf.counter and not deaf.counter.noticed and mark(deaf, "counter").points == 0
    assert "阿司匹林过敏" in deaf.comment
    plain = debrief(case, play(EXPERT), ENDING)
    assert plain.counter is None and "counter" not in {each.item for each in plain.items}


def test_the_sheet_fits_the_wire() -> None:
    raw = sheet_of(EXPERT[:6]).to_json()
    assert json.loads(json.dumps(raw)) == raw
    assert set(raw) == {
        "total", "max", "passed", "waiting", "parts", "items", "diagnosis", "heat", "order", "expert", "talk", "tests",
        "sbar", "counter", "comment", "teaching", "versions",
    }  # fmt: skip
    assert set(raw["items"][0]) == {
        "item", "part", "label", "points", "max", "asked", "critical", "quote", "turn", "why", "group", "auto",
    }  # fmt: skip
    assert set(raw["heat"][0]) == {"id", "label", "section", "kind", "state", "asked_at", "told_at"}
    assert set(raw["order"]) == {"got", "max", "steps"} and set(raw["order"]["steps"][0]) == {"label", "at", "in_order"}
    assert set(raw["expert"][0]) == {"said", "items", "reached"}
    assert set(raw["tests"]) == {"needed", "useless", "harmful", "minutes", "cost"}
    assert raw["versions"] == {"case": CASE.id, "case_version": CASE.version, "rules": RULES_VERSION}


def test_the_same_encounter_is_the_same_sheet_byte_for_byte_after_storage() -> None:
    encounter = play(EXPERT)
    sheet = debrief(CASE, encounter, ENDING)
    again = debrief(CASE, Encounter.from_json(encounter.to_json()), ENDING, NOBODY)
    assert again.text() == sheet.text() and again.sheet_hash() == sheet.sheet_hash()
    assert Debrief.from_json(sheet.to_json()) == sheet
    other = debrief(CASE, encounter, concluding(plan="回家观察"))
    assert other.sheet_hash() != sheet.sheet_hash()


def test_the_sheet_can_be_told_in_a_chat() -> None:
    words = sheet_of(WITHOUT_TEARING).in_words()
    assert "讲评：" in words and "未通过" in words and CASE.key.diagnosis.truth in words and "SBAR" in words
    assert mark(sheet_of(), "c_tearing").why in words, "what was missed, with the reason it matters"
    assert len(words) < 700


@pytest.mark.parametrize(
    "hostile", ["\ud800", "\x00" * 50, "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "（" * 4000]
)
def test_hostile_words_are_just_words(hostile: str) -> None:
    ending = Ending(hostile, hostile, hostile, hostile, Sbar(hostile, hostile, hostile, hostile))
    sheet = debrief(CASE, play([hostile, *EXPERT[:3]]), ending)
    assert got(sheet, "诊断与处理") == got(sheet, "交接(SBAR)") == 0
    assert Debrief.from_json(json.loads(sheet.text())) == sheet


def test_five_thousand_characters_are_read_and_quoted_short() -> None:
    long = "病人胸痛，" * 1000
    sheet = sheet_of(EXPERT, Ending(long, long, long + "心电图ST段抬高", long, Sbar(long, long, long, long)))
    assert all(each.quote is None or len(each.quote) <= 120 for each in sheet.items)
    assert len(sheet.diagnosis.said) <= 120 and not sheet.diagnosis.right
