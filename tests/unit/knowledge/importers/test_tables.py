"""Tables: found by their heads, whatever stands above; what is broken is named by row and column, the rest is read."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from knowledge.importers.records import Problem, UnreadableError
from knowledge.importers.tables import Column, Row, read_table

COLUMNS = (
    Column("name", ("药品名称", "品名"), needed=True),
    Column("dose", ("规格",)),
    Column("place", ("病区",), carried=True),
)


def csv(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    file = folder / "table.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file


def xlsx(folder: Path, *sheets: Sequence[object], merges: Sequence[str] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            assert isinstance(row, list)
            sheet.append(row)
        for merged in merges:
            sheet.merge_cells(merged)
    book.save(folder / "table.xlsx")
    return folder / "table.xlsx"


def cells(rows: Sequence[Row]) -> list[dict[str, str]]:
    return [dict(row.cells) for row in rows]


def read(file: Path, after: int = 0) -> list[Row]:
    return list(read_table(file, COLUMNS, after))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_any_usual_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    text = "药品名称,规格\r\n氨茶碱片,0.1g\r\n碘酊,20ml\r\n".replace(",", separator)
    rows = read(csv(tmp_path, text, encoding))
    assert cells(rows) == [{"name": "氨茶碱片", "dose": "0.1g"}, {"name": "碘酊", "dose": "20ml"}]
    assert [row.where("dose") for row in rows] == ["第 2 行，列 规格", "第 3 行，列 规格"]


def test_title_lines_spaces_brackets_and_stars_around_the_head(tmp_path: Path) -> None:
    file = csv(tmp_path, "二〇二六年药品目录\n\n打印：药库\n序号,【药品 名称】*,（规格）\n1,碘酊,20ml\n\n")
    (row,) = read(file)
    assert dict(row.cells) == {"name": "碘酊", "dose": "20ml"}
    assert row.where("name") == "第 5 行，列 【药品 名称】*"


def test_a_cell_with_lines_and_quotes_counts_as_one_row(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, '药品名称,规格\n"一行\n两行","含""引号"", 和逗号"\n碘酊,20ml\n'))
    assert cells(rows) == [{"name": "一行\n两行", "dose": '含"引号", 和逗号'}, {"name": "碘酊", "dose": "20ml"}]
    assert [row.place for row in rows] == ["第 2 行", "第 3 行"]


@pytest.mark.parametrize(
    "broken", ['"没有收尾,20ml', '"收尾"之后还有字,20ml', f'"{"长" * 140_000}",1ml', "又" * 1_200_000 + ",1ml"]
)
def test_a_broken_line_costs_itself_alone(tmp_path: Path, broken: str) -> None:
    rows = read(csv(tmp_path, f"药品名称,规格\n碘酊,20ml\n{broken}\n氨茶碱片,0.1g\n红霉素软膏,10g\n"))
    assert [row.cells.get("name") for row in rows] == ["碘酊", None, "氨茶碱片", "红霉素软膏"]
    (problem,) = rows[1].problems
    assert problem.where == "第 3 行" and "引号" in problem.what
    assert rows[2].place == "第 4 行"


def test_a_comma_without_quotes_does_not_shift_columns_unseen(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "药品名称,规格\n碘酊,20ml,外用\n氨茶碱片,0.1g\n"))
    assert rows[0].problems == (Problem("第 2 行", "比表头多出格子，可能有逗号没有加引号，各列已经错位"),)
    assert rows[0].cells == {} and rows[1].cells["name"] == "氨茶碱片"


def test_bytes_of_another_encoding_are_named_by_row_and_column(tmp_path: Path) -> None:
    lines = ["药品名称,规格", *(f"药{number}片,0.1g" for number in range(40))]
    raw = "\n".join(lines).encode() + "\n碘酊,".encode() + b"\xb0\xff" + "\n末行片,1g\n".encode()
    rows = read(csv(tmp_path, raw))
    assert rows[40].problems == (Problem("第 42 行，列 规格", "有认不出的字（编码坏了）"),)
    assert rows[41].cells["name"] == "末行片" and len(rows) == 42


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "另存为 .xlsx"),
        ("<html><table><tr><td>药品名称</td></tr></table></html>".encode(), "另存为 .xlsx"),
        (bytes(range(128, 256)) * 20, "编码认不出来"),
        (b"\x00\x01\x02" * 99, "不是文本表格"),
        (b"PK\x03\x04 not a zip at all", "不是完整的 XLSX"),
        ("科目,分数\n语文,90\n".encode(), "没有找到表头：要有 药品名称或品名；看到的第一行是 科目、分数"),
    ],
)
def test_what_is_no_such_table_is_refused_in_words(tmp_path: Path, raw: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        read(csv(tmp_path, raw))


def test_numbers_days_and_errors_in_cells(tmp_path: Path) -> None:
    day = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
    rows = read(
        xlsx(tmp_path, [["品名", "规格"], [100.0, 0.25], ["片", day], ["丸", "#N/A"], ["膏", None], [None, ""]])
    )
    assert cells(rows[:2]) == [{"name": "100", "dose": "0.25"}, {"name": "片", "dose": "2026-03-01"}]
    assert rows[2].problems == (Problem("第 4 行，列 规格", "是错误值 #N/A"),)
    assert cells(rows[3:]) == [{"name": "膏"}]


def test_merged_cells_hold_for_every_row_they_cover(tmp_path: Path) -> None:
    table = [["目录", None], ["品名", "规格"], ["碘酊", "20ml"], [None, "100ml"], [None, "500ml"], ["氨茶碱片", "0.1g"]]
    rows = read(xlsx(tmp_path, table, merges=["A1:B1", "A3:A5"]))
    assert [row.cells["name"] for row in rows] == ["碘酊", "碘酊", "碘酊", "氨茶碱片"]
    assert rows[2].place == "第 5 行"


def test_a_head_over_two_rows_and_a_head_printed_again(tmp_path: Path) -> None:
    table = [["品名", "规格"], [None, None], ["碘酊", "20ml"], ["品名", "规格"], ["氨茶碱片", "0.1g"]]
    rows = read(xlsx(tmp_path, table, merges=["A1:A2", "B1:B2"]))
    assert [row.cells["name"] for row in rows] == ["碘酊", "氨茶碱片"]


def test_an_empty_cell_without_a_merge_stays_empty_unless_its_column_is_carried(tmp_path: Path) -> None:
    rows = read(xlsx(tmp_path, [["病区", "品名", "规格"], ["一区", "碘酊", "20ml"], [None, None, "5g"]]))
    assert cells(rows)[1] == {"place": "一区", "dose": "5g"}


def test_every_sheet_with_a_head_is_read_and_places_name_the_sheet(tmp_path: Path) -> None:
    file = xlsx(tmp_path, [["品名"], ["碘酊"]], [["填表说明"], ["随便写"]], [["药品名称"], ["氨茶碱片"]])
    rows = read(file)
    assert [row.cells.get("name") for row in rows] == ["碘酊", None, "氨茶碱片"]
    assert rows[1].problems == (Problem("工作表 表2", "没有找到表头，整张没有读"),)
    assert rows[2].where("name") == "工作表 表3 第 2 行，列 药品名称"
    assert [row.position for row in rows] == sorted({row.position for row in rows})


def test_going_on_gives_the_rest_with_the_same_places(tmp_path: Path) -> None:
    table = [["品名", "病区"], *([f"药{number}", "一区" if number == 0 else None] for number in range(9))]
    file = xlsx(tmp_path, table)
    whole = read(file)
    for done in whole:
        assert read(file, done.position) == [row for row in whole if row.position > done.position]


def test_a_sheet_cut_off_keeps_what_was_read(tmp_path: Path) -> None:
    import zipfile

    whole = xlsx(tmp_path, [["品名", "规格"], *([f"药{number}", "1g"] for number in range(5000))])
    cut = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, content[: len(content) // 2] if part.endswith("sheet1.xml") else content)
    rows = read(cut)
    assert 2000 < len(rows) < 3000 and "坏了" in rows[-1].problems[0].what
    assert all(not row.problems for row in rows[:-1])
