"""Documents into passages: titled by headings, 150 to 400 characters, never cut inside a dose or a table row."""

import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from knowledge.importers.blocks import Block
from knowledge.importers.cutting import LEAST, MOST, length, packed, units, written
from knowledge.importers.documents import read_documents
from knowledge.importers.records import Kind, Step, UnreadableError
from tests.unit.knowledge.importers.conftest import Told, Write

Telling = Callable[[Iterable[Step]], Told]
LONG = "".join(f"第{number}次复诊时量两遍血压，取平均数记在本子上带给医生看。" for number in range(1, 31))


def told_texts(told: Told) -> list[tuple[str, str]]:
    return [(str(one.data["title"]), str(one.data["text"])) for one in told.all(Kind.PASSAGE).values()]


def test_markdown_by_headings(write: Write, told: Telling) -> None:
    text = f"""---
title: 前言
---
# 随访
<!-- 编辑的话 -->
开头**一句**，见[指南](http://x)。

## 用药
{LONG}

转诊
----
- 胸痛的
- 血压超过180/110的
  当天来

| 药 | 剂量 |
|:---|---:|
| 氨氯地平 | 5 mg |
```
# 代码里的不是标题
```
"""
    read = told(read_documents(write("随访.md", text.replace("\n", "\r\n"))))
    titles = [title for title, _ in told_texts(read)]
    assert titles == ["随访", "随访 › 用药", "随访 › 用药", "随访 › 用药", "随访 › 转诊"]
    assert told_texts(read)[0][1] == "开头一句，见指南。"
    assert told_texts(read)[-1][1].split("\n") == [
        "胸痛的",
        "血压超过180/110的当天来",
        "药 | 剂量；",
        "氨氯地平 | 5 mg；",
        "# 代码里的不是标题",
    ]


def test_keys_hold_when_another_section_changes(write: Write) -> None:
    before = {
        record.key: record.data["text"]
        for step in read_documents(write("a.md", f"# 甲\n{LONG}\n# 乙\n{LONG}"))
        for record in step.records
    }
    after = {
        record.key: record.data["text"]
        for step in read_documents(write("a.md", f"# 新\n{LONG}\n# 甲\n{LONG}\n# 乙\n{LONG}新的一句。"))
        for record in step.records
    }
    assert before.keys() < after.keys()
    assert sum(before[key] != after[key] for key in before) == 1


def test_short_neighbours_stand_together_with_their_headings(write: Write, told: Telling) -> None:
    read = told(read_documents(write("a.md", f"# 总\n## 甲\n甲的话。\n## 乙\n乙的话。\n## 丙\n{LONG}\n# 另\n另的话。")))
    first, *_, last = told_texts(read)
    assert first == ("总", "甲：\n甲的话。\n乙：\n乙的话。")
    assert last == ("另", "另的话。")


def test_gb18030_and_what_is_no_text(write: Write, told: Telling) -> None:
    read = told(read_documents(write("旧.txt", "血压高要复诊。".encode("gb18030"))))
    assert told_texts(read) == [("旧", "血压高要复诊。")]
    with pytest.raises(UnreadableError, match="GB18030"):
        list(read_documents(write("x.md", bytes(range(256)) * 10)))


@pytest.mark.parametrize(
    ("name", "said"), [("x.doc", "另存为"), ("x.pptx", "只能读"), ("x", "只能读"), ("x.md", "没有可以收")]
)
def test_what_is_not_read_is_said(name: str, said: str, write: Write) -> None:
    with pytest.raises(UnreadableError, match=said):
        list(read_documents(write(name, " \n")))


def test_going_on_gives_what_was_left(write: Write) -> None:
    file = write("a.md", f"# 甲\n{LONG}\n# 乙\n{LONG}")
    whole = list(read_documents(file))
    for after in range(len(whole) + 1):
        assert list(read_documents(file, after)) == whole[after:]


def put_in(document: Any, tag: str, text: str) -> None:
    """A paragraph inside a content control or a tracked change."""
    paragraph = document.add_paragraph()
    run = OxmlElement("w:r")
    words = OxmlElement("w:delText" if tag == "w:del" else "w:t")
    words.text = text
    run.append(words)
    wrapper = OxmlElement(tag)
    wrapper.append(run)
    paragraph._p.append(wrapper)


def test_word_documents(tmp_path: Path, told: Telling) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "每页都有的页眉"
    document.add_paragraph("随访规范", style="Title")
    document.add_heading("用药", 1)
    document.add_paragraph("从小剂量开始。")
    put_in(document, "w:ins", "后来加上的话。")
    put_in(document, "w:del", "删掉的话。")
    table = document.add_table(3, 3)
    for row, cells in zip(table.rows, ("药品 剂量 备注", "氨氯地平 5mg 脚肿", "缬沙坦 80mg x"), strict=True):
        for cell, text in zip(row.cells, cells.split(), strict=True):
            cell.text = text
    table.cell(2, 1).merge(table.cell(2, 2))
    document.add_paragraph().add_run("手工加粗的标题").bold = True
    document.add_paragraph("（一）手工编号的标题")
    document.add_paragraph(LONG)
    path = tmp_path / "a.docx"
    document.save(str(path))
    read = told(read_documents(path))
    texts = told_texts(read)
    assert texts[0] == (
        "随访规范 › 用药",
        "从小剂量开始。\n后来加上的话。\n药品 | 剂量 | 备注；\n氨氯地平 | 5mg | 脚肿；\n缬沙坦 | 80mg x；",
    )
    assert {title for title, _ in texts[1:]} == {"随访规范 › 用药 › （一）手工编号的标题"}
    assert "".join(text for _, text in texts[1:]) == LONG
    assert not {"页眉", "删掉"} & set(re.findall("页眉|删掉", str(texts)))


def test_content_controls_and_tables_in_cells_of_word(tmp_path: Path, told: Telling) -> None:
    document = docx.Document()
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(content)
    content.append(document.add_paragraph("控件里的话。")._p)
    document.element.body.insert(0, control)
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "外"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内一", "内二"
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert told_texts(told(read_documents(path))) == [("a", "控件里的话。\n外 | 内一 内二；")]


def test_a_contents_list_of_word_is_left_out(tmp_path: Path, told: Telling) -> None:
    document = docx.Document()
    document.styles.add_style("TOC 1", 1)
    document.add_paragraph("用药\t3", style="TOC 1")
    outlined = document.add_paragraph("大纲级别的标题")
    level: Any = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    outlined._p.get_or_add_pPr().append(level)
    document.add_paragraph("正文。")
    path = tmp_path / "a.docx"
    document.save(str(path))
    assert told_texts(told(read_documents(path))) == [("大纲级别的标题", "正文。")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"{\\rtf1 no word}"])
def test_a_broken_word_file_is_refused_in_words(content: bytes, write: Write) -> None:
    with pytest.raises(UnreadableError, match="Word"):
        list(read_documents(write("x.docx", content)))


def test_a_small_zip_that_unfolds_to_much_is_refused(
    pack: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.importers.docx._LARGEST", 1_000_000)
    with pytest.raises(UnreadableError, match="太大"):
        list(read_documents(pack("x.docx", {"word/document.xml": " " * 2_000_000})))


def test_a_table_cut_in_two_repeats_its_head() -> None:
    rows = [Block("药品 | 剂量", row=True), *(Block(f"药品{n} | {n}0 mg 每日1次", row=True) for n in range(60))]
    packs = [written(pack) for pack in packed(tuple(units(rows)))]
    assert len(packs) > 2
    for pack in packs:
        head, *rest = pack.split("\n")
        assert head == "药品 | 剂量；" and all(re.fullmatch(r"药品\d+ \| \d+ mg 每日1次；", row) for row in rest)
    assert sum(pack.count("每日1次") for pack in packs) == 60


def test_a_sentence_too_long_is_cut_away_from_doses() -> None:
    clause = "每日1次每次5毫克随餐"
    for between in ("，", ""):
        sentence = between.join([clause] * 80)
        found = [unit.text for unit in units([Block(sentence)])]
        assert "".join(found) == sentence
        for left, right in pairwise(found):
            assert not re.search(r"\d$", left) and not re.match(r"毫|次|克|\d", right)


def test_a_paragraph_is_not_begun_where_it_does_not_fit() -> None:
    first, second = "甲" * 199 + "。", ("乙" * 99 + "。") * 3
    assert [written(pack) for pack in packed(tuple(units([Block(first), Block(second)])))] == [first, second]


TEXT = st.lists(
    st.text("血压药量12.5 mg毫克，。；、abc", min_size=1, max_size=600).filter(str.strip), min_size=1, max_size=8
)


@given(TEXT)
def test_nothing_is_lost_or_doubled_and_numbers_stay_whole(texts: list[str]) -> None:
    section = tuple(units([Block(text) for text in texts]))
    packs = packed(section)
    assert [unit for pack in packs for unit in pack] == list(section)
    assert "".join(unit.text for unit in section) == "".join(texts)
    for pack in packs:
        assert length(pack) <= MOST or len(pack) == 1
    for left, right in pairwise(section):
        assert right.begins or not (left.text[-1:].isdigit() and right.text[:1].isdigit())


@given(st.lists(st.integers(5, 120), min_size=20, max_size=60))
def test_passages_of_ordinary_sentences_keep_to_their_size(lengths: list[int]) -> None:
    text = "".join("字" * (size - 1) + "。" for size in lengths)
    sizes = [length(pack) for pack in packed(tuple(units([Block(text)])))]
    assert all(LEAST <= size <= MOST for size in sizes) or sum(sizes) < LEAST
