"""Points found in a learner's own words, and not where they are denied."""

import pytest

from cases.model import Keyword
from cases.scoring.statements import named, plain, sentences, shown


def point(label: str, *words: str) -> Keyword:
    return Keyword(label, words, 2)


ANTICOAGULANT = point("抗凝治疗", "抗凝", "肝素")


@pytest.mark.parametrize(
    "said",
    [
        "抗凝",
        "给予低分子肝素抗凝",
        "不需要手术，抗凝即可",
        "排除夹层后抗凝",
        "排除夹层、立即抗凝",
        "无禁忌即抗凝",
        "暂不手术。抗凝",
        "不建议溶栓但应抗凝",
        "无创通气抗凝",
        "鉴别肺栓塞抗凝",
        "不能排除肺栓塞，抗凝",
        "停用布洛芬，改为抗凝",
        "观察有无肝素过敏",
        "评估能不能抗凝",
    ],
)
def test_a_point_is_made(said: str) -> None:
    assert shown(ANTICOAGULANT, said) is not None


@pytest.mark.parametrize(
    "said",
    [
        "不需要抗凝",
        "不需要长期抗凝",
        "暂不抗凝",
        "不抗凝",
        "无需抗凝",
        "避免抗凝、肝素",
        "禁用肝素",
        "无明显指征，不宜抗凝",
        "不用阿司匹林、氯吡格雷、肝素",
        "抗凝暂不考虑，暂不用",
        "抗凝不需要",
        "",
        "抗",
    ],
)
def test_what_is_denied_makes_no_point(said: str) -> None:
    assert shown(ANTICOAGULANT, said) is None


def test_what_cannot_be_ruled_out_is_left_open() -> None:
    dissection = point("想到夹层", "夹层")
    assert shown(dissection, "不能排除夹层") and shown(dissection, "夹层不除外") and shown(dissection, "不除外夹层")
    assert shown(dissection, "已排除夹层") is None and shown(dissection, "夹层已排除") is None


def test_one_affirmed_word_is_enough() -> None:
    assert shown(ANTICOAGULANT, "今天不抗凝。明天起肝素。") == "明天起肝素。"


def test_a_point_about_leaving_something_out_is_made_by_leaving_it_out() -> None:
    rest = point("避免剧烈运动", "剧烈运动", "重体力")
    assert shown(rest, "一个月内避免剧烈运动") and shown(rest, "不要干重体力活")
    fasting = point("手术前准备", "禁食", "禁饮")
    assert shown(fasting, "禁食禁饮，补液")
    stop = point("停药", "停用布洛芬")
    assert shown(stop, "停用布洛芬")


def test_a_handover_reports_a_topic_either_way_but_claims_only_what_is() -> None:
    allergy = point("过敏与用药", "过敏", "青霉素皮疹")
    assert shown(allergy, "无药物过敏史", reported=True) == "无药物过敏史"
    assert shown(allergy, "没有青霉素皮疹", reported=True) is None
    assert shown(allergy, "无药物过敏史") is None


@pytest.mark.parametrize("said", ["st 段抬高", "ＳＴ段抬高", "ST-段抬高", "V1～V5导联ST段抬高0.3mV"])
def test_width_case_spaces_and_hyphens_do_not_matter(said: str) -> None:
    assert shown(point("心电图", "ST段抬高"), said)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("两小时", "胸痛2个小时"),
        ("2小时", "疼了两个钟头"),
        ("9个月", "发现九个月"),
        ("胸痛", "胸口疼得厉害"),
        ("心肌梗死", "急性心梗"),
        ("止痛", "给止疼药"),
        ("吸烟", "抽煙三十年"),
        ("Ⅱ级", "II级"),
        ("湿啰音", "双肺湿罗音"),
        ("发热", "今天發燒"),
        ("肝功能", "查肝功"),
        ("肝功", "查肝功能"),
        ("房颤", "心房颤动"),
    ],
)
def test_other_writings_of_the_same_thing(word: str, said: str) -> None:
    assert shown(point("要点", word), said)


def test_numbers_stand_alone() -> None:
    assert named(["89"], "心率89次") and named(["89"], "血压189/100") is None
    assert named(["8.9"], "血钙8.95") is None and named(["37.9"], "体温37.9℃。") and named(["78"], "78.") == "78"


def test_letters_stand_alone() -> None:
    assert named(["STEMI"], "前壁stemi") and named(["STEMI"], "NSTEMI") is None
    assert named(["CT"], "头颅CT") and named(["CT"], "CTA") and named(["PCI"], "急诊pci治疗")


def test_the_sentence_is_quoted_not_the_whole_text() -> None:
    text = "绝对卧床。\n先给肝素抗凝；再请会诊！" + "长" * 500 + "肝素"
    assert list(sentences(text))[:3] == ["绝对卧床。", "先给肝素抗凝；", "再请会诊！"]
    assert shown(ANTICOAGULANT, text) == "先给肝素抗凝；"
    assert shown(ANTICOAGULANT, "长" * 500 + "肝素") == "长" * 120


def test_words_beyond_five_thousand_characters_are_not_read() -> None:
    assert shown(ANTICOAGULANT, "好" * 5000 + "。肝素") is None


def test_plain_of_nothing() -> None:
    assert plain(" \t-") == "" and named([""], "肝素") is None
