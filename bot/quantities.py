"""Numbers with their units, in one spelling: 每日2次, 一天两次 and 2 次/日 say the same."""

import re

_SCALES = {"十": 10, "百": 100, "千": 1000}
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {
    "毫克": "mg", "㎎": "mg", "克": "g", "微克": "ug", "μg": "ug", "µg": "ug", "毫升": "ml", "公斤": "kg", "千克": "kg",
    "升": "l", "小时": "h", "钟头": "h", "个小时": "h", "分钟": "min", "天": "d", "日": "d", "周": "w", "星期": "w",
    "个月": "mo", "月": "mo", "年": "y", "岁": "y", "℃": "c", "度": "c", "摄氏度": "c", "单位": "iu", "国际单位": "iu",
    "毫米汞柱": "mmhg", "粒": "片", "颗": "片", "％": "%", "百分": "%",
}  # fmt: skip
_UNIT = (
    "国际单位|毫米汞柱|摄氏度|mmol/l|mmhg|毫克|微克|毫升|公斤|千克|个小时|小时|钟头|分钟|星期|个月|单位|"
    "mg|ug|μg|µg|ml|kg|iu|㎎|克|升|天|日|周|月|年|岁|℃|度|片|粒|颗|支|袋|包|滴|喷|次|倍|杯|勺|%|％|g|l|h"
)
_NUMBER = r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千半]+"
_QUANTITY = re.compile(rf"({_NUMBER})\s*(?:[-~～至到—–]\s*({_NUMBER})\s*)?({_UNIT})?", re.IGNORECASE)
_EVERY = re.compile(rf"(?:每|一)(?:日|天)\s*({_NUMBER})\s*次|({_NUMBER})\s*次\s*[/每]\s*(?:日|天)")
_NOT_A_QUANTITY = re.compile(
    r"一(?:些|般|定|样|起|直|旦|下|边|种|点|并|致|同|个|位|线|切|律|方面|步|旁|会|段|经|侧|度(?!\d))|统一|唯一|十分(?!钟)|万一|"
    r"第[一二三四五六七八九十\d]+|半(?:夜|流|边|衰)|三(?:餐|甲|酯|通)|两(?:种|个|者|类|侧)|[一二三]手|四肢|五官|星期[一二三四五六日天]|周[一二三四五六日]|百(?:合|草)|千万|"
    r"120|12356|110(?!\d)"
)

Quantity = tuple[str, str]  # (number as the shortest decimal, unit; "" without one)


def quantities(text: str) -> set[Quantity]:
    """Return all numbers of `text` with units. Ranges give both ends; 一天三次 gives ("3", "次/d")."""
    found: set[Quantity] = set()

    def per_day(hit: re.Match[str]) -> str:
        found.add((_value(hit[1] or hit[2]), "次/d"))
        return " "

    words = _EVERY.sub(per_day, _NOT_A_QUANTITY.sub(" ", text.lower()))
    for low, high, unit in _QUANTITY.findall(words):
        found |= {(_value(each), _UNITS.get(unit, unit)) for each in (low, high) if each}
    return found


def units_of(text: str) -> set[Quantity]:
    """The bare numbers a text would also support: a number with its unit supports the number alone."""
    return {(number, "") for number, _ in quantities(text)}


def _value(number: str) -> str:
    if number[0].isdigit():
        whole, _, part = number.partition(".")
        part = part.rstrip("0")
        return f"{int(whole)}.{part}" if part else str(int(whole))
    if number == "半":
        return "0.5"
    return str(chinese_number(number.replace("半", "")))


def chinese_number(number: str) -> int:
    """二十五 → 25. Raises KeyError for any other mark."""
    total, digit = 0, 0
    for mark in number:
        if mark in _DIGITS:
            digit = _DIGITS[mark]
        else:
            total, digit = total + (digit or 1) * _SCALES[mark], 0
    return total + digit
