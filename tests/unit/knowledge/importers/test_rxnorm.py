"""RxNorm's pipe files: ingredients with their salts and brands; a brand of two ingredients is neither's name."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from knowledge.importers.records import Kind, Step, UnreadableError
from knowledge.importers.rxnorm import read_rxnorm
from tests.unit.knowledge.importers.conftest import Told, Write, concept, relation

Telling = Callable[[Iterable[Step]], Told]
CONCEPTS = "".join(
    (
        concept("10", "IN", "lowerine"),
        concept("10", "TMSY", "lowerINE"),
        concept("10", "SU", "LOWERINE FROM ELSEWHERE", source="MTHSPL"),
        concept("11", "IN", "drainamide"),
        concept("12", "IN", "withdrawnil", suppress="O"),
        concept("20", "PIN", "lowerine maleate"),
        concept("30", "BN", "Lowbrand"),
        concept("31", "BN", "Duobrand"),
        concept("40", "MIN", "drainamide / lowerine"),
        concept("100", "SCD", "lowerine 5 MG Oral Tablet"),
        concept("101", "SBD", "lowerine 5 MG Oral Tablet [Lowbrand]"),
    )
)
RELATIONS = "".join(
    (
        relation("10", "form_of", "20"),
        relation("10", "tradename_of", "30"),
        relation("30", "has_tradename", "10"),
        relation("31", "has_tradename", "10"),  # this pair stands in the file the other way round only
        relation("11", "tradename_of", "31"),
        relation("10", "has_part", "40"),
        relation("11", "has_part", "40"),
        relation("10", "has_ingredient", "50"),
        relation("50", "consists_of", "100"),
        relation("100", "tradename_of", "101"),
        relation("30", "has_ingredient", "101"),
        relation("10", "isa", "100"),
    )
)


@pytest.fixture
def folder(write: Write) -> Path:
    write("rx/rrf/RXNREL.RRF", RELATIONS)
    return write("rx/rrf/RXNCONSO.RRF", CONCEPTS).parent.parent


def test_an_ingredient_has_its_salts_and_its_own_brands(folder: Path, told: Telling) -> None:
    read = told(read_rxnorm(folder))
    names = read.all(Kind.NAME)
    assert names["10"].names == ("lowerine", "lowerINE", "lowerine maleate", "Lowbrand")
    assert names["11"].names == ("drainamide",), "Duobrand is a compound"
    assert "12" not in names, "suppressed"
    assert read.problems == []


def test_compounds_and_products_name_their_ingredients(folder: Path, told: Telling) -> None:
    names = told(read_rxnorm(folder)).all(Kind.NAME)
    made_of = {key: (one.data["type"], one.data["ingredients"]) for key, one in names.items()}
    both = ("drainamide", "lowerine")
    assert made_of == {
        "10": ("ingredient", ("lowerine",)),
        "11": ("ingredient", ("drainamide",)),
        "31": ("brand", both),
        "40": ("mixture", both),
        "100": ("product", ("lowerine",)),
        "101": ("product", ("lowerine",)),
    }
    assert names["101"].names == (), "products are looked up by rxcui"


def test_the_zip_holds_a_smaller_copy_below(pack: Callable[[str, Mapping[str, str]], Path], told: Telling) -> None:
    file = pack(
        "RxNorm_full.zip",
        {
            "prescribe/rrf/RXNCONSO.RRF": concept("99", "IN", "the copy"),
            "prescribe/rrf/RXNREL.RRF": "",
            "rrf/RXNCONSO.RRF": CONCEPTS,
            "rrf/RXNREL.RRF": RELATIONS,
        },
    )
    assert set(told(read_rxnorm(file)).all(Kind.NAME)) == {"10", "11", "31", "40", "100", "101"}


def test_without_relations_ingredients_alone(write: Write, told: Telling) -> None:
    read = told(read_rxnorm(write("RXNCONSO.RRF", CONCEPTS)))
    assert [one.where for one in read.problems] == ["RXNREL.RRF"]
    assert {"10", "11"} <= set(read.all(Kind.NAME)) and "30" not in read.all(Kind.NAME)


def test_bad_rows_are_named_and_going_on_gives_what_was_left(write: Write, told: Telling) -> None:
    broken = concept("10", "IN", "lowerine") + "10|ENG|half\n" + concept("11", "IN", "drainamide")
    file = write("RXNCONSO.RRF", broken.encode() + b"\xff\xfe|\n")
    write("RXNREL.RRF", RELATIONS + "10|cut")
    read = told(read_rxnorm(file))
    assert [(one.where, one.what) for one in read.problems] == [
        ("RXNCONSO.RRF 第 2 行", "应有 18 列，实有 2 列"),
        ("RXNCONSO.RRF 第 4 行", "不是 UTF-8 文字"),
        ("RXNREL.RRF 第 13 行", "应有 16 列，实有 1 列"),
    ]
    assert len(read.all(Kind.NAME)) == 2
    for done, step in enumerate(read.steps, 1):
        assert list(read_rxnorm(file, step.position)) == read.steps[done:]


def test_a_row_without_end_is_not_read_into_memory(write: Write, told: Telling) -> None:
    read = told(read_rxnorm(write("RXNCONSO.RRF", concept("10", "IN", "lowerine") + "x" * 250_000)))
    assert [one.where for one in read.problems][:3] == [f"RXNCONSO.RRF 第 {row} 行" for row in (2, 3, 4)]


@pytest.mark.parametrize("name", ["RXNCONSO.RRF", "other.txt", "empty.zip"])
def test_another_file_is_refused_in_words(name: str, write: Write) -> None:
    with pytest.raises(UnreadableError, match="不是"):
        list(read_rxnorm(write(name, "name,price\n" * 200)))


def test_a_folder_without_the_concepts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"没有 RXNCONSO\.RRF"):
        list(read_rxnorm(tmp_path))
