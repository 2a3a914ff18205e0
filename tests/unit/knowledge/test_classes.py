"""The class vocabulary: parents are inherited, and every id is used as what it is."""

from pathlib import Path

import pytest

from knowledge.classes import Classes, load_classes
from knowledge.drug_names import load_drug_book
from knowledge.ingredients import Ingredients, load_ingredients
from knowledge.sources import load_works
from knowledge.statements import Statement
from knowledge.yamlfile import BadDataError


@pytest.fixture(scope="module")
def ingredients() -> Ingredients:
    return load_ingredients()


def _classes(folder: Path, text: str) -> Classes:
    (folder / "classes.yml").write_text(text, encoding="utf-8")
    return load_classes(load_works(), folder)


def test_ancestors_come_nearest_first_and_once(tmp_path: Path) -> None:
    classes = _classes(tmp_path, "a: {name: 甲, parents: [b, c]}\nb: {name: 乙, parents: [c]}\nc: {name: 丙}\n")
    assert [one.id for one in classes.lineage("a")] == ["a", "b", "c"]


def test_a_circle_ends(tmp_path: Path) -> None:
    classes = _classes(tmp_path, "a: {name: 甲, parents: [b]}\nb: {name: 乙, parents: [a]}\n")
    assert [one.id for one in classes.lineage("a")] == ["a", "b"]


@pytest.mark.parametrize(
    "text", ["a: {name: 甲, parents: [z]}", "a: {parents: []}", "a: {name: 甲, says: {x: y}}", "- a"]
)
def test_broken_classes_are_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadDataError, match=r"classes\.yml"):
        _classes(tmp_path, text)


def test_rules_of_a_class_reach_the_members_of_its_children(ingredients: Ingredients) -> None:
    assert {"enalapril", "amlodipine", "hydrochlorothiazide"} <= set(ingredients.members("antihypertensive"))
    assert {"estazolam", "chlorphenamine"} <= set(ingredients.members("cns-depressant"))
    assert ingredients.members("warfarin") == ("warfarin",)
    assert ingredients.members("dragon-scale") == ()


def test_what_a_class_says_has_a_source(ingredients: Ingredients) -> None:
    speaking = [one for one in ingredients.classes if one.says]
    assert len(speaking) >= 10
    assert all(one.source is not None and set(one.says) <= set(Statement) for one in speaking)


def test_drugs_stand_under_classes_of_treatment_not_of_effect(ingredients: Ingredients) -> None:
    for drug in load_drug_book():
        assert ingredients.classes[drug.class_id].atc, (drug.id, drug.class_id)
