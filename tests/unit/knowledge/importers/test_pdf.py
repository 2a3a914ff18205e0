"""Chinese PDFs: headers dropped, broken lines whole, table rows together; what can't be read is said."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from knowledge.importers.documents import read_documents
from knowledge.importers.records import Kind, Record, Step, UnreadableError
from tests.unit.knowledge.importers.conftest import Told, Write
from tests.unit.knowledge.importers.pdf_writer import Put, column, pdf

Telling = Callable[[Iterable[Step]], Told]
Reading = Callable[[bytes], Told]


@pytest.fixture
def read(write: Write, told: Telling) -> Reading:
    return lambda content: told(read_documents(write("随访.pdf", content)))


def furniture(page: int) -> list[Put]:
    """What a printer puts on every page, before its text."""
    return [Put(240, 807, "示例医院 内部资料", 9), Put(270, 27, f"第 {page} 页 共 3 页", 9)]


def text_of(told: Told) -> str:
    return "\n".join(str(one.data["text"]) for one in told)


def passages(told: Told) -> list[Record]:
    return list(told.all(Kind.PASSAGE).values())


def test_headers_footers_and_page_numbers_are_dropped(read: Reading) -> None:
    content = pdf([[*furniture(page), *column([f"第{page}句话说的是复诊时间。"], size=11)] for page in (1, 2, 3)])
    assert text_of(read(content)).split() == [f"第{page}句话说的是复诊时间。" for page in (1, 2, 3)]


def test_a_line_that_stands_once_in_the_margin_stays(read: Reading) -> None:
    content = pdf(
        [[*furniture(1), Put(60, 800, "只在这里说一次：血压高要复诊。")], [*furniture(2), *column(["别的话。"])]]
    )
    assert "只在这里说一次" in text_of(read(content))


def test_broken_lines_are_whole_again_also_over_pages(read: Reading) -> None:
    one = column(
        ["氨氯地平从小剂量开始，通常是每日1次，每次5", "毫克，清晨服用，不要自己加量，也不要因为血压正常就自己"]
    )
    two = column(["停药。Do not stop it suddenly: hyper-", "tension may return within days."])
    told = read(pdf([[*furniture(1), *one], [*furniture(2), *two]]))
    assert text_of(told) == (
        "氨氯地平从小剂量开始，通常是每日1次，每次5毫克，清晨服用，不要自己加量，也不要因为血压正常就自己停药。"
        "Do not stop it suddenly: hypertension may return within days."
    )
    assert passages(told)[0].data["place"] == "第 1 页"


def test_radicals_are_written_as_characters_and_units_stay(read: Reading) -> None:
    assert (
        text_of(read(pdf([column(["⾼⾎压⻔诊：⽩细胞4×10⁹/L，⻛险⼤。"])]))) == "高血压门诊：白细胞4×10⁹/L，风险大。"
    )


def test_headings_by_size_and_by_number_make_the_title(read: Reading) -> None:
    told = read(
        pdf(
            [
                [
                    Put(150, 780 - 60, "门诊随访规范", 20),
                    Put(60, 680, "一、用药", 15),
                    Put(60, 650, "（一）起始剂量"),
                    *column(["从小剂量开始。" * 25][:1], 630),
                    Put(60, 500, "1. 不是标题，是清单里的一条。"),
                    Put(60, 470, "2.5 mg每日1次"),
                ]
            ]
        )
    )
    (first,) = passages(told)
    assert first.data["title"] == "门诊随访规范 › 一、用药 › （一）起始剂量"
    assert first.data["topics"] == ("门诊随访规范", "一、用药", "（一）起始剂量")
    assert "1. 不是标题" in str(first.data["text"]) and "2.5 mg每日1次" in str(first.data["text"])


def test_a_heading_of_two_lines_and_a_dose_that_begins_a_line(read: Reading) -> None:
    title = [Put(150, 740, "成人高血压门诊", 20), Put(150, 712, "随访规范", 20), Put(60, 680, "一、用药", 20)]
    (only,) = passages(
        read(pdf([[*title, *column(["体形瘦小或年老的人，氨氯地平从小剂量开始，通常每次", "2.5 mg。"], 640)]]))
    )
    assert (only.data["title"], only.data["text"]) == (
        "一、用药",
        "体形瘦小或年老的人，氨氯地平从小剂量开始，通常每次2.5 mg。",
    )
    (titled,) = passages(read(pdf([[*title[:2], *column(["正文写在题目下面，说的是复诊的时间。"], 640)]])))
    assert titled.data["title"] == "成人高血压门诊随访规范"


TABLE = [
    *column(["下表列出起始剂量。"], 700),
    *(Put(x, 650, head) for x, head in ((60, "药品"), (160, "起始剂量"), (300, "要小心的人"))),
    # The name takes two lines, and the dose stands halfway between them.
    *column(["氨氯地平", "片"], 620),
    Put(160, 611, "5 mg，每日1次"),
    Put(300, 611, "脚踝肿的人"),
    Put(60, 570, "缬沙坦"),
    Put(160, 570, "80 mg，每日1次"),
    *column(["孕妇禁用，血钾高的", "人先查血"], 570, 300),
    *column(["表后的话。"], 500),
]


def test_table_rows_stay_together_and_are_pointed_out(read: Reading) -> None:
    told = read(pdf([TABLE]))
    assert text_of(told).split("\n") == [
        "下表列出起始剂量。",
        "药品 | 起始剂量 | 要小心的人；",
        "氨氯地平片 | 5 mg，每日1次 | 脚踝肿的人；",
        "缬沙坦 | 80 mg，每日1次 | 孕妇禁用，血钾高的人先查血；",
        "表后的话。",
    ]
    assert [one.where for one in told.problems] == ["第 1 页"] and "3 行" in told.problems[0].what


def test_two_columns_of_text_are_no_table(read: Reading) -> None:
    left = column([f"左栏第{line}行写满了一整行的字" for line in range(12)], 700, 60)
    right = column([f"右栏第{line}行写满了一整行的字" for line in range(12)], 700, 320)
    told = read(pdf([[*left, *right]]))
    assert told.problems == [] and " | " not in text_of(told)
    assert text_of(told).index("左栏第11行") < text_of(told).index("右栏第0行")


def test_a_table_of_contents_is_left_out(read: Reading) -> None:
    told = read(pdf([column(["一、用药........................3", "正文从这里开始。"])]))
    assert text_of(told) == "正文从这里开始。"


def test_a_scan_is_refused_and_says_what_to_do(write: Write) -> None:
    with pytest.raises(UnreadableError, match=r"扫描件.*OCR"):
        list(read_documents(write("scan.pdf", pdf([[], []]))))


def test_a_page_of_nameless_glyphs_is_a_problem(write: Write) -> None:
    private = pdf([column(["\ue001\ue002\ue003\ue004"]), column(["第二页读得出来。"])])
    steps = list(read_documents(write("x.pdf", private)))
    assert [problem.where for step in steps for problem in step.problems] == ["第 1 页"]
    assert sum(len(step.records) for step in steps) == 1


@pytest.mark.parametrize("content", [b"", b"no pdf", b"%PDF-1.4\nhalf of it", pdf([TABLE])[:600]])
def test_a_broken_file_is_refused_in_words(content: bytes, write: Write) -> None:
    with pytest.raises(UnreadableError, match=r"x\.pdf"):
        list(read_documents(write("x.pdf", content)))


def test_a_page_whose_content_breaks_off_keeps_the_others(write: Write) -> None:
    content = pdf([column(["第一页。"]), column(["第二页。"])])
    broken = content.replace(b"/F1 11 Tf", b"/F1 11 T<", 1)
    steps = list(read_documents(write("x.pdf", broken)))
    assert "第二页" in "".join(str(record.data["text"]) for step in steps for record in step.records)


PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>t</title><style>
@page { size: A4; margin: 22mm 20mm; @top-center { content: "示例医院 内部资料"; font-size: 9pt }
@bottom-center { content: "第 " counter(page) " 页"; font-size: 9pt } }
body { font: 11pt/1.7 serif } h1 { font-size: 20pt } h2 { font-size: 15pt } h2.new { break-before: page }
td, th { border: 1px solid #444; padding: 3px 6px; text-align: left } td:first-child { width: 50px }</style>
<h1>高血压门诊随访</h1><h2>一、起始剂量</h2><p>LONG</p>
<table><tr><th>药品<th>起始剂量<th>要小心的人<tr><td>氨氯地平片<td>5 mg，每日1次<td>脚踝肿的人
<tr><td>缬沙坦胶囊<td>80 mg，每日1次<td>孕妇禁用</table>
<h2 class="new">二、漏服</h2><p>不到半天的，跳过这次，不要一次吃两份。LONG</p></html>"""


@pytest.mark.contract
def test_what_a_browser_prints(write: Write, told: Telling, chromium: Path) -> None:
    """Its fonts name radicals for characters, its cells wrap, and its header comes before the text."""
    sentences = "".join(f"第{number}次复诊量两遍血压，取平均数记下来，风险高的人当天看医生。" for number in range(1, 9))
    page, printed = write("page.html", PAGE.replace("LONG", sentences)), write("随访.pdf", b"")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={page.parent}/profile")
    printing = ("--no-pdf-header-footer", f"--print-to-pdf={printed}")
    subprocess.run([chromium, *flags, *printing, page], check=True, capture_output=True, timeout=90)
    read = told(read_documents(printed))
    first, second = (one.data for one in passages(read))
    assert (first["title"], second["title"]) == ("高血压门诊随访 › 一、起始剂量", "高血压门诊随访 › 二、漏服")
    assert str(first["text"]).split("\n") == [
        sentences,
        "药品 | 起始剂量 | 要小心的人；",
        "氨氯地平片 | 5 mg，每日1次 | 脚踝肿的人；",
        "缬沙坦胶囊 | 80 mg，每日1次 | 孕妇禁用；",
    ]
    assert (second["text"], second["place"]) == (f"不到半天的，跳过这次，不要一次吃两份。{sentences}", "第 2 页")
