"""`xinglin which` and `xinglin lab`: in words and as JSON, and what they do with words nobody understands."""

import json

import pytest
from click.testing import CliRunner, Result

from deploy.graph_cli import lab, which


def run_which(*arguments: str) -> Result:
    return CliRunner().invoke(which, arguments)


def run_lab(*arguments: str) -> Result:
    return CliRunner().invoke(lab, arguments)


def test_which_of_these_raise_potassium() -> None:
    told = run_which("升高血钾", "缬沙坦", "螺内酯", "络活喜")
    assert told.exit_code == 0, told.output
    assert "螺内酯（常见）" in told.output and "没有记载氨氯地平" in told.output and "出处：" in told.output


def test_which_as_json_has_the_path() -> None:
    told = run_which("升高血钾", "代文", "--json")
    (answer,) = json.loads(told.output)["answers"]
    assert answer["found"][0]["path"] == ["缬沙坦", "缬沙坦", "沙坦类降压药", "血钾"]
    assert answer["found"][0]["edges"] == ["has_ingredient", "member_of", "raises"]


def test_without_names_classes_are_told() -> None:
    assert "普利类降压药" in run_which("引起咳嗽").output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("唱歌",), "没有看懂"),
        (("唱歌", "缬沙坦"), "没有看懂"),
        (("升高血钾", "祖传小黑丸"), "没有认出：祖传小黑丸"),
        (("升高血钾", "螺内酯", "祖传小黑丸"), "没有认出不等于不会"),
        (("升高血钾", "头孢"), "没有认出：头孢"),
        (("",), "没有看懂"),
    ],
)
def test_what_is_not_understood_is_said(arguments: tuple[str, ...], words: str) -> None:
    told = run_which(*arguments)
    assert told.exit_code == 1 and words in told.output


def test_an_unknown_name_does_not_hide_the_known_one() -> None:
    told = json.loads(run_which("升高血钾", "螺内酯", "祖传小黑丸", "--json").output)
    assert told["unknown"] == ["祖传小黑丸"] and told["answers"][0]["found"][0]["drug"]["name"] == "螺内酯"


def test_a_value_in_words_and_as_json() -> None:
    told = run_lab("肌酐", "130", "女", "65岁")
    assert told.exit_code == 0 and "偏高" in told.output and "WS/T 404.5" in told.output
    (found,) = json.loads(run_lab("血钾2.5", "--json").output)["findings"]
    assert found["verdict"] == "panic_low" and "急诊" in found["do"] and len(found["sources"]) == 2


@pytest.mark.parametrize("words", ["你好", "转氨酶", "", "血压150/95"])
def test_no_value_is_said_to_be_none(words: str) -> None:
    told = run_lab(words)
    assert told.exit_code == 1 and "没有看到" in told.output
