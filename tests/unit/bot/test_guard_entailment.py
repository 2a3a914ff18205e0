"""What a passage bears out: left out and respelled only what never changes the sense."""

import time

import pytest

from bot.entailment import borne_out

FEVER = (
    "孩子发烧怎么办。先看精神，不只看度数。3个月以上的孩子体温到38.5℃左右，或因发热难受时，可用退热药：对乙酰氨基酚（1岁以下先问医生），"
    "布洛芬用于6个月以上，按体重和说明书给。少穿散热、少量多次喝水，不用酒精擦、不捂汗。高烧超过3天看儿科；抽搐、叫不醒打120。"
    "多数是病毒引起，不用抗生素。孕妇、免疫力很低、正在化疗的人不能打。肾功能不好的人，禁用这种药。成人一次1片、儿童一次半片。"
    "病毒可能引起发热，一般一周左右好。"
)


@pytest.mark.parametrize(
    "sentence",
    [
        "先看精神，不只看度数。",
        "要少穿散热，少量多次喝水。",
        "如果抽搐，请打120。",
        "孕妇不能打。",
        "高热超过三天要看儿科。",
        "大多是病毒引起，不用抗生素。",
        "肾功能不好的人，不能用这种药。",
        "病毒可能引起发烧，通常一个星期左右好。",
        "成人一次1片、儿童一次半片。",
    ],
)
def test_said_otherwise_it_is_the_same(sentence: str) -> None:
    assert borne_out(sentence, [FEVER])


@pytest.mark.parametrize(
    ("sentence", "lie"),
    [
        ("孩子可用退热药。", "the condition left out"),
        ("可用退热药。", "the condition left out"),
        ("对乙酰氨基酚用于6个月以上。", "one drug's words of another"),
        ("可用退热药：对乙酰氨基酚。", "the exception in brackets left out"),
        ("抽搐、叫不醒看儿科。", "another danger's advice"),
        ("高烧超过3天打120。", "another danger's advice"),
        ("高烧超过3天，多数是病毒引起。", "a condition glued to another sentence"),
        ("都是病毒引起。", "all for most"),
        ("病毒引起发热。", "a hedge left out"),
        ("病毒会引起发热。", "a hedge left out"),
        ("发热可能引起病毒。", "cause and effect"),
        ("禁用这种药。", "for whom left out"),
        ("成人一次半片。", "two numbers mixed"),
        ("儿童一次1片。", "two numbers mixed"),
        ("老人不能打。", "another person"),
        ("孕妇能打。", "the denial left out"),
        ("必须用酒精擦。", "a duty invented"),
        ("多穿散热。", "the opposite"),
        ("多喝姜汤能发汗。", "invented"),
        ("先看精神，多喝姜汤。", "half invented"),
        ("不用抗生素，多数是病毒引起的肺炎。", "a word added"),
        ("一般两周左右好。", "another number"),
        ("不，要用酒精擦。", "a denial cut in two"),
        ("不用酒精擦，所以不捂汗。", "a cause invented"),
    ],
)
def test_what_changes_the_sense_is_not(sentence: str, lie: str) -> None:
    assert not borne_out(sentence, [FEVER]), lie


def test_a_part_of_a_list_keeps_what_governs_it() -> None:
    text = "题目。不吃生的、没熟的肉。羊奶粉、部分水解奶粉、豆奶不能代替。"
    assert not borne_out("没熟的肉。", [text])
    assert not borne_out("羊奶粉、水解奶粉、豆奶不能代替。", [text])
    assert borne_out("羊奶粉不能代替。", [text])


def test_steps_keep_their_order() -> None:
    text = "题目。马上用肥皂水冲洗15分钟，再涂碘伏，不要包得太紧。"
    assert borne_out("用肥皂水冲洗15分钟，再涂碘伏。", ["题目。用肥皂水冲洗15分钟，再涂碘伏，不要包得太紧。"])
    assert not borne_out("再涂碘伏，马上用肥皂水冲洗15分钟。", [text])


def test_the_matter_of_the_title_may_be_the_subject_but_no_other() -> None:
    text = "甲状腺结节怎么办。甲状腺结节很常见，绝大多数是良性的。"
    assert borne_out("甲状腺结节绝大多数是良性的。", [text])
    assert not borne_out("乳腺结节绝大多数是良性的。", [text])
    syrup = "双黄连口服液：用法用量。打针用的双黄连是另一种药，只能由医护人员用。"
    assert not borne_out("口服液只能由医护人员用。", [syrup])


def test_a_denial_in_the_title_does_not_allow_to_leave_one_out() -> None:
    assert not borne_out("戴耳机，不掏耳朵。", ["突然听不见。避开噪声，不戴耳机，不掏耳朵。"])


def test_nothing_and_endless_words_are_not_borne_out() -> None:
    assert not borne_out("", [FEVER])
    assert not borne_out("好的。", [FEVER])
    assert not borne_out("多喝水，" * 2_000, [FEVER])


@pytest.mark.parametrize("sentence", ["的，" * 200, "少穿散热、" * 30, "不" * 159, "孩子，" * 100 + "打120"])
def test_no_sentence_takes_long(sentence: str) -> None:
    borne_out("预热", [FEVER])
    begun = time.process_time()
    borne_out(sentence, [FEVER])
    assert time.process_time() - begun < 0.5
