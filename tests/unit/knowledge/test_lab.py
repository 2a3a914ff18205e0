"""Lab items: the data is sane, values are found in sentences and judged exactly, and never surer than the words."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.clinic import Clinic
from knowledge.lab import Bounds, LabBook, load_lab
from knowledge.lab_answer import as_data, departments_of, in_words, sources_of, told
from knowledge.lab_judging import PANIC, Doubt, Verdict, judge_text
from knowledge.lab_reading import read_person, read_values
from knowledge.lab_units import unit_key
from knowledge.own_data import lay_over
from knowledge.yamlfile import DATA, BadDataError


@pytest.fixture(scope="module")
def book() -> LabBook:
    return load_lab()


def test_every_item_is_sane(book: LabBook, clinic: Clinic) -> None:
    departments = {one.id for one in clinic.departments}
    assert len(book) >= 60
    for one in book:
        assert one.source.title and one.source.publisher and set(one.departments) <= departments, one.id
        assert one.sign or (one.high and one.low and one.plausible[0] < one.plausible[1]), one.id
        limits = [limit for each in one.ranges for limit in (each.low, each.high) if limit is not None]
        assert all(one.plausible[0] <= limit <= one.plausible[1] for limit in limits), one.id
        assert all(each.low is None or each.high is None or each.low < each.high for each in one.ranges), one.id


def test_panic_lies_outside_every_range(book: LabBook) -> None:
    for one in book:
        panic = one.panic
        if panic is None:
            continue
        assert panic.do and panic.source.title, one.id
        for each in one.ranges:
            assert panic.low is None or each.low is None or panic.low < each.low, one.id
            assert panic.high is None or each.high is None or panic.high > each.high, one.id


JUDGED = [
    ("转氨酶80高吗", "alt", Verdict.HIGH),
    ("血钾3.1", "potassium", Verdict.LOW),
    ("血钾 3.0", "potassium", Verdict.PANIC_LOW),
    ("K+ 6.1mmol/L", "potassium", Verdict.PANIC_HIGH),
    ("血钾3.5", "potassium", Verdict.NORMAL),
    ("血钾5.3", "potassium", Verdict.NORMAL),
    ("血钾5.31", "potassium", Verdict.HIGH),
    ("尿酸520 男", "uric_acid", Verdict.HIGH),
    ("尿酸420", "uric_acid", Verdict.NORMAL),
    ("总胆固醇5.2", "cholesterol", Verdict.HIGH),
    ("总胆固醇5.19", "cholesterol", Verdict.NORMAL),
    ("肌酐 130", "creatinine", Verdict.HIGH),
    ("肌酐80，女，45岁", "creatinine", Verdict.HIGH),
    ("我爸65岁肌酐105", "creatinine", Verdict.NORMAL),
    ("血红蛋白85", "hemoglobin", Verdict.LOW),
    ("血色素58", "hemoglobin", Verdict.PANIC_LOW),
    ("血红蛋白 12.5g/dL 女", "hemoglobin", Verdict.NORMAL),
    ("白细胞12.5×10⁹/L", "wbc", Verdict.HIGH),
    ("白细胞 12500", "wbc", Verdict.HIGH),
    ("血小板6万", "platelets", Verdict.LOW),
    ("空腹血糖7.5正常吗", "glucose", Verdict.HIGH),
    ("饭后血糖7.5", "glucose", Verdict.NORMAL),
    ("血糖126mg/dl空腹", "glucose", Verdict.UNSURE),
    ("空腹血糖126mg/dl", "glucose", Verdict.HIGH),
    ("中性粒细胞百分比82", "neutrophil_share", Verdict.HIGH),
    ("中性粒细胞 82%", "neutrophil_share", Verdict.HIGH),
    ("尿蛋白2+是什么意思", "urine_protein", Verdict.POSITIVE),
    ("尿潜血（-）", "urine_blood", Verdict.NEGATIVE),
    ("大便隐血弱阳性", "stool_blood", Verdict.POSITIVE),
    ("ALT 80 U/L（参考范围 0-100）", "alt", Verdict.NORMAL),
    ("促甲状腺激素 8.5 (0.27~4.2)", "tsh", Verdict.HIGH),
    ("肌酐是 1.5mg/dL", "creatinine", Verdict.HIGH),
    ("糖化 7.2%", "hba1c", Verdict.HIGH),
    ("尿蛋白三个加", "urine_protein", Verdict.POSITIVE),
    ("FT49.8 (12-22)", "ft4", Verdict.LOW),
    ("t4低tsh 6.1(0.3-4.2)", "tsh", Verdict.HIGH),
]


@pytest.mark.parametrize(("text", "id", "verdict"), JUDGED)
def test_a_value_is_judged(book: LabBook, text: str, id: str, verdict: Verdict) -> None:
    (found,) = judge_text(text, book)
    assert (found.item.id, found.verdict) == (id, verdict)


DOUBTED = [
    ("TSH 8.5", Doubt.NO_RANGE),
    ("转氨酶45", Doubt.WHO),
    ("血糖7.5", Doubt.WHO),
    ("肌酐85 女 85岁", Doubt.NO_RANGE),
    ("PSA 5 女", Doubt.NO_RANGE),
    ("孩子3岁 血红蛋白105", Doubt.CHILD),
    ("血红蛋白105 我今年15岁", Doubt.CHILD),
    ("孕妇 血红蛋白105", Doubt.PREGNANT),
    ("血钾45", Doubt.ODD),
    ("血钾 4.5 mg/dl", Doubt.UNIT),
    ("维生素D 25", Doubt.UNIT),
]


@pytest.mark.parametrize(("text", "doubt"), DOUBTED)
def test_what_cannot_be_sure_says_that_the_report_counts(book: LabBook, text: str, doubt: Doubt) -> None:
    (found,) = judge_text(text, book)
    assert (found.verdict, found.doubt) == (Verdict.UNSURE, doubt)
    words = told([found])
    assert "报告单" in words and "偏高（" not in words and "偏低（" not in words


NO_VALUES = (
    *("", "你好", "转氨酶高怎么办", "转氨酶正常值是多少，40吗", "血糖控制在5-7行吗", "血脂高5年了", "血糖高吃了3片药"),
    *(
        "血压150/95",
        "抽血要空腹8小时吗",
        "加强钾的补充3天",
        "查一次血常规30元",
        "尿酸高一个月痛2次",
        "i got headache 3 days",
        "ua会不会到500",
    ),
)


@pytest.mark.parametrize("text", NO_VALUES)
def test_no_value_is_seen_where_none_is_told(book: LabBook, text: str) -> None:
    assert judge_text(text, book) == ()


def test_several_values_each_once_and_danger_first(book: LabBook) -> None:
    found = judge_text("白细胞 12.5，血红蛋白 110 g/L，血小板 200，血钾 2.6，白细胞12.5", book)
    assert [one.item.id for one in found] == ["potassium", "wbc", "hemoglobin", "platelets"]
    assert found[0].verdict in PANIC
    assert departments_of(found)[0] == "emergency"
    words = in_words(found)
    assert words.startswith("血钾 2.6 mmol/L") and "急诊" in words and "不等于生病" in words and "不能代替医生" in words


def test_the_same_item_before_and_after_a_meal(book: LabBook) -> None:
    found = judge_text("我空腹7.5餐后12", book)
    assert [(one.reading.when, one.verdict) for one in found] == [("空腹", Verdict.HIGH), ("餐后2小时", Verdict.HIGH)]


def test_danger_holds_for_children_and_against_the_reports_own_range(book: LabBook) -> None:
    assert [one.verdict for one in judge_text("孩子5岁血钾2.5", book)] == [Verdict.PANIC_LOW]
    assert [one.verdict for one in judge_text("血钾2.5 mmol/L（2.0-5.5）", book)] == [Verdict.PANIC_LOW]


def test_latin_names_are_not_found_inside_words(book: LabBook) -> None:
    assert [one.item.id for one in read_values("ckmb 30", book)] == ["ckmb"]
    assert read_values("market 30", book) == ()


def test_units_in_all_spellings_have_one_key() -> None:
    assert {unit_key(one) for one in ("μmol/L", "umol/L", "微摩尔/升", "µmol/L")} == {"μmol/l"}
    assert {unit_key(one) for one in ("10^9/L", "×10^9/L", "x10*9/L", "×10⁹/L", "10的9次方/升")} == {"10^9/l"}
    assert unit_key("10^12/L") == "10^12/l" != unit_key("10^9/L")


def test_who_it_is_about() -> None:
    assert read_person("我爸65岁").sex == "male" and read_person("我爸65岁").age == 65
    assert read_person("女 30岁").sex == "female" and not read_person("女 30岁").child
    assert read_person("挂男科").sex == "" and read_person("6岁").child and read_person("怀孕12周").pregnant


def test_limits_are_exact() -> None:
    below = Bounds(None, Decimal("5.2"), open_above=True)
    assert below.is_high(Decimal("5.2")) and not below.is_high(Decimal("5.199"))
    up_to = Bounds(None, Decimal("420"))
    assert not up_to.is_high(Decimal("420.0")) and up_to.is_high(Decimal("420.1")) and not up_to.is_low(Decimal(0))


def test_for_programs_numbers_are_text_and_sources_are_named(book: LabBook) -> None:
    (found,) = judge_text("肌酐 1.5", book)
    data = as_data([found])["findings"][0]
    assert data["value"] == "1.5" and data["judged_as"] == "132.6 μmol/L" and data["verdict"] == "high"
    assert data["sources"][0]["title"] == sources_of([found])[0].title


def test_a_protective_antibody_is_no_illness(book: LabBook) -> None:
    positive, negative = judge_text("表面抗体阳性", book)[0], judge_text("表面抗体阴性", book)[0]
    assert not positive.abnormal and negative.abnormal
    assert "保护，是好事" in told([positive]) and "疫苗" in told([negative])


PLAIN = "name: 甲, group: g, departments: [a]"
MEANING = "high: h, low: l, plausible: 1-9"
SIGN = "sign: 阴性, positive: p, source: s"
BROKEN = {
    "no source": f"x: {{{PLAIN}, {MEANING}, unit: u, source: other}}",
    "backward": f"x: {{{PLAIN}, {MEANING}, unit: u, range: 5-3, source: s}}",
    "no meaning": f"x: {{{PLAIN}, plausible: 1-9, unit: u, source: s}}",
    "same name": f"x: {{{PLAIN}, {SIGN}}}\n  y: {{{PLAIN}, {SIGN}}}",
    "odd factor": f"x: {{{PLAIN}, {MEANING}, unit: u, also: {{v: 1x}}, source: s}}",
}


@pytest.mark.parametrize("items", BROKEN.values(), ids=BROKEN)
def test_broken_data_is_named(items: str, tmp_path: Path) -> None:
    head = "reviewed: 2026-11-21\nsources:\n  s: {title: t, publisher: p}\nitems:\n  "
    (tmp_path / "lab_items.yml").write_text(head + items + "\n", encoding="utf-8")
    with pytest.raises(BadDataError, match=r"lab_items\.yml"):
        load_lab(tmp_path)


def test_a_hospital_puts_its_own_range_in_place_of_ours(tmp_path: Path) -> None:
    own, made = tmp_path / "own", tmp_path / "made"
    own.mkdir()
    made.mkdir()
    (own / "lab_items.yml").write_text(
        "sources:\n  ours: {title: 检验科手册, publisher: 本院, reviewed: 2026-11-20}\n"
        "items:\n  tsh: {name: 促甲状腺激素, names: [TSH], group: 甲状腺功能, unit: mIU/L, range: 0.35-4.94,"
        " plausible: 0.00-500, high: 高, low: 低, departments: [endocrinology], source: ours}\n",
        encoding="utf-8",
    )
    (merged,) = [one for one in lay_over(DATA, own) if one.name == "lab_items.yml"]
    (made / merged.name).write_text(json.dumps(merged.content, ensure_ascii=False), encoding="utf-8")
    book = load_lab(made)
    (found,) = judge_text("TSH 8.5", book)
    assert found.verdict is Verdict.HIGH and sources_of([found])[0].publisher == "本院"
    assert judge_text("血钾3.1", book)[0].verdict is Verdict.LOW
