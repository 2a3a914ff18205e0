"""Tables of Chinese leaflets."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from knowledge.importers.nmpa import read_nmpa
from knowledge.importers.records import Kind, Problem, Step

HEADS = (
    "通用名称,商品名称,英文名称,批准文号,上市许可持有人,生产企业,剂型,规格,成份,适应症,用法用量,不良反应,"
    "禁忌,注意事项,孕妇及哺乳期妇女用药,儿童用药,老年用药,药物相互作用,药物过量,贮藏"
)


def steps(folder: Path, *lines: str, heads: str = HEADS) -> list[Step]:
    file = folder / "leaflets.csv"
    file.write_text("\n".join((heads, *lines)), encoding="utf-8")
    return list(read_nmpa(file))


def statements(step: Step) -> dict[str, str]:
    sections: Any = step.records[0].data["sections"]
    return {one["statement"] or one["heading"]: one["text"] for one in sections}


def test_a_whole_row(tmp_path: Path) -> None:
    facts = "试方舒片,舒方®、安方,Shifangshu Tablets,国药准字 H19990001,甲制药,乙制药,片剂,0.1g;0.2g,试方舒"
    sections = "头痛。,一次1片。,恶心。,孕妇禁用。,慎用。,禁用。,尚不明确。,酌减。,勿与酒同用。,洗胃。,密封。"
    (step,) = steps(tmp_path, f"{facts},{sections}")
    (record,) = step.records
    assert (record.kind, record.key) == (Kind.LEAFLET, "国药准字H19990001")
    assert record.names == ("试方舒片", "舒方", "安方")
    assert record.data["maker"] == "甲制药" and record.data["strengths"] == ("0.1g", "0.2g")
    assert statements(step) == {
        "indication": "头痛。", "usage": "一次1片。", "side_effect": "恶心。", "contraindication": "孕妇禁用。",
        "caution": "慎用。", "pregnancy": "禁用。", "child": "尚不明确。", "elderly": "酌减。",
        "interaction": "勿与酒同用。", "药物过量": "洗胃。", "storage": "密封。",
    }  # fmt: skip


@pytest.mark.parametrize(
    "heads",
    [
        "药品名称,批准文号,【适应症】",
        "【药品名称】,【批准文号】,适 应 症",
        "产品名称,注册证号,适应证",
        "通用名,批准文号,功能主治",
    ],
)
def test_heads_are_written_in_many_ways(tmp_path: Path, heads: str) -> None:
    (step,) = steps(tmp_path, "试方丸,国药准字Z1,头痛。", heads=heads)
    assert step.records[0].key == "国药准字Z1" and statements(step) == {"indication": "头痛。"}


def test_the_mark_of_a_section_inside_its_cell_and_empty_signs_are_no_text(tmp_path: Path) -> None:
    heads = "药品名称,批准文号,适应症,禁忌,贮藏,不良反应,商品名称"
    (step,) = steps(tmp_path, "试方丸,国药准字Z1,【适应症】头痛。,－－－,无,尚不明确,——", heads=heads)
    assert statements(step) == {"indication": "头痛。", "side_effect": "尚不明确"}
    assert step.records[0].names == ("试方丸",)


def test_a_cell_with_all_names_of_a_drug(tmp_path: Path) -> None:
    names = '"通用名称：试方缓释胶囊\n商品名称：舒方\n英文名称：Shifang SR Capsules\n汉语拼音：Shifang"'
    (step,) = steps(tmp_path, f"{names},国药准字H2", heads="药品名称,批准文号")
    assert step.records[0].names == ("试方缓释胶囊", "舒方")
    assert step.records[0].data["english"] == "Shifang SR Capsules"


def test_rows_that_cannot_be_taken_are_named_and_the_others_are(tmp_path: Path) -> None:
    found = steps(
        tmp_path,
        "甲片,国药准字H1,头痛",
        ",国药准字H2,牙痛",
        "丙片,,肚痛",
        "丁片,国药准字H4,脚痛",
        heads="药品名称,批准文号,适应症",
    )
    assert [len(step.records) for step in found] == [1, 0, 0, 1]
    assert found[1].problems == (Problem("第 3 行，列 药品名称", "是空的，这一行没有收"),)
    assert found[2].problems[0].where == "第 4 行，列 批准文号"


def test_from_an_xlsx_with_a_title_above(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["本院药品说明书"], ["药品名称", "批准文号", "用法用量"], ["试方片", "国药准字H3", "一次1片"]):
        sheet.append(row)
    book.save(tmp_path / "leaflets.xlsx")
    (step,) = read_nmpa(tmp_path / "leaflets.xlsx")
    assert step.records[0].key == "国药准字H3" and statements(step) == {"usage": "一次1片"}
