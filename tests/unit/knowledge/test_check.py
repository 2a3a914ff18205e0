"""The gap finder: the shipped data has no gap, and each kind of gap is found in bad data."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.check import find_gaps
from knowledge.check_cli import main
from knowledge.gaps import Gap, GapKind
from knowledge.yamlfile import DATA, read_yaml

TODAY = date(2026, 11, 21)
Edit = Callable[[list[dict[str, Any]]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of one small family with everything the checker needs."""
    for name in ("ingredients.yml", "classes.yml", "works.yml", "other_names.yml"):
        shutil.copy(DATA / name, tmp_path / name)
    shutil.copytree(DATA / "interactions", tmp_path / "interactions")
    (tmp_path / "drugs").mkdir()
    shutil.copy(DATA / "drugs" / "pain_and_cold.yml", tmp_path / "drugs")
    return tmp_path


def _edit(folder: Path, change: Edit) -> list[Gap]:
    path = folder / "drugs" / "pain_and_cold.yml"
    entries = read_yaml(path)
    change(entries)
    path.write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")
    return _to_mend(folder)


def _to_mend(folder: Path, today: date = TODAY) -> list[Gap]:
    """What is found, without what waits for a second reader."""
    return [gap for gap in find_gaps(folder, today=today) if gap.kind not in {GapKind.UNREAD, GapKind.SOUNDS_ALIKE}]


def _unsign(entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        entry.pop("read_by", None)


def _unread(folder: Path) -> list[Gap]:
    return [gap for gap in find_gaps(folder, today=TODAY) if gap.kind is GapKind.UNREAD]


def test_the_shipped_data_has_no_gap() -> None:
    assert _to_mend(DATA) == []


def test_the_copy_has_no_gap(folder: Path) -> None:
    assert _to_mend(folder) == []


@pytest.mark.parametrize("missing", ["usage", "alcohol", "missed_dose", "lactation"])
def test_missing_statement(folder: Path, missing: str) -> None:
    gaps = _edit(folder, lambda entries: entries[0]["says"].pop(missing))
    assert gaps == [Gap(GapKind.MISSING_STATEMENT, "pain_and_cold.yml: paracetamol", missing)]


def test_what_is_written_as_unknown_or_said_by_the_class_is_not_missing(folder: Path) -> None:
    def change(entries: list[dict[str, Any]]) -> None:
        entries[0]["says"]["food"] = "unknown"
        del entries[1]["says"]["caution"]

    assert _edit(folder, change) == []


@pytest.mark.parametrize("empty", ["无", "不详", "Unknown to us", ""])
def test_words_that_say_nothing_are_refused(folder: Path, empty: str) -> None:
    gaps = _edit(folder, lambda entries: entries[0]["says"].update(food=empty))
    assert {gap.kind for gap in gaps} <= {GapKind.SCHEMA, GapKind.MISSING_STATEMENT}
    assert gaps


def test_missing_doses(folder: Path) -> None:
    assert [gap.kind for gap in _edit(folder, lambda entries: entries[1].pop("doses"))] == [GapKind.MISSING_DOSE]
    assert _edit(folder, lambda entries: entries[1].update(doses="by doctor")) == []


def test_missing_second_reader(folder: Path) -> None:
    _edit(folder, _unsign)
    unread = _unread(folder)
    assert len(unread) == len(read_yaml(folder / "drugs" / "pain_and_cold.yml"))
    _edit(folder, lambda entries: entries[0].update(read_by={"second": "2026-11-21"}))
    assert _unread(folder) == unread[1:]


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.update({"class": "dragon"}),
        lambda entry: entry["sources"].update({"bnf": "2026-11-21"}),
        lambda entry: entry.update({"from": {"food": "nowhere"}}),
    ],
    ids=["class", "work", "source"],
)
def test_unknown_ids(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    gaps = _edit(folder, lambda entries: change(entries[1]))
    assert [gap.kind for gap in gaps] == [GapKind.UNKNOWN_ID]


def test_unknown_ingredient(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["ingredients"].append({"id": "unobtainium"}))
    assert gaps == [Gap(GapKind.UNKNOWN_ID, "pain_and_cold.yml: ibuprofen", "ingredient unobtainium")]


def test_name_of_another_drug(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["aliases"].append("泰诺林"))
    assert [gap.kind for gap in gaps] == [GapKind.COLLIDING_NAME]
    assert "泰诺林" in gaps[0].what


def test_name_that_is_declared_shared_elsewhere(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["brands"].append("百服宁"))
    assert [gap.kind for gap in gaps] == [GapKind.COLLIDING_NAME]


def test_name_listed_as_another_drug(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["aliases"].append("洛伐他汀"))
    assert [gap.kind for gap in gaps] == [GapKind.COLLIDING_NAME]


def test_same_id_twice(folder: Path) -> None:
    shutil.copy(folder / "drugs" / "pain_and_cold.yml", folder / "drugs" / "zz.yml")
    gaps = _to_mend(folder)
    assert any("id paracetamol" in gap.what for gap in gaps)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.update(daily_max={"ibuprofen": "4g"}),
        lambda entry: _doses(entry, {"who": "adult", "each": ["200mg", "800mg"], "times": [3, 4]}),
        lambda entry: _doses(entry, {"who": "adult", "each": ["300mg", "200mg"], "times": [1, 2]}),
        lambda entry: _doses(entry, {"who": "adult", "each": "200mg", "times": [3, 1]}),
        lambda entry: _doses(entry, {"who": "adult", "each": "200mg", "times": 4, "max": "600mg"}),
        lambda entry: entry["doses"].append({"who": "child", "each": "600mg", "times": 1}),
        lambda entry: entry["doses"].append({"who": "renal", "each": "400mg", "times": [4, 4]}),
        lambda entry: entry.update(
            doses=[{"who": "adult", "each": "70mg", "times": 1}], forms=[{"form": "片剂", "strengths": ["100mg"]}]
        ),
    ],
    ids=[
        "above the ingredient",
        "above the day",
        "backwards",
        "times backwards",
        "above its own",
        "child",
        "renal",
        "strength",
    ],
)
def test_contradictory_dose(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    gaps = _edit(folder, lambda entries: change(entries[1]))
    assert gaps
    assert {gap.kind for gap in gaps} == {GapKind.CONTRADICTORY_DOSE}


@pytest.mark.parametrize(
    ("told", "contradicts"), [("大人一次2克，每天1次。", True), ("一片400毫克。", False), ("凭处方可用到3克。", False)]
)
def test_words_do_not_tell_more_than_the_daily_maximum(folder: Path, told: str, contradicts: bool) -> None:
    gaps = _edit(folder, lambda entries: entries[1]["says"].update(usage=told))
    assert [gap.kind for gap in gaps] == [GapKind.CONTRADICTORY_DOSE] * contradicts


def test_pieces_of_a_compound_are_counted_by_ingredient(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: _doses(entries[4], {"who": "adult", "each": "3片", "times": 3}))
    assert any("paracetamol" in gap.what for gap in gaps), gaps


def test_the_same_limit_in_another_unit_does_not_contradict(folder: Path) -> None:
    assert _edit(folder, lambda entries: entries[0].update(daily_max={"paracetamol": "2000mg"})) == []


def test_otc_drug_without_limit(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[1].pop("daily_max"))
    assert gaps == [Gap(GapKind.MISSING_LIMIT, "pain_and_cold.yml: ibuprofen", "daily_max")]


@pytest.mark.parametrize("reviewed", [date(2024, 1, 1), date(2027, 1, 1)])
def test_review_out_of_date_or_in_the_future(folder: Path, reviewed: date) -> None:
    gaps = _edit(folder, lambda entries: entries[2]["sources"]["label"].update(reviewed=reviewed.isoformat()))
    assert [(gap.kind, gap.where) for gap in gaps] == [(GapKind.EXPIRED_REVIEW, "pain_and_cold.yml: diclofenac")]


def test_all_reviews_expire_with_time() -> None:
    gaps = _to_mend(DATA, today=date(2030, 1, 1))
    assert {gap.kind for gap in gaps} == {GapKind.EXPIRED_REVIEW}
    assert len(gaps) > 60


def test_schema_violations(folder: Path) -> None:
    gaps = _edit(folder, lambda entries: entries[0].update(otc="也许", dose="随便"))
    assert {gap.kind for gap in gaps} == {GapKind.SCHEMA}
    assert len(gaps) == 2


def test_broken_files_are_named(folder: Path) -> None:
    (folder / "drugs" / "broken.yml").write_text("- {id: [", encoding="utf-8")
    (folder / "interactions" / "broken.yml").write_text("rules: 3", encoding="utf-8")
    assert {(gap.kind, gap.where) for gap in _to_mend(folder)} == {
        (GapKind.UNREADABLE, "broken.yml"),
        (GapKind.SCHEMA, "broken.yml"),
    }


def test_missing_vocabulary_is_said(folder: Path) -> None:
    (folder / "ingredients.yml").unlink()
    assert [gap.kind for gap in find_gaps(folder, today=TODAY)] == [GapKind.UNREADABLE]


def test_bad_rules(folder: Path) -> None:
    path = folder / "interactions" / "other.yml"
    raw = read_yaml(path)
    raw["rules"][0]["a"] = ["dragon-scale"]
    raw["rules"][1]["id"] = raw["rules"][2]["id"]
    raw["rules"][3]["severity"] = "deadly"
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    kinds = [gap.kind for gap in _to_mend(folder)]
    assert sorted(kinds) == [GapKind.COLLIDING_NAME, GapKind.SCHEMA, GapKind.UNKNOWN_ID]


def test_the_command_fails_on_gaps_and_tells_them_in_both_ways(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(folder, _unsign)
    assert main(["--data", str(folder)]) == 1
    assert "unread" in capsys.readouterr().out
    assert main(["--data", str(folder), "--allow", "unread"]) == 0
    assert "no gaps" in capsys.readouterr().out
    assert main(["--data", str(folder), "--only", "pain", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["entries"] == len(told["gaps"]) == told["statements"]["usage"]["said"]


def _doses(entry: dict[str, Any], *rows: dict[str, Any]) -> None:
    entry["doses"] = list(rows)
