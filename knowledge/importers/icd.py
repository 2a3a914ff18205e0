"""ICD-10 in the Chinese clinical editions, ICD-11 in WHO's simple tabulation: codes and names of diseases."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.importers.records import Json, Kind, Problem, Record, Step
from knowledge.importers.tables import Column, Row, read_table

_CODE_10 = re.compile(r"(?:[A-Z]\d\d(?:\.?[0-9A-Za-z]{1,9})?[+*]?|M\d{4,5}(?:/\d)?)")
_CODE_11 = re.compile(r"[0-9A-Z][A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,3})?|X[0-9A-Z]{2,6}(?:\.[0-9A-Z]{1,3})?")
_ICD_10 = (
    Column(
        "code",
        ("诊断代码", "诊断编码", "主要编码", "疾病编码", "疾病代码", "ICD10编码", "ICD编码", "编码", "代码", "Code"),
        needed=True,
    ),
    Column(
        "name", ("诊断名称", "疾病名称", "疾病诊断名称", "中文名称", "ICD名称", "名称", "Title"), needed=True
    ),
    Column("extra", ("附加编码", "附加码", "副编码")),
    Column("english", ("英文名称", "英文名")),
    Column("category", ("类目名称",)),
    Column("chapter", ("章的名称", "章名称", "章节名称")),
)  # fmt: skip
_ICD_11 = (
    Column("code", ("Code", "编码", "代码"), needed=True),
    Column("name", ("Title", "标题", "名称"), needed=True),
    Column("class", ("ClassKind", "类型"), needed=True),
    Column("english", ("TitleEN", "英文标题")),
    Column("block", ("BlockId",)),
    Column("chapter", ("ChapterNo", "章节号")),
)
_INDENT = re.compile(r"^(?:-\s*)+")
_CATEGORY = "category"


def read_icd10(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each row. Where one table has every level in columns of its own, the lowest counts."""
    for row in read_table(file, _ICD_10, after):
        yield _step(row, "icd-10", _CODE_10)


def read_icd11(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each row; chapters and blocks have no code and are passed over."""
    for row in read_table(file, _ICD_11, after):
        is_category = row.cells.get("class", "").lower() == _CATEGORY or row.problems
        yield _step(row, "icd-11", _CODE_11) if is_category else Step(row.position)


def _step(row: Row, system: str, shape: re.Pattern[str]) -> Step:
    missing = [Problem(row.where(id), "是空的，这一行没有收") for id in ("code", "name") if id not in row.cells]
    if row.problems or missing:
        return Step(row.position, problems=row.problems or tuple(missing))
    code = _code(row.cells["code"])
    if not shape.fullmatch(code):
        turned = "，像是被表格软件改成了数字" if code.replace(".", "").isdecimal() else ""
        what = f"不是 {system.upper()} 编码：{row.cells['code'][:40]}{turned}"
        return Step(row.position, problems=(Problem(row.where("code"), what),))
    name = _INDENT.sub("", row.cells["name"]).strip()
    told = {id: row.cells.get(id, "") for id in ("english", "extra", "category", "chapter", "block")}
    data: Mapping[str, Json] = {"system": system, "code": code, "name": name, **{k: v for k, v in told.items() if v}}
    extra = _code(told["extra"])
    names = (code, name, told["english"], f"{code}{extra}" if extra else "")
    return Step(row.position, (Record(Kind.DISEASE, code, data, tuple(filter(None, names))),))


def _code(text: str) -> str:
    """A code as it is compared: half-width, no spaces, the dagger as plus."""
    return "".join(unicodedata.normalize("NFKC", text).replace("†", "+").split())
