"""Tables of diseases."""

from pathlib import Path

from knowledge.importers.icd import read_icd10, read_icd11
from knowledge.importers.records import Kind, Problem

ICD_11 = "Foundation URI,Linearization URI,Code,BlockId,Title,ClassKind,DepthInKind,IsResidual,ChapterNo,isLeaf\n"


def written(folder: Path, text: str) -> Path:
    file = folder / "icd.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_clinical_edition_with_two_codes(tmp_path: Path) -> None:
    file = written(
        tmp_path, "主要编码,附加编码,疾病名称\nZ98.8,,试病术后状态\nＡ17.0†,G01*,试病性脑膜炎\nA01.000x005,,试病\n"
    )
    found = [one for step in read_icd10(file) for one in step.records]
    assert [one.key for one in found] == ["Z98.8", "A17.0+", "A01.000x005"]
    assert found[1].names == ("A17.0+", "试病性脑膜炎", "A17.0+G01*") and found[0].kind is Kind.DISEASE


def test_of_a_table_with_all_levels_the_lowest_counts(tmp_path: Path) -> None:
    heads = "章,章的名称,类目代码,类目名称,亚目代码,亚目名称,诊断代码,诊断名称\n"
    file = written(tmp_path, heads + "1,某章,A00,甲病,A00.0,甲病甲型,A00.000,甲病由甲引起\n")
    ((record,),) = (step.records for step in read_icd10(file))
    assert record.key == "A00.000"
    assert record.data == {
        "system": "icd-10", "code": "A00.000", "name": "甲病由甲引起", "category": "甲病", "chapter": "某章",
    }  # fmt: skip


def test_what_is_no_code_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, "编码,名称\n共2条,合计\nA00.1,\nI10,试病\n")
    found = list(read_icd10(file))
    assert found[0].problems == (Problem("第 2 行，列 编码", "不是 ICD-10 编码：共2条"),)
    assert found[1].problems == (Problem("第 3 行，列 名称", "是空的，这一行没有收"),)
    assert found[2].records[0].key == "I10"


def test_simple_tabulation_keeps_categories_and_drops_the_dashes(tmp_path: Path) -> None:
    rows = (
        "u,l,,,Chapter one,chapter,1,False,01,False\nu,l,,BlockL1-1A0,- Block,block,1,False,01,False\n"
        "u,l,1A00,,- - Trial disease,category,1,False,01,True\nu,l,1E10000000000,,- - Other,category,1,False,01,True\n"
        "u,l,XN8P1,,- Trial germ,category,1,False,X,True\nu,l,10000000000,,- - Lost,category,1,False,01,True\n"
    )
    found = list(read_icd11(written(tmp_path, ICD_11 + rows)))
    records = {one.key: one.data["name"] for step in found for one in step.records}
    assert records == {"1A00": "Trial disease", "XN8P1": "Trial germ"}
    said = [problem for step in found for problem in step.problems]
    assert [one.where for one in said] == ["第 5 行，列 Code", "第 7 行，列 Code"]
    assert "像是被表格软件改成了数字" in said[1].what
