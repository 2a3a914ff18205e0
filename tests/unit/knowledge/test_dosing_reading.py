"""Reading the rules for reminders: what is broken is named."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.dosing_reading import load_dosing_rules
from knowledge.dosing_rules import DosingRules
from knowledge.ingredients import Ingredients, load_ingredients
from knowledge.yamlfile import BadDataError

HOUR = timedelta(hours=1)


@cache
def known() -> Ingredients:
    return load_ingredients()


def _read(folder: Path, **change: Any) -> DosingRules:
    rule = {"of": ["warfarin"], "late": "half", "source": "a"} | change
    raw = {
        "reviewed": "2026-11-21",
        "sources": {"a": {"title": "甲", "publisher": "乙"}},
        "words": {"half": "近就补。", "hours": "{n}小时。"},
        "rules": {"one": {key: value for key, value in rule.items() if value is not None}},
    }
    (folder / "dosing_rules.yml").write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return load_dosing_rules(folder, known())


def test_a_rule_is_read_with_the_usual_words(tmp_path: Path) -> None:
    rule = _read(tmp_path, late={"hours": 5}, least_gap_h=2, critical="要紧。", night=True).of(["warfarin"])
    assert (rule.words, rule.least_gap, rule.why_critical, rule.night) == ("5小时。", 2 * HOUR, "要紧。", True)
    assert [one.title for one in rule.sources] == ["甲"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"of": ["dragon-scale"]}, "dragon-scale"),
        ({"of": None}, "no medicine"),
        ({"late": None}, "late"),
        ({"late": "sometimes"}, "sometimes"),
        ({"late": "hours"}, "how many"),
        ({"late": {"hours": 0}}, "0"),
        ({"late": {"hours": 1.5}}, r"1\.5"),
        ({"late": {"hours": True}}, "True"),
        ({"late": {"hours": 1, "half": 2}}, "dosing_rules"),
        ({"late": "never"}, "never"),
        ({"least_gap_h": -1}, "-1"),
        ({"night": "yes"}, "night"),
        ({"critical": True}, "True"),
        ({"words": "没有句号"}, "sentence"),
        ({"source": "b"}, "b"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    with pytest.raises(BadDataError, match=named):
        _read(tmp_path, **change)


def test_two_rules_for_one_medicine_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match="two rules for warfarin"):
        _read(tmp_path, of=["warfarin", "warfarin"])


def test_a_table_without_its_parts_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dosing_rules.yml").write_text("rules: {}\n", encoding="utf-8")
    with pytest.raises(BadDataError, match="dosing_rules"):
        load_dosing_rules(tmp_path, known())
