"""What `xinglin drug` tells: in words with numbered sources, as data without rounding."""

import json

import pytest
from click.testing import CliRunner

from deploy.cli import main
from knowledge import drug_answer
from knowledge.aspects import Aspect
from knowledge.drug_names import DrugBook, DrugMatch, load_drug_book
from knowledge.statements import LABELS, Statement


@pytest.fixture(scope="module")
def book() -> DrugBook:
    return load_drug_book()


def _tell(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["drug", *arguments])
    return result.exit_code, result.output


def test_every_label_is_there_once() -> None:
    assert set(LABELS) == set(Statement)
    assert set(drug_answer.ASPECT_LABELS) == set(Aspect)
    assert len(set(drug_answer.ASPECT_LABELS.values())) == len(Aspect)


def test_every_line_has_its_source(book: DrugBook) -> None:
    ibuprofen = book.get("ibuprofen")
    assert ibuprofen is not None
    words = drug_answer.in_words(ibuprofen)
    statements = [
        line for line in words.splitlines() if line.startswith(tuple(f"{label}：" for label in LABELS.values()))
    ]
    assert len(statements) == len(Statement)
    assert all(line.endswith("]") for line in statements)
    assert "[1] 国家药品监督管理局" in words and "[2] 中国国家处方集" in words
    assert "（非甾体抗炎药都这样）[1][2]" in words


def test_strengths_of_a_compound_are_kept_apart(book: DrugBook) -> None:
    ginkgo, amlodipine = book.get("ginkgo-leaf"), book.get("amlodipine")
    assert ginkgo is not None and amlodipine is not None
    assert "萜类内酯2.4mg，或每片含总黄酮醇苷19.2mg" in drug_answer.in_words(ginkgo)
    assert "片剂 2.5mg、5mg、10mg" in drug_answer.in_words(amlodipine)


def test_unknown_is_said_in_words_and_data(book: DrugBook) -> None:
    berberine = book.get("berberine")
    assert berberine is not None
    assert "肾功能不好：资料里没有写明" in drug_answer.in_words(berberine, Aspect.RENAL) + drug_answer.in_words(
        berberine
    )
    assert drug_answer.as_data(berberine)["statements"]["renal"] == {"status": "unknown", "said": []}
    answer = drug_answer.as_data(berberine, Aspect.RENAL)["answer"]
    assert (answer["status"], answer["sources"]) == ("unknown", [])


def test_the_whole_book_can_be_told_in_both_ways(book: DrugBook) -> None:
    for drug in book:
        assert drug.name in drug_answer.in_words(drug)
        for aspect in (None, *Aspect):
            json.dumps(drug_answer.as_data(drug, aspect))


@pytest.mark.parametrize("name", ["芬必得", "布洛坟", "buluofen", "Ibuprofen", "布洛芬片一天几次"])
def test_found_by_any_name(name: str) -> None:
    code, said = _tell(name, "--aspect", "crush", "--json")
    told = json.loads(said)
    assert (code, told["drug"]["id"], told["answer"]["aspect"]) == (0, "ibuprofen", "crush")
    assert told["answer"]["sources"][0]["reviewed"]


def test_amounts_are_decimal_text() -> None:
    _, said = _tell("华法林", "--json")
    assert json.loads(said)["drug"]["doses"] == []
    _, said = _tell("左甲状腺素", "--json")
    drug = json.loads(said)["drug"]
    assert drug["doses"][0]["each"] == ["25μg", "200μg"]
    assert drug["daily_max"] == {"levothyroxine": "300μg"}


def test_similar_names_are_asked_back() -> None:
    code, said = _tell("百服宁")
    assert code == 0
    assert said.startswith("您是指") and "还是" in said and said.strip().endswith("？")
    told = json.loads(_tell("百服宁", "--json")[1])
    assert told["found"] is False and len(told["candidates"]) == 2


def test_of_a_large_class_only_some_are_named(book: DrugBook) -> None:
    many = DrugMatch(None, tuple(book)[:30])
    said = drug_answer.which_of(many)
    assert said.startswith("有30种药都这样叫。") and said.count("、") < 30


@pytest.mark.parametrize("name", ["龙涎仙丹", "西沙必利", "", "😀", "x" * 5000])
def test_unknown_names_are_not_found(name: str) -> None:
    code, said = _tell(name)
    assert (code, said[:4]) == (1, "未找到：")
    code, said = _tell(name, "--json")
    assert code == 1 and json.loads(said)["found"] is False


def test_a_wrong_aspect_is_refused() -> None:
    assert _tell("布洛芬", "--aspect", "colour")[0] == 2
