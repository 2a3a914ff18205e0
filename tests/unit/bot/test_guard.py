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
    "布洛芬怎么用。布洛芬缓释胶囊：成人一次1粒（0.3克），一日2次，饭后服用。与华法林同用会增加出血风险，应避免同时使用。"
    "孕晚期禁用，哺乳期慎用。退热使用不超过3天，止痛不超过5天。高血压患者可以测量血压后就诊。"
)


def mentioned(text: str) -> Sequence[str]:
    return tuple(drug for drug in DRUGS if drug in text)


def reasons(sentence: str, *passages: str) -> tuple[Reason, ...]:
    return check_sentence(sentence, passages or (PASSAGE,), mentioned).reasons


@pytest.mark.parametrize(
    "sentence",
    [
        "布洛芬缓释胶囊：成人一次1粒（0.3克），每天两次，饭后服用。",
        "与华法林同用会增加出血风险，应避免同时使用[1]。",
        "孕晚期禁用，哺乳期慎用。",
        "孕晚期不能用。",
        "退热使用不要超过3天，止痛不超过5天。",
        "高血压患者可以测量血压后就诊。",
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
        ("布洛芬可以和华法林同时使用。", Reason.UNSUPPORTED),
        ("布洛芬孕晚期可以使用。", Reason.UNSUPPORTED),
        ("哺乳期禁用布洛芬。", Reason.UNSUPPORTED),
        ("布洛芬饭前服用。", Reason.UNSUPPORTED),
        ("退热使用不超过5天，止痛不超过3天。", Reason.UNSUPPORTED),
        ("布洛芬可以保护胃。", Reason.UNSUPPORTED),
        ("请保持休息，注意观察。", Reason.UNSUPPORTED),
    ],
)
def test_unsupported_sentences_are_stopped(sentence: str, reason: Reason) -> None:
    assert reason in reasons(sentence)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("我给您开点布洛芬。", Reason.PRESCRIBES),
        ("建议您把布洛芬加量。", Reason.PRESCRIBES),
        ("您可以把降压药停掉。", Reason.PRESCRIBES),
        ("您的药可以停了。", Reason.PRESCRIBES),
        ("您今晚先吃两片。", Reason.PRESCRIBES),
        ("处方如下：布洛芬。", Reason.PRESCRIBES),
        ("照我说的剂量吃。", Reason.PRESCRIBES),
        ("您这是确诊为胃炎。", Reason.DIAGNOSES),
        ("你得了冠心病。", Reason.DIAGNOSES),
        ("您这肯定是阑尾炎。", Reason.DIAGNOSES),
        ("您这种情况应该是胃溃疡出血。", Reason.DIAGNOSES),
        ("根据您的症状，可以诊断了。", Reason.DIAGNOSES),
        ("我看您就是得了感冒。", Reason.DIAGNOSES),
        ("您放心，肯定不是肿瘤。", Reason.DIAGNOSES),
        ("可以排除癌。", Reason.DIAGNOSES),
        ("保证治好您的病。", Reason.PROMISES),
        ("这个药绝对安全。", Reason.PROMISES),
        ("吃了就好。", Reason.PROMISES),
        ("没有任何副作用。", Reason.PROMISES),
        ("能断根。", Reason.PROMISES),
        ("放心吃。", Reason.PROMISES),
        ("我是主治医生。", Reason.IMPERSONATES),
        ("本医生行医多年。", Reason.IMPERSONATES),
        ("我们专家组认为不要紧。", Reason.IMPERSONATES),
        ("我可以代替医生。", Reason.IMPERSONATES),
        ("我给您看过片子了。", Reason.IMPERSONATES),
        ("不用去医院。", Reason.KEEPS_AWAY),
        ("没必要打120。", Reason.KEEPS_AWAY),
        ("忍一忍就过去了。", Reason.KEEPS_AWAY),
    ],
)
def test_what_may_never_be_said_is_stopped_even_where_the_passage_says_it(sentence: str, reason: Reason) -> None:
    assert reason in reasons(sentence, f"题目。{sentence}")


@pytest.mark.parametrize(
    "sentence",
    ["不要信包治好的广告。", "目前没有哪种药能保证治好。", "我不能代替医生。", "用药时和停药后7天内不要喂奶。"],
)
def test_a_warning_of_such_words_passes(sentence: str) -> None:
    assert reasons(sentence, f"题目。{sentence}") == ()


def test_nothing_is_supported_by_no_passage() -> None:
    assert Reason.DRUG in check_sentence("布洛芬饭后服用。", (), mentioned).reasons


def test_support_may_not_be_patched_together_from_two_passages() -> None:
    assert reasons("布洛芬一日3次。", "甲。布洛芬饭后服用。", "乙。阿莫西林一日3次。") != ()


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
