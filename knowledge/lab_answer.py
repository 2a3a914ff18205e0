"""What a person or a program is told about values of a report: in words, and as plain data, always with the sources."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from knowledge.drug_answer import cited
from knowledge.lab_judging import PANIC, Doubt, Finding, Verdict
from knowledge.lab_units import unit_key
from knowledge.sources import Source

_VERDICTS = {
    Verdict.PANIC_LOW: "太低，要马上处理",
    Verdict.PANIC_HIGH: "太高，要马上处理",
    Verdict.LOW: "偏低",
    Verdict.HIGH: "偏高",
    Verdict.NORMAL: "在参考范围内",
    Verdict.POSITIVE: "阳性",
    Verdict.NEGATIVE: "阴性",
}
_DOUBTS = {
    Doubt.NO_RANGE: "没有全国统一的参考范围（或没有适合这个年龄性别的），高不高以您报告单上的范围和箭头为准",
    Doubt.UNIT: "单位不同，结论就不同，请对着报告单把单位一起告诉我，高不高以报告单上的参考范围为准",
    Doubt.ODD: "不像常见的结果，请核对数字、小数点和单位，以报告单为准",
    Doubt.CHILD: "孩子的参考范围和大人不同，随年龄变，以报告单上的参考范围为准",
    Doubt.PREGNANT: "怀孕时的参考范围不同，以报告单上的参考范围为准，请问产科医生",
}
_INSTEAD = {Doubt.CHILD: "pediatrics", Doubt.PREGNANT: "obstetrics"}
_NOT_ILL = "一项异常不等于生病，要结合症状和别的检查，多数要复查。"
_NOT_WELL = "一项正常也不等于没有病，有不舒服还是要看医生。"
_PLACES = 3
_LAST = "各医院方法不同，以您报告单上的参考范围为准；这些不能代替医生。"
NO_VALUE = "没有看到化验项目和数值。请这样说：谷丙转氨酶80 男，血钾3.1。"


def in_words(found: Sequence[Finding]) -> str:
    """For a person: what needs a doctor at once stands first."""
    if not found:
        return NO_VALUE
    named = "；".join(f"{one.publisher}《{one.title}》" for one in sources_of(found))
    return "\n".join((told(found), f"出处：{named}（编辑归纳）"))


def told(found: Sequence[Finding]) -> str:
    """The same without the sources."""
    lines = [_line(one) for one in found]
    closing = _NOT_ILL if any(one.abnormal for one in found) else ""
    calm = _NOT_WELL if all(one.verdict is Verdict.NORMAL for one in found) else ""
    return "\n".join((*lines, f"{closing}{calm}{_LAST}"))


def _line(one: Finding) -> str:
    value = _said(one)
    if one.doubt is not None:
        return f"{one.item.name} {value}：{_doubt(one)}{_ranges(one)}。{_either(one)}"
    if one.verdict in PANIC and one.item.panic is not None:
        return f"{one.item.name} {value}：{_VERDICTS[one.verdict]}。{one.item.panic.do}。{_ranges(one)}"
    return f"{one.item.name} {value}：{_VERDICTS[one.verdict]}{_ranges(one)}。{meaning(one)}".replace(" ：", "：")


def meaning(one: Finding) -> str:
    """What the result usually says; empty for what is as it should be."""
    item = one.item
    if item.sign:
        return item.positive if one.verdict is Verdict.POSITIVE else item.negative
    return {Verdict.HIGH: item.high, Verdict.LOW: item.low}.get(one.verdict, "")


def _doubt(one: Finding) -> str:
    if one.doubt is None or one.doubt in _DOUBTS:
        return _DOUBTS[one.doubt] if one.doubt else ""
    matters = (
        ("是男是女", len({each.sex for each in one.ranges}) > 1),
        ("多大年纪", len({each.ages for each in one.ranges}) > 1),
        ("/".join(one.item.when) + "哪一种", len({each.when for each in one.ranges}) > 1),
    )
    return f"算不算正常要看{'、'.join(words for words, counts in matters if counts)}"


def _either(one: Finding) -> str:
    """Where nobody can say which it is, all that it may be is told; nothing where the number is in doubt."""
    may_be = frozenset({Verdict.HIGH, Verdict.LOW}) if one.doubt is Doubt.NO_RANGE else one.may_be
    high = f"偏高的话：{one.item.high}" if Verdict.HIGH in may_be else ""
    low = f"偏低的话：{one.item.low}" if Verdict.LOW in may_be else ""
    return high + low


def _said(one: Finding) -> str:
    reading, unit = one.reading, one.item.unit
    if reading.value is None:
        return "" if reading.said.startswith(("阴", "阳")) else reading.said
    told = _number(reading.value)
    counted = "×" if unit.startswith("10") else " "
    if reading.unit and reading.unit != unit_key(unit):
        converted = f"（合{_number(one.value)}{counted}{unit}）" if one.value is not None and not reading.own else ""
        shown = f"{told} {reading.unit}{converted}"
    elif one.doubt in (Doubt.ODD, Doubt.UNIT):
        shown = told
    elif one.value is not None and one.value != reading.value:
        shown = f"{told}（换个单位是{_number(one.value)}{counted}{unit}）"
    else:
        shown = f"{told}{counted}{unit}"
    return f"{shown}{f'（{reading.when}）' if reading.when else ''}".strip()


def _number(value: Decimal) -> str:
    """As reports write it: what was converted gets two places."""
    shown = f"{value.normalize():f}"
    return shown if len(shown.partition(".")[2]) <= _PLACES else f"{value:.2f}"


def _ranges(one: Finding) -> str:
    if not one.ranges:
        return ""
    own = one.reading.own is not None and one.ranges == (one.reading.own,)
    listed = "；".join(bounds.spoken for bounds in one.ranges)
    unit = "" if own or not one.item.unit else f"，单位{one.item.unit}"
    return f"（{'您报告上的范围' if own else '成人参考范围'}：{listed}{unit}）"


def sources_of(found: Sequence[Finding]) -> tuple[Source, ...]:
    """Where all this comes from, each once."""
    panics = (one.item.panic.source for one in found if one.verdict in PANIC and one.item.panic)
    return tuple(dict.fromkeys((*(one.item.source for one in found), *panics)))


def departments_of(found: Sequence[Finding]) -> tuple[str, ...]:
    """Ids of the departments to turn to, for what is not as it should be; emergency first where it is urgent."""
    wanted = [one for one in found if one.abnormal or one.doubt is not None]
    urgent = ("emergency",) if any(one.verdict in PANIC for one in found) else ()
    special = [_INSTEAD[one.doubt] for one in found if one.doubt in _INSTEAD]
    return tuple(dict.fromkeys((*urgent, *special, *(id for one in wanted for id in one.item.departments))))


def as_data(found: Sequence[Finding]) -> dict[str, Any]:
    """For a program: numbers as decimal text."""
    return {"findings": [_finding(one) for one in found], "departments": list(departments_of(found))}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "item": {"id": one.item.id, "name": one.item.name},
        "value": _number(one.reading.value) if one.reading.value is not None else one.reading.said,
        "unit": one.reading.unit or None,
        "verdict": one.verdict.value,
        "doubt": one.doubt.value if one.doubt else None,
        "judged_as": f"{_number(one.value)} {one.item.unit}".strip() if one.value is not None else None,
        "ranges": [bounds.spoken for bounds in one.ranges],
        "meaning": meaning(one),
        "do": one.item.panic.do if one.verdict in PANIC and one.item.panic else "",
        "sources": [cited(source) for source in sources_of((one,))],
    }
