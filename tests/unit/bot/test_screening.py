"""Screening on phrasings of our own: what must be caught, what must not, how fast.

`red_flags.yml` are phrasings for which the rules were written; the second reader has not seen them.
`red_flags_unseen.yml` neither rules nor reader have seen: another hand wrote it, and nobody may mend anything for one
of its sentences: so the test on it tells shares, never sentences.
"""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guard import guard_reply
from bot.messages import Kind
from bot.plain_words import plain
from bot.screening import screen
from knowledge.danger_examples import load_danger_examples
from knowledge.danger_model import load_danger_model
from knowledge.red_flags import Action, RedFlags, load_red_flags, load_rules

FLAGS: RedFlags = load_red_flags()
RULES_ALONE: RedFlags = load_rules()
READER = load_danger_model()
HERE = Path(__file__).parent
PHRASES = yaml.safe_load((HERE / "red_flags.yml").read_text("utf-8"))
UNSEEN = yaml.safe_load((HERE / "red_flags_unseen.yml").read_text("utf-8"))
EXAMPLES = load_danger_examples()
DANGEROUS = [(kind, str(text)) for kind, texts in PHRASES["dangerous"].items() for text in texts]
HARMLESS = [str(text) for texts in PHRASES["harmless"].values() for text in texts]
CRISIS = {"self_harm_now", "suicidal"}
TAUGHT_MISSED, TAUGHT_ALARMS = 50, 12
"""At most one in so many of the examples; the harmless ones are those on which rules alarm most easily."""


def test_recall_on_our_dangerous_phrasings() -> None:
    missed = [text for _, text in DANGEROUS if screen(text, FLAGS) is None]
    assert len(DANGEROUS) >= 450
    assert len(missed) <= len(DANGEROUS) // 100, missed


def test_false_alarms_on_our_harmless_phrasings() -> None:
    alarms = [text for text in HARMLESS if screen(text, FLAGS) is not None]
    assert len(HARMLESS) >= 450
    assert len(alarms) <= len(HARMLESS) // 100, alarms


def test_what_the_second_reader_was_taught_it_knows() -> None:
    told = [text for texts in EXAMPLES.dangers.values() for text in texts]
    missed = [text for text in told if screen(text, FLAGS) is None]
    alarms = [text for text in EXAMPLES.harmless if screen(text, FLAGS) is not None]
    assert len(told) >= 3000 and len(EXAMPLES.harmless) >= 1500
    assert len(missed) <= len(told) // TAUGHT_MISSED, missed
    assert len(alarms) <= len(EXAMPLES.harmless) // TAUGHT_ALARMS, alarms


def test_words_that_neither_rules_nor_reader_have_seen() -> None:
    caught = [screen(str(text), FLAGS) is not None for texts in UNSEEN["dangerous"].values() for text in texts]
    alarms = [screen(str(text), FLAGS) is not None for texts in UNSEEN["harmless"].values() for text in texts]
    assert len(caught) >= 900 and len(alarms) >= 700
    assert sum(caught) / len(caught) >= 0.97
    assert sum(alarms) / len(alarms) <= 0.05


def test_the_second_reader_hears_what_no_rule_knows() -> None:
    heard = "我爸从早上起就把话说得像嘴里塞了棉絮，茶缸子端了三回都掉"
    assert screen(heard, FLAGS) is not None


def test_what_the_second_reader_finds_harmless_beats_loose_rules_only() -> None:
    surely_harmless = replace(RULES_ALONE, reader=replace(READER, enough=READER.enough + 1e6, doubted=1e6))
    loose, certain = "汗珠子直往下滚，说是心口上有个磨盘", "我爸突然嘴歪了"
    assert screen(loose, RULES_ALONE) is not None and screen(loose, surely_harmless) is None
    assert screen(certain, surely_harmless) is not None


@pytest.mark.parametrize("text", [text for kind, text in DANGEROUS if kind == "suicidal"])
def test_suicidal_words_get_the_line_or_an_ambulance(text: str) -> None:
    flag = screen(text, FLAGS)
    assert flag is not None
    assert "12356" in flag.reply_text


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("我胸口疼得厉害，出了一身冷汗", "chest_pain"),
        ("我爸突然嘴歪了，话也说不清楚", "stroke"),
        ("吐血了，好大一口", "bleeding"),
        ("吃了虾以后全身起疹子，喘不上气", "anaphylaxis"),
        ("吃了一整瓶安眠药", "overdose"),
        ("误喝了敌敌畏怎么办", "poisoning"),
        ("新生儿发烧怎么办", "child_fever"),
        ("怀孕七个月突然出血", "pregnancy"),
        ("血糖只有2.1", "hypoglycaemia"),
        ("全身抽搐", "seizure"),
        ("老公打我", "violence"),
        ("喝了农药不想活了", "self_harm_now"),
        ("活着没意思", "suicidal"),
    ],
)
def test_category_decides_what_is_said(text: str, category: str) -> None:
    flag = screen(text, FLAGS)
    assert flag is not None
    assert flag.category == category
    assert flag.kind is Kind.RED_FLAG
    assert flag.source.title and flag.source.publisher and flag.source.reviewed
    assert flag.evidence


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("心口像压了磨盘，汗珠子直往下滚", "chest_pain"),
        ("汗珠子直往下滚，说是心口上有个磨盘", "chest_pain"),
        ("佢个嘴歪咗，讲嘢唔清", "stroke"),
        ("讲话呜噜呜噜的，嘴角也耷拉了", "stroke"),
    ],
)
def test_concepts_count_in_any_order_and_dialect(text: str, category: str) -> None:
    flag = screen(text, FLAGS)
    assert flag is not None
    assert flag.category == category


@pytest.mark.parametrize(
    "text", ["心口没有压着的感觉，也没有出汗", "梦见心口压了磨盘，汗珠子直滚", "老家院子里有个磨盘"]
)
def test_concepts_denied_dreamt_or_alone_do_not_count(text: str) -> None:
    assert screen(text, FLAGS) is None


@pytest.mark.parametrize(
    "text", ["胸 口 好 疼", "胸.口.好.疼", "胸口好疼！！！", "　胸口好疼", "胸口好\u200b疼", "胸口好痛", "胸扣好痛"]
)
def test_spelling_does_not_hide_danger(text: str) -> None:
    assert screen(text, FLAGS) is not None


def test_danger_deep_in_a_long_text_is_found() -> None:
    filler = "今天天气不错，我想问一下怎么预约复诊。" * 5000
    flag = screen(filler + "我爸突然昏迷了，叫不醒" + filler, FLAGS)
    assert flag is not None
    assert flag.category == "unconscious"


def test_danger_deep_in_speech_without_stops_is_found() -> None:
    speech = "然后我就去了菜市场买了点菜" * 100
    assert screen(speech + "后来我妈突然晕倒叫不醒了" + speech, FLAGS) is not None


def test_most_urgent_category_wins() -> None:
    flag = screen("我爸胸口疼，刚刚没有呼吸了", FLAGS)
    assert flag is not None
    assert flag.category == "unconscious"


def test_every_reply_says_what_to_do_now() -> None:
    for category in FLAGS.categories:
        assert len(category.say) <= 330, category.id
        number = {Action.CRISIS_LINE: "12356", Action.CALL_110: "110"}.get(category.action, "120")
        assert number in category.say, category.id
        assert guard_reply(category.say).ok, category.id
        if category.id not in CRISIS | {"violence"}:
            assert "不要" in category.say or "别" in category.say, category.id


def test_no_pattern_is_lost_to_the_index() -> None:
    """The index only saves work: with every rule tried, the same phrases are caught."""
    for _, text in DANGEROUS[::7]:
        words = plain(text, FLAGS)
        hits = [rule for rule in FLAGS.rules if all(part.search(words) for part in rule.parts)]
        found = set(FLAGS.index.candidates(words))
        assert all(FLAGS.rules.index(rule) in found for rule in hits), text


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_is_screened_without_error(text: str) -> None:
    screen(text, FLAGS)


def test_an_ordinary_message_costs_under_a_millisecond() -> None:
    started = time.perf_counter()
    for text in HARMLESS:
        screen(text, FLAGS)
    assert (time.perf_counter() - started) / len(HARMLESS) < 0.001


def test_cost_grows_in_line_with_length() -> None:
    def seconds(repeats: int) -> float:
        text = "孩子昨天有点咳嗽，没有发烧，精神挺好的，想挂儿科" * repeats
        started = time.perf_counter()
        screen(text, FLAGS)
        return time.perf_counter() - started

    seconds(10)
    short, long = min(seconds(40) for _ in range(3)), min(seconds(400) for _ in range(3))
    assert long < 30 * short


@pytest.mark.parametrize(
    "text", ["我也不知道", "不知道啊", "随便吧", "都行", "没事", "算了不弄了", "那好吧", "你们定", "不想说", "我走了"]
)
def test_a_few_words_of_small_talk_alarm_nobody(text: str) -> None:
    assert screen(text, FLAGS) is None


@pytest.mark.parametrize(
    "words", ["13326041840", "我的电话是18484193436", "就诊号40884140", "词384169616", "身份证110101199003071234"]
)
def test_a_number_that_names_something_is_no_danger(words: str) -> None:
    assert screen(words, FLAGS) is None
