"""Chinese leaflets in tables, the sections as columns, as hospitals' drug systems export them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.importers.records import Json, Kind, Problem, Record, Step
from knowledge.importers.tables import Column, Row, read_table

_SECTIONS = {
    "warning": ("grave", "警示语", "警告", "黑框警告", "警示"),
    "indication": ("indication", "适应症", "适应证", "功能主治", "功能与主治", "适应症/功能主治", "适应症或功能主治"),
    "usage": ("usage", "用法用量", "用法与用量", "用法和用量", "服法"),
    "side_effect": ("side_effect", "不良反应", "副作用"),
    "contraindication": ("contraindication", "禁忌", "禁忌症", "禁忌证"),
    "caution": ("caution", "注意事项", "注意"),
    "pregnancy": ("pregnancy", "孕妇及哺乳期妇女用药", "孕妇用药", "孕妇哺乳期妇女用药", "妊娠期及哺乳期妇女用药"),
    "child": ("child", "儿童用药", "小儿用药", "儿童注意事项"),
    "elderly": ("elderly", "老年用药", "老年人用药", "老年患者用药", "老人用药"),
    "interaction": ("interaction", "药物相互作用", "相互作用"),
    "overdose": ("", "药物过量", "过量"),
    "pharmacology": ("", "药理毒理", "药理作用", "药理"),
    "kinetics": ("", "药代动力学", "药物代谢动力学"),
    "storage": ("storage", "贮藏", "储藏", "贮存", "储存", "保存", "存储条件"),
}  # fmt: skip
"""Column → the statement it speaks of (none: only shown with the leaflet), and how its head is written."""
_FACTS = (
    Column("name", ("通用名称", "通用名", "药品通用名", "药品通用名称", "药品名称", "产品名称", "品名"), needed=True),
    Column("brand", ("商品名称", "商品名", "商标名")),
    Column("english", ("英文名称", "英文名", "英文通用名")),
    Column("approval", ("批准文号", "国药准字", "注册证号", "批准文号/注册证号", "批准文号或注册证号")),
    Column("holder", ("上市许可持有人", "持有人", "上市许可持有人名称", "药品上市许可持有人")),
    Column("maker", ("生产企业", "生产厂家", "生产单位", "企业名称", "厂家", "生产企业名称", "生产厂商")),
    Column("form", ("剂型",)),
    Column("strength", ("规格", "药品规格", "制剂规格")),
    Column("ingredients", ("成份", "成分", "主要成份", "主要成分")),
    Column("looks", ("性状",)),
    Column("revised", ("修改日期", "修订日期", "核准日期", "说明书修订日期")),
)
_COLUMNS = (*_FACTS, *(Column(id, heads[1:]) for id, heads in _SECTIONS.items()))
_BETWEEN_NAMES, _BETWEEN_STRENGTHS = re.compile(r"[、,，;；/|\n]+"), re.compile(r"[;；\n]+")
_SAID_NOTHING = re.compile(r"[-－—/\\.。*\s]+|无|暂?缺|不详|未提及")
"""What tables write where the leaflet has no such section; 尚不明确 is a statement of the leaflet and stays."""
_INSIDE = {
    "name": re.compile(r"通用名(?:称)?[:：]\s*([^\s,，;；]+)"),
    "brand": re.compile(r"商品名(?:称)?[:：]\s*([^\s,，;；]+)"),
    "english": re.compile(r"英文名(?:称)?[:：]\s*([A-Za-z][A-Za-z ,()-]*[A-Za-z)])"),
}
"""One cell 药品名称 may hold the whole paragraph of the leaflet."""
_MARK = re.compile(r"^[【\[](?P<head>[^】\]]{2,20})[】\]]\s*")
_SIGNS = re.compile(r"[®™Ⓡ\s]+")


def read_nmpa(file: Path, after: int = 0) -> Iterator[Step]:
    """One step for each row; the key is the approval number, or the name with its maker where there is none."""
    for row in read_table(file, _COLUMNS, after):
        yield _step(row)


def _step(row: Row) -> Step:
    if row.problems:
        return Step(row.position, problems=row.problems)
    cells = {**row.cells, **_names_inside(row.cells.get("name", ""))}
    name, approval = (_SIGNS.sub("", cells.get(id, "")) for id in ("name", "approval"))
    maker = cells.get("holder") or cells.get("maker", "")
    if not name or _SAID_NOTHING.fullmatch(name):
        return Step(row.position, problems=(Problem(row.where("name"), "是空的，这一行没有收"),))
    if not approval and not maker:
        what = "没有批准文号，也没有企业，分不清是谁的说明书，这一行没有收"
        return Step(row.position, problems=(Problem(row.where("approval"), what),))
    brands = _several(cells.get("brand", ""), _BETWEEN_NAMES)
    data: Mapping[str, Json] = {
        "language": "zh",
        "name": name,
        "brands": brands,
        "approval": approval,
        "maker": maker,
        "strengths": _several(cells.get("strength", ""), _BETWEEN_STRENGTHS),
        **{id: cells.get(id, "") for id in ("english", "form", "ingredients", "looks", "revised")},
        "sections": tuple(_sections(row)),
    }
    return Step(row.position, (Record(Kind.LEAFLET, approval or f"{name} {maker}", data, (name, *brands)),))


def _names_inside(text: str) -> dict[str, str]:
    return {id: found[1].strip() for id, pattern in _INSIDE.items() if (found := pattern.search(text))}


def _sections(row: Row) -> Iterator[Mapping[str, Json]]:
    for id, (statement, head, *_) in _SECTIONS.items():
        text = _MARK.sub("", row.cells.get(id, "")).strip()
        if text and not _SAID_NOTHING.fullmatch(text):
            heading = "".join(row.heads.get(id, head).split()).strip("【】[]")
            yield {"heading": heading, "statement": statement, "text": text}


def _several(text: str, between: re.Pattern[str]) -> tuple[str, ...]:
    """Names or strengths written in one cell."""
    parts = (" ".join(one.replace("®", "").split()) for one in between.split(text))
    return tuple(dict.fromkeys(one for one in parts if one and not _SAID_NOTHING.fullmatch(one)))
