"""Places that people travel to, by the zone of their clocks (IANA names)."""

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from schedules.clock import SHANGHAI

HOME: Final = ("国内", "中国", "北京", "上海", "老家", "家里", "大陆")
_ZONES: Final[Mapping[str, tuple[str, ...]]] = {
    "America/New_York": ("纽约", "波士顿", "华盛顿", "美国东部", "美东", "多伦多", "迈阿密"),
    "America/Chicago": ("芝加哥", "休斯顿", "达拉斯", "美国中部"),
    "America/Denver": ("丹佛", "美国山地"),
    "America/Los_Angeles": ("洛杉矶", "旧金山", "西雅图", "美国西部", "美西", "加州", "拉斯维加斯"),
    "America/Vancouver": ("温哥华",),
    "Europe/London": ("英国", "伦敦", "曼彻斯特"),
    "Europe/Paris": ("法国", "巴黎"),
    "Europe/Berlin": ("德国", "柏林", "慕尼黑", "法兰克福"),
    "Europe/Rome": ("意大利", "罗马", "米兰"),
    "Europe/Madrid": ("西班牙", "马德里"),
    "Europe/Amsterdam": ("荷兰", "阿姆斯特丹"),
    "Europe/Zurich": ("瑞士", "苏黎世"),
    "Europe/Moscow": ("俄罗斯", "莫斯科"),
    "Europe/Istanbul": ("土耳其", "伊斯坦布尔"),
    "Asia/Tokyo": ("日本", "东京", "大阪"),
    "Asia/Seoul": ("韩国", "首尔"),
    "Asia/Singapore": ("新加坡",),
    "Asia/Kuala_Lumpur": ("马来西亚", "吉隆坡"),
    "Asia/Bangkok": ("泰国", "曼谷"),
    "Asia/Ho_Chi_Minh": ("越南", "胡志明"),
    "Asia/Jakarta": ("印尼", "雅加达"),
    "Asia/Dubai": ("迪拜", "阿联酋"),
    "Asia/Kolkata": ("印度", "孟买", "新德里"),
    "Asia/Hong_Kong": ("香港",),
    "Asia/Macau": ("澳门",),
    "Asia/Taipei": ("台湾", "台北"),
    "Asia/Urumqi": ("新疆时间", "乌鲁木齐时间"),
    "Australia/Sydney": ("悉尼", "墨尔本"),
    "Australia/Perth": ("珀斯",),
    "Pacific/Auckland": ("新西兰", "奥克兰"),
    "Africa/Cairo": ("埃及", "开罗"),
    "Africa/Johannesburg": ("南非",),
}
_SEVERAL: Final[Mapping[str, tuple[str, ...]]] = {
    "美国": ("纽约", "芝加哥", "丹佛", "洛杉矶"),
    "加拿大": ("多伦多", "温哥华"),
    "澳大利亚": ("悉尼", "珀斯"),
    "澳洲": ("悉尼", "珀斯"),
}
"""Countries with several clocks, and a city of each to choose from."""


def places_named(text: str) -> tuple[str, ...]:
    """Cities or countries of one clock that the words name; of a country with several clocks a city of each."""
    exact = [name for names in _ZONES.values() for name in names if name in text]
    if exact:
        return (exact[0],)
    return next((cities for country, cities in _SEVERAL.items() if country in text), ())


def zone_at(place: str) -> ZoneInfo | None:
    """The clock of a place; None for one that we do not know."""
    if place in HOME:
        return SHANGHAI
    return next((ZoneInfo(zone) for zone, names in _ZONES.items() if place in names), None)


def means_home(text: str) -> bool:
    """Whether the clock at home is meant."""
    return "回国" in text or any(place in text for place in HOME)


def place_of(zone: ZoneInfo) -> str:
    """The place by which a clock is named to a person."""
    return next((names[0] for key, names in _ZONES.items() if key == zone.key), "国内")
