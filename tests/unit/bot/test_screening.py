"""Screening on phrasings of our own: what must be caught, what must not, how fast."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guard import guard_reply
from bot.messages import Kind
from bot.plain_words import plain
from bot.screening import screen
from knowledge.red_flags import Action, RedFlags, load_red_flags

FLAGS: RedFlags = load_red_flags()
PHRASES = yaml.safe_load((Path(__file__).parent / "red_flags.yml").read_text("utf-8"))
DANGEROUS = [(kind, str(text)) for kind, texts in PHRASES["dangerous"].items() for text in texts]
HARMLESS = [str(text) for texts in PHRASES["harmless"].values() for text in texts]
CRISIS = {"self_harm_now", "suicidal"}


def test_recall_on_our_dangerous_phrasings() -> None:
    missed = [text for _, text in DANGEROUS if screen(text, FLAGS) is None]
    assert len(DANGEROUS) >= 900
    assert len(missed) <= len(DANGEROUS) // 100, missed


def test_false_alarms_on_our_harmless_phrasings() -> None:
    alarms = [text for text in HARMLESS if screen(text, FLAGS) is not None]
    assert len(HARMLESS) >= 450
    assert len(alarms) <= len(HARMLESS) // 100, alarms


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
