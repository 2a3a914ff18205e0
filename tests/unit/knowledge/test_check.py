"""The gap finder: the shipped data has no gap, and each kind of gap is found in bad data."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.check import Gap, GapKind, find_gaps
from knowledge.fast_yaml import DATA, load

TODAY = date(2026, 11, 21)
Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one small family with everything the checker needs."""
    for name in ("ingredients.yml", "other_names.yml"):
        shutil.copy(DATA / name, tmp_path / name)
    shutil.copytree(DATA / "interactions", tmp_path / "interactions")
    (tmp_path / "drugs").mkdir()
    shutil.copy(DATA / "drugs" / "pain_and_cold.yml", tmp_path / "drugs")
    return tmp_path


def _edit(folder: Path, change: Edit) -> list[Gap]:
    path = folder / "drugs" / "pain_and_cold.yml"
    entries = load(path)
    change(entries)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return find_gaps(folder, today=TODAY)


def test_the_shipped_data_has_no_gap() -> None:
    assert find_gaps(today=TODAY) == []


def test_the_copy_has_no_gap(folder: Path) -> None:
    assert find_gaps(folder, today=TODAY) == []


@pytest.mark.parametrize("missing", ["usage", "alcohol", "missed_dose"])
def test_missing_aspect(folder: Path, missing: str) -> None:
    gaps = _edit(folder, lambda entries: entries[0]["aspects"].pop(missing))
    assert gaps == [Gap(GapKind.MISSING_ASPECT, "pain_and_cold.yml: paracetamol", missing)]


def test_empty_aspect(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[0]["aspects"].update(storage=""))
    assert gaps == [Gap(GapKind.MISSING_ASPECT, "pain_and_cold.yml: paracetamol", "storage")]


def test_two_missing_aspects_are_two_gaps(folder: Path) -> None:
    def change(entries: list[dict[str, Any]]) -> None:
        del entries[1]["aspects"]["usage"], entries[1]["aspects"]["storage"]

    assert sorted(gap.what for gap in _edit(folder, change)) == ["storage", "usage"]


def test_unknown_ingredient(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["ingredients"].append({"id": "unobtainium"}))
    assert gaps == [Gap(GapKind.UNKNOWN_INGREDIENT, "pain_and_cold.yml: ibuprofen", "unobtainium")]


def test_name_of_another_drug(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["aliases"].append("泰诺林"))
    assert [gap.kind for gap in gaps] == [GapKind.COLLIDING_NAME]
    assert "泰诺林" in gaps[0].what


def test_name_that_is_declared_shared_elsewhere(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["brands"].append("百服宁"))
    assert [gap.kind for gap in gaps] == [GapKind.COLLIDING_NAME]


def test_name_listed_as_another_drug(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["aliases"].append("右布洛芬"))
    assert [gap.kind for gap in gaps] == [GapKind.COLLIDING_NAME]


def test_same_id_twice(folder: Path) -> None:
    shutil.copy(folder / "drugs" / "pain_and_cold.yml", folder / "drugs" / "zz.yml")
    gaps = find_gaps(folder, today=TODAY)
    assert any("id paracetamol" in gap.what for gap in gaps)


@pytest.mark.parametrize(
    "change",
    [
        lambda entries: entries[0].update(daily_max={"paracetamol": "4g"}),
        lambda entries: entries[4]["daily_max"].update(paracetamol="1500mg"),
        lambda entries: entries[1].update(adult_dose={"each": ["200mg", "800mg"], "times": [3, 4]}),
        lambda entries: entries[1].update(adult_dose={"each": ["300mg", "200mg"], "times": [1, 2]}),
        lambda entries: entries[1].update(adult_dose={"each": ["2片", "3片"], "times": [1, 2]}),
    ],
    ids=["above the ingredient", "two entries differ", "above the day", "backwards", "other unit"],
)
def test_contradictory_dose(folder: Path, change: Edit) -> None:
    gaps = _edit(folder, change)
    assert gaps
    assert {gap.kind for gap in gaps} == {GapKind.CONTRADICTORY_DOSE}


def test_the_same_limit_in_another_unit_does_not_contradict(folder: Path) -> None:
    assert _edit(folder, lambda entries: entries[0].update(daily_max={"paracetamol": "2000mg"})) == []


def test_otc_drug_without_limit(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1].pop("daily_max"))
    assert gaps == [Gap(GapKind.MISSING_LIMIT, "pain_and_cold.yml: ibuprofen", "daily_max")]


@pytest.mark.parametrize("reviewed", [date(2024, 1, 1), date(2027, 1, 1)])
def test_review_out_of_date_or_in_the_future(folder: Path, reviewed: date) -> None:
    gaps = _edit(folder, lambda entries: entries[2]["source"].update(reviewed=reviewed))
    assert [(gap.kind, gap.where) for gap in gaps] == [(GapKind.EXPIRED_REVIEW, "pain_and_cold.yml: diclofenac")]


def test_all_reviews_expire_with_time() -> None:
    gaps = find_gaps(today=date(2030, 1, 1))
    assert {gap.kind for gap in gaps} == {GapKind.EXPIRED_REVIEW}
    assert len(gaps) > 60


def test_schema_violations(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[0].update(otc="也许", dose="随便"))
    assert {gap.kind for gap in gaps} == {GapKind.SCHEMA}
    assert len(gaps) == 2


def test_broken_files_are_named(folder: Path) -> None:
    (folder / "drugs" / "broken.yml").write_text("- {id: [", encoding="utf-8")
    (folder / "interactions" / "broken.yml").write_text("rules: 3", encoding="utf-8")
    gaps = find_gaps(folder, today=TODAY)
    assert {(gap.kind, gap.where) for gap in gaps} == {
        (GapKind.UNREADABLE, "broken.yml"),
        (GapKind.SCHEMA, "broken.yml"),
    }


def test_missing_vocabulary_is_said(folder: Path) -> None:
    (folder / "ingredients.yml").unlink()
    assert [gap.kind for gap in find_gaps(folder, today=TODAY)] == [GapKind.UNREADABLE]


def test_bad_rules(folder: Path) -> None:
    path = folder / "interactions" / "other.yml"
    raw = load(path)
    raw["rules"][0]["a"] = ["dragon-scale"]
    raw["rules"][1]["id"] = raw["rules"][2]["id"]
    raw["rules"][3]["severity"] = "deadly"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    kinds = [gap.kind for gap in find_gaps(folder, today=TODAY)]
    assert sorted(kinds) == [GapKind.COLLIDING_NAME, GapKind.SCHEMA, GapKind.UNKNOWN_INGREDIENT]
