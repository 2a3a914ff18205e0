"""The guard: what the passages do not say may not be said; what they say may."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import Reason, check_sentence, guard_reply
from bot.quantities import quantities
from bot.sentences import MAX_SENTENCE, Splitter, split_sentences

DRUGS = ("布洛芬", "华法林", "氨氯地平", "阿司匹林", "二甲双胍", "阿莫西林")
PASSAGE = (
    "布洛芬缓释胶囊：成人一次1粒（0.3克），一日2次，饭后服用。与华法林同用会增加出血风险，应避免同时使用。"
    "孕晚期禁用，哺乳期慎用。退热使用不超过3天，止痛不超过5天。高血压患者可以测量血压后就诊。"
)


def mentioned(text: str) -> Sequence[str]:
    return tuple(drug for drug in DRUGS if drug in text)


def reasons(sentence: str, *passages: str) -> tuple[Reason, ...]:
    return check_sentence(sentence, passages or (PASSAGE,), mentioned).reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "布洛芬缓释胶囊成人一次1粒，一日2次。",
        "布洛芬每天两次，饭后服用[1]。",
        "布洛芬和华法林应避免同时使用。",
        "布洛芬孕晚期禁用。",
        "哺乳期慎用布洛芬。",
        "退热不超过3天。",
        "请保持休息，注意观察。",
        "一般来说，饭后服用更合适。",
        "不放心的话，请联系医生或药师。",
    ],
)
def test_supported_sentences_pass(sentence: str) -> None:
    assert reasons(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("布洛芬成人一次2粒，一日2次。", Reason.NUMBER),
        ("布洛芬一日4次。", Reason.NUMBER),
        ("布洛芬一次0.6克。", Reason.NUMBER),
        ("布洛芬一次0.3毫克。", Reason.NUMBER),
        ("退热使用不超过七天。", Reason.NUMBER),
        ("可以改用阿司匹林。", Reason.DRUG),
        ("布洛芬和二甲双胍同用会增加出血风险。", Reason.DRUG),
        ("布洛芬可以和华法林同时使用。", Reason.PERMISSION),
        ("布洛芬孕晚期可以使用。", Reason.PERMISSION),
        ("哺乳期禁用布洛芬。", Reason.PERMISSION),
        ("我给您开点布洛芬。", Reason.PRESCRIBES),
        ("建议您把布洛芬加量。", Reason.PRESCRIBES),
        ("您这是确诊为胃炎。", Reason.DIAGNOSES),
        ("你得了冠心病。", Reason.DIAGNOSES),
        ("您这肯定是阑尾炎。", Reason.DIAGNOSES),
        ("保证治好您的病。", Reason.PROMISES),
        ("这个药绝对安全。", Reason.PROMISES),
        ("我是主治医生。", Reason.IMPERSONATES),
    ],
)
def test_unsupported_sentences_are_stopped(sentence: str, reason: Reason) -> None:
    assert reason in reasons(sentence)


def test_nothing_is_supported_by_no_passage() -> None:
    assert Reason.DRUG in check_sentence("布洛芬饭后服用。", (), mentioned).reasons


def test_support_may_not_be_patched_together_from_two_passages() -> None:
    assert reasons("布洛芬一日3次。", "布洛芬饭后服用。", "阿莫西林一日3次。") != ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一日两次", {("2", "次/d")}),
        ("每天3次，每次0.50g", {("3", "次/d"), ("0.5", "g")}),
        ("3-5天", {("3", "d"), ("5", "d")}),
        ("二十五毫克", {("25", "mg")}),
        ("半片", {("0.5", "片")}),
        ("一般情况下第一次就诊", set()),
    ],
)
def test_quantities_are_read_alike(text: str, expected: set[tuple[str, str]]) -> None:
    assert quantities(text) - {("次", "")} == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("  \n ", Reason.EMPTY),
        ("nlu_fallback", Reason.INNER_WORD),
        ("请填写 slot department", Reason.INNER_WORD),
        ("action_book 失败", Reason.INNER_WORD),
        ("您好{name}", Reason.INNER_WORD),
        ("您好\x00", Reason.CONTROL),
        ("\ud800", Reason.CONTROL),
    ],
)
def test_guard_reply_stops(text: str, reason: Reason) -> None:
    assert reason in guard_reply(text).reasons


@pytest.mark.parametrize("text", ["已为您预约 11 月 23 日上午。\n请带身份证。", "WiFi 密码在前台，请问前台。"])
def test_guard_reply_lets_ordinary_words_pass(text: str) -> None:
    assert guard_reply(text).ok


@given(st.lists(st.text(alphabet="药饭后2.5片。！？；，”」\n a", max_size=12)))
def test_splitting_loses_nothing(chunks: list[str]) -> None:
    assert "".join(split_sentences(chunks)) == "".join(chunks)


@given(st.text(alphabet="药饭后2.5片。！？；，”」\n a", max_size=60), st.integers(1, 7))
def test_splitting_does_not_depend_on_the_chunks(text: str, size: int) -> None:
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert list(split_sentences(chunks)) == list(split_sentences(list(text)))


def test_sentences_keep_decimals_and_closing_quotes() -> None:
    text = "每次2.5毫克。他说：“饭后吃。”然后休息！好"
    assert list(split_sentences([text])) == ["每次2.5毫克。", "他说：“饭后吃。”", "然后休息！", "好"]


def test_a_sentence_is_given_before_the_stream_ends() -> None:
    splitter = Splitter()
    assert list(splitter.feed("饭后吃。多")) == ["饭后吃。"]
    assert list(splitter.flush()) == ["多"]


def test_an_endless_sentence_is_let_go() -> None:
    parts = list(split_sentences(["很长，" * 400]))
    assert max(map(len, parts)) <= MAX_SENTENCE
    assert all(re.search("，$", part) for part in parts)
