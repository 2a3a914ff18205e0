"""Little words: yes, no, leave it, whatever you like; and which part of a sentence is denied."""

import re
from dataclasses import dataclass

_FILLER = r"[呀啊吧呢哦噢嗯了的哈啦嘛~～。，,.!！\s]*"
# The repeated group gives nothing back and is tried longest first: two ways to read 好好好好… would take for ever.
_YES_WORD = r"确认|确定|对|是|好|行|可以|没错|没问题|同意|嗯|可|就这样|就这个|要|ok|yes|准|正确|挂|约|设|停|取消"
_YES_MORE = r"预约|挂号|提醒|修改|停止|设置|谢谢|医生|的|吧|呀|啊|您|你|改|,|，"
_YES = re.compile(rf"^{_FILLER}(?:{_YES_WORD})(?:{_YES_MORE}|{_YES_WORD})*+{_FILLER}$", re.IGNORECASE)
_NO = re.compile(
    rf"^{_FILLER}(?:不对|不是|不行|不好|不可以|不要|不用|错了|不|没有|否|别|no|不确认|不停|先不){_FILLER}$", re.I
)
_LEAVE_WORD = (
    r"(?:撤销|取消(?:挂号|预约|设置|操作)?|算了|退出(?:挂号)?|结束|停止|停下|放弃|保留|没事了|不了|不办了"
    r"|不(?:挂号|挂|约|预约|用|需要|要|弄|设置|设|改|换|取消|停|想挂|想约|想弄|想)了|不(?:挂号|预约|设置|改|换|取消|停)"
    r"|先不(?:挂|约|设|弄|改|停|取消|用|要)?|别(?:弄|挂|设|改|停)了|(?:改天|以后|下次)(?:再说|再挂|再约)?|再说)"
)
_LEAVE = re.compile(
    rf"^(?:那就?|还是|我|嗯|呃|唉|哎|先)*{_LEAVE_WORD}(?:(?>{_LEAVE_WORD})|[吧了啦呀,，。！! ]|谢谢|我|再|想想)*$"
)
_ANY = re.compile(
    r"随便|都行|都可以|不限|哪个都|哪位都|谁都|无所谓|随意|任意|任何|你定|您定|你看着|您看着|看着办|你决定|你安排|您安排|没要求|没有要求|不挑"
)
_CLAUSE = re.compile(r"[,，。;；!！\n]+|(?<=不是)(?=,)|(?=(?:改成|换成|改到|换到|应该是|是要|而是))")
_DENIED = re.compile(
    r"^(?:不是|不对|错了|不)+$|^(?:我|那|这)*(?:不是|不要|不挂|不想|别|不用|不看)(?:说|要|挂|去)?(?=.)|(?:不行|不方便|没空|没时间|有事|不可以|去不了|来不了|不合适)[了啊呀]*$"
)
_REFUSES = re.compile(
    r"不想(?:说|讲|告诉|回答)|不方便(?:说|讲|透露)|(?:不|凭什么要?|凭啥要?)(?:告诉|跟)你|不愿意?(?:说|讲)|保密|隐私|(?:干嘛|干什么|为什么|为啥)要?问|问这(?:个|么多)干"
)
_KNOWS_NOT = re.compile(
    r"^(?:我|也|都|还|真|呃|嗯|唉|这个|这|,|，)*(?:不知道|不清楚|不晓得|不记得|记不[清得]|忘了|忘记|想不起|说不[清上]|没想好|不确定|不太?懂)"
    r"(?!挂|看).{0,8}$"
)
_THINKS = re.compile(
    r"^(?:你|您|那|先|嗯|唉|哎|呃|,|，)*(?:让我|容我|我)?(?:再|先)?(?:想一?想|想一?下|考虑一?下|考虑考虑|等等?|等一?下|稍等|等一?会儿?|慢着)"
    r"(?:我|吧|哈|啊|哦|再|先|一下|看看|说|想想|，|,)*$"
)
_OTHER = re.compile(
    r"^(?:那|再|给我|帮我|我要|我想|嗯|,|，)*(?:换|要|有没有|还有)(?:一?个|一下|换)?(?:别的|其他的?|其它的?)?(?:吧|吗|么|呗|啊)*$|不要这个|不想要这"
)
_NOT_BUT = re.compile(r"(?<!是)(不是[^，,。；;！!\n是]{1,12}?) *而?是(?!不)")
_WRONG = re.compile(r"^((?:不对|错了|说错了|不是|不)+) +")
_ALL = re.compile(r"都|全部|所有|全取消|全停|一起")


@dataclass(frozen=True, slots=True)
class Clauses:
    """A sentence in two halves: what it wants, and what it denies (`不是明天，是后天`)."""

    wanted: str
    denied: str


def says_yes(text: str) -> bool:
    """A plain yes, nothing else."""
    return bool(_YES.match(text)) and not says_no(text)


def says_no(text: str) -> bool:
    """A plain no, nothing else."""
    return bool(_NO.match(text))


def leaves(text: str) -> bool:
    """The person wants to stop what is being arranged."""
    return bool(_LEAVE.match(text.strip()))


def takes_any(text: str) -> bool:
    """The person leaves the choice to us."""
    return bool(_ANY.search(text))


def refuses(text: str) -> bool:
    """The person does not want to tell."""
    return bool(_REFUSES.search(text))


def knows_not(text: str) -> bool:
    """The person can't tell."""
    return bool(_KNOWS_NOT.match(text))


def thinks(text: str) -> bool:
    """The person needs a moment."""
    return bool(_THINKS.match(text))


def wants_other(text: str) -> bool:
    """`换一个`: not this one, whatever it was."""
    return bool(_OTHER.search(text)) and len(text) > 1


def wants_all(text: str) -> bool:
    """The person means every one of them."""
    return bool(_ALL.search(text))


def split_denied(text: str) -> Clauses:
    """Which part of the words is denied. A sentence that only denies has an empty `wanted`.

    Voice has no commas: 不是两片是一片, 不对 是早上七点.
    """
    text = _WRONG.sub(r"\1，", _NOT_BUT.sub(r"\1，是", text))
    parts = [part.strip() for part in _CLAUSE.split(text) if part and part.strip()]
    denied = [part for part in parts if _DENIED.search(part)]
    wanted = [part for part in parts if part not in denied]
    return Clauses("，".join(wanted), "，".join(denied))
