"""The pages in a real browser, on a telephone's screen: a patient's day, a nurse's answer."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.acceptance.conftest import RunningHouse
from tests.acceptance.pages import DESKTOP, PHONE, Device, Screen, device, everybody_can_use

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

ARRIVES_S = 5.0  # after its minute has come; the heart beats every half second here


@pytest.fixture
def phone(browser: Browser, house: RunningHouse) -> Iterator[Device]:
    """A patient's telephone."""
    with device(browser, house.url) as mine:
        yield mine


@pytest.fixture
def desk(browser: Browser, house: RunningHouse) -> Iterator[Screen]:
    """A nurse at her desk, logged in."""
    with device(browser, house.url, DESKTOP) as mine:
        screen = mine.screen().open(f"/desk#key={house.announced['desk_key']}")
        assert "key=" not in screen.page.url, "the key stays in the address"
        screen.page.get_by_label("您的姓名").fill("王敏")
        screen.page.get_by_role("button", name="登录").click()
        yield screen


def opened(device: Device) -> Screen:
    return device.screen().open()


def book(screen: Screen) -> None:
    """Book by buttons only, from the first tile to 挂好了."""
    answer = screen.answer_to_tile("挂号")
    for _ in range(8):
        labels = answer.locator("button.reply").all_inner_texts()
        answer = screen.press("确认" if "确认" in labels else labels[0])
        if "挂好了" in answer.inner_text():
            return
    raise AssertionError(screen.transcript())


def open_source(screen: Screen, words: str) -> None:
    """The newest answer's first source opens and says who published it and when it was looked at."""
    source = screen.by("bot").last.locator("details").first
    expect(source.locator(".published")).to_be_hidden()
    source.locator("summary").click()
    expect(source.locator(".published")).to_be_visible()
    expect(source).to_contain_text(words)
    expect(source).to_contain_text(re.compile(r"\d{4}-\d{2}-\d{2}"))


def test_a_patients_day(phone: Device) -> None:
    screen = opened(phone)
    expect(screen.page.get_by_role("heading", name="您好，我是杏林助手")).to_be_visible()
    screen.shot("chat-1-welcome")
    book(screen)
    screen.shot("chat-2-booked")
    assert "提醒" in screen.ask("一分钟后提醒我吃氨氯地平").inner_text()
    assert "设好了" in screen.press("对").inner_text()
    set_at = time.monotonic()
    assert "肠溶片" in screen.ask("阿司匹林怎么吃").inner_text()
    open_source(screen, "阿司匹林")
    screen.shot("chat-3-drug")
    screen.ask("抽血之前能不能喝水吃东西").locator("button.cite").click()
    expect(screen.by("bot").last).to_contain_text("空腹8到12小时")
    expect(screen.by("bot").last.locator("details[open]")).to_contain_text("国家卫生健康委员会")
    screen.shot("chat-4-fallback")
    reminder = screen.has("到时间吃药啦", 60 + ARRIVES_S)
    assert time.monotonic() - set_at < 60 + ARRIVES_S
    assert "氨氯地平" in reminder.inner_text()
    screen.shot("chat-5-reminder")
    assert "已服药" in screen.press("已服药").inner_text()
    expect(reminder.get_by_role("button", name="已服药")).to_be_disabled()
    nothing_is_lost_by_a_reload(screen)


def nothing_is_lost_by_a_reload(screen: Screen) -> None:
    before = screen.transcript()
    screen.page.reload()
    screen.has("到时间吃药啦")
    expect(screen.page.locator("li.message[data-seq]")).to_have_count(len(before))
    screen.page.wait_for_timeout(500)
    assert screen.transcript() == before
    numbers = [int(row.split()[0]) for row in before]
    assert numbers == sorted(set(numbers))


def test_two_tabs_agree(phone: Device) -> None:
    one = opened(phone)
    one.ask("你好")
    two = opened(phone)
    two.has("你好")
    two.ask("布洛芬饭前吃还是饭后吃")
    one.has("布洛芬饭前吃还是饭后吃")
    expect(one.by("bot")).to_have_count(2)
    assert one.transcript() == two.transcript()


def test_what_is_said_without_a_line_leaves_once_when_it_is_back(phone: Device, house: RunningHouse) -> None:
    screen = opened(phone)
    screen.ask("你好")
    phone.context.set_offline(True)
    screen.say("头孢能和酒一起吗")
    expect(screen.page.locator("li.pending.unsent")).to_contain_text("未发送")
    expect(screen.page.locator("xl-chat .status")).to_contain_text("1 条未发送")
    screen.shot("chat-6-offline")
    phone.context.set_offline(False)
    expect(screen.by("bot")).to_have_count(2, timeout=30_000)
    expect(screen.page.locator("li.pending")).to_have_count(0)
    token = screen.page.evaluate("localStorage.getItem('xinglin.default.conversation')")
    stored = house.call("GET", f"/api/v1/messages?conversation={token}").body["messages"]
    assert [m["text"] for m in stored if m["author"] == "patient"] == ["你好", "头孢能和酒一起吗"]
    assert [row.split(" ", 1)[1] for row in screen.transcript()] == [m["text"] for m in stored]


def test_a_nurse_takes_over_and_gives_back(phone: Device, desk: Screen) -> None:
    patient, mark = opened(phone), f"想问报告{time.time_ns() % 100_000}"
    patient.ask(mark)
    patient.page.get_by_role("button", name="转人工", exact=True).first.click()
    expect(patient.page.locator("xl-chat .status")).to_contain_text("正在为您转人工")
    patient.shot("chat-7-waiting")
    desk.page.locator("button.handoff.requested").last.click()
    expect(desk.page.locator(".handoff-view")).to_contain_text(mark)
    desk.shot("desk-1-waiting")
    desk.page.get_by_role("button", name="接手").click()
    expect(patient.page.locator("xl-chat .status")).to_contain_text("王敏正在接待")
    silent = patient.by("bot").count()
    desk.say("您好，我是王护士，请说")
    patient.has("您好，我是王护士，请说")
    patient.say("阿司匹林怎么吃")
    desk.has("阿司匹林怎么吃")
    patient.page.wait_for_timeout(1500)
    assert patient.by("bot").count() == silent, "the assistant spoke in between"
    desk.shot("desk-2-talking")
    patient.shot("chat-8-nurse")
    desk.page.get_by_role("button", name="结束接待").click()
    desk.page.get_by_role("button", name="确认结束").click()
    patient.has("已结束这次接待")
    expect(patient.page.locator("xl-chat .status")).to_contain_text("机器人值班")
    assert "肠溶片" in patient.ask("阿司匹林怎么吃").inner_text()


def test_danger_shows_whom_to_call_and_the_desk_hears_of_it(phone: Device, desk: Screen) -> None:
    patient = opened(phone)
    patient.ask("我胸口压着疼，出冷汗，喘不上气")
    warning = patient.page.locator("li.red_flag")
    call = warning.get_by_role("link", name="拨打 120")
    expect(call).to_have_attribute("href", "tel:120")
    expect(call).to_be_in_viewport()
    expect(warning.locator(".heading")).to_be_in_viewport()
    patient.shot("chat-9-danger")
    row = desk.page.locator("button.handoff.red_flag.requested").first
    expect(row).to_contain_text("危险信号")
    row.click()
    desk.page.get_by_role("button", name="接手").click()
    desk.page.get_by_role("button", name="结束接待").click()
    desk.page.get_by_role("button", name="确认结束").click()
    expect(desk.page.get_by_role("alert").filter(has_text="必须写明")).to_be_visible()
    desk.shot("desk-3-note")
    desk.page.get_by_label("处理小结").fill("已建议立即呼叫 120")
    desk.page.get_by_role("button", name="确认结束").click()
    patient.has("已结束这次接待")


def test_by_keyboard_alone(phone: Device) -> None:
    screen = opened(phone)
    keys, focused = screen.page.keyboard, screen.page.locator(":focus")

    def tab_to(words: str, key: str = "Tab") -> None:
        for _ in range(40):
            keys.press(key)
            if focused.count() and words in (focused.get_attribute("aria-label") or focused.inner_text()):
                style = "one => getComputedStyle(one).outlineStyle"
                assert focused.evaluate(style) != "none", f"nobody sees that {words} has the focus"
                return
        raise AssertionError(f"{words} is not reached by {key}")

    tab_to("输入您想说的话")
    keys.type("布洛芬怎么吃")
    keys.press("Enter")
    screen.answer_after(0)
    tab_to("[1]", "Shift+Tab")
    keys.press("Enter")
    expect(screen.page.locator("details[open]")).to_have_count(1)
    label = screen.by("bot").last.locator("button.reply").first.inner_text()
    tab_to(label)
    keys.press("Enter")
    screen.answer_after(1)


def test_big_letters_are_kept_and_fit_a_small_telephone(browser: Browser, house: RunningHouse) -> None:
    with device(browser, house.url, {"width": 320, "height": 640}) as mine:
        screen = opened(mine)
        assert not screen.overflows()
        screen.page.get_by_role("button", name="大字").click()
        assert "肠溶片" in screen.ask("阿司匹林怎么吃").inner_text()
        screen.page.reload()
        expect(screen.page.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
        words = screen.has("肠溶片").locator(".words")
        assert float(words.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) >= 22
        assert not screen.overflows()
        screen.shot("chat-10-big")
        everybody_can_use(screen)


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
def test_everybody_can_use_the_chat(
    browser: Browser, house: RunningHouse, colours: str, name: str, size: ViewportSize
) -> None:
    with device(browser, house.url, size, color_scheme=colours, reduced_motion="reduce") as mine:
        screen = opened(mine)
        everybody_can_use(screen)
        screen.shot(f"look-{name}-{colours}-1")
        screen.ask("抽血之前能不能喝水吃东西")
        assert len([one for one in screen.announced() if "前一晚10点后" in one]) == 1, screen.announced()
        screen.shot(f"look-{name}-{colours}-2")
        expect(screen.by("bot").last.locator(".byline")).to_be_in_viewport()  # a long answer begins at its beginning
        screen.ask("我妈突然半边身子动不了，嘴也歪了")
        everybody_can_use(screen)
        screen.shot(f"look-{name}-{colours}-3")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everybody_can_use_the_desk(browser: Browser, house: RunningHouse, colours: str) -> None:
    with device(browser, house.url, DESKTOP, color_scheme=colours) as mine:
        desk = mine.screen().open(f"/desk#key={house.announced['desk_key']}")
        desk.shot(f"look-desk-{colours}-1")
        everybody_can_use(desk)
        desk.page.get_by_label("您的姓名").fill("李静")
        desk.page.get_by_role("button", name="登录").click()
        expect(desk.page.locator(".roster")).to_be_visible()
        desk.shot(f"look-desk-{colours}-2")
        everybody_can_use(desk)
