"""Which of the things that can be done with a plan the words mean."""

import pytest

from actions.plan_words import LONGEST, Ask, asked, kin_named

MEANT = {
    Ask.UNDO: ("撤销", "帮我撤回一下", "哎呀点错了", "刚才说错了", "按错了，我还没吃", "改回去吧"),
    Ask.MISSED: ("漏了一次怎么办", "早上忘吃了要补吗", "昨晚那片漏服了，还能补吃吗"),
    Ask.MAY_TAKE: ("现在能吃布洛芬吗", "布洛芬还能再吃一片吗", "什么时候能再吃退烧药"),
    Ask.STOCK_LEFT: ("还能吃几天", "药还够不够", "哪天该去开药了", "看一下余量"),
    Ask.STOCK_COUNT: ("还剩20片", "缬沙坦剩下十四粒", "刚配了30片"),
    Ask.FAMILY: ("让我女儿也收到提醒", "我忘了吃就告诉我儿子", "提醒也发给老伴一份", "绑定家人"),
    Ask.FAMILY_END: ("不再提醒家人", "别再通知我闺女了", "取消家人提醒"),
    Ask.QUIET: ("晚上十点后别叫我", "夜里不要提醒", "开个免打扰"),
    Ask.RESUME: ("恢复提醒", "出差回来了，接着提醒我", "把暂停取消"),
    Ask.PAUSE: ("提醒暂停三天", "我要出差到周五先别提醒", "先停两周吧"),
    Ask.ZONE: ("换个时区", "按当地时间提醒我", "用药按纽约时间"),
    Ask.HABITS: ("晚饭时间改成七点了", "我一般七点吃早饭", "就按平常"),
    Ask.MOVE: ("今天的推迟到十点", "这顿挪到下午两点吧"),
    Ask.SHIFT: ("所有药推迟一小时", "提醒都提前半小时", "以后都晚两个小时"),
    Ask.TODAY: ("今天要吃什么药", "明天早上有什么药", "我今天吃药了没", "下一顿几点"),
    Ask.ADHERENCE: ("我按时吃药了吗", "这个月漏了几次", "吃药记录给医生看"),
}
NOBODYS = (
    "每天早上8点提醒我吃氨氯地平",
    "这次不吃了，明天继续提醒",
    "今天跳过，恢复提醒从明天起",
    "氨氯地平怎么吃",
    "把二甲双胍的提醒改到晚上7点",
    "停掉阿司匹林的提醒",
    "更改用药时间",
    "帮我挂号",
    "",
)


@pytest.mark.parametrize(("ask", "text"), [(ask, text) for ask, texts in MEANT.items() for text in texts])
def test_what_is_wanted(ask: Ask, text: str) -> None:
    assert asked(text) is ask


@pytest.mark.parametrize("text", NOBODYS)
def test_other_words_want_nothing_of_the_plan(text: str) -> None:
    assert asked(text) is None


def test_a_story_is_no_wish() -> None:
    assert asked("暂停三天" + "，说来话长" * LONGEST) is None


@pytest.mark.parametrize(
    ("text", "intent", "ask"),
    [
        ("我到美国了", "manage_plan", Ask.ZONE),
        ("pause until friday", "manage_plan", Ask.PAUSE),
        ("20 pills left", "stock", Ask.STOCK_COUNT),
        ("够吃到过年吗", "stock", Ask.STOCK_LEFT),
        ("家人看护", "family", Ask.FAMILY),
        ("remove my son", "family", Ask.FAMILY_END),
    ],
)
def test_a_sentence_that_rasa_placed_is_read_loosely(text: str, intent: str, ask: Ask) -> None:
    assert asked(text) is None
    assert asked(text, intent) is ask


def test_the_member_of_the_family() -> None:
    assert kin_named("让我大女儿也收到提醒") == "女儿"
    assert kin_named("不再提醒家人") == "家人"
    assert kin_named("暂停三天") == ""
