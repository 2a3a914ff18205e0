"""What is said in sigs and no timing can hold: it is refused in words, never half understood."""

import re
from collections.abc import Sequence
from typing import Final

from schedules.numbers import CHINESE, INTEGER, NUMBER
from schedules.problems import RegimenProblem

_UNIT: Final = r"(?:天|日|周|星期|个?月|d(?![a-z]))"
_RULES: Final = (
    (re.compile(r"/ ?kg|/ ?m2|/㎡|(?:/|每)(?:公斤|千克|平方米)|按体重|根据体重|按公斤"), RegimenProblem.PER_WEIGHT),
    (re.compile(r"(?:ml|毫升|滴|mg|毫克|ug|μg|单位|u)/ ?(?:h|小时|min|分钟?)(?![a-z])"), RegimenProblem.PER_WEIGHT),
    (
        re.compile(rf"(?:停|休息?)(?:药|服|用)?{INTEGER}{_UNIT}|[服吃用]{INTEGER}{_UNIT}?,?[停休]{INTEGER}|间歇"),
        RegimenProblem.CYCLE,
    ),
    (re.compile(rf"[两二2]餐之?间|餐间|第{INTEGER}(?:[、,和]{INTEGER})+[天日周]"), RegimenProblem.UNSUPPORTED),
)
_CONDITIONS: Final = re.compile(
    r"加[服用量至到倍减]|追加|增[加至]|减[至到为量半0-9]|加[0-9]|递减|酌情|视情况|根据|如果|若|倘|无效|未缓解|不缓解|没好|或|否则|交替"
    r"|不要|不能|不可|不得|不宜|禁用|停用|停药|忌|勿|别[吃服用]|不是|除了|改[为成用]|换[成用]|直到|直至|为止|首[次剂]|重复|再[吃服用]"
)
_TIME_LEFT: Final = re.compile(
    r"[每隔餐饭睡早晚晨夜午周月]|[单双][日号天]|[奇偶]数|时候|(?<![按及准临定随平即同])时"
    rf"|[{CHINESE}几多半]个?(?:小时|天|日|次|年|分钟)|{NUMBER} ?[次/*x]"
    r"|(?<![a-z0-9])[0-9]+(?![号金型价味合%])"
)
_HARMLESS: Final = re.compile(r"每次|每回|[一1]次|左右|大约|按时|准时|及时|月经")
_IN_NO_NAME: Final = re.compile(r"[每隔次餐饭睡]|[0-9](?:天|日|次|周|小时|d(?![a-z]))|^[0-9]")


def beyond(said: str) -> RegimenProblem | None:
    """The first thing in a plain text that we cannot keep, or None."""
    return next((problem for pattern, problem in _RULES if pattern.search(said)), None)


_SAYS_HOW_OFTEN: Final = re.compile(r"每[天日晚早周]|(?<![0-9])[一1][天日]|[qtb]i?d(?![a-z])|qn")


def second_drug(said: str, names: Sequence[str], *, named: bool) -> bool:
    """Whether an order of one drug says twice how often, beside words that may name another drug.

    `names` are the words left over, `named` whether the first drug's name has been cut out of the text.
    """
    likely = [name for name in names if len(name) >= _SHORTEST_NAME]
    return len(_SAYS_HOW_OFTEN.findall(said)) > 1 and len(likely) > (0 if named else 1)


_SHORTEST_NAME: Final = 3
MOST_LEFT: Final = 16
"""Letters left over besides a drug's name; with more of them it is a tale, not an order."""


def told_rather_than_ordered(names: Sequence[str], drug: str | None) -> bool:
    """Whether far more is said than an order needs; `names` are the words left over."""
    return sum(map(len, names)) - len(drug or "") > MOST_LEFT


def unread(rest: str, drug: str | None) -> bool:
    """Whether what is left of an order, its understood pieces blanked out, still speaks of time, number or condition.

    The drug's name may hold letters of time and number (降压0号, 天王补心丸), but no 每 and no 次.
    """
    if _CONDITIONS.search(rest):
        return True
    if drug and not _IN_NO_NAME.search(drug):
        rest = rest.replace(drug, "\0", 1)
    return _TIME_LEFT.search(_HARMLESS.sub("\0", rest)) is not None
