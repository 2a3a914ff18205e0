"""When a doctor is in, as lists write it, to the words of clinic.yml (周一上午)."""

import re

_DAYS = "一二三四五六日"
_DAY = "[一二三四五六日]"
_BETWEEN = r"[\s、,，和及与]*"
_RANGE = r"\s*[至到~～—–-]+\s*"
_PARTS = {
    "上午": ("上午",),
    "早上": ("上午",),
    "下午": ("下午",),
    "夜间": ("夜间",),
    "晚上": ("夜间",),
    "晚间": ("夜间",),
    "夜诊": ("夜间",),
    "夜门诊": ("夜间",),
    "全天": ("上午", "下午"),
    "上下午": ("上午", "下午"),
    "上午下午": ("上午", "下午"),
}
_PART = "|".join(sorted(_PARTS, key=len, reverse=True))
_GROUP = re.compile(
    rf"每?周(?P<days>{_DAY}(?:(?:{_RANGE}|{_BETWEEN})(?:每?周)?{_DAY})*)\s*[(（]?\s*(?P<parts>(?:{_PART})(?:{_BETWEEN}(?:{_PART}))*)\s*[)）]?"
)
_ONE = re.compile(rf"(?P<range>{_RANGE})?(?:每?周)?(?P<day>{_DAY})")
_NOTHING = re.compile(r"[\s、,，;；/|。和及与]*")


class BadTimesError(ValueError):
    """Words that tell no consulting times."""


def read_timetable(text: str) -> tuple[str, ...]:
    """`周一至周三上午、周五全天` → 周一上午 … 周五下午, in the order of the week. Raises BadTimesError."""
    plain = text.replace("星期", "周").replace("礼拜", "周").replace("周天", "周日")
    rest = _GROUP.sub("", plain)
    if not _NOTHING.fullmatch(rest):
        raise BadTimesError(f"出诊时间看不懂：{rest.strip()[:30]}")
    times = {
        (day, part)
        for group in _GROUP.finditer(plain)
        for day in _days(group["days"])
        for part in _parts(group["parts"])
    }
    order = ("上午", "下午", "夜间")
    return tuple(f"周{_DAYS[day]}{part}" for day, part in sorted(times, key=lambda one: (one[0], order.index(one[1]))))


def read_parts(text: str) -> tuple[str, ...]:
    """The parts of one day (上午, 全天). Raises BadTimesError."""
    if not re.fullmatch(rf"{_NOTHING.pattern}(?:(?:{_PART}){_NOTHING.pattern})+", text):
        raise BadTimesError(f"出诊时间看不懂：{text[:30]}")
    return tuple(_parts(text))


def _days(text: str) -> list[int]:
    days: list[int] = []
    for one in _ONE.finditer(text):
        day = _DAYS.index(one["day"])
        days += range(days[-1] + 1, day + 1) if one["range"] and days else [day]
    return days


def _parts(text: str) -> list[str]:
    return [part for word in re.findall(_PART, text) for part in _PARTS[word]]
