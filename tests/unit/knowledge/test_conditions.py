"""Drugs and illnesses: an entry's own words decide, found by what people call the illness."""

from functools import cache
from pathlib import Path

import pytest

from knowledge.conditions import Conditions, load_conditions, of_condition
from knowledge.drug_names import DrugBook, load_drug_book
from knowledge.interactions import Interaction, Severity, load_interactions
from knowledge.together import check_together
from knowledge.together_answer import as_data, in_words
from knowledge.yamlfile import BadDataError


@cache
def book() -> DrugBook:
    return load_drug_book()


@cache
def conditions() -> Conditions:
    return load_conditions()


def of(drug: str, illness: str) -> Interaction | None:
    found, condition = book().find(drug).drug, conditions().find(illness)
    assert found
    assert condition
    return of_condition(found, condition)


@pytest.mark.parametrize(
    ("drug", "illness", "severity"),
    [
        ("布洛芬", "胃出血", Severity.CONTRAINDICATED),
        ("普萘洛尔", "哮喘", Severity.CONTRAINDICATED),
        ("阿莫西林", "青霉素过敏", Severity.CONTRAINDICATED),
        ("螺内酯", "高血钾", Severity.CONTRAINDICATED),
        ("华法林", "怀孕", Severity.CONTRAINDICATED),
        ("对乙酰氨基酚", "肝硬化", Severity.MAJOR),
        ("扑尔敏", "闭角型青光眼", Severity.MODERATE),
        ("甘草片", "血压高", Severity.MODERATE),
    ],
)
def test_what_the_entry_forbids_or_warns_of(drug: str, illness: str, severity: Severity) -> None:
    found = of(drug, illness)
    assert found
    assert found.severity is severity
    assert found.mechanism
    assert found.source.title


@pytest.mark.parametrize(("drug", "illness"), [("二甲双胍", "糖尿病"), ("氨氯地平", "高血压"), ("奥美拉唑", "胃溃疡")])
def test_what_a_drug_is_for_is_no_reason_against_it(drug: str, illness: str) -> None:
    found = of(drug, illness)
    assert found is None or found.severity is Severity.MODERATE


def test_an_illness_among_the_names_is_told_with_every_drug() -> None:
    found = check_together(book(), load_interactions(), ["芬必得", "胃溃疡", "心得安"], conditions())
    assert found.unknown == ()
    assert [(one.a, one.b) for one in found.pairs if one.rule.startswith("condition:")] == [("芬必得", "胃溃疡")]
    assert "胃溃疡" in in_words(found)
    assert "。。" not in in_words(found)
    assert as_data(found)["pairs"][0]["severity"] == "contraindicated"


def test_without_conditions_an_illness_is_unknown() -> None:
    assert check_together(book(), load_interactions(), ["布洛芬", "胃溃疡"]).unknown == ("胃溃疡",)


def test_no_drug_and_no_food_goes_by_the_name_of_an_illness() -> None:
    table = load_interactions()
    names = [name for drug in book() for name in (drug.name, *drug.brands, *drug.aliases)]
    assert [name for name in names if conditions().find(name)] == []
    assert not any(table.ingredients.substances_in(name) for name in ("胃溃疡", "哮喘", "怀孕"))


def test_a_broken_pattern_is_named(tmp_path: Path) -> None:
    (tmp_path / "conditions.yml").write_text("conditions:\n  - {id: x, names: [甲], said: '('}\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="x"):
        load_conditions(tmp_path)
