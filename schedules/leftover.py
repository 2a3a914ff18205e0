"""What remains of a said regimen when time and dose are taken out: most likely the drug's name."""

import re
from typing import Final

from schedules.numbers import CHINESE

_FILLER: Final = re.compile(
    r"提醒我|提醒|叫我|喊我|通知我|记得|按时|准时|不是|而是|改成|改为|请|麻烦|帮我|给我|我要|我想|我得|需要|想要|设置?[一个]*|定[一个]+|闹钟|闹铃"
    r"|吃药|服药|用药|口服|服用|外用|含服|吃|服|喝|每次|每回|一次|1次|左右|大约|分别|各|然后|以及|和|医生(?:让|说|叫|要)我?|[了吧呢啊哦嘛的我在要]"
)
_NAME: Final = re.compile(r"[a-z0-9一-鿿α-ω()（）-]{2,40}")
_UNREAD: Final = re.compile(
    rf"(?<!第)(?:[0-9]|[{CHINESE}几多半])个?(?:小时|钟头|分钟|天|周|星期|礼拜|次)(?!了|前|以前|型)"
)
_ONLY_DIGITS: Final = re.compile(r"[0-9()（）-]+")


def not_understood(rest: str) -> bool:
    """Whether an amount of time or a count is left over: what was not understood must not be dropped silently.

    How long a complaint has lasted (咳嗽三天了) says nothing of the regimen.
    """
    return _UNREAD.search(rest) is not None


def names_left(rest: str) -> list[str]:
    """The runs of letters left in a plain text whose understood pieces are NULs, fillers taken out."""
    bare = _FILLER.sub("\0", rest)
    return [name for name in _NAME.findall(bare) if not _ONLY_DIGITS.fullmatch(name)]


def drug_left(rest: str) -> str | None:
    """The longest of those runs, or None: a guess for showing and for a search in the drug book, never a decision."""
    return max(names_left(rest), key=len, default=None)
