"""`xinglin sig`: JSON lines in, FHIR Dosages out."""

import json
from datetime import datetime
from typing import Any

import pytest
from click.testing import CliRunner

from deploy.sig_cli import names_in, sig, sig_lines
from knowledge.drug_names import load_drug_book
from schedules.clock import SHANGHAI

AT = "2026-03-01T10:00:00+08:00"
THREE = (
    "缬沙坦80mg，每天早上一次；阿莫西林每日三次，每次0.5g，饭后半小时，连服7天；"
    "布洛芬发热时吃，间隔至少6小时，一天不超过4次"
)


def run(*lines: str, at: str = AT) -> list[dict[str, Any]]:
    result = CliRunner().invoke(sig, ["--at", at], input="\n".join(lines))
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def said(text: str, **more: str) -> str:
    return json.dumps({"text": text, **more}, ensure_ascii=False)


def test_one_drug_is_one_dosage() -> None:
    (found,) = run(said("阿莫西林胶囊0.25g*24粒，每次2粒，每日三次，饭后半小时，连服7天"))
    assert list(found) == ["text", "valid", "problems", "drug", "regimen", "read_back"]
    assert (found["valid"], found["problems"], found["drug"]) == (True, [], "阿莫西林胶囊")
    assert found["regimen"] == {
        "text": "阿莫西林胶囊：每天3次，饭后30分钟，从2026年3月1日10:00开始，连服7天，每次2粒",
        "timing": {
            "repeat": {
                "boundsPeriod": {"start": "2026-03-01T10:00:00+08:00", "end": "2026-03-08T09:59:00+08:00"},
                "frequency": 3, "period": 1, "periodUnit": "d", "when": ["PC"], "offset": 30,
            }
        },
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "粒"}}],
    }  # fmt: skip
    assert found["read_back"] == found["regimen"]["text"]


def test_several_drugs_are_all_told() -> None:
    (found,) = run(said(THREE))
    assert found["valid"] and found["drug"] == "缬沙坦" and found["regimen"] == found["regimens"][0]["dosage"][0]
    assert [one["drug"] for one in found["regimens"]] == ["缬沙坦", "阿莫西林", "布洛芬"]
    fever = found["regimens"][2]["dosage"][0]
    assert fever["asNeededCodeableConcept"] == {"text": "发热"}
    assert fever["timing"]["repeat"] == {"period": 6, "periodUnit": "h"}


def test_the_steps_of_a_taper_are_numbered() -> None:
    (found,) = run(said("泼尼松 30mg 每天一次 连服7天，之后每周减10mg 直到停药"))
    (one,) = found["regimens"]
    assert [dosage["sequence"] for dosage in one["dosage"]] == [1, 2, 3]
    assert [dosage["doseAndRate"][0]["doseQuantity"]["value"] for dosage in one["dosage"]] == [30, 20, 10]


def test_limits_of_a_day_stand_in_the_dosage() -> None:
    (found,) = run(said("布洛芬发热时吃1片，一天不超过4片"))
    a_day = {"value": 1, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    assert found["regimen"]["maxDosePerPeriod"] == {"numerator": {"value": 4, "unit": "片"}, "denominator": a_day}
    assert found["regimen"]["doseAndRate"] == [{"doseQuantity": {"value": 1, "unit": "片"}}]


def test_what_cannot_be_kept_is_refused_in_words() -> None:
    lines = ("阿莫西林 每次0片 一天三次", "头孢克肟每次1.5mg/kg一天2次", "阿莫西林一天25:00吃", "", "你好", "药" * 5001)
    for found in run(*map(said, lines)):
        assert not found["valid"] and found["regimen"] is None and found["read_back"] == ""
        assert all(problem.endswith(("。", "？")) for problem in found["problems"]) and found["problems"]


def test_the_line_may_carry_its_own_instant() -> None:
    early, late = run(said("每天一次，从明天开始"), said("每天一次，从明天开始", at="2026-05-01T09:00:00"))
    starts = [one["regimen"]["timing"]["repeat"]["boundsPeriod"]["start"] for one in (early, late)]
    assert starts == ["2026-03-02", "2026-05-02"]


BROKEN = ["{", "[]", "3", '{"text": 1}', '{"at": "2026-01-01"}', '{"text": "qd", "at": "morgen"}', "[" * 100_000]


def test_a_broken_line_says_so_and_the_next_is_answered() -> None:
    found = run(*(line for broken in BROKEN for line in (broken, said("一天三次"))))
    assert len(found) == 2 * len(BROKEN)
    assert all(not one["valid"] and "JSON" in one["problems"][0] for one in found[::2])
    assert all(one["valid"] for one in found[1::2])


def test_a_wrong_instant_is_refused() -> None:
    result = CliRunner().invoke(sig, ["--at", "gestern"], input="")
    assert result.exit_code == 2 and "ISO 8601" in result.output


@pytest.mark.parametrize("text", ["拜阿司匹灵 100mg qd", "ＱＤ拜阿司匹灵１００ｍｇ", "㎎ 拜阿司匹灵 qd", "拜阿司匹灵"])
def test_the_finder_gives_names_as_written(text: str) -> None:
    assert [text[start:end] for _, start, end in names_in(load_drug_book())(text)] == ["拜阿司匹灵"]


def test_lines_are_read_without_a_book_too() -> None:
    (found,) = sig_lines([said("缬沙坦80mg qd")], datetime(2026, 3, 1, tzinfo=SHANGHAI))
    assert found["read_back"] == "缬沙坦：每天1次，每次80mg"
