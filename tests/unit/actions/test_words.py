"""Little words, alone: they decide whether something is booked, cancelled or left."""

import time

import pytest

from actions.cancelling import CANCEL
from actions.pointing import _ORDINAL, _THIS
from actions.stopping import STOP
from actions.words import knows_not, leaves, refuses, says_no, says_yes, split_denied, takes_any, thinks, wants_other
from bot.clauses import asks


@pytest.mark.parametrize(
    "words",
    ["确认", "对", "对的", "是的", "好", "好的", "嗯嗯", "可以", "行", "没问题", "好，就这个", "OK", "确认挂号"],
)
def test_yes(words: str) -> None:
    assert says_yes(words) and not says_no(words) and not leaves(words)


@pytest.mark.parametrize("words", ["不对", "不是", "不行", "不好", "不要", "错了", "不可以"])
def test_no(words: str) -> None:
    assert says_no(words) and not says_yes(words)


@pytest.mark.parametrize("words", ["后天", "好像不对", "可以换成下午吗", "行不行", "对面的医院", "挂不上", ""])
def test_neither(words: str) -> None:
    assert not says_yes(words) and not says_no(words)


@pytest.mark.parametrize(
    "words", ["取消", "算了", "算了吧", "不挂了", "那就不挂了", "不用了谢谢", "改天再说", "先不挂", "退出"]
)
def test_leaving(words: str) -> None:
    assert leaves(words)


@pytest.mark.parametrize(
    "words", ["取消周三的", "不挂心内科了，挂骨科", "停车", "改成后天", "下次什么时候出诊", "保留意见吗"]
)
def test_staying(words: str) -> None:
    assert not leaves(words)


def test_the_denied_half_is_told_from_the_wanted_one() -> None:
    assert split_denied("不要王守拙，要林清越").wanted == "要林清越"
    assert split_denied("不要王守拙，要林清越").denied == "不要王守拙"
    assert split_denied("周一不行").wanted == ""


def test_questions_and_open_choices() -> None:
    assert asks("下午可以吗") and not asks("下午")
    assert takes_any("随便") and takes_any("哪个都行") and not takes_any("周三")


@pytest.mark.parametrize(
    "unit", ["好", "嗯", "好的，", "就这样", "停", "可以", "以后再说", "那就", "算了", "不用了", "等等"]
)
def test_long_nonsense_is_read_at_once(unit: str) -> None:
    words = (unit * 500)[:499] + "喵"
    began = time.process_time()
    for read in (says_yes, says_no, leaves, takes_any, refuses, knows_not, thinks, wants_other, split_denied):
        read(words)
    for own_words in (CANCEL.own_words, STOP.own_words, _ORDINAL, _THIS):
        own_words.match(words)
    assert time.process_time() - began < 1
