"""A draft of a case out of a pasted record: a model sorts it into our fields, a person writes and reviews the rest.

Names, numbers and dates that could point at a person are taken out before any model sees the record. A draft carries
no review, so it is never practised with; what the model says beyond the record is marked for the author.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from cases.catalogue import catalogue
from cases.template import new_case
from cases.voice_check import numbers

LONGEST = 6_000  # characters of a record that are read
DOUBT = "（待核：病历里没有）"
_SCRUBBED = (
    (re.compile(r"(姓名|患者|病人|联系人|家属|医师|医生签名|签名)\s*[：:]\s*[\u4e00-\u9fff·]{2,4}"), r"\1：某某"),
    (re.compile(r"(住址|地址|单位|籍贯|出生地|现住)\s*[：:]\s*[^\s，。；\n]+"), r"\1：某地"),
    (re.compile(r"(住院号|门诊号|病案号|床号|卡号|医保号|身份证号?)\s*[：:]?\s*[0-9A-Za-z-]+"), r"\1：略"),
    (re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)"), "（略）"),
    (re.compile(r"(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"), "某日"),
)
_SYSTEM = """把下面的病历整理成标准化病人病例的草稿。只用病历里写明的内容，没有写的不要编。
facts 是病人有的，denials 是病历写明没有的；words 写病人自己的口语，第一人称，不用医学术语，不出现诊断。
investigations 是查体和检查的结果，照抄数值。id 只能从下面选。只输出 JSON。
"""


def scrubbed(record: str) -> str:
    """The record without what points at a person, as far as patterns can tell: the author looks once more."""
    text = record[:LONGEST]
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return text


def prompt(record: str) -> Sequence[Mapping[str, str]]:
    """The messages for the model, over a record that is scrubbed already."""
    known = catalogue()
    items = " ".join(f"{each.id}={each.label}" for each in known.items.values())
    tests = " ".join(f"{each.id}={each.label}" for each in known.investigations.values())
    system = f"{_SYSTEM}facts、denials 的 id：{items}\ninvestigations 的 id：{tests}"
    return {"role": "system", "content": system}, {"role": "user", "content": record}


def schema() -> Mapping[str, Any]:
    """The form of the model's answer."""
    known, text = catalogue(), {"type": "string", "minLength": 1}
    item = _object({"id": {"enum": sorted(known.items)}, "words": text})
    test = _object({"id": {"enum": sorted(known.investigations)}, "result": text})
    return _object(
        {
            "title": text, "specialty": text, "opening": text, "diagnosis": text,
            "facts": {"type": "array", "items": item}, "denials": {"type": "array", "items": item},
            "investigations": {"type": "array", "items": test},
        }
    )  # fmt: skip


def _object(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def draft(case_id: str, record: str, choice: Mapping[str, Any], today: date) -> str:
    """The text of a draft file: the template, filled in as far as the record goes. Raises ValueError for a bad id."""
    raw = yaml.safe_load(new_case(case_id, today))
    raw |= {name: choice[name] for name in ("title", "specialty", "opening")}
    raw["facts"] = [{"id": each["id"], "unlock": "direct", "words": [_doubted(each["words"], record)]}
                    for each in _once(choice["facts"])]  # fmt: skip
    raw["denials"] = [{"id": each["id"], "words": [each["words"]]} for each in _once(choice["denials"])]
    raw["investigations"] = [
        {"id": each["id"], "value": "useful", "result": _doubted(each["result"], record)}
        for each in _once(choice["investigations"])
    ]
    raw["key"]["diagnosis"]["truth"] = choice["diagnosis"]
    head = "# 草稿：由模型从病历整理，逐句核对、补全并请另一位老师审阅后才能开放练习。\n"
    return head + yaml.safe_dump(raw, allow_unicode=True, sort_keys=False, width=120)


def _once(entries: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return list({each["id"]: each for each in entries}.values())


def _doubted(words: str, record: str) -> str:
    """Numbers that the record does not have are named, not believed."""
    return words if numbers(words) <= numbers(record) else words + DOUBT
