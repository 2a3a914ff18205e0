"""What the house says ahead of doses, about refills and about appointments. Short, polite, for an older reader."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from schedules.clock import days_between, local
from schedules.holidays import Holiday

AHEAD: Final = "再过{minutes}分钟该吃药了：{what}。到时间我再提醒您。"
SEEN, SEEN_REPLY = "知道了", "好的。"

APPOINTMENT: Final = "预约提醒：您约了{when}的{what}，{number}号。\n地点：{place}\n{bring}"
NO_PLACE: Final = "请到院后问导诊台"
BRING: Final = "请带身份证、医保卡（或医保码），以前的病历和检查单，正在吃的药。"
ON_TIME: Final = "请提前15分钟到，先报到。来不了请取消，把号让给别人。"
APPOINTMENT_LOST: Final = (
    "很抱歉，系统中断了一段时间，没能提前提醒您{when}的{what}。如果没看上，可以说“改约”，我帮您另约时间。"
)
MOVE, MOVE_SAID = "改约", "改约"
CANCEL, CANCEL_SAID = "取消预约", "取消预约"

REFILL: Final = "{drug}还剩{left}，够吃{days}天，到{day}为止。"
REFILL_NONE: Final = "{drug}按记录已经吃完了。"
REFILL_CLOSED: Final = "{closed}，门诊可能不开，最晚请在{chance}前开药。"
REFILL_BUY: Final = "请提前挂号开药，或去药房配，不要断药。"
REFILL_NOTE: Final = "外面药店的药以处方为准；配好了告诉我现在有多少，我重新算。"
REGISTER, REGISTER_SAID = "挂号开药", "挂号"
BOUGHT: Final = "已经配好了"
BOUGHT_REPLY: Final = "好的。请告诉我现在一共有多少，比如“{drug}还有28片”，我重新算能吃到哪天。"

_WEEKDAYS: Final = "一二三四五六日"
_PARTS: Final = ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上"))
_NEAR: Final = ("今天", "明天", "后天")


def moment(when: datetime, at: datetime, timezone: ZoneInfo) -> str:
    """`明天（11月23日周一）下午2:00`, said at `at` (both UTC)."""
    wall, today = local(when, timezone), local(at, timezone).date()
    ahead = days_between(today, wall.date())
    near = _NEAR[ahead] if 0 <= ahead < len(_NEAR) else ""
    named = f"（{day(wall.date())}）" if near else day(wall.date())
    return f"{near}{named}{_part_of_day(wall.hour)}{(wall.hour - 1) % 12 + 1}:{wall:%M}"


def _part_of_day(hour: int) -> str:
    return next(name for until, name in _PARTS if hour < until)


def day(one: date) -> str:
    """`11月23日周一`."""
    return f"{one.month}月{one.day}日周{_WEEKDAYS[one.weekday()]}"


def closed_days(days: Sequence[date], holiday_on: Callable[[date], Holiday | None]) -> str:
    """The closed ones among some days: `10月1日到7日是国庆假期`, `11月29日周日不开诊`; empty where there are none."""
    holidays = list(dict.fromkeys(filter(None, map(holiday_on, days))))
    said = [f"{day(one.first)}到{day(one.last)}是{one.name}假期" for one in holidays]
    others = [day(one) for one in days if holiday_on(one) is None]
    if others:
        said.append(f"{'、'.join(others)}不开诊")
    return "，".join(said)


def sentences_with(word: str, *texts: str) -> Iterable[str]:
    """The sentences of some texts in which a word stands, each once."""
    found = (f"{one}。" for text in texts for one in text.split("。") if word in one)
    return dict.fromkeys(found)
