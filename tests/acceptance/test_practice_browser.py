"""Practice in a real browser: a learner's whole encounter on a telephone, a class and its exam before two screens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.conftest import RunningHouse
from tests.acceptance.pages import DESKTOP, PHONE, Device, Screen, device, everybody_can_use

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

CASE = "58 岁男性，胸痛两小时"
QUESTIONS = (
    "您好，我是实习医生小李。您哪里不舒服？",
    "别怕，我们会帮您。疼了多久了？",
    "是怎么个疼法？",
    "出汗了吗？",
    "对什么药过敏吗？",
)
ENDING = {
    "诊断": "急性前壁心肌梗死",
    "鉴别诊断": "主动脉夹层、肺栓塞",
    "依据": "胸口压着疼两小时不缓解，出汗，心电图ST段抬高",
    "处理计划": "卧床、心电监护，阿司匹林，马上请心内科会诊准备介入",
    "S 现况": "58岁男性，胸痛两小时，考虑心梗，情况紧急",
    "B 背景": "药物过敏史已问",
    "A 评估": "心电图ST段抬高",
    "R 建议": "上心电监护，建立静脉通路，准备送导管室",
}
MINUTES = 20


@pytest.fixture
def phone(browser: Browser, house: RunningHouse) -> Iterator[Screen]:
    """A learner's telephone."""
    with device(browser, house.url, PHONE) as mine:
        yield mine.screen()


@pytest.fixture
def teacher(browser: Browser, house: RunningHouse) -> Iterator[Screen]:
    """A teacher at her computer, logged in."""
    with device(browser, house.url, DESKTOP) as mine:
        yield logged_in(mine, house, "周敏")


def logged_in(hers: Device, house: RunningHouse, name: str) -> Screen:
    screen = hers.screen().open(f"/teacher#key={house.announced['teacher_key']}")
    assert "key=" not in screen.page.url, "the key stays in the address"
    screen.page.get_by_label("您的姓名").fill(name)
    screen.page.get_by_role("button", name="登录").click()
    expect(screen.page.get_by_label("班级名称")).to_be_visible()
    return screen


def enter(screen: Screen) -> None:
    """Choose the patient and wait until he has sat down."""
    screen.open("/practice").page.get_by_role("button", name=f"开始问诊：{CASE}").click()
    expect(screen.by("sp")).to_have_count(1)


def question(screen: Screen, words: str) -> None:
    """Ask, and wait for the patient's answer."""
    before = screen.by("sp").count()
    screen.say(words)
    expect(screen.by("sp")).to_have_count(before + 1)


def tab(screen: Screen, name: str) -> None:
    """Turn to one of the parts of the room."""
    screen.page.get_by_role("navigation", name="诊室").get_by_role("button", name=name).click()


def order_ecg(screen: Screen) -> None:
    tab(screen, "检查台")
    screen.page.get_by_label("查找检查").fill("心电图")
    screen.page.locator(".catalogue li:visible").first.get_by_role("button").click()
    expect(screen.page.locator(".results .result")).to_have_count(1)
    expect(screen.page.locator(".results .result")).to_contain_text("ST")


def conclude(screen: Screen) -> None:
    for label, words in ENDING.items():
        screen.page.get_by_label(label, exact=True).fill(words)
    screen.page.get_by_role("button", name="提交并看讲评").click()


def test_a_whole_encounter_on_a_phone(phone: Screen) -> None:
    phone.open("/practice")
    expect(phone.page.locator("li.case")).not_to_have_count(0)
    phone.shot("practice-1-cases")
    assert not phone.overflows()
    enter(phone)
    for words in QUESTIONS:
        question(phone, words)
    phone.page.get_by_role("button", name="提示", exact=True).click()
    expect(phone.page.locator(".hint-line")).to_contain_text("提示 1：")
    expect(phone.by("sp").last.locator(".words")).to_be_in_viewport()
    looked_at(phone, "practice-2-room")
    order_ecg(phone)
    looked_at(phone, "practice-3-desk")
    tab(phone, "笔记")
    phone.page.get_by_label("我的笔记").fill("六点起病，要快")
    expect(phone.page.locator(".notes").get_by_role("status")).to_have_text("已保存")
    nothing_is_lost_by_a_reload(phone)
    tab(phone, "结束并提交")
    phone.page.get_by_role("button", name="提交并看讲评").click()
    expect(phone.page.get_by_role("alert").filter(has_text="请先写下诊断")).to_be_visible()
    looked_at(phone, "practice-4-end")
    conclude(phone)
    read_the_debrief(phone)
    keep_a_reflection(phone)
    take_the_sheet_home(phone)


def nothing_is_lost_by_a_reload(screen: Screen) -> None:
    before = screen.transcript()
    screen.page.reload()
    expect(screen.page.locator("li.message[data-seq]")).to_have_count(len(before))
    assert screen.transcript() == before
    tab(screen, "笔记")
    expect(screen.page.get_by_label("我的笔记")).to_have_value("六点起病，要快")
    tab(screen, "检查台")
    expect(screen.page.locator(".results .result")).to_have_count(1)
    tab(screen, "对话")
    question(screen, "以前有过类似的疼吗？")


def read_the_debrief(screen: Screen) -> None:
    debrief = screen.page.locator(".debrief-view")
    expect(debrief.locator(".score")).to_contain_text("总分")
    expect(debrief.locator(".truth")).to_contain_text("正确")
    screen.shot("practice-5-debrief")
    assert not screen.overflows()
    told = debrief.locator(".heat .cell.told")
    expect(told.first).to_be_attached()
    expect(debrief.locator(".heat .cell.never").first).to_be_attached()
    told.first.scroll_into_view_if_needed()
    screen.shot("practice-6-heat")
    earned = debrief.locator(".items.asked li", has_text="问过敏")
    earned.locator("button.jump").click()
    lit = debrief.locator("li.turn.lit")
    expect(lit).to_contain_text("对什么药过敏吗")
    expect(lit).to_be_in_viewport()
    screen.shot("practice-7-turn")
    lit.get_by_role("button", name="回到评分").click()
    expect(earned).to_be_in_viewport()
    expect(debrief.locator("li.turn", has_text="检查台")).to_contain_text("申请：")
    everybody_can_use(screen)


def keep_a_reflection(screen: Screen) -> None:
    own = screen.page.get_by_role("region", name="我的反思")
    own.get_by_role("textbox").fill("下次先问过敏，再问别的")
    own.get_by_role("button", name="保存").click()
    expect(own.get_by_role("status")).to_have_text("已保存")
    screen.page.reload()
    expect(own.get_by_role("textbox")).to_have_value("下次先问过敏，再问别的")
    own.scroll_into_view_if_needed()
    screen.shot("practice-8-reflection")


def take_the_sheet_home(screen: Screen) -> None:
    with screen.page.expect_download() as pdf:
        screen.page.get_by_role("button", name="下载 PDF").click()
    assert Path(pdf.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_class_and_its_exam_before_two_screens(teacher: Screen, phone: Screen) -> None:
    code = make_class(teacher)
    set_exam(teacher)
    join(phone, code)
    sit_the_exam(phone)
    teacher.page.get_by_role("link", name="问诊").click()
    running = teacher.page.locator("button.encounter-row.running", has_text="孙晓")
    running.click()
    expect(teacher.page.locator(".encounter-view")).to_contain_text("旁听中")
    expect(teacher.page.locator(".encounter-view")).to_contain_text("出汗了吗")
    looked_at(teacher, "teacher-3-alongside")
    hand_in(phone)
    override_a_mark(teacher)
    phone.page.reload()
    changed = phone.page.locator(".changed", has_text="周敏老师改为 1 分：问到了，只是换了说法")
    expect(changed).to_be_visible()
    changed.scroll_into_view_if_needed()
    phone.shot("exam-3-overridden")
    take_the_table(teacher)


def make_class(teacher: Screen) -> str:
    teacher.page.get_by_label("班级名称").fill("2024 级临床三班")
    teacher.page.get_by_role("button", name="建立").click()
    code = teacher.page.locator(".class-code code")
    expect(code).to_have_text(re.compile(r"\S{6,}"))
    teacher.shot("teacher-1-class")
    return code.inner_text()


def set_exam(teacher: Screen) -> None:
    teacher.page.get_by_role("combobox", name="病例", exact=True).select_option("chest-pain-01")
    expect(teacher.page.get_by_label("限时（分钟）")).to_have_value("15")  # the case's own
    teacher.page.get_by_label("限时（分钟）").fill(str(MINUTES))
    teacher.page.get_by_role("button", name="布置", exact=True).click()
    expect(teacher.page.locator(".task-list")).to_contain_text(CASE)
    teacher.shot("teacher-2-assigned")


def join(learner: Screen, code: str) -> None:
    learner.open("/practice#me").page.get_by_label("班级码").fill(code.lower())
    learner.page.get_by_label("您的姓名").fill("孙晓")
    learner.page.get_by_role("button", name="加入", exact=True).click()
    expect(learner.page.get_by_role("region", name="班级作业")).to_contain_text(CASE)
    learner.shot("exam-1-task")


def sit_the_exam(learner: Screen) -> None:
    learner.page.get_by_role("button", name=f"开始作业：{CASE}").click()
    dialog = learner.page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"限时 {MINUTES} 分钟")
    dialog.get_by_role("button", name="开始考试").click()
    expect(learner.by("sp")).to_have_count(1)
    digits = learner.page.locator(".timer .digits")
    expect(digits).to_have_text(re.compile(rf"^{MINUTES - 1}:\d\d$"))
    before = digits.inner_text()
    question(learner, "出汗了吗？")
    expect(digits).not_to_have_text(before)
    assert digits.inner_text() < before
    expect(learner.page.get_by_role("button", name="提示", exact=True)).to_have_count(0)
    expect(learner.page.get_by_role("button", name="暂停")).to_have_count(0)
    learner.shot("exam-2-room")


def hand_in(learner: Screen) -> None:
    tab(learner, "结束并提交")
    conclude(learner)
    learner.page.get_by_role("button", name="确定交卷").click()
    expect(learner.page.locator(".debrief-view .score")).to_be_visible()
    expect(learner.page.get_by_role("button", name="从这里重练")).to_have_count(0)


def override_a_mark(teacher: Screen) -> None:
    row = teacher.page.locator("button.encounter-row.ended", has_text="孙晓")
    expect(row).to_contain_text("分", timeout=15_000)  # looked up again every five seconds
    teacher.page.get_by_role("button", name="看讲评").click()
    teacher.page.get_by_role("button", name="改分：问有没有窜到别处").click()
    form = teacher.page.locator("form.override")
    form.get_by_label("改为").fill("1")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_role("alert")).to_have_text("请写分数和理由")
    form.get_by_label("理由").fill("问到了，只是换了说法")
    looked_at(teacher, "teacher-4-override")
    form.get_by_role("button", name="保存").click()
    expect(teacher.page.locator(".changed")).to_contain_text("周敏老师改为 1 分")
    expect(teacher.page.locator(".score")).to_contain_text("含老师改动")
    teacher.shot("teacher-5-overridden")


def take_the_table(teacher: Screen) -> None:
    teacher.page.get_by_role("link", name="班级").click()
    with teacher.page.expect_download() as table:
        teacher.page.get_by_role("link", name="导出 CSV").click()
    raw = Path(table.value.path()).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets read it as something else than UTF-8"
    assert "孙晓" in raw.decode("utf-8-sig").splitlines()[1]
    teacher.shot("teacher-6-class")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everybody_can_use_practice_and_teaching(browser: Browser, house: RunningHouse, colours: str) -> None:
    with device(browser, house.url, DESKTOP, color_scheme=colours) as mine:
        learner = mine.screen()
        enter(learner)
        question(learner, QUESTIONS[0])
        order_by_words(learner)
        looked_at(learner, f"look-practice-{colours}-1")
        tab(learner, "结束并提交")
        conclude(learner)
        expect(learner.page.locator(".debrief-view .score")).to_be_visible()
        looked_at(learner, f"look-practice-{colours}-2")
        looked_at(learner.open("/practice"), f"look-practice-{colours}-3")
        looked_at(mine.screen().open("/teacher"), f"look-teacher-{colours}-1")
        hers = logged_in(mine, house, f"吴{colours}")
        looked_at(hers, f"look-teacher-{colours}-2")
        make_class(hers)
        looked_at(hers, f"look-teacher-{colours}-3")


def order_by_words(screen: Screen) -> None:
    """On a wide screen the desk stands beside the talk."""
    screen.page.get_by_label("查找检查").fill("量个血压")
    screen.page.keyboard.press("Enter")
    expect(screen.page.locator(".results .result")).to_have_count(1)


def looked_at(screen: Screen, name: str) -> None:
    screen.shot(name)
    everybody_can_use(screen)
