"""Headings told by their numbers alone, as Chinese guidelines write them."""

import re

_HAN_NUMBER = "[一二三四五六七八九十百]+"
_PATTERNS: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(rf"第{_HAN_NUMBER}[篇编部章]|第\s*\d+\s*[篇编部章]"), 1),
    (re.compile(rf"第{_HAN_NUMBER}节|第\s*\d+\s*节"), 2),
    (re.compile(rf"{_HAN_NUMBER}[、.．]\s*\S"), 3),
    (re.compile(rf"[（(]{_HAN_NUMBER}[)）]\s*\S"), 4),
)
_DOTTED = re.compile(r"\d{1,2}((?:\.\d{1,2}){1,3})\.?(?:\s+|(?=[\u3400-\u9fff]))(?![\d.])(?P<rest>\D)")
_MEASURED = re.compile(r"^[\d.]+\s*(?:%|℃|毫|微|克|千克|公斤|升|岁|天|次|片|粒|小时|分钟|个月|年|周|m|g|k|μ|mmol)")
_SINGLE = re.compile(r"\d{1,2}[.．、]?\s*(?=[\u3400-\u9fffA-Z])")


def numbered_level(text: str, *, plain: bool) -> int:
    """Rank of a line as a heading by its number (`第一章`, `一、`, `（一）`, `2.1`), 0 when it is none.

    A single `1.` is a heading only where the line stands out in some other way (`plain` false): it may begin a list.
    """
    for pattern, level in _PATTERNS:
        if pattern.match(text):
            return level
    if _MEASURED.match(text):
        return 0
    if dotted := _DOTTED.match(text):
        return 5 + dotted[1].count(".")
    return 5 if not plain and _SINGLE.match(text) else 0
