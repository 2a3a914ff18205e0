"""`xinglin interactions`: names as people write them, foods too; what is not known is said."""

import json

import pytest
from click.testing import CliRunner

from deploy.cli import main
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.interactions import InteractionTable, Severity, load_interactions
from knowledge.together import check_together


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


@pytest.fixture(scope="module")
def table() -> InteractionTable:
    return load_interactions()


def _tell(*arguments: str, lines: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, ["interactions", *arguments], input=lines)
    return result.exit_code, result.output


def test_brands_are_checked_and_told_by_the_names_asked() -> None:
    code, said = _tell("华法林", "芬必得")
    assert code == 0
    assert "【有严重风险】华法林＋芬必得" in said and "说明书" in said


def test_silence_is_not_called_safe() -> None:
    code, said = _tell("叶酸", "乳果糖")
    assert (code, "不等于" in said) == (0, True)


def test_a_pair_as_data_names_everything() -> None:
    code, said = _tell("--json", "华法林", "芬必得")
    (pair,) = json.loads(said)["pairs"]
    assert (code, pair["a"], pair["b"], pair["severity"]) == (0, "华法林", "芬必得", "major")
    assert pair["mechanism"] and pair["advice"]
    assert set(pair["source"]) == {"title", "publisher", "reviewed"}


def test_json_lines_one_answer_a_line_and_a_broken_line_does_not_stop_the_rest() -> None:
    lines = '{"drugs": ["甲硝唑", "白酒"]}\n{oops\n{"drugs": "华法林"}\n{"drugs": []}\n{"drugs": ["泰诺", "快克"]}\n'
    code, said = _tell(lines=lines)
    first, *broken, empty, last = map(json.loads, said.splitlines())
    assert code == 1
    assert first["pairs"][0]["severity"] == "contraindicated"
    assert all(set(one) == {"error"} for one in broken) and len(broken) == 2
    assert empty == {"pairs": [], "duplicates": [], "unknown": [], "unclear": []}
    assert {"ingredient": "对乙酰氨基酚", "drugs": ["泰诺", "快克"], "daily_max": "2g"} in last["duplicates"]


@pytest.mark.parametrize("name", ["洛伐他汀", "地塞米松滴眼液", "没有这种药", "阿莫西"])
def test_what_is_not_known_is_said_and_changes_the_exit_code(name: str) -> None:
    code, said = _tell("--json", name, "华法林")
    assert (code, json.loads(said)["unknown"]) == (1, [name])


def test_a_guess_is_asked_back_and_not_checked(book: DrugBook, table: InteractionTable) -> None:
    found = check_together(book, table, ["阿莫西", "甲氨蝶呤"])
    assert found.pairs == ()
    assert [one.name for one in found.unclear] == ["阿莫西"]
    assert "阿莫西：您是指" in _tell("阿莫西", "甲氨蝶呤")[1]


def test_a_shared_name_is_told_what_any_of_its_drugs_does(book: DrugBook, table: InteractionTable) -> None:
    found = check_together(book, table, ["他汀", "克拉霉素"])
    assert found.pairs[0].severity is Severity.CONTRAINDICATED
    assert {(one.a, one.b) for one in found.pairs} == {("他汀", "克拉霉素")}
    assert len({one.rule for one in found.pairs}) == len(found.pairs)
    assert [one.name for one in found.unclear] == ["他汀"]
    assert check_together(book, table, ["头孢"]).pairs == ()


def test_one_drug_under_several_names_is_a_duplicate(book: DrugBook, table: InteractionTable) -> None:
    found = check_together(book, table, ["芬必得", "美林", " 布洛芬 ", "芬必得", ""])
    assert [(one.ingredient, one.drugs) for one in found.duplicates] == [("布洛芬", ("芬必得", "美林", "布洛芬"))]
    assert found.pairs == ()


def test_foods_on_either_side_and_remedies_without_a_name(book: DrugBook, table: InteractionTable) -> None:
    for names in (["西柚汁", "辛伐他汀"], ["辛伐他汀", "西柚汁"]):
        (pair,) = check_together(book, table, names).pairs
        assert (pair.a, pair.b, pair.severity) == (*names, Severity.MAJOR)
    for remedy in ("壮阳药", "伐地那非", "伟哥"):
        assert check_together(book, table, [remedy, "硝酸甘油"]).pairs[0].severity is Severity.CONTRAINDICATED
    assert check_together(book, table, ["伐地那非"]).unknown == ("伐地那非",)
    assert check_together(book, table, ["白酒", "咖啡"]).pairs == ()


def test_fifty_at_once(book: DrugBook, table: InteractionTable) -> None:
    names = [drug.name for drug in list(book)[:50]]
    found = check_together(book, table, names)
    order = list(Severity)
    assert [order.index(one.severity) for one in found.pairs] == sorted(
        order.index(one.severity) for one in found.pairs
    )
    assert found.pairs and not found.unknown
