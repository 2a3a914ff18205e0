"""Drafts of cases from records: nobody is named in them, and nothing is believed that the record does not say."""

from datetime import date

import pytest
import yaml

from cases.drafting import DOUBT, draft, prompt, schema, scrubbed
from cases.library import read_yaml

RECORD = """姓名：王小二  住院号：A12345  电话 13912345678  身份证 110101199003078515
住址：某市某区某路8号  就诊日期：2025年3月4日
患者咳嗽、发热5天，体温最高39.2℃，无胸痛。"""
CHOICE = {
    "title": "中年男性，咳嗽发热五天", "specialty": "呼吸内科", "opening": "大夫，我咳了五天了。", "diagnosis": "肺炎",
    "facts": [
        {"id": "onset", "words": "咳了5天了。"},
        {"id": "fever_peak", "words": "最高烧到39.2。"},
        {"id": "smoking", "words": "一天抽20根。"},
    ],
    "denials": [{"id": "chest_pain", "words": "胸口不疼。"}],
    "investigations": [{"id": "vitals", "result": "体温39.2℃"}],
}  # fmt: skip


@pytest.mark.parametrize("secret", ["王小二", "A12345", "13912345678", "110101199003078515", "某路8号", "2025年3月4日"])
def test_what_points_at_a_person_is_taken_out(secret: str) -> None:
    assert secret not in scrubbed(RECORD)


def test_what_matters_is_kept() -> None:
    assert "39.2" in scrubbed(RECORD) and "无胸痛" in scrubbed(RECORD)


def test_a_draft_marks_what_the_record_does_not_say() -> None:
    text = draft("cough-09", scrubbed(RECORD), CHOICE, date(2026, 11, 22))
    raw = read_yaml(text)
    words = {each["id"]: each["words"][0] for each in raw["facts"]}
    assert words["smoking"].endswith(DOUBT) and not words["onset"].endswith(DOUBT)
    assert "review" not in raw and raw["key"]["diagnosis"]["truth"] == "肺炎"
    assert text.startswith("# 草稿")


def test_the_model_may_only_use_ids_of_the_catalogue() -> None:
    wanted = schema()["properties"]["facts"]["items"]["properties"]["id"]["enum"]
    assert "onset" in wanted and "nonsense" not in wanted
    assert "onset=" in prompt("")[0]["content"]


def test_a_bad_id_is_told() -> None:
    with pytest.raises(ValueError, match="小写"):
        draft("../x", RECORD, CHOICE, date(2026, 11, 22))
    assert yaml.safe_load(draft("ok-1", RECORD, CHOICE, date(2026, 11, 22)))["id"] == "ok-1"
