"""Where a sentence may turn to another matter."""

import pytest

from bot.clauses import LONGEST, asks, clauses_of


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("挂个号，另外停车收费吗", [("挂个号", False), ("停车收费吗", True)]),
        ("挂个号另外停车收费吗", [("挂个号", False), ("停车收费吗", True)]),
        ("挂个号。对了，停车收费吗", [("挂个号", False), ("停车收费吗", True)]),
        ("骨科还有号吗", [("骨科还有号吗", False)]),
        ("换另外一个医生", [("换另外一个医生", False)]),
        ("血压140.5高吗", [("血压140.5高吗", False)]),
        ("能吃吗帮我挂个号", [("能吃吗", False), ("帮我挂个号", False)]),
        ("挂个号，然后再帮我查停车费", [("挂个号", False), ("帮我查停车费", True)]),
        ("挂个号另外再帮我看报告", [("挂个号", False), ("看报告", True)]),
        ("头晕，还想问一下停车收费吗", [("头晕", False), ("停车收费吗", True)]),
        ("", []),
    ],
)
def test_pieces_and_whether_they_turn(text: str, pieces: list[tuple[str, bool]]) -> None:
    assert [(one.text, one.turns) for one in clauses_of(text)] == pieces


def test_pieces_know_where_they_begin() -> None:
    text = "挂个号，另外停车收费吗"
    assert [text[one.start :] for one in clauses_of(text)] == [text, "另外停车收费吗"]


def test_a_story_is_not_cut() -> None:
    assert clauses_of("头疼，" * LONGEST) == ()


@pytest.mark.parametrize("text", ["另外" * 140, "，" * 290, "还" * 290, "吗" * 290, "帮我" * 145])
def test_nonsense_is_cut_into_few(text: str) -> None:
    assert len(clauses_of(text)) <= 10


@pytest.mark.parametrize("text", ["能吃吗", "周日有专家号没", "伤不伤胃", "饭前还是饭后", "多少钱", "怎么走", "骨科呢"])
def test_questions(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["帮我挂号", "我头疼三天了", "明天上午", "药吃过了", "还没", "没"])
def test_no_questions(text: str) -> None:
    assert not asks(text)
